//! What lies on a contract's desk is what is open elsewhere: approvals, cards, the order, the
//! session.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Oracle;
use super::model::{Approval, Lying, Stage};

const RULE: &str = "a desk agrees with what is open";

impl Oracle {
    /// Compares the desk of a contract with everything else known of it.
    pub(super) fn read_desk(&mut self, contract: &str) {
        let Some(desk) = self.model.desks.get(contract).cloned() else { return };
        let found = [
            self.challenges(contract, &desk),
            self.open_approvals(contract, &desk),
            self.held_cards(contract, &desk),
            one(contract, &desk["order"], self.model.orders.iter(), "order"),
            one(contract, &desk["session"], self.model.sessions.iter(), "session"),
        ];
        if let Some(how) = found.into_iter().flatten().next() {
            self.fail(RULE, format!("{contract}: {how}"));
        }
    }

    fn challenges(&mut self, contract: &str, desk: &Value) -> Option<String> {
        let latest = self.model.latest;
        let asked = |id: &&String| {
            let approval = &self.model.approvals[*id];
            approval.contract == contract
                && approval.stage == Stage::Challenged
                && approval.deadline().is_some_and(|deadline| latest < deadline)
        };
        let open: Vec<String> = self.model.approvals.keys().filter(asked).cloned().collect();
        if open.len() > 1 {
            let how = format!("{contract}: {open:?}");
            self.fail("a contract has at most one open challenge", how);
        }
        let known = desk["challenged"].as_str();
        let stale = known.filter(|id| {
            self.model.approvals.get(*id).is_none_or(|it| it.stage != Stage::Challenged)
        });
        let missing = open.first().filter(|id| known != Some(id.as_str()));
        stale.map(str::to_owned).or(missing.cloned()).map(|id| format!("challenge of {id}"))
    }

    fn open_approvals(&self, contract: &str, desk: &Value) -> Option<String> {
        let entries = desk["open"].as_array()?;
        let ids: BTreeSet<&str> =
            entries.iter().filter_map(|entry| entry["approval"].as_str()).collect();
        let over = |id: &&&str| self.model.approvals.get(**id).is_none_or(Approval::over);
        if let Some(id) = ids.iter().find(over) {
            return Some(format!("{id} is over and still on it"));
        }
        let waits = |(id, it): &(&String, &Approval)| {
            it.contract == contract
                && it.deadline().is_some_and(|deadline| self.model.latest < deadline)
                && !ids.contains(id.as_str())
        };
        let missing = self.model.approvals.iter().find(waits);
        missing.map(|(id, _)| format!("{id} is open and not on it"))
    }

    fn held_cards(&self, contract: &str, desk: &Value) -> Option<String> {
        let on_it: BTreeSet<&str> =
            desk["credentials"].as_array()?.iter().filter_map(Value::as_str).collect();
        let cards = self.model.cards.iter();
        let held: BTreeSet<&str> = cards
            .filter(|(_, card)| card.contract == contract && !card.ended)
            .map(|(id, _)| id.as_str())
            .collect();
        (on_it != held).then(|| format!("cards {on_it:?} on it, {held:?} good"))
    }
}

/// At most one of these is open, and it is the one on the desk.
fn one<'a>(
    contract: &str,
    on_it: &Value,
    all: impl Iterator<Item = (&'a String, &'a Lying)>,
    what: &str,
) -> Option<String> {
    let open: Vec<&str> = all
        .filter(|(_, it)| it.contract == contract && it.open)
        .map(|(id, _)| id.as_str())
        .collect();
    let agrees = match (on_it.as_str(), open.as_slice()) {
        (None, []) => true,
        (Some(known), [only]) => known == *only,
        _ => false,
    };
    (!agrees).then(|| format!("{what} {on_it} on it, {open:?} open"))
}
