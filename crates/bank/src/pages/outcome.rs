//! What became of a transfer: the way back from sekisho, the result, the history.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use jiff::{Timestamp, ToSpan as _};
use serde::Deserialize;

use super::{
    Bank, Fault, Parts,
    accounts::PageQuery,
    draw,
    frame::Frame,
    go,
    visitor::{Sealed, Signed},
};
use crate::{
    drafts::{self, Draft, State as Stand},
    operation::{Operation, PayeeAccount},
    transfers::Trouble,
};

/// A second click within this many seconds is a double click and follows the first to sekisho.
const DOUBLE_CLICK_S: i64 = 10;

/// Where to go after a draft was made or asked again.
pub(super) fn lead_on(draft: &Draft, now: Timestamp) -> Response {
    let fresh = now.duration_since(draft.changed_at).as_secs() < DOUBLE_CLICK_S;
    match (&draft.asked, draft.state) {
        (Some(asked), Stand::Asked) if fresh => match open_page(asked, now) {
            Some(url) => go(url),
            None => to_result(draft),
        },
        _ => to_result(draft),
    }
}

fn to_result(draft: &Draft) -> Response {
    go(&format!("/transfers/{}", draft.number))
}

/// The address at which the customer can go on answering, if there is one.
fn open_page(asked: &drafts::Asked, now: Timestamp) -> Option<&str> {
    let alive = asked.page_until.is_none_or(|until| now < until);
    asked.page_url.as_deref().filter(|_| alive)
}

/// Asks, and takes silence for an answer: the draft stands, and its page offers to ask again.
pub(super) fn ask_calmly(bank: &Parts, draft: Draft, language: &str) -> Result<Draft, Fault> {
    match bank.transfers.ask(draft.clone(), language) {
        Ok(asked) => Ok(asked),
        Err(Trouble::Sekisho(failure)) => {
            tracing::warn!(number = draft.number, %failure, "not asked yet");
            Ok(draft)
        }
        Err(Trouble::Store(error)) => Err(error.into()),
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct ReturnQuery {
    approval: String,
    state: String,
    iss: String,
}

/// The customer comes back from sekisho. The address says nothing about the outcome and is not
/// asked for it; it only names the draft, by a secret the bank made. Settling needs no session: the
/// customer has approved.
pub(super) async fn come_back(
    State(bank): State<Bank>,
    Query(query): Query<ReturnQuery>,
) -> Result<Response, Fault> {
    let draft = bank
        .run(move |bank| {
            if query.iss != bank.config.issuer {
                return Err(Fault::NotFound);
            }
            let draft = bank.store.transact(|tx| drafts::by_return_state(tx, &query.state))?;
            let named = |draft: &Draft| {
                draft.asked.as_ref().is_some_and(|asked| asked.approval == query.approval)
            };
            let draft = draft.filter(named).ok_or(Fault::NotFound)?;
            Ok(settle_calmly(bank, draft)?.0)
        })
        .await?;
    Ok(to_result(&draft))
}

/// Settles as far as it goes now; the flag tells whether sekisho was away.
fn settle_calmly(bank: &Parts, draft: Draft) -> Result<(Draft, bool), Fault> {
    match bank.transfers.settle(&draft.number) {
        Ok(settled) => Ok((settled, false)),
        Err(Trouble::Sekisho(failure)) => {
            tracing::warn!(number = draft.number, %failure, "not settled yet");
            // What was written before sekisho fell silent still counts.
            let stands = bank.store.transact(|tx| drafts::by_number(tx, &draft.number))?;
            Ok((stands.unwrap_or(draft), true))
        }
        Err(Trouble::Store(error)) => Err(error.into()),
    }
}

/// What is said about a draft: look of the notice, icon, what happened, what to do now.
struct Said<'a> {
    look: &'static str,
    icon: &'static str,
    what: &'a str,
    now: &'a str,
}

#[derive(Template)]
#[template(path = "result.html")]
struct ResultPage<'a> {
    frame: Frame,
    said: Said<'a>,
    payee: Option<PayeeAccount>,
    draft: &'a Draft,
    away: bool,
    answer_at: Option<String>,
    remedy_at: Option<String>,
}

/// The result of one transfer, carried as far as it can go now.
pub(super) async fn result(
    State(bank): State<Bank>,
    signed: Signed,
    Path(number): Path<String>,
) -> Result<Response, Fault> {
    let (frame, customer) = (Frame::of(&signed), signed.customer.id);
    let (draft, away) = bank
        .run(move |bank| {
            let draft = own_draft(bank, customer, &number)?;
            settle_calmly(bank, draft)
        })
        .await?;
    let now = bank.0.clock.now();
    let open = draft.asked.as_ref().filter(|_| draft.state == Stand::Asked);
    let remedied = draft.reason.as_deref() == Some("no_usable_method");
    draw(&ResultPage {
        said: said(&frame, &draft),
        payee: match &draft.operation {
            Operation::Transfer { payee, .. } => Some(payee.clone()),
            Operation::OwnTransfer { .. } => None,
        },
        away,
        answer_at: open.and_then(|asked| open_page(asked, now)).map(str::to_owned),
        remedy_at: remedied.then(|| format!("{}/", bank.0.config.issuer)),
        draft: &draft,
        frame,
    })
}

fn own_draft(bank: &Parts, customer: i64, number: &str) -> Result<Draft, Fault> {
    let draft = bank.store.transact(|tx| drafts::by_number(tx, number))?;
    draft.filter(|draft| draft.customer == customer).ok_or(Fault::NotFound)
}

/// Asks again for a draft whose first request got no reply. Same key: never two approvals.
pub(super) async fn ask(
    State(bank): State<Bank>,
    Path(number): Path<String>,
    sealed: Sealed,
) -> Result<Response, Fault> {
    let (customer, language) = (sealed.signed.customer.id, sealed.signed.visitor.language());
    let draft = bank
        .run(move |bank| {
            let draft = own_draft(bank, customer, &number)?;
            // What is asked late would be booked late: a draft lives for minutes, not for days.
            let old = bank.clock.now() > draft.created_at + 30.minutes();
            if draft.state == Stand::Draft && old {
                return Ok(bank.transfers.cancel(&draft)?);
            }
            ask_calmly(bank, draft, language)
        })
        .await?;
    Ok(lead_on(&draft, bank.0.clock.now()))
}

/// Takes a draft back.
pub(super) async fn cancel(
    State(bank): State<Bank>,
    Path(number): Path<String>,
    sealed: Sealed,
) -> Result<Response, Fault> {
    let customer = sealed.signed.customer.id;
    let draft = bank
        .run(move |bank| {
            let draft = own_draft(bank, customer, &number)?;
            Ok(bank.transfers.cancel(&draft)?)
        })
        .await?;
    Ok(to_result(&draft))
}

#[derive(Template)]
#[template(path = "history.html")]
struct History {
    frame: Frame,
    drafts: Vec<Draft>,
    page: i64,
    pages: i64,
}

/// All transfers of the customer, newest first.
pub(super) async fn history(
    State(bank): State<Bank>,
    signed: Signed,
    Query(query): Query<PageQuery>,
) -> Result<Response, Fault> {
    let (frame, customer) = (Frame::of(&signed), signed.customer.id);
    let page = query.page.unwrap_or(1);
    let (drafts, pages) = bank
        .run(move |bank| Ok(bank.store.transact(|tx| drafts::history(tx, customer, page))?))
        .await?;
    draw(&History { frame, drafts, page: page.clamp(1, pages), pages })
}

fn said<'a>(frame: &Frame, draft: &'a Draft) -> Said<'a> {
    let reason = draft.reason.as_deref().unwrap_or("");
    let (look, icon, what, now) = match (draft.state, reason) {
        (Stand::Booked, _) => ("done", "done", DONE, DONE_NOW),
        (Stand::Approved, _) => ("", "info", IN_PROGRESS, IN_PROGRESS_NOW),
        (Stand::Asked, _) => ("warn", "warn", TO_BE_ANSWERED, TO_BE_ANSWERED_NOW),
        (Stand::Draft, _) => ("warn", "warn", NOT_SENT, NOT_SENT_NOW),
        (Stand::Refused, "declined") | (Stand::Cancelled, _) => {
            ("", "info", DECLINED, DECLINED_NOW)
        }
        (Stand::Refused, "locked") => ("danger", "stop", REFUSED, LOCKED_NOW),
        (Stand::Refused, _) => ("danger", "stop", REFUSED, REFUSED_NOW),
        (Stand::Expired, _) => ("warn", "warn", EXPIRED, EXPIRED_NOW),
        (Stand::Failed, "no_usable_method") => ("warn", "card", NO_METHOD, NO_METHOD_NOW),
        (Stand::Failed, "limit_reached") => ("warn", "card", CARD_LIMIT, CARD_LIMIT_NOW),
        (Stand::Failed, "balance_too_low") => ("danger", "stop", NOT_BOOKED, BALANCE_NOW),
        (Stand::Failed, "limit_exceeded") => ("danger", "stop", NOT_BOOKED, LIMIT_NOW),
        (Stand::Failed, "cannot_be_booked" | "digest_mismatch" | "another_approval") => {
            ("danger", "stop", NOT_BOOKED, CALL_NOW)
        }
        (Stand::Failed, _) => ("danger", "stop", NOT_ACCEPTED, CALL_NOW),
    };
    let told = draft.message.as_deref().filter(|message| !message.is_empty());
    Said {
        look,
        icon,
        what: frame.say(what.0, what.1),
        now: told.unwrap_or(frame.say(now.0, now.1)),
    }
}

/// A sentence in Japanese and in English.
type Words = (&'static str, &'static str);

const DONE: Words = ("お手続きが完了しました", "Your transfer is done");
const DONE_NOW: Words = (
    "ご依頼のとおりに承りました。受付番号は、お問い合わせの際にお使いください。",
    "It was carried out as you asked. Keep the receipt number for questions.",
);
const IN_PROGRESS: Words = ("ただいまお手続きを進めています", "Your transfer is being carried out");
const IN_PROGRESS_NOW: Words = (
    "認証は済みました。もう一度お手続きいただく必要はありません。しばらくしてから「結果を確認する」を押してください。",
    "You have approved it; there is no need to do it again. Look again in a moment.",
);
const TO_BE_ANSWERED: Words = ("お客さまの認証がまだ済んでいません", "Your approval is still open");
const TO_BE_ANSWERED_NOW: Words = (
    "このお取引はまだ行われていません。認証の画面で続けるか、取りやめてください。",
    "Nothing has been sent. Go on to approve it, or cancel it.",
);
const NOT_SENT: Words = ("まだお取引を受け付けていません", "Not accepted yet");
const NOT_SENT_NOW: Words = (
    "ただいま混み合っています。1分ほどおいて「もう一度進む」を押してください。二重に受け付けることはありません。",
    "We are busy. Try again in a minute; it will not be carried out twice.",
);
const DECLINED: Words = ("お取引を取りやめました", "The transfer was cancelled");
const DECLINED_NOW: Words = (
    "お金は動いていません。続けるときは、はじめからお手続きください。",
    "No money has moved. To go on, please start again.",
);
const REFUSED: Words = ("お客さまの認証ができませんでした", "The transfer was not approved");
const REFUSED_NOW: Words = (
    "お金は動いていません。カードや番号をお確かめのうえ、はじめからお手続きください。",
    "No money has moved. Check your card or number and start again.",
);
const LOCKED_NOW: Words = (
    "お金は動いていません。認証手段をロックしました。解除は「カード・認証の手続き」か 0120-000-000 で承ります。",
    "No money has moved. Your method is locked: open the security pages or call 0120-000-000.",
);
const EXPIRED: Words =
    ("時間が過ぎたため、お取引を行っていません", "Not carried out: time ran out");
const EXPIRED_NOW: Words = (
    "お金は動いていません。お手数ですが、はじめからお手続きください。",
    "No money has moved. Please start again.",
);
const NO_METHOD: Words = (
    "お取引の認証に使えるカードやアプリがありません",
    "You have no card or app to approve this with",
);
const NO_METHOD_NOW: Words = (
    "「カード・認証の手続き」で、お使いになれる認証手段をご確認ください。",
    "Please look at your cards and apps on the security pages.",
);
const CARD_LIMIT: Words =
    ("カードで認証できる1日の金額を超えました", "More than a card can approve in a day");
const CARD_LIMIT_NOW: Words = (
    "お金は動いていません。金額を減らすか、明日以降にお手続きください。お急ぎのときは窓口で承ります。",
    "No money has moved. Send less, or send it tomorrow. If it is urgent, please come to a branch.",
);
const NOT_BOOKED: Words = ("お取引を行えませんでした", "The transfer could not be carried out");
const BALANCE_NOW: Words = (
    "認証のあいだに口座の残高が足りなくなりました。お金は動いていません。残高をご確認ください。",
    "The balance no longer covers it. No money has moved. Please check your balance.",
);
const LIMIT_NOW: Words = (
    "ほかのお振込みと合わせて、1日の限度額を超えました。お金は動いていません。明日以降にお手続きください。",
    "Together with others it exceeds the daily limit. No money has moved. Send it tomorrow.",
);
const NOT_ACCEPTED: Words = ("お取引をお受けできません", "The transfer was not accepted");
const CALL_NOW: Words = (
    "お金は動いていません。お手数ですが 0120-000-000 へお電話ください。",
    "No money has moved. Please call 0120-000-000.",
);
