//! The customer's payee list: look, add, delete.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};

use super::{
    Bank, Fault, draw,
    frame::Frame,
    go,
    visitor::{Sealed, Signed},
};
use crate::{
    check::{self, Complaint, Fields},
    operation::Registration,
    payees::{self, Payee},
};

#[derive(Template)]
#[template(path = "payees.html")]
struct PayeesPage {
    frame: Frame,
    payees: Vec<Payee>,
}

/// The list.
pub(super) async fn list(State(bank): State<Bank>, signed: Signed) -> Result<Response, Fault> {
    let (frame, customer) = (Frame::of(&signed), signed.customer.id);
    let payees = bank
        .run(move |bank| Ok(bank.store.transact(|tx| payees::of_customer(tx, customer))?))
        .await?;
    draw(&PayeesPage { frame, payees })
}

#[derive(Template)]
#[template(path = "payee_form.html")]
struct PayeeForm {
    frame: Frame,
    fields: Fields,
    complaints: Vec<Complaint>,
}

impl PayeeForm {
    /// What is wrong with a field.
    fn wrong(&self, field: &str) -> Option<&str> {
        let complaint = self.complaints.iter().find(|complaint| complaint.field == field)?;
        Some(self.frame.say(complaint.ja, complaint.en))
    }
}

/// The form for one more.
pub(super) async fn new(signed: Signed) -> Result<Response, Fault> {
    let (fields, complaints) = (Fields::default(), Vec::new());
    draw(&PayeeForm { frame: Frame::of(&signed), fields, complaints })
}

/// Adds one to the list.
pub(super) async fn add(State(bank): State<Bank>, sealed: Sealed) -> Result<Response, Fault> {
    let Sealed { signed, fields } = sealed;
    let (customer, typed) = (signed.customer.clone(), fields.clone());
    let complaints = bank
        .run(move |bank| {
            bank.store.transact(|tx| {
                let read = check::payee(tx, &customer, &typed, Registration::Saved)?;
                Ok(match read {
                    Err(complaints) => complaints,
                    Ok(payee) if payees::keep(tx, customer.id, &payee)? => Vec::new(),
                    Ok(_) => vec![FULL],
                })
            })
        })
        .await?;
    if complaints.is_empty() {
        return Ok(go("/payees"));
    }
    draw(&PayeeForm { frame: Frame::of(&signed), fields, complaints })
}

const FULL: Complaint = Complaint {
    field: "place",
    ja: "登録できる振込先は99件までです。使わない振込先を削除してください。",
    en: "The list holds 99 payees. Please delete one you do not need.",
};

#[derive(Template)]
#[template(path = "payee_deletion.html")]
struct PayeeDeletion {
    frame: Frame,
    payee: Payee,
}

/// Asks before it deletes.
pub(super) async fn ask_deletion(
    State(bank): State<Bank>,
    signed: Signed,
    Path(id): Path<i64>,
) -> Result<Response, Fault> {
    let (frame, customer) = (Frame::of(&signed), signed.customer.id);
    let payee = bank
        .run(move |bank| Ok(bank.store.transact(|tx| payees::one(tx, customer, id))?))
        .await?
        .ok_or(Fault::NotFound)?;
    draw(&PayeeDeletion { frame, payee })
}

/// Takes one off the list.
pub(super) async fn delete(
    State(bank): State<Bank>,
    Path(id): Path<i64>,
    sealed: Sealed,
) -> Result<Response, Fault> {
    let customer = sealed.signed.customer.id;
    bank.run(move |bank| Ok(bank.store.transact(|tx| payees::delete(tx, customer, id))?)).await?;
    Ok(go("/payees"))
}
