//! What reaches the customer from outside sekisho: the mail inbox and the letter box, as pages of
//! their own.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use mail_parser::MessageParser;
use sekisho_app::order;
use sekisho_domain::id::InstitutionId;
use sekisho_domain::moment::Chance;
use sekisho_domain::order::{CardOrder, OrderKind};
use sekisho_domain::time::Timestamp;
use sekisho_server::clock::Clock;
use sekisho_server::hashing::Hashing;
use sekisho_server::office::Office;
use sekisho_web::assets;

use crate::devices::{self, Device};
use crate::post::{PostOffice, files_of};
use crate::sink::Sink;

/// Mails on a page.
const PAGE: usize = 30;
/// Letters shown in the letter boxes.
const LETTERS: u32 = 200;

/// The files of a batch that are shown, and what they are called.
const FILES: [(&str, &str); 6] = [
    ("cards.pdf", "カード"),
    ("carriers.pdf", "同封の案内"),
    ("letters.pdf", "手紙"),
    ("cards.ndjson", "カードの内容（データ）"),
    ("letters.ndjson", "手紙の内容（データ）"),
    ("pictures.json", "絵の名前（データ）"),
];

/// What the pages look at.
pub struct Outside {
    /// The mail server.
    pub sink: Arc<Sink>,
    /// The office, whose post it is.
    pub office: Office,
    /// Threads that hash initial passwords.
    pub hashing: Arc<Hashing>,
    /// Tells the time.
    pub clock: Arc<Clock>,
    /// Whose customers.
    pub institution: InstitutionId,
    /// Where the files of all batches are, and the devices that were handed out.
    pub folder: PathBuf,
    /// For new cards.
    pub chance: Mutex<Chance>,
}

type Shared = Arc<Outside>;

/// A page could not be made: the demo says why and goes on.
struct Trouble(String);

impl<E: std::fmt::Display> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.0).into_response()
    }
}

/// The pages.
pub fn router(outside: Shared) -> Router {
    Router::new()
        .route("/", get(|| async { Redirect::to("/mail") }))
        .route("/mail", get(mails))
        .route("/mail/{number}", get(mail))
        .route("/post", get(letters))
        .route("/post/{batch}/{file}", get(file))
        .route("/office", post(work))
        .route("/tokens", get(tokens))
        .route("/assets/{name}", get(asset))
        .with_state(outside)
}

#[derive(Template)]
#[template(path = "mails.html")]
struct Mails {
    mails: Vec<MailLine>,
}

struct MailLine {
    number: String,
    to: String,
    subject: String,
    date: String,
}

async fn mails(State(outside): State<Shared>) -> Result<Html<String>, Trouble> {
    let kept = outside.sink.mails(0, PAGE)?;
    let mails = kept.iter().filter_map(|(number, raw)| line(number, raw)).collect();
    Ok(Html(Mails { mails }.render()?))
}

fn line(number: &str, raw: &[u8]) -> Option<MailLine> {
    let mail = MessageParser::default().parse(raw)?;
    let to = mail.to().and_then(|to| to.first()).and_then(|to| to.address());
    Some(MailLine {
        number: number.to_owned(),
        to: to.unwrap_or_default().to_owned(),
        subject: mail.subject().unwrap_or_default().to_owned(),
        date: mail.date().map(|date| in_japan(date.to_timestamp())).unwrap_or_default(),
    })
}

/// Day and time in Japan of a Unix time: `2026年11月20日 9:05`.
fn in_japan(seconds: i64) -> String {
    let at = Timestamp::from_millis(seconds.saturating_mul(1000));
    let ((year, month, day), (hour, minute)) = (at.day().parts(), at.hour_minute());
    format!("{year}年{month}月{day}日 {hour}:{minute:02}")
}

#[derive(Template)]
#[template(path = "mail.html")]
struct OneMail {
    line: MailLine,
    text: String,
}

async fn mail(
    State(outside): State<Shared>,
    Path(number): Path<String>,
) -> Result<Response, Trouble> {
    let Some(raw) = outside.sink.mail(&number) else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let Some(line) = line(&number, &raw) else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let parsed = MessageParser::default().parse(&raw);
    let text = parsed.and_then(|mail| mail.body_text(0).map(std::borrow::Cow::into_owned));
    Ok(Html(OneMail { line, text: text.unwrap_or_default() }.render()?).into_response())
}

#[derive(Template)]
#[template(path = "post.html")]
struct Letters {
    letters: Vec<LetterLine>,
    waiting: usize,
}

struct LetterLine {
    name: String,
    login_id: String,
    what: &'static str,
    tracking_number: String,
    on: String,
    files: Vec<(String, String)>,
}

async fn letters(State(outside): State<Shared>) -> Result<Html<String>, Trouble> {
    let institution = outside.institution;
    let found = outside.office.look(move |tx, _| {
        let posted = vec!["dispatched", "delivered", "activated", "unswitched"];
        let orders = order::list(tx, institution, posted, None, LETTERS)?;
        let waiting = order::list(tx, institution, vec!["approved"], None, LETTERS)?;
        let waiting = waiting.into_iter().filter(|order| !order.frozen).count();
        let mut letters = Vec::with_capacity(orders.len());
        for order in orders {
            let contract = sekisho_app::contract::find(tx, institution, order.contract)?;
            letters.push((order, contract));
        }
        Ok((letters, waiting))
    });
    let (mut orders, waiting) = found?;
    orders.sort_by_key(|(order, _)| std::cmp::Reverse((order.dispatched_on, order.id)));
    let letters = orders
        .into_iter()
        .map(|(order, contract)| LetterLine {
            name: contract.person.name.clone(),
            login_id: contract.login_id.to_string(),
            what: what(order.kind),
            tracking_number: order.tracking_number.clone().unwrap_or_default(),
            on: order.dispatched_on.map(|day| day.to_string()).unwrap_or_default(),
            files: files(&outside, &order),
        })
        .collect();
    Ok(Html(Letters { letters, waiting }.render()?))
}

fn what(kind: OrderKind) -> &'static str {
    match kind {
        OrderKind::ImageCard => "画像認証カード",
        OrderKind::CustomerCard => "お客様カード",
        OrderKind::PasswordLetter => "初期ログインパスワードのお知らせ",
        OrderKind::ActivationLetter => "切替コードのお知らせ",
    }
}

/// The files of an order: where they are, and what they are called.
fn files(outside: &Outside, order: &CardOrder) -> Vec<(String, String)> {
    let Some((folder, batch)) = files_of(&outside.folder, order).zip(order.batch) else {
        return Vec::new();
    };
    let there = FILES.iter().filter(|(file, _)| folder.join(file).exists());
    there.map(|(file, name)| (format!("/post/{batch}/{file}"), (*name).to_owned())).collect()
}

async fn file(
    State(outside): State<Shared>,
    Path((batch, file)): Path<(String, String)>,
) -> Response {
    let known = FILES.iter().any(|(name, _)| *name == file);
    let plain = batch.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let path = outside.folder.join(&batch).join(&file);
    match (known && plain).then(|| std::fs::read(path).ok()).flatten() {
        Some(bytes) => ([(header::CONTENT_TYPE, content_type(&file))], bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn content_type(file: &str) -> &'static str {
    match file.rsplit_once('.') {
        Some((_, "pdf")) => "application/pdf",
        Some((_, "json")) => "application/json; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    }
}

/// A day at the office: everything approved is made and posted.
async fn work(State(outside): State<Shared>) -> Result<Redirect, Trouble> {
    tokio::task::spawn_blocking(move || outside.work()).await??;
    Ok(Redirect::to("/post"))
}

impl Outside {
    fn work(&self) -> Result<(), Trouble> {
        let institution = self.institution;
        let known = self
            .office
            .platform
            .institution(institution)
            .ok_or_else(|| Trouble("no institution".into()))?;
        let post = PostOffice {
            office: &self.office,
            hashing: &self.hashing,
            institution: &known,
            folder: &self.folder,
        };
        let waiting = self
            .office
            .look(move |tx, _| order::list(tx, institution, vec!["approved"], None, LETTERS))?;
        let made = self
            .office
            .look(move |tx, _| order::list(tx, institution, vec!["produced"], None, LETTERS))?;
        let mut chance = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
        for order in waiting {
            post.post(order.id, &mut chance, self.clock.now())?;
        }
        for order in made {
            post.dispatch(order.id, self.clock.now())?;
        }
        Ok(())
    }
}

#[derive(Template)]
#[template(path = "devices.html")]
struct Devices {
    devices: Vec<DeviceLine>,
}

struct DeviceLine {
    name: String,
    login_id: String,
    serial: String,
    shown: String,
    left: i64,
}

async fn tokens(State(outside): State<Shared>) -> Result<Html<String>, Trouble> {
    let now = outside.clock.now();
    let line = |device: Device| {
        let (code, left) = device.press(now);
        let (first, last) = code.split_at(3);
        DeviceLine {
            shown: format!("{first} {last}"),
            left,
            serial: device.secret.serial.clone(),
            name: device.name,
            login_id: device.login_id,
        }
    };
    let devices = devices::all(&outside.folder)?.into_iter().map(line).collect();
    Ok(Html(Devices { devices }.render()?))
}

async fn asset(Path(name): Path<String>) -> Response {
    match assets::find(&name) {
        Some(asset) => ([(header::CONTENT_TYPE, asset.content_type)], asset.bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_dated_in_japan() {
        assert_eq!(in_japan(1_795_133_100), "2026年11月20日 9:05");
    }
}
