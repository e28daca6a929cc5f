//! What a customer has, at one look: cards, the order on its way, what is due.

use sekisho_domain::contract::Contract;
use sekisho_domain::credential::Credential;
use sekisho_domain::desk::Desk;
use sekisho_domain::id::ContractId;
use sekisho_domain::method::MethodKind;
use sekisho_domain::order::CardOrder;
use sekisho_domain::refusal::Refusal;
use sekisho_domain::time::Day;

use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::tx::Tx;
use crate::{inbox, method, order, switch};

/// What a customer has.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The contract.
    pub contract: Contract,
    /// Credentials that have not ended, oldest first.
    pub credentials: Vec<Credential>,
    /// The card order that is open.
    pub order: Option<CardOrder>,
    /// Unread notices among the newest.
    pub unread: usize,
    /// What the customer should do.
    pub due: Vec<Due>,
    /// Kinds of methods usable for approvals today.
    pub methods: Vec<MethodKind>,
    /// The mandatory date, while this customer has no image card in use (U-03).
    pub mandatory: Option<Day>,
}

/// Something the customer should do (api.md §3.2 `due`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Order the image card.
    Application,
    /// Switch to the image card that was posted.
    Switch,
    /// Replace the printed initial password.
    PasswordChange,
}

impl Due {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Application => "image_card_application",
            Self::Switch => "image_card_switch",
            Self::PasswordChange => "password_change",
        }
    }
}

/// What the contract has now.
pub fn of_contract(tx: &mut Tx, cx: &Context, id: ContractId) -> Result<Overview, Error> {
    let contract = tx.load::<Contract>(&id)?.or_refuse(Refusal::NotFound)?;
    let desk = tx.load::<Desk>(&id)?.or_refuse(Refusal::NotFound)?;
    let policy = cx.policy(contract.institution);
    let credentials = method::held(tx, &desk)?;
    let in_use = |held: &Credential| held.method == MethodKind::ImageCard && held.proves();
    let switched = credentials.iter().any(in_use);
    let today = cx.now().day();
    let order = order::open_order(tx, &desk)?;
    let mut due = Vec::new();
    if contract.password.is_initial() {
        due.push(Due::PasswordChange);
    }
    if switch::waiting_card(tx, &desk)?.is_some() {
        due.push(Due::Switch);
    } else if order::offered(tx, cx, &contract)? {
        due.push(Due::Application);
    }
    let mut methods: Vec<MethodKind> = MethodKind::ALL.to_vec();
    methods.retain(|kind| {
        let serves = |held: &Credential| held.serves(&policy, 2, today).is_ok();
        credentials.iter().any(|held| held.method == *kind && serves(held))
    });
    Ok(Overview {
        unread: inbox::unread(tx, id)?,
        mandatory: policy.migration.mandatory_date.filter(|_| !switched),
        contract,
        credentials,
        order,
        due,
        methods,
    })
}
