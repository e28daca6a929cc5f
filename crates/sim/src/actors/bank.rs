//! The bank's system: asks for approvals, asks again under the same key, books twice, books
//! something else.

use serde_json::{Value, json};
use std::collections::BTreeSet;

use sekisho_app::approval::{self, Booked, By, Consume, Consumed, Given, Judged, Opened, Wanted};
use sekisho_app::once::{Kept, OnceKey, once};
use sekisho_domain::approval::{Channel, Mode, Stage};
use sekisho_domain::client::{Client, Profile};
use sekisho_domain::event::Actor;
use sekisho_domain::id::{
    ApprovalId, ClientId, ContractId, CredentialId, InstitutionId, SessionId,
};
use sekisho_domain::institution::{Brand, Contact, DatedPolicy, Institution, Words};
use sekisho_domain::json::Json;
use sekisho_domain::method::{Answer, MethodKind};
use sekisho_domain::operation::Operation;
use sekisho_domain::read::object;
use sekisho_domain::time::Timestamp;

use super::{customer, phones};
use crate::deed::{Act, Attempt, Deed, Door, Plain, Reply};
use crate::dice::Dice;
use crate::oracle;
use crate::screen::Screen;
use crate::terms::Terms;
use crate::world::World;

/// Drafts the bank still looks after.
const RECENT: usize = 8;

/// Where the approval page leads back.
const RETURN_URL: &str = "https://ib.kaku.example/back";

/// What the bank knows.
#[derive(Default)]
pub(crate) struct Bank {
    pub(crate) drafts: Vec<Draft>,
}

/// A transfer a customer has filled in.
pub(crate) struct Draft {
    pub(crate) contract: ContractId,
    pub(crate) approval: Option<ApprovalId>,
    reference: String,
    session: SessionId,
    operation: Value,
    /// The change of tokens it is, if it is one.
    change: Option<TokenChange>,
    mode: Mode,
    expires_in_s: u32,
    /// Whether it was refused: then the bank asks no more.
    refused: bool,
    /// How many answers were submitted: each has a key of its own.
    submissions: u32,
    /// How many bookings were tried under a key of their own.
    bookings: u32,
}

/// A change of tokens that the bank carries out once it is approved.
#[derive(Debug, Clone)]
pub(crate) enum TokenChange {
    /// Another phone takes the place of the one in use.
    Exchange { old: CredentialId, next: usize, serial: String },
    /// The token is given up.
    Stop { old: CredentialId },
}

/// A customer wants a change of tokens.
pub(crate) fn draft_change(world: &mut World, who: usize, change: TokenChange, dice: &mut Dice) {
    let Some(session) = world.cast.customers[who].sessions.into_iter().flatten().next() else {
        return;
    };
    let operation = match &change {
        TokenChange::Exchange { old, serial, .. } => json!({"type": "credential_change",
            "action": "otp_exchange", "serial": serial, "credential": old}),
        TokenChange::Stop { old } => {
            json!({"type": "credential_change", "action": "otp_stop", "credential": old})
        }
    };
    let number = write_down(world, who, session, (operation, Some(change)), (Mode::Direct, 900));
    if matches!(request(world, number), Reply::Done(()) | Reply::Lost) {
        world.cast.customers[who].paying = Some(number);
        customer::go_on_paying(world, who, number, session, dice);
    }
}

/// A customer fills in a transfer.
pub(crate) fn draft(world: &mut World, who: usize, session: SessionId, dice: &mut Dice) -> usize {
    let amount = dice.among(&[500, 500, 1_000, 2_000, 9_000, 59_000]);
    let own = dice.percent(15);
    let operation = operation(amount, own, world.now());
    let mode = if dice.percent(30) { Mode::Page } else { Mode::Direct };
    let expires_in_s = dice.among(&[60, 300, 900]);
    write_down(world, who, session, (operation, None), (mode, expires_in_s))
}

fn write_down(
    world: &mut World,
    who: usize,
    session: SessionId,
    (operation, change): (Value, Option<TokenChange>),
    (mode, expires_in_s): (Mode, u32),
) -> usize {
    let number = world.cast.bank.drafts.len();
    let draft = Draft {
        contract: world.cast.customers[who].contract,
        approval: None,
        reference: format!("IB-{number:06}"),
        session,
        operation,
        change,
        mode,
        expires_in_s,
        refused: false,
        submissions: 0,
        bookings: 0,
    };
    let leaves = draft.operation["type"] == "transfer";
    let amount = draft.operation["amount_yen"].as_u64().unwrap_or(0);
    let told = oracle::Draft {
        contract: draft.contract.to_string(),
        operation: draft.operation.clone(),
        leaves_yen: if leaves { amount } else { 0 },
        expires_in_s: draft.expires_in_s.into(),
    };
    world.oracle.drafted(&draft.reference, told);
    world.cast.bank.drafts.push(draft);
    number
}

fn operation(amount_yen: u64, own: bool, now: Timestamp) -> Value {
    let from = json!({"branch": "001", "kind": "1", "number": "1234567"});
    let date = now.day().to_string();
    if own {
        let to = json!({"branch": "002", "kind": "1", "number": "7654321"});
        return json!({"type": "own_transfer", "from": from, "to": to,
            "amount_yen": amount_yen, "date": date});
    }
    json!({
        "type": "transfer", "from": from,
        "payee": {"bank": "9997", "branch": "012", "kind": "1", "number": "7654321",
                  "name": "ﾐﾎﾝ ﾀﾛｳ", "registration": "saved"},
        "amount_yen": amount_yen, "fee_yen": 220, "fee_payer": "remitter", "date": date,
    })
}

fn key(world: &World, what: &str, draft: &Draft, nth: u32) -> OnceKey {
    let key = format!("{}/{what}/{}/{nth}", world.client.id, draft.reference);
    OnceKey { fingerprint: key.clone(), key }
}

/// The bank wants a draft approved; asked again, under the same key.
pub(crate) fn request(world: &mut World, number: usize) -> Reply<()> {
    let draft = &world.cast.bank.drafts[number];
    let key = key(world, "request", draft, 0);
    let page = (draft.mode == Mode::Page).then(|| (RETURN_URL.to_owned(), "back".to_owned()));
    let wanted = Wanted {
        institution: world.institution,
        client: world.client.clone(),
        contract: draft.contract,
        session: Some(draft.session),
        reference: draft.reference.parse().expect("letters and digits"),
        mode: draft.mode,
        channel: Channel::Pc,
        expires_in_s: draft.expires_in_s,
        page,
        operation: read(&draft.operation),
    };
    let act = Act::new("request", Deed::Request).under(&key.key);
    let actor = Actor::Client(world.client.id);
    let reply = world.act(actor, act, move |tx, cx| {
        once(tx, cx, &key, |tx, cx| approval::request(tx, cx, &wanted))
    });
    match reply {
        Reply::Done(kept) => {
            world.cast.bank.drafts[number].approval = Some(kept.outcome.approval);
            Reply::Done(())
        }
        Reply::Refused(refusal) => {
            world.cast.bank.drafts[number].refused = true;
            Reply::Refused(refusal)
        }
        Reply::Busy => Reply::Busy,
        Reply::Lost => Reply::Lost,
    }
}

/// The question is shown: by the bank, or on our page.
pub(crate) fn open(world: &mut World, number: usize, session: SessionId) -> Reply<Opened> {
    open_wanting(world, number, session, None)
}

/// The same, naming a method.
pub(crate) fn open_wanting(
    world: &mut World,
    number: usize,
    session: SessionId,
    wanted: Option<MethodKind>,
) -> Reply<Opened> {
    let draft = &world.cast.bank.drafts[number];
    let Some(id) = draft.approval else { return Reply::Busy };
    let (institution, client) = (world.institution, world.client.id);
    let (actor, by) = match draft.mode {
        Mode::Direct => (Actor::Client(client), By::Client(client)),
        Mode::Page => (Actor::Customer(draft.contract), By::Page(Some(session))),
    };
    world.act(actor, Act::new("open", Deed::Open(id)), move |tx, cx| {
        approval::open(tx, cx, institution, id, wanted, by)
    })
}

/// The answer goes in: through the bank under a key, or on our page.
pub(crate) fn answer(
    world: &mut World,
    number: usize,
    screen: &Screen,
    parts: Vec<Answer>,
    session: SessionId,
) -> Reply<Judged> {
    let draft = &world.cast.bank.drafts[number];
    let Some(id) = draft.approval else { return Reply::Busy };
    let (institution, client, challenge) = (world.institution, world.client.id, screen.challenge);
    let given = Given { approval: id, challenge, parts: parts.clone(), besides: true };
    let (actor, by, door) = match draft.mode {
        Mode::Direct => (Actor::Client(client), By::Client(client), Door::Bank),
        Mode::Page => {
            (Actor::Customer(draft.contract), By::Page(Some(session)), Door::Page(session))
        }
    };
    let attempt = Attempt { approval: id, challenge, parts, code: None, wants_code: false, door };
    let act = Act::new("answer", Deed::Answer(attempt));
    if door != Door::Bank {
        return world
            .act(actor, act, move |tx, cx| approval::answer(tx, cx, institution, &given, by));
    }
    let key = key(world, "answer", draft, draft.submissions);
    let reply = world.act(actor, act.under(&key.key), move |tx, cx| {
        once(tx, cx, &key, |tx, cx| approval::answer(tx, cx, institution, &given, by))
    });
    match reply {
        Reply::Done(Kept { outcome, .. }) => Reply::Done(outcome),
        Reply::Refused(refusal) => Reply::Refused(refusal),
        Reply::Busy => Reply::Busy,
        Reply::Lost => Reply::Lost,
    }
}

/// The next answer is another submission: under another key.
pub(crate) fn new_submission(world: &mut World, number: usize) {
    world.cast.bank.drafts[number].submissions += 1;
}

/// The bank looks after one of its recent drafts.
pub(crate) fn turn(world: &mut World, dice: &mut Dice) {
    let drafts = world.cast.bank.drafts.len();
    let Some(back) = dice.place(drafts.min(RECENT)) else { return };
    let number = drafts - 1 - back;
    let Some(id) = world.cast.bank.drafts[number].approval else {
        if !world.cast.bank.drafts[number].refused {
            request(world, number);
        }
        return;
    };
    let stage = world.approval(id).map(|approval| approval.stage);
    match (stage, dice.below(100)) {
        (Some(Stage::Approved(_)), _) | (_, 0..20) => book(world, number, dice),
        (_, 20..32) => {
            request(world, number);
        }
        (_, 32..36) => cancel(world, id),
        _ => {}
    }
}

/// The bank books what was approved; sometimes something else, sometimes twice.
pub(crate) fn book(world: &mut World, number: usize, dice: &mut Dice) {
    let draft = &world.cast.bank.drafts[number];
    let Some(id) = draft.approval else { return };
    if let Some(change) = draft.change.clone() {
        let contract = draft.contract;
        let who = world.cast.customers.iter().position(|it| it.contract == contract);
        let who = who.expect("a draft is a customer's");
        return phones::carry_out(world, who, &change, id, dice);
    }
    let right = dice.percent(88);
    consume(world, number, id, right, dice);
    if dice.percent(25) {
        consume(world, number, id, true, dice);
    }
}

fn consume(world: &mut World, number: usize, id: ApprovalId, right: bool, dice: &mut Dice) {
    let Some(approval) = world.approval(id) else { return };
    let draft = &mut world.cast.bank.drafts[number];
    draft.bookings += u32::from(dice.percent(50));
    let draft = &world.cast.bank.drafts[number];
    let mut operation = draft.operation.clone();
    if !right {
        operation["amount_yen"] = json!(operation["amount_yen"].as_u64().unwrap_or(1) + 1);
    }
    let by_digest = right && dice.percent(50);
    let booked = if by_digest {
        Booked::Digest(approval.digest)
    } else {
        Booked::Operation(Box::new(read(&operation)))
    };
    let booking = format!("CORE-{number}-{}", draft.bookings);
    let mut key = key(world, "consume", draft, draft.bookings);
    key.key.push_str(if right { "/right" } else { "/wrong" });
    key.fingerprint.clone_from(&key.key);
    let wish = Consume { approval: id, booked, booking, client: world.client.id };
    let (institution, client) = (world.institution, world.client.id);
    let act = Act::new("consume", Deed::Consume(id, right)).under(&key.key);
    let _: Reply<Kept<Consumed>> = world.act(Actor::Client(client), act, move |tx, cx| {
        once(tx, cx, &key, |tx, cx| approval::consume(tx, cx, institution, &wish))
    });
}

fn cancel(world: &mut World, id: ApprovalId) {
    let (institution, client) = (world.institution, world.client.id);
    world.act(Actor::Client(client), Act::step("cancel approval"), move |tx, cx| {
        approval::cancel(tx, cx, institution, id, client, "changed".into()).map(|_| Plain(()))
    });
}

/// The institution everybody is a customer of.
pub(crate) fn institution(id: InstitutionId, terms: &Terms) -> Institution {
    let words = |ja: &str, en: &str| Words { ja: ja.into(), en: en.into() };
    Institution {
        id,
        slug: "kaku".into(),
        bank_code: "9998".into(),
        name: words("架空信用金庫", "Kakuu Shinkin Bank"),
        service: words("個人インターネットバンキング", "Personal Internet Banking"),
        itself: words("当金庫", "we"),
        contact: Contact {
            desk: words("インターネットバンキング係", "Internet banking desk"),
            phone: "0120-000-000".into(),
            hours: words("平日 9:00〜17:00", "weekdays 9:00–17:00"),
            loss_phone: "0120-000-000".into(),
        },
        branches: Vec::new(),
        brand: Brand {
            accent: "#0f5e57".into(),
            on_accent: "#ffffff".into(),
            accent_night: "#7fd1c5".into(),
            radius_rem: 0.375,
        },
        mail_from: "ib@kaku.example".into(),
        policies: vec![DatedPolicy { from: Timestamp::from_millis(0), policy: terms.policy() }],
    }
}

/// The bank's system.
pub(crate) fn client(id: ClientId, institution: InstitutionId) -> Client {
    Client {
        id,
        institution: Some(institution),
        name: "core".into(),
        profile: Profile::Fapi,
        scopes: BTreeSet::new(),
        secrets: Vec::new(),
        jwks: None,
        certificates: Vec::new(),
        redirect_uris: Vec::new(),
        return_urls: vec![RETURN_URL.into()],
        post_logout_uris: Vec::new(),
        addresses: Vec::new(),
        signs_in: true,
        suspended: false,
        created_at: Timestamp::from_millis(0),
    }
}

/// The operation that `json` says, read as the API reads it.
fn read(json: &serde_json::Value) -> Operation {
    Json::from(json).read(object(Operation::read)).expect("a good operation")
}
