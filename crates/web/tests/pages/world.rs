//! A small bank behind the router.

use std::sync::Arc;

use sekisho_app::approval::{self, Wanted};
use sekisho_app::client::{self, NewClient};
use sekisho_app::keys;
use sekisho_domain::approval::Mode;
use sekisho_domain::client::{Client, Profile, Scope};
use sekisho_domain::contract::Contract;
use sekisho_domain::id::{ApprovalId, ContractId, CredentialId, OrderId};
use sekisho_domain::method::{Answer, CardKind, MethodKind};
use sekisho_domain::password::Verifier;
use sekisho_domain::policy::Policy;
use sekisho_domain::secret::Secret;
use sekisho_domain::session::Session;
use sekisho_web::hashing::{HashingBusy, PasswordHasher, Pending};
use sekisho_web::limits::Limits;
use sekisho_web::{Web, Wiring, oidc, pages, router};

use crate::bank::{Bank, transfer};
use crate::browser::Browser;

pub(crate) const LOGIN: &str = "12345678901";
pub(crate) const RETURN_URL: &str = "https://ib.example.jp/transfers/done";
pub(crate) const REDIRECT_URI: &str = "https://ib.example.jp/sign_in/done";

/// What the verifiers of former times begin with.
pub(crate) const OLD: &str = "$old$";

/// Hashes by writing down.
struct Plain;

fn verifier(password: &str) -> Verifier {
    Verifier { phc: format!("$test${password}"), key: 1 }
}

impl PasswordHasher for Plain {
    fn hash(&self, password: Secret<String>) -> Result<Pending<Verifier>, HashingBusy> {
        let made = verifier(password.expose());
        Ok(Box::pin(async move { made }))
    }

    fn check(
        &self,
        password: Secret<String>,
        known: Option<Verifier>,
    ) -> Result<Pending<bool>, HashingBusy> {
        let fits = |known: Verifier| known.phc.strip_prefix(OLD) == Some(password.expose());
        let right = known == Some(verifier(password.expose())) || known.is_some_and(fits);
        Ok(Box::pin(async move { right }))
    }

    fn is_outdated(&self, known: &Verifier) -> bool {
        known.phc.starts_with(OLD)
    }
}

pub(crate) struct World {
    pub(crate) bank: Arc<Bank>,
    pub(crate) client: Arc<Client>,
    pub(crate) secret: String,
    router: axum::Router,
}

impl World {
    pub(crate) fn new(policy: Policy) -> Self {
        let bank = Arc::new(Bank::new(policy));
        let clock = Arc::clone(&bank);
        let web = Web::new(Wiring {
            platform: Arc::clone(&bank.platform),
            store: bank.store.clone(),
            clock: Arc::new(move || clock.now()),
            seed: [5; 32],
            public_url: "https://sekisho.example".into(),
            passwords: Arc::new(Plain),
            sandbox: None,
            trusts: Arc::new(|_| false),
            limits: Limits::default(),
        });
        let institution = bank.institution;
        bank.run(move |tx, cx| keys::create(tx, cx, institution)).expect("keys");
        let front = NewClient {
            institution: Some(institution),
            name: "front".into(),
            profile: Profile::Baseline,
            scopes: vec![
                Scope::Openid,
                Scope::Contract,
                Scope::Methods,
                Scope::ApprovalsWrite,
                Scope::ApprovalsRead,
            ],
            jwks: None,
            certificates: Vec::new(),
            redirect_uris: vec![REDIRECT_URI.into()],
            return_urls: vec![RETURN_URL.into()],
            post_logout_uris: vec!["https://ib.example.jp/".into()],
            addresses: vec![std::net::Ipv4Addr::UNSPECIFIED.into()],
            signs_in: true,
        };
        let made = bank.run(move |tx, cx| {
            let made = client::register(tx, cx, front.clone())?;
            Ok((made.client, made.secret.expect("a baseline client has a secret")))
        });
        let (client, secret) = made.expect("registered");
        let router = router(web.clone(), pages::router(&web).merge(oidc::router(&web)));
        Self { bank, client: Arc::new(client), secret, router }
    }

    pub(crate) fn router(&self) -> axum::Router {
        self.router.clone()
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// A customer with a password of their own (the login id), and the cards asked for in use.
    pub(crate) fn customer(&self, cards: &[MethodKind]) -> ContractId {
        let contract = self.bank.customer(LOGIN).contract;
        for kind in cards {
            let card = self.bank.deliver_card(contract, *kind);
            self.bank.put_in_use(card);
        }
        contract
    }

    /// A customer who has only the letter with the initial password.
    pub(crate) fn newcomer(&self, password: &str) -> ContractId {
        let wish = self.bank.create(LOGIN);
        let password = verifier(password);
        let made = self.bank.run(move |tx, cx| {
            let made = sekisho_app::contract::create(tx, cx, wish.clone())?;
            let contract = tx.load::<Contract>(&made.contract)?.expect("just made");
            let policy = cx.policy(contract.institution);
            let now = cx.now();
            let letter = OrderId::make(cx.moment);
            let reset = contract.reset_password(password.clone(), letter, &policy, now);
            cx.save(tx, reset)?;
            Ok(made.contract)
        });
        made.expect("made")
    }

    /// A browser in which the customer has signed in.
    pub(crate) fn signed_in(&self) -> Browser {
        let mut browser = self.browser();
        let reply = browser.sign_in(LOGIN, LOGIN);
        assert_eq!(reply.status, 303, "{}", reply.body);
        browser
    }

    /// The session of the customer's browser.
    pub(crate) fn session(&self, browser: &Browser) -> Session {
        let id = browser.cookies["__Host-sekisho"].split_once('.').expect("id and secret").0;
        let id = id.parse().expect("a session id");
        self.bank.run(move |tx, _| Ok(tx.load::<Session>(&id)?.expect("a session"))).expect("read")
    }

    /// What the front end of the bank wants approved on our page.
    pub(crate) fn wanted(&self, session: Option<&Session>, contract: ContractId) -> Wanted {
        let sample = self.bank.customer_wanted(contract);
        Wanted {
            client: Arc::clone(&self.client),
            session: session.map(|session| session.id),
            mode: Mode::Page,
            page: Some((RETURN_URL.into(), "b8Jr0".into())),
            operation: transfer(50_000, "saved", self.bank.now()),
            ..sample
        }
    }

    pub(crate) fn request(&self, session: Option<&Session>, contract: ContractId) -> ApprovalId {
        let wanted = self.wanted(session, contract);
        let asked = self.bank.run(move |tx, cx| approval::request(tx, cx, &wanted));
        asked.expect("requested").approval
    }

    /// The link of an approval's page, as the API gives it.
    pub(crate) fn link(&self, id: ApprovalId) -> String {
        let approval = self.bank.approval(id);
        let platform = &self.bank.platform;
        let ticket = sekisho_web::ticket::ticket(platform, platform.keyring.newest(), &approval);
        format!("/i/kaku/approve/{id}?ticket={}", ticket.expect("the newest key is held"))
    }

    /// What the customer reads off the cards, as fields of the form.
    pub(crate) fn fields(&self, id: ApprovalId, right: bool) -> Vec<(String, String)> {
        const MARKS: [&str; 4] = ["i", "ro", "ha", "ni"];
        let mut fields = Vec::new();
        for answer in self.bank.answers(id, right) {
            match answer {
                Answer::Choices(choices) => {
                    fields.extend(MARKS.map(str::to_owned).into_iter().zip(choices));
                }
                Answer::Code(code) => fields.push(("otp".to_owned(), code)),
                Answer::Values(values) => {
                    let numbered = values.into_iter().enumerate();
                    fields.extend(numbered.map(|(at, value)| (format!("p{}", at + 1), value)));
                }
            }
        }
        fields
    }

    pub(crate) fn post_card(&self, contract: ContractId, kind: MethodKind) -> CredentialId {
        self.bank.deliver_card(contract, kind)
    }
}

/// Borrowed, as [`Browser::fill`] takes them.
pub(crate) fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

pub(crate) fn with_customer_cards() -> Policy {
    let mut policy = Policy::default();
    policy.contract.initial_card = CardKind::CustomerCard;
    policy
}

trait Sample {
    fn customer_wanted(&self, contract: ContractId) -> Wanted;
}

impl Sample for Bank {
    /// A draft with a reference of its own; whose session it is is the caller's to say.
    fn customer_wanted(&self, contract: ContractId) -> Wanted {
        let session = self.run(move |tx, _| {
            let desk = tx.load::<sekisho_domain::desk::Desk>(&contract)?.expect("a desk");
            let id = desk.session.expect("somebody signed in");
            Ok(tx.load::<Session>(&id)?.expect("a session"))
        });
        self.wanted(&session.expect("read"), 50_000)
    }
}
