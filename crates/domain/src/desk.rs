//! What lies open at a contract: approvals not yet ended, the one challenge outstanding, challenges
//! left unanswered, and what was spent today. One row, so that the rules over all channels have one
//! place.

use serde::{Deserialize, Serialize};

use crate::attempts::Attempts;
use crate::id::{ApprovalId, ContractId, CredentialId, InstitutionId, OrderId, SessionId};
use crate::money::Yen;
use crate::policy::Policy;
use crate::refusal::Refusal;
use crate::time::{Day, Timestamp};

const DAY_S: i64 = 86_400;

/// The desk of one contract. It keeps counts for events that others write, so it has none of its
/// own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Desk {
    /// Whose desk.
    pub contract: ContractId,
    /// Whose customer.
    pub institution: InstitutionId,
    /// Credentials that have not ended.
    pub credentials: Vec<CredentialId>,
    /// Credentials ever made: the first card needs no proof by an older one.
    pub issued: u32,
    /// The card order that is open (E-01).
    pub order: Option<OrderId>,
    /// The active session; a new one ends the old (api.md §3.3).
    pub session: Option<SessionId>,
    /// Approvals that have not ended and hold an amount.
    pub open: Vec<Open>,
    /// The one challenge that may be answered (E-17).
    pub challenged: Option<ApprovalId>,
    /// When challenges were abandoned, in the last 24 hours.
    pub abandoned: Vec<Timestamp>,
    /// Challenges abandoned since the last right answer.
    pub abandoned_between: u8,
    /// No card challenge before this instant.
    pub paused_until: Option<Timestamp>,
    /// What was consumed on `spent_on`.
    pub spent: Spent,
    /// The day `spent` counts.
    pub spent_on: Option<Day>,
    /// No token can be started before this instant: one was given up or lost a moment ago (§2.5).
    pub token_from: Option<Timestamp>,
    /// Wrong serials and codes that no card stood beside: one count for all of them.
    pub proofs: Attempts,
}

/// An approval that has not ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// Which.
    pub approval: ApprovalId,
    /// What it would move to others.
    pub amount: Yen,
    /// Whether a printed card answers for it.
    pub by_card: bool,
    /// When it ends by itself.
    pub until: Timestamp,
}

/// Amounts consumed in a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Spent {
    /// All transfers to others.
    pub total_yen: u64,
    /// Those that a printed card alone approved.
    pub by_card_yen: u64,
}

impl Desk {
    /// The desk of a new contract.
    pub fn new(contract: ContractId, institution: InstitutionId) -> Self {
        Self {
            contract,
            institution,
            credentials: Vec::new(),
            issued: 0,
            order: None,
            session: None,
            open: Vec::new(),
            challenged: None,
            abandoned: Vec::new(),
            abandoned_between: 0,
            paused_until: None,
            spent: Spent::default(),
            spent_on: None,
            token_from: None,
            proofs: Attempts::default(),
        }
    }

    /// Lays an approval on the desk; refused beyond the number of open ones (E-17) and beyond the
    /// limits.
    pub fn lay(
        &mut self,
        open: Open,
        policy: &Policy,
        own_limit: Option<Yen>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.sweep(now);
        let limit = usize::from(policy.approval.open_max);
        if self.open.len() >= limit {
            return Err(Refusal::TooManyOpenApprovals { limit });
        }
        let limit_yen = own_limit
            .map_or(policy.limits.transfer_day_yen, Yen::to_u64)
            .min(policy.limits.transfer_day_yen);
        let held: u64 = self.open.iter().map(|known| known.amount.to_u64()).sum();
        within("limits.transfer_day_yen", limit_yen, held + self.spent.total_yen, open.amount)?;
        self.open.push(open);
        Ok(())
    }

    /// A printed card is about to be asked for `approval`: its day limit is held (api.md §4.7).
    pub fn hold_by_card(
        &mut self,
        approval: ApprovalId,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.sweep(now);
        let held: u64 = self
            .open
            .iter()
            .filter(|known| known.by_card && known.approval != approval)
            .map(|known| known.amount.to_u64())
            .sum();
        let Some(open) = self.open.iter_mut().find(|known| known.approval == approval) else {
            return Ok(());
        };
        within(
            "limits.card_day_yen",
            policy.limits.card_day_yen,
            held + self.spent.by_card_yen,
            open.amount,
        )?;
        open.by_card = true;
        Ok(())
    }

    /// What a printed card may still approve today, in yen.
    pub fn left_by_card(&self, policy: &Policy, now: Timestamp) -> u64 {
        let today = self.spent_on == Some(now.day());
        let spent = if today { self.spent.by_card_yen } else { 0 };
        let open = self.open.iter().filter(|known| known.by_card && known.until > now);
        let held: u64 = open.map(|known| known.amount.to_u64()).sum();
        policy.limits.card_day_yen.saturating_sub(held + spent)
    }

    /// What was consumed today, in yen.
    pub fn spent(&self, now: Timestamp) -> u64 {
        if self.spent_on == Some(now.day()) { self.spent.total_yen } else { 0 }
    }

    /// Takes an approval off the desk; what it held is free again.
    pub fn clear(&mut self, approval: ApprovalId) -> Option<Open> {
        if self.challenged == Some(approval) {
            self.challenged = None;
        }
        let at = self.open.iter().position(|known| known.approval == approval)?;
        Some(self.open.remove(at))
    }

    /// Takes a consumed approval off the desk and counts its amount for the day.
    pub fn consume(&mut self, approval: ApprovalId, now: Timestamp) {
        self.sweep(now);
        if let Some(open) = self.clear(approval) {
            self.spent.total_yen += open.amount.to_u64();
            if open.by_card {
                self.spent.by_card_yen += open.amount.to_u64();
            }
        }
    }

    /// Keeps an approved operation on the desk until `until`, by which it must be consumed.
    pub fn keep_until(&mut self, approval: ApprovalId, until: Timestamp) {
        if let Some(open) = self.open.iter_mut().find(|known| known.approval == approval) {
            open.until = until;
        }
    }

    /// Whether a challenge may be drawn: not while too many were abandoned (§4.5).
    pub fn may_challenge(&self, now: Timestamp) -> Result<(), Refusal> {
        match self.paused_until {
            Some(until) if now < until => Err(Refusal::ChallengePaused { until }),
            _ => Ok(()),
        }
    }

    /// A challenge was shown and ended without a right answer; with the budget used up, asking
    /// pauses.
    pub fn abandon(&mut self, policy: &Policy, now: Timestamp) {
        let rules = &policy.challenge;
        self.abandoned.retain(|at| now.seconds_since(*at) < DAY_S);
        self.abandoned.push(now);
        self.abandoned_between = self.abandoned_between.saturating_add(1);
        let in_a_day = self.abandoned.len() >= usize::from(rules.abandoned_per_day);
        if in_a_day || self.abandoned_between >= rules.abandoned_between {
            self.paused_until = Some(now.plus_s(i64::from(rules.pause_s)));
            self.abandoned.clear();
            self.abandoned_between = 0;
        }
    }

    /// A challenge was answered rightly.
    pub fn answered(&mut self, approval: ApprovalId) {
        self.abandoned_between = 0;
        if self.challenged == Some(approval) {
            self.challenged = None;
        }
    }

    /// Something was shown for a change, with no card to ask besides, and was wrong: the next waits
    /// longer, and after the last one changes pause. Returns how many there were in a row.
    pub fn proof_failed(&mut self, policy: &Policy, now: Timestamp) -> u8 {
        let rules = &policy.lock.otp;
        self.proofs = self.proofs.failed(rules, now);
        let failures = self.proofs.failures();
        if self.proofs.locked(rules) {
            self.paused_until = Some(now.plus_s(i64::from(policy.challenge.pause_s)));
            self.proofs = self.proofs.cleared();
        }
        failures
    }

    /// The same was right.
    pub fn proof_right(&mut self) {
        self.proofs = self.proofs.cleared();
    }

    /// Adds a credential that came into being.
    pub fn add_credential(&mut self, credential: CredentialId) {
        self.credentials.push(credential);
        self.issued += 1;
    }

    /// Removes a credential that has ended.
    pub fn drop_credential(&mut self, credential: CredentialId) {
        self.credentials.retain(|known| *known != credential);
    }

    fn sweep(&mut self, now: Timestamp) {
        self.open.retain(|known| known.until > now);
        if self.spent_on != Some(now.day()) {
            self.spent_on = Some(now.day());
            self.spent = Spent::default();
        }
    }
}

fn within(limit: &'static str, limit_yen: u64, taken: u64, amount: Yen) -> Result<(), Refusal> {
    let left_yen = limit_yen.saturating_sub(taken);
    if amount.to_u64() > left_yen {
        return Err(Refusal::LimitExceeded { limit, limit_yen, left_yen });
    }
    Ok(())
}
