//! What stands in the rows, held against what the model believes.

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

use sekisho_app::tx::{Engine as _, Row, Table};
use sekisho_domain::method::Answer;
use sekisho_store::MemoryEngine;

use super::model::{Approval, Card, Challenge, Lying, Stage};
use super::{Oracle, Seen};
use crate::deed::Deed;
use crate::hex::hex;

/// Notices the model counts.
const COUNTED: [&str; 4] = ["operation_approved", "card_switched", "card_locked", "otp_locked"];

/// Tables whose rows carry the version of their last event.
const VERSIONED: [Table; 6] =
    [Table::Approval, Table::Credential, Table::Contract, Table::Order, Table::Batch, Table::Token];

impl Oracle {
    /// Reads every row the deed wrote, and those it should have written.
    pub(super) fn read_rows(&mut self, seen: &Seen, engine: &mut MemoryEngine) {
        let mut places: BTreeSet<(Table, String)> = seen.written.iter().cloned().collect();
        if let Deed::Answer(attempt) = &seen.act.deed {
            for answer in &attempt.parts {
                if let Answer::Choices(choices) = answer {
                    for choice in choices {
                        self.secrets.keep(choice);
                    }
                }
            }
            let id = attempt.approval.to_string();
            if let Some(approval) = self.model.approvals.get(&id) {
                let cards = self.model.cards.iter();
                let own = cards.filter(|(_, card)| card.contract == approval.contract);
                places.extend(own.clone().map(|(card, _)| (Table::Credential, card.clone())));
                let tokens = own.filter_map(|(_, card)| card.token.clone());
                places.extend(tokens.map(|token| (Table::Token, token)));
            }
            places.insert((Table::Approval, id));
        }
        if let Deed::Consume(approval, _) = &seen.act.deed {
            places.insert((Table::Approval, approval.to_string()));
        }
        let mut contracts = BTreeSet::new();
        for (table, key) in places {
            if let Ok(Some(row)) = engine.fetch(table, &key) {
                self.read_row(seen, table, &row, &mut contracts);
            }
        }
        for contract in contracts {
            self.read_desk(&contract);
            self.read_told(&contract);
        }
        self.read_bindings();
    }

    fn read_row(&mut self, seen: &Seen, table: Table, row: &Row, contracts: &mut BTreeSet<String>) {
        if let Some(secret) = self.secrets.shown_by(&row.body) {
            let how = format!("{secret} in {table} {}", row.key);
            self.fail("no secret is at rest in plain text", how);
        }
        let body: Value = serde_json::from_str(&row.body).expect("a row is JSON");
        if VERSIONED.contains(&table) && body["version"].as_u64() != self.version(&row.key) {
            let how = format!("{} is at {}, its events are not", row.key, body["version"]);
            self.fail("each transition has its event", how);
        }
        match table {
            Table::Approval => self.read_approval(&row.key, &body, seen.now),
            Table::Credential => self.read_card(&row.key, &body),
            Table::Contract => self.read_contract(seen, &row.key, &body),
            Table::Desk => drop(self.model.desks.insert(row.key.clone(), body)),
            Table::Order => self.read_order(&row.key, &body),
            Table::Session => {
                let (contract, open) = (text(&body["contract"]), body["ended"].is_null());
                self.model.sessions.insert(row.key.clone(), Lying { contract, open });
            }
            Table::Notice => self.read_notice(&row.key, &body),
            Table::Token => return self.read_token(&row.key, &body),
            _ => return,
        }
        let whose = if table == Table::Contract { &row.key } else { &row.owner };
        contracts.insert(whose.clone());
    }

    fn version(&self, subject: &str) -> Option<u64> {
        self.model.versions.get(subject).copied()
    }

    fn read_contract(&mut self, seen: &Seen, id: &str, body: &Value) {
        let password = &body["password"];
        let contract = self.model.contracts.entry(id.to_owned()).or_default();
        contract.state = word(&body["state"]);
        let code = &body["activation"];
        contract.code = code["until"].as_i64().map(|until| (text(&code["verifier"]), until));
        let verifier = (!password["verifier"].is_null()).then(|| password["verifier"].to_string());
        let replaced = contract.verifier != verifier;
        if replaced {
            contract.verifier = verifier;
            contract.password_until = password["initial_until"].as_i64();
            (contract.failures, contract.not_before) = (0, 0);
        }
        let (kept, made) = (password["attempts"]["failures"].as_u64(), contract.failures);
        if replaced && !matches!(seen.act.deed, Deed::Password) {
            self.fail("a password changes by its owner or with its letter", id.to_owned());
        }
        if kept != Some(made.into()) {
            let how = format!("password of {id}: {kept:?} kept, {made} made");
            self.fail("failures counted are failures made", how);
        }
    }

    fn read_order(&mut self, id: &str, body: &Value) {
        let ended = ["activated", "returned", "lost", "rejected", "cancelled", "unswitched"];
        let is_card = matches!(body["kind"].as_str(), Some("image_card" | "customer_card"));
        let open = is_card && !ended.contains(&word(&body["state"]).as_str());
        let contract = text(&body["contract"]);
        if open && self.model.orders.get(id).is_some_and(|known| !known.open) {
            self.fail("what has ended stays ended", id.to_owned());
        }
        self.model.orders.insert(id.to_owned(), Lying { contract, open });
    }

    fn read_notice(&mut self, id: &str, body: &Value) {
        let said = format!("{} {} {}", body["contract"], body["kind"], body["facts"]);
        match self.model.notices.get(id) {
            None => {
                let kind = COUNTED.into_iter().find(|kind| body["kind"] == **kind);
                if let Some(kind) = kind {
                    self.model.told.entry((text(&body["contract"]), kind)).or_default().1 += 1;
                }
                self.model.notices.insert(id.to_owned(), said);
            }
            Some(known) if *known != said => {
                self.fail("a notice is recognisably the same each time", id.to_owned());
            }
            Some(_) => {}
        }
    }

    fn read_told(&mut self, contract: &str) {
        for kind in COUNTED {
            let key = (contract.to_owned(), kind);
            let (wanted, found) = self.model.told.get(&key).copied().unwrap_or_default();
            if wanted != found {
                let how = format!("{contract}: {found} of {wanted} notices {kind}");
                self.fail("who must be told is told, once for each time", how);
            }
        }
    }

    fn read_card(&mut self, id: &str, body: &Value) {
        let state = word(&body["state"]);
        let over = matches!(
            state.as_str(),
            "superseded" | "exchanged" | "stopped" | "revoked" | "expired"
        );
        let (card, token) = (&body["carrier"]["card"], &body["carrier"]["token"]);
        let printed = if token.is_null() { &card["number"] } else { &token["serial"] };
        let card = self.model.cards.entry(id.to_owned()).or_insert_with(|| Card {
            contract: text(&body["contract"]),
            number: text(printed),
            token: token["token"].as_str().map(str::to_owned),
            image: body["method"] == "image_card",
            failures: 0,
            not_before: 0,
            locked: false,
            ended: false,
            in_use: false,
            asked: std::collections::BTreeMap::new(),
        });
        let was_over = card.ended;
        card.ended |= over;
        let starts = card.token.is_some() && !card.in_use && !body["activated_at"].is_null();
        if starts {
            let contract = self.model.contracts.get_mut(&card.contract);
            card.in_use = contract.is_some_and(|it| std::mem::take(&mut it.starts_token));
        }
        if state == "exchanged" && !was_over {
            self.model.exchanged.insert(card.contract.clone());
        }
        let (kept, made) = (body["attempts"]["failures"].as_u64(), card.failures);
        let (locked, in_use) = (card.locked, card.in_use);
        if was_over && !over {
            self.fail("what has ended stays ended", format!("{id} is {state}"));
        }
        if kept != Some(made.into()) {
            let how = format!("{id}: {kept:?} kept, {made} made");
            self.fail("failures counted are failures made", how);
        }
        if !over && locked != (state == "locked") {
            self.fail("a lock holds until the office lifts it", format!("{id} is {state}"));
        }
        if !body["activated_at"].is_null() && !in_use {
            self.fail("a card comes into use by proof alone", id.to_owned());
        }
    }

    fn read_approval(&mut self, id: &str, body: &Value, now: i64) {
        if !self.model.approvals.contains_key(id) {
            self.read_request(id, body, now);
        }
        let (name, stage) = named(&body["stage"]);
        let before = self.model.approvals[id].stage;
        let after = match (name.as_str(), before) {
            ("requested", Stage::Requested) => Stage::Requested,
            ("challenged", Stage::Requested | Stage::Challenged) => {
                self.read_challenge(id, stage, now);
                Stage::Challenged
            }
            ("approved", Stage::Approved { .. }) => before,
            ("consumed", Stage::Consumed) => Stage::Consumed,
            ("ended", before) if before != Stage::Consumed => Stage::Ended,
            _ => {
                let how = format!("{id} is {name} in the row, {before:?} by what was done");
                return self.fail("no approval without a right answer in time", how);
            }
        };
        let wrong = self.model.approvals[id].wrong;
        let logged = self.counted(id, "approval.answer_rejected");
        if logged != wrong {
            let how = format!("{id}: {logged} logged, {wrong} made");
            self.fail("failures counted are failures made", how);
        }
        self.model.approvals.get_mut(id).expect("just read").stage = after;
    }

    fn read_request(&mut self, id: &str, body: &Value, now: i64) {
        let reference = text(&body["reference"]);
        let by_page = body["asked_by"] == "page";
        let draft = self.drafts.get(&reference).cloned();
        if !by_page && draft.is_none() {
            self.fail("nobody but the bank has something approved", id.to_owned());
        }
        if let Some(draft) = draft.as_ref().filter(|_| !by_page) {
            let digest = digest(&self.institution, draft, &body["nonce"], &reference);
            if body["digest"] != digest || body["contract"] != *draft.contract {
                self.fail("the digest is that of the operation wanted", id.to_owned());
            }
        }
        let twin = |known: &Approval| {
            let lapsed = known.deadline().is_some_and(|deadline| deadline <= self.model.latest);
            known.reference == reference && known.stage != Stage::Ended && !lapsed
        };
        if !by_page && self.model.approvals.values().any(twin) {
            self.fail("a number of the bank counts once", reference.clone());
        }
        let life_s = draft.as_ref().map_or(900, |draft| draft.expires_in_s);
        let approval = Approval {
            contract: text(&body["contract"]),
            by_page,
            is_switch: body["operation"]["action"] == "card_switch",
            besides: self.given || !reference.starts_with("procedure."),
            is_change: body["operation"]["type"] == "credential_change",
            session: body["session"].as_str().map(str::to_owned),
            reference,
            leaves_yen: draft.map_or(0, |draft| draft.leaves_yen),
            expires_at: now + life_s * 1000,
            stage: Stage::Requested,
            challenge: None,
            accepted: 0,
            consumed: 0,
            wrong: 0,
        };
        self.model.approvals.insert(id.to_owned(), approval);
    }

    /// Once drawn, a question stays; and what is asked is spent.
    fn read_challenge(&mut self, id: &str, body: &Value, now: i64) {
        let parts = body["parts"].as_array().cloned().unwrap_or_default();
        let asked: Vec<&Value> = parts.iter().map(|part| &part["body"]).collect();
        let asked = serde_json::to_string(&asked).expect("JSON stays JSON");
        let known = self.model.approvals[id].challenge.clone();
        if let Some(known) = known {
            if known.id != text(&body["id"]) || known.asked != asked {
                self.fail("a reload changes nothing", format!("{id} was drawn again"));
            }
            return;
        }
        let approval = &self.model.approvals[id];
        let (contract, transfer) = (approval.contract.clone(), !approval.is_change);
        for part in &parts {
            let card = text(&part["credential"]);
            let by_card = self.model.cards.get(&card).is_some_and(|card| card.token.is_none());
            if transfer && by_card && self.uses_token(&contract) {
                self.fail("with a token in use no card approves", format!("{card} for {id}"));
            }
            let cells = part["body"]["cells"].as_array().cloned().unwrap_or_default();
            for cell in &cells {
                self.spend(&card, cell);
            }
        }
        let challenge = Challenge {
            id: text(&body["id"]),
            cards: parts.iter().map(|part| text(&part["credential"])).collect(),
            asked,
            expires_at: now + self.terms.life_s * 1000,
            wrong: 0,
        };
        self.model.approvals.get_mut(id).expect("being read").challenge = Some(challenge);
    }

    fn spend(&mut self, card: &str, cell: &Value) {
        let most = self.terms.cell_uses;
        let Some(known) = self.model.cards.get_mut(card) else { return };
        let times = known.asked.entry(cell.to_string()).or_default();
        *times += 1;
        let times = *times;
        if most.is_some_and(|most| times > most) {
            let how = format!("cell {cell} of {card} was asked {times} times");
            self.fail("no cell is good twice", how);
        }
    }
}

/// The digest the bank would compute: RFC 8785 of ids, texts and whole numbers is sorted, dense
/// JSON.
fn digest(institution: &str, draft: &super::Draft, nonce: &Value, reference: &str) -> String {
    let canonical = serde_json::json!({
        "contract": draft.contract, "institution": institution, "nonce": nonce,
        "operation": draft.operation, "reference": reference,
    });
    let text = serde_json::to_string(&canonical).expect("JSON stays JSON");
    let hash = Sha256::new().chain_update("sekisho.operation.v1\n").chain_update(text).finalize();
    format!("sha256:{}", hex(&hash))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The word of a state, with or without something of its own.
fn word(value: &Value) -> String {
    named(value).0
}

fn named(value: &Value) -> (String, &Value) {
    match value {
        Value::Object(members) => match members.iter().next() {
            Some((name, inner)) => (name.clone(), inner),
            None => (String::new(), value),
        },
        other => (text(other), value),
    }
}
