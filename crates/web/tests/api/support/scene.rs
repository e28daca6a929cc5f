//! The scene: who is there before a test begins.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sekisho_app::client::{self, NewClient};
use sekisho_app::context::Context;
use sekisho_app::contract::{self, Create};
use sekisho_app::error::Error;
use sekisho_app::keys;
use sekisho_app::platform::Platform;
use sekisho_app::tx::{EventQuery, Query, Store, Table, Tx};
use sekisho_domain::card::CardNumber;
use sekisho_domain::client::{Profile, Scope};
use sekisho_domain::contract::{Contract, ContractState, Person};
use sekisho_domain::credential::{Carrier, Credential, CredentialSecret, NewCredential};
use sekisho_domain::desk::Desk;
use sekisho_domain::event::Actor;
use sekisho_domain::id::{ContractId, CredentialId, InstitutionId, OrderId};
use sekisho_domain::institution::{Branch, Brand, Contact, DatedPolicy, Institution, Words};
use sekisho_domain::method::customer_card::{PrintedCustomerCard, Secret as CardSecret};
use sekisho_domain::method::{MethodKind, method};
use sekisho_domain::notice::PostedNotice;
use sekisho_domain::password::Verifier;
use sekisho_domain::policy::Policy;
use sekisho_domain::secret::{Keyring, Secret};
use sekisho_domain::text::LoginId;
use sekisho_domain::time::Timestamp;
use sekisho_store::{MemoryStore, blocking};
use sekisho_web::hashing::{HashingBusy, PasswordHasher, Pending};
use sekisho_web::limits::Limits;
use sekisho_web::{SandboxClock, Web, Wiring, router};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::call::{Call, Told};

/// The certificate of the front end, as a proxy would name it.
pub(crate) const FRONT_CERTIFICATE: &[u8] = b"front";
const CORE_CERTIFICATE: &[u8] = b"core";

/// 2026-11-20 14:03 in Japan.
const START: i64 = 1_795_150_980_000;

/// One institution with its systems and a customer.
pub(crate) struct Scene {
    pub(crate) router: Router,
    pub(crate) front: String,
    pub(crate) core: String,
    pub(crate) front_id: String,
    pub(crate) contract: ContractId,
    pub(crate) other_contract: ContractId,
    card: Vec<String>,
    store: Arc<MemoryStore>,
    platform: Arc<Platform>,
    now: Arc<AtomicI64>,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Self::with(Limits::default()).await
    }

    pub(crate) async fn with(limits: Limits) -> Self {
        Self::set(limits, None).await
    }

    /// The same on a sandbox.
    pub(crate) async fn sandbox() -> Self {
        Self::set(Limits::default(), Some(Arc::new(Stopped))).await
    }

    /// An access token of a client of the platform itself, bound to the certificate `platform`.
    pub(crate) async fn platform_access(&self) -> String {
        let new =
            NewClient { institution: None, ..Self::new_client("platform", &[Scope::Platform]) };
        let certificates = vec![URL_SAFE_NO_PAD.encode(Sha256::digest(b"platform"))];
        let (id, _) = self.register(NewClient { certificates, ..new });
        self.access_at("platform", &id, b"platform").await
    }

    async fn set(limits: Limits, sandbox: Option<Arc<dyn SandboxClock>>) -> Self {
        let now = Arc::new(AtomicI64::new(START));
        let hand = Arc::clone(&now);
        let clock: sekisho_web::Clock =
            Arc::new(move || Timestamp::from_millis(hand.load(Ordering::SeqCst)));
        let store = Arc::new(MemoryStore::new(Arc::clone(&clock), [3; 32]));
        let platform = Arc::new(Platform::new(Keyring::new(&[(1, Secret::new([9; 32]))])));
        let ours = institution("ins_01kn35e000ektt35dhh049836d", "kaku");
        let theirs = institution("ins_01kn35e000ektt35dhh049836f", "betsu");
        platform.replace(vec![ours.clone(), theirs.clone()]);
        let web = Web::new(Wiring {
            platform: Arc::clone(&platform),
            store: Arc::clone(&store) as Arc<dyn Store>,
            clock,
            seed: [5; 32],
            public_url: "https://sekisho.example".into(),
            passwords: Arc::new(NoPasswords),
            sandbox,
            trusts: Arc::new(|peer| peer == IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            limits,
        });
        let router = router(web, Router::new());
        let mut scene = Self {
            router,
            front: String::new(),
            core: String::new(),
            front_id: String::new(),
            contract: ContractId::parse("ctr_01kng5fyw0ejqr3z5z3y4sg13p").expect("an id"),
            other_contract: ContractId::parse("ctr_01kng5fyw0ejqr3z5z3y4sg13p").expect("an id"),
            card: Vec::new(),
            store,
            platform,
            now,
        };
        scene.run(move |tx, cx| {
            tx.put(ours.clone())?;
            tx.put(theirs.clone())?;
            keys::create(tx, cx, ours.id)
        });
        scene.add_customers();
        scene.add_clients().await;
        scene
    }

    fn add_customers(&mut self) {
        let ours = self.platform.by_slug("kaku").expect("there").id;
        let theirs = self.platform.by_slug("betsu").expect("there").id;
        let (contract, card) = self.run(move |tx, cx| customer(tx, cx, ours, "10000000001"));
        (self.contract, self.card) = (contract, card);
        (self.other_contract, _) = self.run(move |tx, cx| customer(tx, cx, theirs, "10000000002"));
    }

    async fn add_clients(&mut self) {
        let front = [Scope::ApprovalsWrite, Scope::ApprovalsAnswer, Scope::ApprovalsRead];
        let core = [Scope::ApprovalsRead, Scope::ApprovalsConsume];
        self.front_id = self.client("front", &front, FRONT_CERTIFICATE);
        let core = self.client("core", &core, CORE_CERTIFICATE);
        self.front = self.access(&self.front_id, FRONT_CERTIFICATE).await;
        self.core = self.access(&core, CORE_CERTIFICATE).await;
    }

    /// Registers a `fapi` client of the first institution; returns its id.
    pub(crate) fn client(&self, name: &str, scopes: &[Scope], certificate: &[u8]) -> String {
        let new = NewClient {
            institution: Some(self.platform.by_slug("kaku").expect("there").id),
            certificates: vec![URL_SAFE_NO_PAD.encode(Sha256::digest(certificate))],
            ..Self::new_client(name, scopes)
        };
        assert_eq!(new.check(), Ok(()));
        self.register(new).0
    }

    fn new_client(name: &str, scopes: &[Scope]) -> NewClient {
        NewClient {
            institution: None,
            name: name.to_owned(),
            profile: Profile::Fapi,
            scopes: scopes.to_vec(),
            jwks: None,
            certificates: Vec::new(),
            redirect_uris: Vec::new(),
            return_urls: vec!["https://ib.example.jp/done".into()],
            post_logout_uris: Vec::new(),
            addresses: Vec::new(),
            signs_in: false,
        }
    }

    /// Registers any client; returns its id and secret.
    pub(crate) fn register(&self, new: NewClient) -> (String, Option<String>) {
        let made = self.run(move |tx, cx| client::register(tx, cx, new.clone()));
        (made.client.id.to_string(), made.secret)
    }

    /// An access token bound to the certificate.
    pub(crate) async fn access(&self, client: &str, certificate: &[u8]) -> String {
        self.access_at("kaku", client, certificate).await
    }

    async fn access_at(&self, issuer: &str, client: &str, certificate: &[u8]) -> String {
        let body = format!("grant_type=client_credentials&client_id={client}");
        let told = Call::get(format!("/i/{issuer}/token"))
            .method("POST")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("client-cert", &format!(":{}:", STANDARD.encode(certificate)))
            .body(body)
            .send(&self.router)
            .await;
        assert_eq!(told.status, 200, "{}", told.text);
        told.text("/access_token")
    }

    /// Sends a call as the front end.
    pub(crate) async fn front(&self, call: Call) -> Told {
        self.send_as(&self.front, FRONT_CERTIFICATE, call).await
    }

    /// Sends a call as the core banking system.
    pub(crate) async fn core(&self, call: Call) -> Told {
        self.send_as(&self.core, CORE_CERTIFICATE, call).await
    }

    /// Sends a call with an access token and the certificate it is bound to.
    pub(crate) async fn send_as(&self, access: &str, certificate: &[u8], call: Call) -> Told {
        let certificate = format!(":{}:", STANDARD.encode(certificate));
        let call = call.header("authorization", &format!("Bearer {access}"));
        call.header("client-cert", &certificate).send(&self.router).await
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    /// What the clock shows.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now.load(Ordering::SeqCst))
    }

    /// Changes what the first institution decides, from the next call on.
    pub(crate) fn change_policy(&self, change: impl Fn(&mut Policy)) {
        let mut all: Vec<Institution> =
            self.platform.institutions().iter().map(|known| (**known).clone()).collect();
        change(&mut all[0].policies[0].policy);
        self.platform.replace(all);
    }

    /// One more customer of the first institution, with a card in use.
    pub(crate) fn customer(&self, login_id: &'static str) -> ContractId {
        let ours = self.platform.by_slug("kaku").expect("there").id;
        self.run(move |tx, cx| customer(tx, cx, ours, login_id)).0
    }

    /// The right values for the positions a challenge asks.
    pub(crate) fn right(&self, challenge: &Told) -> Value {
        let asked = challenge.json["parts"][0]["positions"].as_array().expect("positions");
        let letters = ["ア", "イ", "ウ", "エ", "オ", "カ", "キ", "ク"];
        let value = |slot: &Value| {
            let at = letters.iter().position(|l| Some(*l) == slot["position"].as_str());
            self.card[at.expect("a position")].clone()
        };
        Value::from(asked.iter().map(value).collect::<Vec<_>>())
    }

    /// Values of the right form that are wrong.
    pub(crate) fn wrong(&self, challenge: &Told) -> Value {
        let right = self.right(challenge);
        let other = |value: &Value| {
            let digits = value.as_str().expect("digits");
            digits.chars().map(|d| if d == '9' { '0' } else { '9' }).collect::<String>()
        };
        Value::from(right.as_array().expect("values").iter().map(other).collect::<Vec<_>>())
    }

    /// How many events of a kind were written.
    pub(crate) fn events(&self, kind: &str) -> usize {
        let query =
            EventQuery { kinds: vec![kind.to_owned()], limit: 1000, ..EventQuery::default() };
        self.run(move |tx, _| Ok(tx.events(&query)?)).len()
    }

    /// The kinds of notices a contract has got.
    pub(crate) fn notices(&self, contract: ContractId) -> Vec<String> {
        let query = Query { owner: Some(contract.to_string()), ..Query::all(Table::Notice) };
        let found = self.run(move |tx, _| Ok(tx.list::<PostedNotice>(&query)?));
        let word = |kind| serde_json::to_value(kind).expect("a word");
        let words = found.iter().map(|notice| word(notice.kind));
        words.map(|word| word.as_str().expect("a word").to_owned()).collect()
    }

    /// Changes the contract of the customer as no use case would.
    pub(crate) fn change_contract(&self, change: impl Fn(&mut Contract) + Send + 'static) {
        let id = self.contract;
        self.run(move |tx, _| {
            let mut contract = tx.load::<Contract>(&id)?.expect("there");
            change(&mut contract);
            Ok(tx.put(contract)?)
        });
    }

    pub(crate) fn run<T, F>(&self, mut act: F) -> T
    where
        T: Send + 'static,
        F: FnMut(&mut Tx, &mut Context) -> Result<T, Error> + Send + 'static,
    {
        let platform = Arc::clone(&self.platform);
        let done: Result<T, Error> = blocking::run(self.store.as_ref(), move |tx, moment| {
            let mut cx = Context { moment, actor: Actor::System, platform: &platform };
            act(tx, &mut cx)
        });
        done.expect("a scene is set without trouble")
    }
}

fn institution(id: &str, slug: &str) -> Institution {
    let words = |ja: &str| Words { ja: ja.into(), en: ja.into() };
    let hours = words("平日 9:00〜17:00");
    let mut policy = Policy::default();
    policy.approval.without_session = true;
    policy.challenge.wrong_max = 3;
    Institution {
        id: InstitutionId::parse(id).expect("an id"),
        slug: slug.into(),
        bank_code: "9998".into(),
        name: words("架空信用金庫"),
        service: words("個人インターネットバンキング"),
        itself: words("当金庫"),
        contact: Contact {
            desk: words("係"),
            phone: "0120-000-000".into(),
            hours: hours.clone(),
            loss_phone: "0120-000-001".into(),
        },
        branches: vec![Branch {
            code: "001".into(),
            name: words("本店"),
            phone: "0120-000-002".into(),
            hours,
        }],
        brand: Brand {
            accent: "#123456".into(),
            on_accent: "#ffffff".into(),
            accent_night: "#abcdef".into(),
            radius_rem: 0.25,
        },
        mail_from: "ib@kaku.example".into(),
        policies: vec![DatedPolicy { from: Timestamp::from_millis(0), policy }],
    }
}

/// A customer with a card in use; returns the contract and what is printed on the card.
fn customer(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    login_id: &str,
) -> Result<(ContractId, Vec<String>), Error> {
    let policy = Policy::default();
    let wish = Create {
        institution,
        login_id: LoginId::parse(login_id, policy.login.identifier).expect("a login id"),
        external_id: None,
        branch: "001".into(),
        person: Person {
            name: "関所 花子".into(),
            name_kana: "セキショ　ハナコ".into(),
            postcode: "1000001".parse().expect("a postcode"),
            address: vec!["東京都千代田区千代田1-1".into()],
            mails: vec!["hanako@example.jp".into()],
            phone: None,
        },
    };
    let id = contract::create(tx, cx, wish)?.contract;
    let mut contract = tx.load::<Contract>(&id)?.expect("just made");
    contract.state = ContractState::Active;
    tx.put(contract)?;
    let printed = PrintedCustomerCard::draw(2, cx.moment);
    let credential = CredentialId::make(cx.moment);
    let key = cx.platform.keyring.newest();
    let keys = cx.platform.method_keys(credential, key)?;
    let secret = serde_json::to_vec(&CardSecret::make(&printed, &keys.verifier)).expect("plain");
    let sealed = cx.platform.keyring.seal(&credential.to_bytes(), &secret, cx.moment);
    tx.put(CredentialSecret { credential, institution, sealed })?;
    let new = NewCredential {
        id: credential,
        institution,
        contract: id,
        method: MethodKind::CustomerCard,
        generation: 1,
        carrier: Carrier::Card {
            number: CardNumber::make(cx.moment),
            order: OrderId::make(cx.moment),
        },
        at_sign_in: false,
        motion: method(MethodKind::CustomerCard).first_state(),
        key,
    };
    let now = cx.now();
    let made: Credential = cx.save(tx, Credential::make(new, &policy, now))?;
    cx.save(tx, made.activate(now)?)?;
    let mut desk = tx.load::<Desk>(&id)?.expect("made with the contract");
    desk.add_credential(credential);
    tx.put(desk)?;
    Ok((id, printed.positions.to_vec()))
}

impl Scene {
    /// The body of a request for a transfer of 50,000 yen, rendered by the bank itself.
    pub(crate) fn transfer(&self, reference: &str) -> Value {
        json!({
            "contract": self.contract.to_string(), "reference": reference, "mode": "direct",
            "channel": "pc",
            "operation": { "type": "transfer",
                "from": { "branch": "001", "kind": "1", "number": "1234567" },
                "payee": { "bank": "9998", "bank_name": "架空信用金庫", "branch": "012",
                    "branch_name": "本町支店", "kind": "1", "number": "7654321",
                    "name": "ｾｷｼﾖ ﾊﾅｺ", "registration": "none" },
                "amount_yen": 50000, "fee_yen": 220, "fee_payer": "remitter", "date": "2026-11-20" }
        })
    }

    /// Requests an approval; returns its id and digest.
    pub(crate) async fn requested(&self, reference: &str) -> (String, String) {
        let call =
            Call::post("/v1/approvals", &format!("ask{reference}"), &self.transfer(reference));
        let told = self.front(call).await;
        assert_eq!(told.status, 201, "{}", told.text);
        (told.text("/id"), told.text("/digest"))
    }

    /// Shows the question of an approval.
    pub(crate) async fn challenged(&self, id: &str) -> Told {
        let path = format!("/v1/approvals/{id}/challenge");
        let told = self.front(Call::post(path, &format!("open{}", &id[20..]), &json!({}))).await;
        assert_eq!(told.status, 201, "{}", told.text);
        told
    }

    /// An answer to a challenge.
    #[expect(clippy::unused_self, reason = "it reads like the other steps of the scene")]
    pub(crate) fn answer(&self, id: &str, key: &str, challenge: &Told, values: &Value) -> Call {
        let body = json!({ "challenge": challenge.text("/id"),
            "parts": [{ "part": "p1", "values": values }] });
        Call::post(format!("/v1/approvals/{id}/answers"), key, &body)
    }

    /// An approval that was answered rightly; returns its id and digest.
    pub(crate) async fn approved(&self, reference: &str) -> (String, String) {
        let (id, digest) = self.requested(reference).await;
        let challenge = self.challenged(&id).await;
        let right = self.right(&challenge);
        let key = format!("right{reference}");
        let told = self.front(self.answer(&id, &key, &challenge, &right)).await;
        assert_eq!(told.text("/verdict"), "accepted", "{}", told.text);
        (id, digest)
    }
}

/// Nobody signs in here.
struct NoPasswords;

impl PasswordHasher for NoPasswords {
    fn hash(&self, _: Secret<String>) -> Result<Pending<Verifier>, HashingBusy> {
        Err(HashingBusy)
    }
    fn check(&self, _: Secret<String>, _: Option<Verifier>) -> Result<Pending<bool>, HashingBusy> {
        Err(HashingBusy)
    }

    fn is_outdated(&self, _: &Verifier) -> bool {
        false
    }
}

/// The clock of a sandbox that nobody turns.
struct Stopped;

impl SandboxClock for Stopped {
    fn advance(&self, _: u32) -> Timestamp {
        Timestamp::from_millis(START)
    }
}
