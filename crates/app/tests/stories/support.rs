//! A small bank for tests: one institution, a clock to turn, customers whose cards we can read.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use sekisho_app::approval::{self, By, Given, Judged, Wanted};
use sekisho_app::context::Context;
use sekisho_app::contract::{self, Create};
use sekisho_app::error::Error;
use sekisho_app::platform::Platform;
use sekisho_app::session::{self, Entered, Entry, Knock};
use sekisho_app::tx::{Store, StoreError, Tx, Work};
use sekisho_domain::approval::{Approval, Channel, Mode};
use sekisho_domain::card::CardNumber;
use sekisho_domain::client::{Client, Profile};
use sekisho_domain::contract::{Contract, Person};
use sekisho_domain::credential::{Carrier, Credential, CredentialSecret, NewCredential};
use sekisho_domain::desk::Desk;
use sekisho_domain::event::Actor;
use sekisho_domain::id::{ApprovalId, ClientId, ContractId, CredentialId, InstitutionId, OrderId};
use sekisho_domain::institution::{Brand, Contact, DatedPolicy, Institution, Words};
use sekisho_domain::json::Json;
use sekisho_domain::method::customer_card::{self, PrintedCustomerCard};
use sekisho_domain::method::image_card::{self, PrintedImageCard};
use sekisho_domain::method::{Answer, MethodKind, View, method};
use sekisho_domain::moment::{Chance, Moment};
use sekisho_domain::operation::Operation;
use sekisho_domain::order::CardOrder;
use sekisho_domain::panels::Design;
use sekisho_domain::password::{Device, Verifier};
use sekisho_domain::policy::Policy;
use sekisho_domain::read::object;
use sekisho_domain::secret::{Keyring, Secret};
use sekisho_domain::session::Session;
use sekisho_domain::text::{LoginId, LoginIdForm};
use sekisho_domain::time::Timestamp;
use sekisho_store::MemoryStore;

/// 2026-11-20 at noon in Japan.
pub(crate) const NOON: i64 = 1_795_143_600_000;

/// The printed face of a card, which only tests may know after production.
#[derive(Clone)]
pub(crate) enum Face {
    Image([u16; 50]),
    Customer([String; 8]),
}

pub(crate) struct Bank {
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) platform: Arc<Platform>,
    pub(crate) institution: InstitutionId,
    pub(crate) client: Arc<Client>,
    clock: Arc<AtomicI64>,
    faces: Mutex<Vec<(CredentialId, Face)>>,
    drafts: AtomicI64,
}

impl Bank {
    pub(crate) fn new(policy: Policy) -> Self {
        let clock = Arc::new(AtomicI64::new(NOON));
        let seen = Arc::clone(&clock);
        let now = Arc::new(move || Timestamp::from_millis(seen.load(Ordering::Relaxed)));
        let store = Arc::new(MemoryStore::new(now, [7; 32]));
        let platform = Platform::new(Keyring::new(&[(1, Secret::new([3; 32]))]));
        let mut chance = Chance::from_seed([9; 32]);
        let mut moment = Moment::new(Timestamp::from_millis(NOON), &mut chance);
        let institution = institution(InstitutionId::make(&mut moment), policy);
        let client = Arc::new(client(ClientId::make(&mut moment), institution.id));
        let id = institution.id;
        platform.replace(vec![institution]);
        let (faces, drafts) = (Mutex::new(Vec::new()), AtomicI64::new(0));
        Self { store, platform: Arc::new(platform), institution: id, client, clock, faces, drafts }
    }

    pub(crate) fn advance_s(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.load(Ordering::Relaxed))
    }

    /// Runs one use case in a transaction of its own.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Tx, &mut Context) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let reply = Arc::new(Mutex::new(None));
        let work =
            Job { f, out: None, reply: Arc::clone(&reply), platform: Arc::clone(&self.platform) };
        self.store.write(Box::new(work))?;
        let mut reply = reply.lock().expect("no panic");
        reply.take().expect("the memory store answers at once")
    }

    /// A contract with its password chosen, signed in.
    pub(crate) fn customer(&self, login_id: &str) -> Session {
        let wish = self.create(login_id);
        let created =
            self.run(move |tx, cx| contract::create(tx, cx, wish.clone())).expect("created");
        let verifier = Verifier { phc: format!("$test${login_id}"), key: 1 };
        let id = created.contract;
        self.run(move |tx, cx| {
            let contract = tx.load::<Contract>(&id)?.expect("just made");
            Ok(cx.save(tx, contract.choose_password(verifier.clone()))?)
        })
        .expect("chosen");
        self.sign_in(login_id, true).expect("signed in")
    }

    pub(crate) fn create(&self, login_id: &str) -> Create {
        Create {
            institution: self.institution,
            login_id: LoginId::parse(login_id, LoginIdForm::Digits11).expect("eleven digits"),
            external_id: None,
            branch: "001".into(),
            person: person(),
        }
    }

    pub(crate) fn sign_in(&self, login_id: &str, right: bool) -> Option<Session> {
        let institution = self.institution;
        let login = LoginId::parse(login_id, LoginIdForm::Digits11);
        let knock = self.run(move |tx, cx| session::knock(tx, cx, institution, login.as_ref()));
        let Knock::Try(contract, checked) = knock.expect("a knock is never refused") else {
            return None;
        };
        let device = Device { mark: "d1".into(), kind: "Windows".into() };
        let secret_hash = session::hash(b"cookie");
        let entry = Entry { contract, checked, right, renewed: None, device, secret_hash };
        match self.run(move |tx, cx| session::enter(tx, cx, entry.clone())).expect("judged") {
            Entered::In(session) => Some(*session),
            Entered::CodeWanted(_) | Entered::Refused => None,
        }
    }

    /// Does what production and post do, for the contract's open order; the card arrives.
    pub(crate) fn deliver_card(&self, contract: ContractId, kind: MethodKind) -> CredentialId {
        let platform = Arc::clone(&self.platform);
        let (id, face) = self
            .run(move |tx, cx| {
                let mut desk = tx.load::<Desk>(&contract)?.expect("a desk");
                let order =
                    tx.load::<CardOrder>(&desk.order.expect("an order"))?.expect("an order");
                let (credential, secret, face) = draw(cx, &platform, &desk, order.id, kind);
                let credential = cx.save(tx, credential)?;
                tx.put(secret)?;
                desk.add_credential(credential.id);
                tx.put(desk)?;
                let order = cx.save(
                    tx,
                    order.drawn(Some(credential.id), credential.card_number().expect("a card")),
                )?;
                let order = cx.save(tx, order.produced()?)?;
                let day = cx.now().day();
                cx.save(tx, order.dispatched("123-45-67890-1".into(), day)?)?;
                Ok((credential.id, face))
            })
            .expect("delivered");
        self.faces.lock().expect("no panic").push((id, face));
        id
    }

    /// Brings a posted card into use without the page, for tests about other things.
    pub(crate) fn put_in_use(&self, credential: CredentialId) {
        self.run(move |tx, cx| {
            let card = tx.load::<Credential>(&credential)?.expect("a card");
            let mut desk = tx.load::<Desk>(&card.contract)?.expect("a desk");
            desk.order = None;
            tx.put(desk)?;
            Ok(cx.save(tx, card.activate(cx.now())?)?)
        })
        .expect("in use");
    }

    /// A transfer the bank wants approved, in direct mode, to a saved payee.
    pub(crate) fn wanted(&self, session: &Session, amount_yen: u64) -> Wanted {
        let number = self.drafts.fetch_add(1, Ordering::Relaxed);
        Wanted {
            institution: self.institution,
            client: Arc::clone(&self.client),
            contract: session.contract,
            session: Some(session.id),
            reference: format!("IB-{number:06}").parse().expect("a reference"),
            mode: Mode::Direct,
            channel: Channel::Pc,
            expires_in_s: 300,
            page: None,
            operation: transfer(amount_yen, "saved", self.now()),
        }
    }

    pub(crate) fn request(&self, session: &Session, amount_yen: u64) -> Result<ApprovalId, Error> {
        let wanted = self.wanted(session, amount_yen);
        Ok(self.run(move |tx, cx| approval::request(tx, cx, &wanted))?.approval)
    }

    pub(crate) fn open(&self, id: ApprovalId) -> Result<approval::Opened, Error> {
        let (institution, by) = (self.institution, By::Client(self.client.id));
        self.run(move |tx, cx| approval::open(tx, cx, institution, id, None, by))
    }

    pub(crate) fn approval(&self, id: ApprovalId) -> Approval {
        self.run(move |tx, _| Ok(tx.load::<Approval>(&id)?.expect("an approval"))).expect("read")
    }

    pub(crate) fn credential(&self, id: CredentialId) -> Credential {
        self.run(move |tx, _| Ok(tx.load::<Credential>(&id)?.expect("a credential"))).expect("read")
    }

    /// What the customer reads off the card; wrong on purpose when asked.
    pub(crate) fn answers(&self, id: ApprovalId, right: bool) -> Vec<Answer> {
        let approval = self.approval(id);
        let parts = approval.challenge().expect("a challenge").parts.clone();
        let shown = self.run(move |tx, cx| approval::view(tx, cx, &parts)).expect("a view");
        shown.into_iter().map(|(card, view)| read_off(&self.face(card.id), &view, right)).collect()
    }

    pub(crate) fn answer(&self, id: ApprovalId, right: bool) -> Result<Judged, Error> {
        let challenge = self.approval(id).challenge().expect("a challenge").id;
        let given =
            Given { approval: id, challenge, parts: self.answers(id, right), besides: true };
        self.give(given)
    }

    pub(crate) fn give(&self, given: Given) -> Result<Judged, Error> {
        let (institution, by) = (self.institution, By::Client(self.client.id));
        self.run(move |tx, cx| approval::answer(tx, cx, institution, &given, by))
    }

    fn face(&self, id: CredentialId) -> Face {
        let faces = self.faces.lock().expect("no panic");
        faces.iter().find(|(known, _)| *known == id).expect("a card we made").1.clone()
    }
}

fn draw(
    cx: &mut Context,
    platform: &Platform,
    desk: &Desk,
    order: OrderId,
    kind: MethodKind,
) -> (sekisho_domain::transition::Transition<Credential>, CredentialSecret, Face) {
    let id = CredentialId::make(cx.moment);
    let keys = platform.method_keys(id, 1).expect("key 1 is held");
    let policy = cx.policy(desk.institution);
    let (face, secret) = match kind {
        MethodKind::OtpApp | MethodKind::OtpDevice => panic!("only cards are made here"),
        MethodKind::ImageCard => {
            let card = PrintedImageCard::draw(policy.image_card.pool, cx.moment);
            let design = Design::new(policy.image_card.pool, policy.image_card.candidates)
                .expect("balanced");
            let secret = image_card::Secret::make(&card, 1, design, &keys.verifier, cx.moment);
            (Face::Image(card.cells), serde_json::to_vec(&secret))
        }
        MethodKind::CustomerCard => {
            let card = PrintedCustomerCard::draw(policy.customer_card.digits, cx.moment);
            let secret = customer_card::Secret::make(&card, &keys.verifier);
            (Face::Customer(card.positions.clone()), serde_json::to_vec(&secret))
        }
    };
    let plain = secret.expect("a secret is plain data");
    let sealed = platform.keyring.seal(&id.to_bytes(), &plain, cx.moment);
    let new = NewCredential {
        id,
        institution: desk.institution,
        contract: desk.contract,
        method: kind,
        generation: u16::try_from(desk.issued).expect("few cards") + 1,
        carrier: Carrier::Card { number: CardNumber::make(cx.moment), order },
        at_sign_in: false,
        motion: method(kind).first_state(),
        key: 1,
    };
    let secret = CredentialSecret { credential: id, institution: desk.institution, sealed };
    (Credential::make(new, &policy, cx.now()), secret, face)
}

fn read_off(face: &Face, view: &View, right: bool) -> Answer {
    match (face, view) {
        (Face::Image(cells), View::ImageCard { prompts }) => Answer::Choices(
            prompts
                .iter()
                .enumerate()
                .map(|(at, prompt)| {
                    let picture = cells[usize::from(prompt.cell.index())];
                    let wrong = !right && at == 0;
                    let fits = |shown: u16| (shown == picture) != wrong;
                    let choice = prompt.panel.iter().find(|choice| fits(choice.picture));
                    choice.expect("the true picture is among the candidates").choice.clone()
                })
                .collect(),
        ),
        (Face::Customer(positions), View::CustomerCard { positions: asked, .. }) => {
            let value = |at: usize| positions[at].clone();
            let other =
                |text: &str| text.bytes().map(|b| char::from(b'0' + (b - b'0' + 1) % 10)).collect();
            let values = asked.iter().map(|prompt| value(usize::from(prompt.position.index())));
            Answer::Values(values.map(|v| if right { v } else { other(&v) }).collect())
        }
        _ => panic!("the view is of another card"),
    }
}

pub(crate) fn transfer(amount_yen: u64, registration: &str, now: Timestamp) -> Operation {
    let json = serde_json::json!({
        "type": "transfer",
        "from": {"branch": "001", "kind": "1", "number": "1234567"},
        "payee": {"bank": "9997", "branch": "012", "kind": "1", "number": "7654321",
                  "name": "ﾐﾎﾝ ﾀﾛｳ", "registration": registration},
        "amount_yen": amount_yen, "fee_yen": 220, "fee_payer": "remitter",
        "date": now.day().to_string(),
    });
    Json::from(&json).read(object(Operation::read)).expect("a transfer")
}

pub(crate) fn person() -> Person {
    Person {
        name: "架空 花子".into(),
        name_kana: "カクウ ハナコ".into(),
        postcode: "1234567".parse().expect("a postcode"),
        address: vec!["架空県みほん市中央一丁目2番25号".into()],
        mails: vec!["hanako@example.jp".into()],
        phone: None,
    }
}

fn institution(id: InstitutionId, policy: Policy) -> Institution {
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
        policies: vec![DatedPolicy { from: Timestamp::from_millis(0), policy }],
    }
}

fn client(id: ClientId, institution: InstitutionId) -> Client {
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
        return_urls: Vec::new(),
        post_logout_uris: Vec::new(),
        addresses: Vec::new(),
        signs_in: true,
        suspended: false,
        created_at: Timestamp::from_millis(NOON),
    }
}

struct Job<T, F> {
    f: F,
    out: Option<Result<T, Error>>,
    reply: Arc<Mutex<Option<Result<T, Error>>>>,
    platform: Arc<Platform>,
}

impl<T, F> Work for Job<T, F>
where
    T: Send + 'static,
    F: Fn(&mut Tx, &mut Context) -> Result<T, Error> + Send + 'static,
{
    fn run(&mut self, tx: &mut Tx, moment: &mut Moment) -> bool {
        let mut cx = Context { moment, actor: Actor::System, platform: &self.platform };
        let out = (self.f)(tx, &mut cx);
        let keep = out.is_ok();
        self.out = Some(out);
        keep
    }

    fn finish(self: Box<Self>, outcome: Result<(), StoreError>) {
        let Self { out, reply, .. } = *self;
        let out = outcome.map_err(Error::from).and_then(|()| out.expect("it ran"));
        *reply.lock().expect("no panic") = Some(out);
    }
}
