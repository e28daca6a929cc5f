//! Which answers are right, in time and by a card that may answer; what is counted; what is used.

use sekisho_domain::id::{ApprovalId, CredentialId};
use sekisho_domain::method::Answer;

use super::model::{Approval, Card, Challenge, Stage, day_of};
use super::tokens::Code;
use super::{Foreseen, Oracle, Verdict};
use crate::deed::{Attempt, Door};
use crate::screen::{Face, Part};

impl Oracle {
    pub(super) fn foresee_answer(&self, attempt: &Attempt, now: i64) -> Foreseen {
        let id = attempt.approval.to_string();
        let Some(approval) = self.model.approvals.get(&id) else { return Foreseen::Refused };
        let Some(challenge) = self.answerable(approval, attempt, now) else {
            return Foreseen::Refused;
        };
        let cards = || challenge.cards.iter().map(|card| &self.model.cards[card]);
        let today = day_of(now);
        let retired = |card: &Card| {
            let mandatory = self.terms.mandatory.map(|day| day_of(day.start().millis()));
            let old = !card.image && card.token.is_none();
            old && !approval.is_change && mandatory.is_some_and(|day| day <= today)
        };
        if cards().any(|card| card.ended || card.locked || retired(card)) {
            return Foreseen::Told(Verdict::Ended);
        }
        if cards().any(|card| now < card.not_before) {
            return Foreseen::Told(Verdict::Wait);
        }
        let Some((right, spent)) = self.is_right(challenge, &attempt.parts, now) else {
            return Foreseen::Refused;
        };
        let code = self.code_is_right(&approval.contract, attempt, now);
        let all_right = right && approval.besides && code;
        Foreseen::Told(match (all_right, spent) {
            (true, false) => Verdict::Accepted,
            (true, true) => Verdict::Wait,
            (false, _) => Verdict::Wrong,
        })
    }

    /// The question the attempt answers, if it stands and the door is the right one.
    fn answerable<'a>(
        &self,
        approval: &'a Approval,
        attempt: &Attempt,
        now: i64,
    ) -> Option<&'a Challenge> {
        let admitted = match attempt.door {
            Door::Bank => !approval.by_page,
            Door::Procedure => approval.by_page && approval.session.is_none(),
            Door::Page(session) | Door::Switch(session) => {
                approval.session == Some(session.to_string())
            }
        };
        let active = self.model.contracts.get(&approval.contract)?.state == "active";
        let open = approval.stage == Stage::Challenged
            && approval.deadline().is_some_and(|deadline| now < deadline)
            && (active || !matches!(attempt.door, Door::Switch(_) | Door::Procedure));
        let challenge = approval.challenge.as_ref()?;
        (admitted && open && challenge.id == attempt.challenge.to_string()).then_some(challenge)
    }

    /// Whether the activation code shown is the last one that was printed, and still good.
    fn code_is_right(&self, contract: &str, attempt: &Attempt, now: i64) -> bool {
        let kept = self.model.contracts.get(contract).and_then(|it| it.code.as_ref());
        let good =
            kept.filter(|(_, until)| now < *until).and_then(|(kept, _)| self.codes.get(kept));
        !attempt.wants_code || (good.is_some() && good == attempt.code.as_ref())
    }

    /// Whether every part is right, and whether one is a code that was used before; `None` when it
    /// is no answer to this question at all.
    fn is_right(&self, challenge: &Challenge, parts: &[Answer], now: i64) -> Option<(bool, bool)> {
        let screen = self.screens.get(&challenge.id)?;
        if parts.len() != screen.parts.len() {
            return None;
        }
        let (mut right, mut spent) = (true, false);
        for ((card, part), answer) in screen.parts.iter().zip(parts) {
            let card = &self.model.cards[&card.to_string()];
            let face = self.faces.get(&card.number);
            right &= match (part, answer) {
                (Part::Image(panels), Answer::Choices(choices)) => {
                    let formed = |it: &String| {
                        let letter = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
                        it.len() == 12 && it.bytes().all(letter)
                    };
                    if choices.len() != panels.len() || !choices.iter().all(formed) {
                        return None;
                    }
                    panels.iter().zip(choices).all(|(panel, choice)| {
                        let chosen = panel.choices.iter().find(|known| known.0 == *choice);
                        let Some(Face::Image(cells)) = face else { return false };
                        chosen.is_some_and(|known| known.1 == cells[panel.cell])
                    })
                }
                (Part::Customer(places, digits), Answer::Values(values)) => {
                    let formed = |it: &String| {
                        it.len() == usize::from(*digits) && it.bytes().all(|b| b.is_ascii_digit())
                    };
                    if values.len() != places.len() || !values.iter().all(formed) {
                        return None;
                    }
                    let Some(Face::Customer(positions)) = face else {
                        return Some((false, spent));
                    };
                    places.iter().zip(values).all(|(at, value)| positions[*at] == *value)
                }
                (Part::Code(digits), Answer::Code(code)) => {
                    if code.len() != usize::from(*digits) {
                        return None;
                    }
                    let stands = self.code_stands(card.token.as_ref()?, code, now);
                    spent |= stands == Code::Spent;
                    stands != Code::Wrong
                }
                _ => return None,
            };
        }
        Some((right, spent))
    }

    pub(super) fn answered(&mut self, attempt: &Attempt, told: Verdict, now: i64) {
        let id = attempt.approval.to_string();
        if matches!(told, Verdict::Accepted | Verdict::Wrong) {
            self.spend_codes(&id, &attempt.parts, now);
        }
        match told {
            Verdict::Accepted => self.accepted(&id, now),
            Verdict::Wrong => self.wrong(&id, now),
            Verdict::Ended => self.approval(&id).stage = Stage::Ended,
            _ => {}
        }
    }

    fn approval(&mut self, id: &str) -> &mut Approval {
        self.model.approvals.get_mut(id).expect("foreseen from this approval")
    }

    fn accepted(&mut self, id: &str, now: i64) {
        let until = now + self.terms.consume_s * 1000;
        let approval = self.approval(id);
        approval.accepted += 1;
        let (times, by_page, is_switch) = (approval.accepted, approval.by_page, approval.is_switch);
        approval.stage = if by_page { Stage::Consumed } else { Stage::Approved { until } };
        let contract = approval.contract.clone();
        let challenge = approval.challenge.clone().expect("answered, so asked");
        if times > 1 {
            self.fail("an approval succeeds once", id.to_owned());
        }
        for card in &challenge.cards {
            let card = self.model.cards.get_mut(card).expect("asked, so known");
            (card.failures, card.not_before) = (0, 0);
            card.in_use |= !card.image || by_page;
        }
        if !by_page {
            self.model.expect_notice(&contract, "operation_approved");
        } else if !is_switch {
            self.model.contracts.get_mut(&contract).expect("known").starts_token = true;
        } else {
            self.model.expect_notice(&contract, "card_switched");
            self.switched(&contract, challenge.cards.last().expect("a question asks something"));
        }
    }

    /// After the switch the new card is the only one (K-15).
    fn switched(&mut self, contract: &str, new: &str) {
        let others = self.model.cards.iter_mut();
        let old = |card: &Card| card.contract == contract && card.token.is_none();
        for (_, card) in others.filter(|(id, card)| *id != new && old(card)) {
            card.ended = true;
        }
    }

    fn wrong(&mut self, id: &str, now: i64) {
        let approval = self.approval(id);
        approval.wrong += 1;
        let challenge = approval.challenge.as_mut().expect("answered, so asked");
        challenge.wrong += 1;
        let (cards, wrong) = (challenge.cards.clone(), challenge.wrong);
        let mut locked = false;
        for card in cards {
            locked |= self.count(&card, now);
        }
        if locked || wrong >= self.terms.wrong_max {
            self.approval(id).stage = Stage::Ended;
        }
    }

    /// A wrong answer is counted at a card or a token; whether it is locked now.
    pub(super) fn count(&mut self, card: &str, now: i64) -> bool {
        let card = self.model.cards.get_mut(card).expect("asked, so known");
        let (patience, kind) = match card.token {
            Some(_) => (&self.terms.code, "otp_locked"),
            None => (&self.terms.card, "card_locked"),
        };
        card.not_before = wait_until(&patience.delays_s, card.failures, now);
        card.failures += 1;
        card.locked |= card.failures >= patience.max;
        let (locked, contract) = (card.locked, card.contract.clone());
        if locked {
            self.model.expect_notice(&contract, kind);
        }
        locked
    }

    pub(super) fn extended(&mut self, approval: ApprovalId, now: i64) {
        let until = now + self.terms.life_s * 1000;
        let Some(approval) = self.model.approvals.get_mut(&approval.to_string()) else { return };
        if let Some(challenge) = &mut approval.challenge {
            challenge.expires_at = until;
            approval.expires_at = approval.expires_at.max(until);
        }
    }

    pub(super) fn foresee_consumption(&self, id: ApprovalId, same: bool, now: i64) -> Foreseen {
        let approval = self.model.approvals.get(&id.to_string());
        match approval.map(|approval| approval.stage) {
            Some(Stage::Approved { until }) if now < until => {
                Foreseen::Told(Verdict::Consumed(same))
            }
            _ => Foreseen::Refused,
        }
    }

    pub(super) fn consumed(&mut self, id: ApprovalId, now: i64) {
        let id = id.to_string();
        let approval = self.approval(&id);
        approval.stage = Stage::Consumed;
        approval.consumed += 1;
        let (times, yen, contract) =
            (approval.consumed, approval.leaves_yen, approval.contract.clone());
        let asked = approval.challenge.as_ref().and_then(|it| it.cards.first()).cloned();
        let card = asked.and_then(|card| self.model.cards.get(&card));
        let by_card_yen = if card.is_some_and(|card| card.token.is_none()) { yen } else { 0 };
        if times > 1 {
            self.fail("an approval is used once", id);
        }
        let limits = (self.terms.day_yen, self.terms.card_day_yen);
        let contract = self.model.contracts.get_mut(&contract).expect("known");
        let spent = contract.spent.entry(day_of(now)).or_default();
        *spent = (spent.0 + yen, spent.1 + by_card_yen);
        if spent.0 > limits.0 || spent.1 > limits.1 {
            let how = format!("{spent:?} of {limits:?} yen");
            self.fail("the limits of a day hold", how);
        }
    }

    pub(super) fn foresee_unlock(&self, card: CredentialId) -> Foreseen {
        let card = self.model.cards.get(&card.to_string());
        let locked = card.is_some_and(|card| card.locked && !card.ended);
        if locked { Foreseen::Told(Verdict::Done) } else { Foreseen::Refused }
    }

    pub(super) fn unlocked(&mut self, card: CredentialId) {
        let card = self.model.cards.get_mut(&card.to_string()).expect("foreseen from this card");
        (card.locked, card.failures, card.not_before) = (false, 0, 0);
    }
}

/// Until when the next answer waits, after one more failure than there were; 0 when it does not.
pub(super) fn wait_until(delays_s: &[u32], failures: u8, now: i64) -> i64 {
    match delays_s.get(usize::from(failures)).or(delays_s.last()) {
        Some(0) | None => 0,
        Some(wait_s) => now + i64::from(*wait_s) * 1000,
    }
}
