//! Tokens in customers' hands, and the bank's own page for them: one system that asks for approvals
//! and changes what they allow.

use sekisho_app::otp::by_bank::{self, NewToken, Outcome};
use sekisho_app::otp::{Arrival, office, take_in};
use sekisho_app::proposal;
use sekisho_domain::client::Scope;
use sekisho_domain::event::Actor;
use sekisho_domain::id::{ContractId, CredentialId, InstitutionId, TokenId};
use sekisho_domain::method::otp::{Secret, Seed, State};
use sekisho_domain::oath::{Algorithm, Digits, hotp, step};
use sekisho_domain::token::TokenKind;
use serde_json::{Value, json};

use super::{Call, Office, Scene, Told};

pub(crate) const OURS: &str = "ins_01kn35e000ektt35dhh049836d";
const THEIRS: &str = "ins_01kn35e000ektt35dhh049836f";
const PERIOD_S: u16 = 30;

/// A token in somebody's hand.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) id: TokenId,
    pub(crate) serial: String,
    secret: Secret,
}

impl Held {
    /// What it shows now.
    pub(crate) fn code(&self, scene: &Scene) -> String {
        self.code_in(scene, 0)
    }

    /// What it shows so many steps from now.
    pub(crate) fn code_in(&self, scene: &Scene, steps: i64) -> String {
        let at = step(scene.now(), PERIOD_S).saturating_add_signed(steps);
        hotp(self.secret.algorithm, self.secret.seed.expose(), at, self.secret.digits)
    }

    /// Six digits that it shows nowhere near now.
    pub(crate) fn wrong(&self, scene: &Scene) -> String {
        let near: Vec<String> = (-3..=3).map(|steps| self.code_in(scene, steps)).collect();
        let far = (0..10).map(|digit| digit.to_string().repeat(6));
        far.into_iter().find(|code| !near.contains(code)).expect("ten are not all near")
    }
}

impl Scene {
    /// A token of the first institution: an app anybody can start, or a device in stock.
    pub(crate) fn token(&self, kind: TokenKind, serial: &str) -> Held {
        self.token_of(OURS, kind, serial)
    }

    /// A token of the other institution.
    pub(crate) fn foreign_token(&self, serial: &str) -> Held {
        self.token_of(THEIRS, TokenKind::App, serial)
    }

    fn token_of(&self, institution: &str, kind: TokenKind, serial: &str) -> Held {
        let institution: InstitutionId = institution.parse().expect("an id");
        let seed: Vec<u8> = serial.bytes().cycle().take(32).collect();
        let secret = Secret {
            serial: serial.to_owned(),
            algorithm: Algorithm::Sha256,
            digits: Digits::SIX,
            period_s: Some(PERIOD_S),
            seed: Seed::new(seed),
        };
        let kept = secret.clone();
        let token = self.run(move |tx, cx| {
            let secret = kept.clone();
            let (state, import, device_key, expires_on) = (State::default(), None, None, None);
            let arrival =
                Arrival { institution, kind, secret, state, import, device_key, expires_on };
            Ok(take_in(tx, cx, arrival)?.expect("a serial of its own").id)
        });
        Held { id: token, serial: serial.to_owned(), secret }
    }

    /// A device set aside for a contract.
    pub(crate) fn device_for(&self, contract: ContractId, serial: &str) -> Held {
        let held = self.token(TokenKind::Device, serial);
        let (ours, id): (InstitutionId, _) = (OURS.parse().expect("an id"), held.id);
        self.run(move |tx, cx| office::allocate(tx, cx, (ours, id), contract).map(drop));
        held
    }

    /// Starts an app for a contract, by two people at the console; its present code is spent.
    pub(crate) fn started(&self, contract: ContractId, held: &Held) -> CredentialId {
        let ours: InstitutionId = OURS.parse().expect("an id");
        let (serial, code, token) = (held.serial.clone(), held.code(self), held.id);
        self.run(move |tx, cx| {
            cx.actor = Actor::Operator("maker".into());
            let shown = NewToken { serial: serial.clone(), code: code.clone() };
            let kind = sekisho_app::otp::find(tx, ours, token)?.kind.method();
            let made = by_bank::start(tx, cx, (ours, contract), (kind, true), &shown, None)?;
            let Outcome::Proposed(proposed) = made else { panic!("two people: {made:?}") };
            cx.actor = Actor::Operator("checker".into());
            proposal::decide(tx, cx, ours, proposed, true)?;
            let token = sekisho_app::otp::find(tx, ours, token)?;
            let bound = token.bound.iter().find(|bound| bound.contract == contract);
            Ok(bound.expect("just bound").credential)
        })
    }
}

/// The bank's own page for tokens.
pub(crate) struct Teller {
    pub(crate) office: Office,
}

impl Teller {
    pub(crate) async fn open() -> Self {
        let scopes = [
            Scope::ApprovalsWrite,
            Scope::ApprovalsAnswer,
            Scope::ApprovalsConsume,
            Scope::CredentialsRead,
            Scope::CredentialsWrite,
            Scope::ProposalsRead,
        ];
        Self { office: Office::open(Scene::new().await, &scopes).await }
    }

    /// The same when much time has passed.
    pub(crate) async fn after(self, seconds: i64) -> Self {
        self.scene().pass(seconds);
        Self { office: self.office.renewed().await }
    }

    pub(crate) fn scene(&self) -> &Scene {
        &self.office.scene
    }

    pub(crate) async fn get(&self, path: &str) -> Told {
        self.office.get(path).await
    }

    pub(crate) async fn post(&self, path: &str, key: &str, body: Value) -> Told {
        self.office.post(path, key, body).await
    }

    /// `PATCH` of the version named.
    pub(crate) async fn patch(&self, path: &str, key: &str, version: u64, body: Value) -> Told {
        let call = Call::post(path, key, &body).method("PATCH");
        self.office.send(call.header("if-match", &format!("\"v{version}\""))).await
    }

    /// The approval of a change, as it was asked for.
    pub(crate) async fn wanted(&self, reference: &str, action: &str, extra: &Value) -> Told {
        let mut operation = json!({"type": "credential_change", "action": action});
        for (name, value) in extra.as_object().into_iter().flatten() {
            operation[name] = value.clone();
        }
        let body = json!({
            "contract": self.scene().contract.to_string(), "reference": reference,
            "mode": "direct", "channel": "pc", "operation": operation,
        });
        self.post("/v1/approvals", &format!("want-{reference}"), body).await
    }

    /// The approval of a change, answered rightly with the card; its members `approval` and
    /// `digest`.
    pub(crate) async fn approved(&self, reference: &str, action: &str, extra: Value) -> Value {
        let wanted = self.wanted(reference, action, &extra).await;
        assert_eq!(wanted.status, 201, "{}", wanted.text);
        let path = format!("/v1/approvals/{}", wanted.text("/id"));
        let card = json!({"method": "customer_card"});
        let asked = self.post(&format!("{path}/challenge"), &format!("q-{reference}"), card).await;
        assert_eq!(asked.status, 201, "{}", asked.text);
        let parts = json!([{"part": "p1", "values": self.scene().right(&asked)}]);
        let body = json!({"challenge": asked.text("/id"), "parts": parts});
        let told = self.post(&format!("{path}/answers"), &format!("a-{reference}"), body).await;
        assert_eq!(told.text("/verdict"), "accepted", "{}", told.text);
        json!({"approval": wanted.text("/id"), "digest": wanted.text("/digest")})
    }

    /// Where tokens of the customer are started.
    pub(crate) fn start_path(&self) -> String {
        format!("/v1/contracts/{}/credentials", self.scene().contract)
    }
}

/// One body with the members of both.
pub(crate) fn with(mut body: Value, more: &Value) -> Value {
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    body
}
