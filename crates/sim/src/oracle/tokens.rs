//! Codes of tokens: good once for all contracts together, within the window, counted when wrong
//! and never when used; and who is bound to which token.

use std::collections::BTreeMap;

use serde_json::Value;

use sekisho_app::tx::Table;
use sekisho_domain::id::{ContractId, CredentialId};
use sekisho_domain::method::Answer;
use sekisho_domain::oath::{Algorithm, Digits, hotp};
use sekisho_domain::refusal::Refusal;

use super::model::{Card, Stage, Token};
use super::{Foreseen, Oracle, Seen, Verdict};
use crate::deed::{Change, Proof, Reply};

/// Seconds a token of this world shows each code.
pub(crate) const PERIOD_S: u16 = 30;

/// How a code stands to its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    /// Right and new: the code of this step.
    Right(i64),
    /// Right, and used before.
    Spent,
    /// Wrong.
    Wrong,
}

/// The code that a token of this world makes at a step.
pub(crate) fn code_at(seed: &[u8], step: i64) -> String {
    let step = u64::try_from(step).expect("after 1970");
    hotp(Algorithm::Sha256, seed, step, Digits::SIX)
}

/// The step that the server's clock shows.
fn step(now: i64) -> i64 {
    now.div_euclid(i64::from(PERIOD_S) * 1000)
}

impl Oracle {
    /// How a code stands to a token at this instant.
    pub(super) fn code_stands(&self, token: &str, code: &str, now: i64) -> Code {
        let token = &self.model.tokens[token];
        let Some(seed) = self.seeds.get(&token.serial) else { return Code::Wrong };
        let window = i64::from(self.terms.window);
        let believed = step(now) + token.drift;
        let in_window = believed - window..=believed + window;
        let shows = |at: &i64| code_at(seed, *at) == code;
        let new = |at: &i64| token.last.is_none_or(|last| last < *at);
        if let Some(at) = in_window.clone().find(|at| new(at) && shows(at)) {
            return Code::Right(at);
        }
        let used = token.last.is_some_and(|last| shows(&last))
            || in_window.clone().any(|at| !new(&at) && shows(&at));
        if used { Code::Spent } else { Code::Wrong }
    }

    /// An answer was judged: what was right and new in it is used, whatever became of the rest.
    pub(super) fn spend_codes(&mut self, approval: &str, parts: &[Answer], now: i64) {
        let challenge = self.model.approvals[approval].challenge.as_ref().expect("answered");
        for (card, answer) in challenge.cards.clone().iter().zip(parts) {
            let token = self.model.cards[card].token.clone();
            if let (Some(token), Answer::Code(code)) = (token, answer) {
                self.use_up(&token, code, now);
            }
        }
    }

    /// A code was judged; if it was right and new it is used now.
    pub(super) fn use_up(&mut self, token: &str, code: &str, now: i64) {
        let Code::Right(at) = self.code_stands(token, code, now) else { return };
        let known = self.model.tokens.get_mut(token).expect("a code was judged by it");
        let most = i64::from(self.terms.drift).max(known.drift.abs());
        known.last = Some(at);
        known.drift = (at - step(now)).clamp(-most, most);
    }

    pub(super) fn foresee_code(&self, contract: ContractId, code: &str, now: i64) -> Foreseen {
        let Some((_, card)) = self.used_token(contract) else { return Foreseen::Open };
        let token = card.token.as_ref().expect("it uses one");
        let judged = !card.locked && now >= card.not_before;
        let right = matches!(self.code_stands(token, code, now), Code::Right(_));
        Foreseen::Told(Verdict::Entered(judged && right))
    }

    /// A code was shown at a sign-in: right and new it is used, wrong it is counted.
    pub(super) fn code_shown(&mut self, contract: ContractId, code: &str, now: i64) {
        let Some((id, card)) = self.used_token(contract) else { return };
        let (id, token) = (id.clone(), card.token.clone().expect("it uses one"));
        if card.locked || now < card.not_before {
            return;
        }
        let stands = self.code_stands(&token, code, now);
        self.use_up(&token, code, now);
        match stands {
            Code::Right(_) => {
                let card = self.model.cards.get_mut(&id).expect("found above");
                (card.failures, card.not_before) = (0, 0);
            }
            Code::Spent => {}
            Code::Wrong => drop(self.count(&id, now)),
        }
    }

    fn used_token(&self, contract: ContractId) -> Option<(&String, &Card)> {
        let contract = contract.to_string();
        let used = |card: &Card| card.token.is_some() && card.in_use && !card.ended;
        self.model.cards.iter().find(|(_, card)| card.contract == contract && used(card))
    }

    pub(super) fn foresee_resync(
        &self,
        card: CredentialId,
        codes: &[String; 2],
        now: i64,
    ) -> Foreseen {
        let found = self.in_a_row(card, codes, now);
        found.map_or(Foreseen::Refused, |_| Foreseen::Told(Verdict::Done))
    }

    pub(super) fn resynced(&mut self, card: CredentialId, codes: &[String; 2], now: i64) {
        let at = self.in_a_row(card, codes, now).expect("foreseen");
        let token = self.model.cards[&card.to_string()].token.clone().expect("foreseen");
        let known = self.model.tokens.get_mut(&token).expect("foreseen");
        (known.last, known.drift) = (Some(at), at - step(now));
    }

    /// The step of the second of two unused codes in a row.
    fn in_a_row(&self, card: CredentialId, codes: &[String; 2], now: i64) -> Option<i64> {
        let token = self.model.cards.get(&card.to_string())?.token.as_ref()?;
        let token = self.model.tokens.get(token)?;
        let seed = self.seeds.get(&token.serial)?;
        let range = i64::from(self.terms.resync_range);
        let mut all = step(now) - range..=step(now) + range;
        let fits = |at: &i64| {
            token.last.is_none_or(|last| last < *at)
                && code_at(seed, *at) == codes[0]
                && code_at(seed, at + 1) == codes[1]
        };
        all.find(fits).map(|at| at + 1)
    }

    /// Whether a contract has a token in use.
    pub(super) fn uses_token(&self, contract: &str) -> bool {
        let used = |card: &Card| card.token.is_some() && card.in_use && !card.ended;
        self.model.cards.values().any(|card| card.contract == contract && used(card))
    }

    /// Reads a token's row: what was used is used there too.
    pub(super) fn read_token(&mut self, id: &str, body: &Value) {
        let motion = &body["motion"];
        let (last, drift) = (motion["last"].as_i64(), motion["drift"].as_i64().unwrap_or(0));
        let state = body["state"].as_str().unwrap_or_default();
        let over = !matches!(state, "stock" | "allocated" | "mailed" | "usable" | "low_battery");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let pair = |it: &Value| (text(&it["credential"]), text(&it["contract"]));
        let bound = body["bound"].as_array().into_iter().flatten().map(pair).collect();
        let token = self.model.tokens.entry(id.to_owned()).or_insert_with(|| Token {
            serial: text(&body["serial"]),
            last,
            drift,
            bound: BTreeMap::new(),
            ended: false,
        });
        token.bound = bound;
        let was_over = token.ended;
        token.ended |= over;
        let known = (token.last, token.drift);
        if was_over && !over {
            self.fail("what has ended stays ended", format!("{id} is {state}"));
        }
        if known != (last, drift) {
            let how = format!("{id} stands at {last:?}, {drift}; used were {known:?}");
            self.fail("a code is good once for each token", how);
        }
    }

    /// What was shown for a change of tokens: a change takes place by right and new codes alone, a
    /// wrong one is counted, a used one is not.
    pub(super) fn proved(&mut self, proof: &Proof, seen: &Seen) {
        const RULE: &str = "tokens change by right and new codes alone";
        let wrote = |table| seen.written.iter().any(|(written, _)| *written == table);
        let stands: Vec<Code> = proof.shown.iter().map(|it| self.stands(it, seen.now)).collect();
        let (wrong, spent) = (stands.contains(&Code::Wrong), stands.contains(&Code::Spent));
        // The code of a token that may not be started is not even looked at.
        let unfit = self.is_unfit(proof);
        let judged = &proof.shown[..proof.shown.len() - usize::from(unfit)];
        if wrote(Table::Credential) {
            if wrong || spent {
                let how = format!("{:?} of {} by {stands:?}", proof.change, proof.contract);
                self.fail(RULE, how);
            }
            self.changed(proof);
        } else if seen.written.is_empty() {
            let used = matches!(seen.reply, Reply::Refused(Refusal::CodeUsed { .. }));
            if used && (wrong || !spent) {
                self.fail("a used code is told apart from a wrong one", format!("{stands:?}"));
            }
            return;
        } else if !wrong && !unfit {
            self.fail("a used code is never counted", format!("{} {stands:?}", proof.contract));
        }
        for (serial, code) in judged {
            if let Some(token) = self.by_serial(serial) {
                self.use_up(&token, code, seen.now);
            }
        }
    }

    /// Serial and code were given in a procedure: what is right and new is used now, whatever the
    /// card says later.
    pub(super) fn given(&mut self, proof: &Proof, now: i64) {
        let contract = proof.contract.to_string();
        let starts = proof.change == Change::Start;
        let waits = self.model.desks.get(&contract).and_then(|desk| desk["token_from"].as_i64());
        let barred = self.uses_token(&contract) || waits.is_some_and(|until| now < until);
        if (starts && barred) || self.is_unfit(proof) {
            self.given = false;
            return;
        }
        self.given = true;
        for shown in &proof.shown {
            self.given &= matches!(self.stands(shown, now), Code::Right(_));
            if let Some(token) = self.by_serial(&shown.0) {
                self.use_up(&token, &shown.1, now);
            }
        }
    }

    /// A change has taken place: the approval is used, and a token may come into use.
    fn changed(&mut self, proof: &Proof) {
        if proof.change != Change::Stop {
            let contract = self.model.contracts.get_mut(&proof.contract.to_string());
            contract.expect("known").starts_token = true;
        }
        if let Some(approval) = proof.approval {
            let approval = self.model.approvals.get_mut(&approval.to_string()).expect("known");
            let was = std::mem::replace(&mut approval.stage, Stage::Consumed);
            approval.consumed += 1;
            if !matches!(was, Stage::Approved { .. }) || approval.consumed > 1 {
                let how = format!("{was:?} for {:?} of {}", proof.change, proof.contract);
                self.fail("an approval is used once", how);
            }
        }
    }

    /// Whether the token that is to come into use may not: its serial is as good as wrong then.
    fn is_unfit(&self, proof: &Proof) -> bool {
        let Some((serial, _)) = proof.shown.last() else { return false };
        let (Some(token), true) = (self.by_serial(serial), proof.change != Change::Stop) else {
            return proof.change != Change::Stop;
        };
        let token = &self.model.tokens[&token];
        token.ended || token.bound.values().any(|it| *it == proof.contract.to_string())
    }

    fn stands(&self, (serial, code): &(String, String), now: i64) -> Code {
        self.by_serial(serial).map_or(Code::Wrong, |token| self.code_stands(&token, code, now))
    }

    fn by_serial(&self, serial: &str) -> Option<String> {
        let found = self.model.tokens.iter().find(|(_, token)| token.serial == serial);
        found.map(|(id, _)| id.clone())
    }

    /// A token answers for those whose credential is bound to it, and for nobody else; and nobody
    /// has two.
    pub(super) fn read_bindings(&mut self) {
        let mut of_credentials: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
        let mut of_contracts: BTreeMap<&str, u32> = BTreeMap::new();
        for (id, card) in &self.model.cards {
            let Some(token) = card.token.as_ref().filter(|_| !card.ended) else { continue };
            let bound = of_credentials.entry(token).or_default();
            bound.insert(id.clone(), card.contract.clone());
            *of_contracts.entry(&card.contract).or_default() += u32::from(card.in_use);
        }
        let nobody = BTreeMap::new();
        let unlike =
            self.model.tokens.iter().find(|(id, token)| {
                token.bound != *of_credentials.get(id.as_str()).unwrap_or(&nobody)
            });
        let unlike = unlike.map(|(id, token)| format!("{id}: {:?}", token.bound));
        let two = of_contracts.iter().find(|(_, tokens)| **tokens > 1);
        let two = two.map(|(contract, tokens)| format!("{contract} has {tokens}"));
        let exchanged = self.model.exchanged.iter();
        let none = exchanged.clone().find(|it| of_contracts.get(it.as_str()) != Some(&1)).cloned();
        self.model.exchanged.clear();
        if let Some(how) = unlike {
            self.fail("a token is bound to whom its credentials say", how);
        }
        if let Some(how) = two {
            self.fail("a contract uses one token", how);
        }
        if let Some(how) = none {
            self.fail("an exchange leaves one token in use", how);
        }
    }
}
