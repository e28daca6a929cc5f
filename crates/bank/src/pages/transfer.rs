//! The forms of 振込 and 振替: choose, fill in, confirm.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use jiff::civil::Date;
use rusqlite::Transaction;
use serde::Deserialize;

use super::{
    Bank, Fault, Parts, draw,
    frame::Frame,
    go, outcome,
    visitor::{Sealed, Signed},
};
use crate::{
    accounts::{self, Account},
    check::{self, Complaint, Fields},
    customers::Customer,
    drafts::{self, Draft, NewDraft},
    operation::{Operation, PayeeAccount},
    payees::{self, Payee},
};

/// Which of the two forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// 振込
    Transfer,
    /// 振替
    OwnTransfer,
}

impl Form {
    fn path(self) -> &'static str {
        match self {
            Self::Transfer => "/transfers",
            Self::OwnTransfer => "/own-transfers",
        }
    }

    fn read(
        self,
        tx: &Transaction<'_>,
        customer: &Customer,
        fields: &Fields,
        today: Date,
    ) -> rusqlite::Result<Result<(Account, Operation), Vec<Complaint>>> {
        match self {
            Self::Transfer => check::transfer(tx, customer, fields, today),
            Self::OwnTransfer => check::own_transfer(tx, customer, fields, today),
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct NewQuery {
    payee: Option<String>,
    from: Option<String>,
}

#[derive(Template)]
#[template(path = "payee_choice.html")]
struct PayeeChoice {
    frame: Frame,
    payees: Vec<Payee>,
}

#[derive(Template)]
#[template(path = "transfer_form.html")]
struct TransferForm {
    frame: Frame,
    form: Form,
    fields: Fields,
    complaints: Vec<Complaint>,
    payee: Option<PayeeAccount>,
    accounts: Vec<Account>,
    today: Date,
    left_yen: i64,
}

impl TransferForm {
    /// What is wrong with a field.
    fn wrong(&self, field: &str) -> Option<&str> {
        let complaint = self.complaints.iter().find(|complaint| complaint.field == field)?;
        Some(self.frame.say(complaint.ja, complaint.en))
    }

    fn is_own(&self) -> bool {
        self.form == Form::OwnTransfer
    }
}

#[derive(Template)]
#[template(path = "confirmation.html")]
struct Confirmation {
    frame: Frame,
    form: Form,
    operation: Operation,
    payee: Option<PayeeAccount>,
    balance_after_yen: i64,
    fields: Vec<(String, String)>,
    form_key: String,
}

/// An empty form; for a 振込, the choice of a payee comes first.
pub(super) async fn new(
    form: Form,
    State(bank): State<Bank>,
    signed: Signed,
    Query(query): Query<NewQuery>,
) -> Result<Response, Fault> {
    let mut fields = Fields::default();
    for (field, value) in [("payee", query.payee), ("from", query.from)] {
        if let Some(value) = value {
            fields.0.insert(field.to_owned(), value);
        }
    }
    if form == Form::Transfer && fields.text("payee").is_empty() {
        let frame = Frame::of(&signed);
        let payees = bank
            .run(move |bank| {
                Ok(bank.store.transact(|tx| payees::of_customer(tx, signed.customer.id))?)
            })
            .await?;
        return draw(&PayeeChoice { frame, payees });
    }
    draw_form(form, &bank, signed, fields, Vec::new()).await
}

/// A page that is only the reply to a form leads back to the form's beginning.
pub(super) fn again(form: Form) -> Response {
    go(&format!("{}/new", form.path()))
}

/// The form as it was filled in, to be changed.
pub(super) async fn edit(
    form: Form,
    State(bank): State<Bank>,
    sealed: Sealed,
) -> Result<Response, Fault> {
    draw_form(form, &bank, sealed.signed, sealed.fields, Vec::new()).await
}

/// From the filled form to the confirmation page, or back with what is to be corrected.
pub(super) async fn check(
    form: Form,
    State(bank): State<Bank>,
    sealed: Sealed,
) -> Result<Response, Fault> {
    let Sealed { signed, fields } = sealed;
    let (customer, typed) = (signed.customer.clone(), fields.clone());
    let checked = bank
        .run(move |bank| {
            let today = bank.clock.today();
            Ok(bank.store.transact(|tx| form.read(tx, &customer, &typed, today))?)
        })
        .await?;
    let (from, operation) = match checked {
        Ok(read) => read,
        Err(complaints) => return draw_form(form, &bank, signed, fields, complaints).await,
    };
    let payee = match &operation {
        Operation::Transfer { payee, .. } => Some(payee.clone()),
        Operation::OwnTransfer { .. } => None,
    };
    draw(&Confirmation {
        frame: Frame::of(&signed),
        form,
        payee,
        balance_after_yen: from.balance_yen - operation.total_yen(),
        operation,
        fields: fields.0.into_iter().filter(|(name, _)| name != "seal").collect(),
        form_key: drafts::fresh_key(),
    })
}

/// What came of confirming.
enum Confirmed {
    Complaints(Vec<Complaint>),
    Draft(Box<Draft>),
}

/// The confirmed form: numbered, asked, and on to sekisho.
pub(super) async fn confirm(
    form: Form,
    State(bank): State<Bank>,
    sealed: Sealed,
) -> Result<Response, Fault> {
    let Sealed { signed, fields } = sealed;
    let (by, typed) = (signed.clone(), fields.clone());
    let confirmed = bank.run(move |bank| draft_and_ask(bank, form, &by, &typed)).await?;
    match confirmed {
        Confirmed::Draft(draft) => Ok(outcome::lead_on(&draft, bank.0.clock.now())),
        Confirmed::Complaints(complaints) => {
            draw_form(form, &bank, signed, fields, complaints).await
        }
    }
}

fn draft_and_ask(
    bank: &Parts,
    form: Form,
    signed: &Signed,
    fields: &Fields,
) -> Result<Confirmed, Fault> {
    let (customer, form_key) = (&signed.customer, fields.text("form_key"));
    if form_key.len() < 16 {
        return Err(Fault::Stale);
    }
    // A second click finds the draft of the first, even where the check would now say no.
    let known = bank.store.transact(|tx| drafts::by_form_key(tx, form_key))?;
    let draft = match known {
        Some(draft) if draft.customer == customer.id => draft,
        Some(_) => return Err(Fault::Stale),
        None => {
            let today = bank.clock.today();
            let read = bank.store.transact(|tx| form.read(tx, customer, fields, today))?;
            let (from, operation) = match read {
                Ok(read) => read,
                Err(complaints) => return Ok(Confirmed::Complaints(complaints)),
            };
            if let (Operation::Transfer { payee, .. }, "yes") = (&operation, fields.text("keep")) {
                bank.store.transact(|tx| payees::keep(tx, customer.id, payee))?;
            }
            bank.transfers.draft(&NewDraft {
                customer: customer.id,
                contract: &signed.session.contract,
                session: &signed.session.sid,
                form_key,
                account: from.id,
                operation: &operation,
            })?
        }
    };
    Ok(Confirmed::Draft(Box::new(outcome::ask_calmly(bank, draft, signed.visitor.language())?)))
}

async fn draw_form(
    form: Form,
    bank: &Bank,
    signed: Signed,
    fields: Fields,
    complaints: Vec<Complaint>,
) -> Result<Response, Fault> {
    let (frame, customer) = (Frame::of(&signed), signed.customer);
    let saved = fields.text("payee").parse().ok();
    let (payee, accounts, today, left_yen) = bank
        .run(move |bank| {
            let today = bank.clock.today();
            bank.store.transact(|tx| {
                let payee = match saved {
                    Some(id) => payees::one(tx, customer.id, id)?,
                    None => None,
                };
                let sent_yen = drafts::sent_yen(tx, customer.id, today)?;
                let left_yen = (customer.daily_limit_yen - sent_yen).max(0);
                Ok((payee, accounts::of_customer(tx, customer.id)?, today, left_yen))
            })
        })
        .await?;
    if form == Form::Transfer && payee.is_none() && fields.text("payee") != "new" {
        return Ok(go("/transfers/new"));
    }
    let payee = payee.map(|payee| payee.account);
    draw(&TransferForm { frame, form, fields, complaints, payee, accounts, today, left_yen })
}
