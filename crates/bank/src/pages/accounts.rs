//! Menu, accounts and statements.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use jiff::{Timestamp, civil::Date};
use serde::Deserialize;

use super::{Bank, Fault, draw, frame::Frame, visitor::Signed};
use crate::accounts::{self, Account, Statement};

/// Something the customer should do at sekisho, ready to show.
struct Reminder {
    text: &'static str,
    by: Option<String>,
}

#[derive(Template)]
#[template(path = "menu.html")]
struct Menu {
    frame: Frame,
    total_yen: i64,
    accounts: Vec<Account>,
    last_sign_in_at: Option<Timestamp>,
    failures_since: i64,
    reminders: Vec<Reminder>,
    issuer: String,
}

/// Where everything begins after sign-in.
pub(super) async fn menu(State(bank): State<Bank>, signed: Signed) -> Result<Response, Fault> {
    let issuer = bank.0.config.issuer.clone();
    let (frame, session) = (Frame::of(&signed), signed.session);
    let accounts = of_customer(&bank, signed.customer.id).await?;
    let reminders = session.due.iter().filter_map(|due| {
        let (ja, en) = match due.what.as_str() {
            "image_card_application" => {
                ("画像認証カードをお申し込みください", "Please apply for an image card")
            }
            "image_card_switch" => {
                ("画像認証カードへ切り替えてください", "Please switch to your image card")
            }
            "password_change" => {
                ("ログインパスワードを変更してください", "Please change your login password")
            }
            _ => return None,
        };
        let day = due.by.as_ref().and_then(|by| by.get(..10)?.parse::<Date>().ok());
        Some(Reminder { text: frame.say(ja, en), by: day.map(|day| frame.day(day)) })
    });
    draw(&Menu {
        total_yen: accounts.iter().map(|account| account.balance_yen).sum(),
        reminders: reminders.collect(),
        last_sign_in_at: session.last_sign_in_at,
        failures_since: session.failures_since,
        accounts,
        issuer,
        frame,
    })
}

#[derive(Template)]
#[template(path = "accounts.html")]
struct Overview {
    frame: Frame,
    accounts: Vec<Account>,
    total_yen: i64,
    now: Timestamp,
}

/// All accounts with their balances.
pub(super) async fn list(State(bank): State<Bank>, signed: Signed) -> Result<Response, Fault> {
    let accounts = of_customer(&bank, signed.customer.id).await?;
    draw(&Overview {
        frame: Frame::of(&signed),
        total_yen: accounts.iter().map(|account| account.balance_yen).sum(),
        accounts,
        now: bank.0.clock.now(),
    })
}

#[derive(Debug, Deserialize)]
pub(super) struct PageQuery {
    pub(super) page: Option<i64>,
}

#[derive(Template)]
#[template(path = "statement.html")]
struct StatementPage {
    frame: Frame,
    account: Account,
    statement: Statement,
}

/// One account's statement.
pub(super) async fn statement(
    State(bank): State<Bank>,
    signed: Signed,
    Path(id): Path<i64>,
    Query(query): Query<PageQuery>,
) -> Result<Response, Fault> {
    let frame = Frame::of(&signed);
    let (account, statement) = bank
        .run(move |bank| {
            bank.store.transact(|tx| {
                let account = accounts::of_customer(tx, signed.customer.id)?
                    .into_iter()
                    .find(|account| account.id == id)
                    .ok_or(Fault::NotFound)?;
                let statement = accounts::statement(tx, account.id, query.page.unwrap_or(1))?;
                Ok((account, statement))
            })
        })
        .await?;
    draw(&StatementPage { frame, account, statement })
}

async fn of_customer(bank: &Bank, customer: i64) -> Result<Vec<Account>, Fault> {
    bank.run(move |bank| Ok(bank.store.transact(|tx| accounts::of_customer(tx, customer))?)).await
}
