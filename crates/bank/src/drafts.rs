//! Drafts: what a customer wants done, from the confirmed form to its end.
//!
//! A draft has the bank's own number before anybody outside hears of it. Each step is written under
//! the condition that the step before it still stands, so that two attempts never both take it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{Timestamp, civil::Date};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, types::Type};

use crate::{
    accounts::moment,
    clock::{chance, day_of},
    operation::Operation,
    sekisho::{Approval, Consumption},
};

/// How many drafts a page of the history shows.
pub const HISTORY_PAGE: i64 = 20;

/// Where a draft stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Numbered; sekisho has not confirmed that it was asked.
    Draft,
    /// Asked at sekisho; the customer's turn.
    Asked,
    /// Approved; money held; being consumed and booked.
    Approved,
    /// In the ledger.
    Booked,
    /// Not approved.
    Refused,
    /// Not answered, or not booked, in time.
    Expired,
    /// Taken back.
    Cancelled,
    /// Could not be asked or booked.
    Failed,
}

const STATES: [(State, &str); 8] = [
    (State::Draft, "draft"),
    (State::Asked, "asked"),
    (State::Approved, "approved"),
    (State::Booked, "booked"),
    (State::Refused, "refused"),
    (State::Expired, "expired"),
    (State::Cancelled, "cancelled"),
    (State::Failed, "failed"),
];

impl State {
    fn word(self) -> &'static str {
        STATES.iter().find(|(state, _)| *state == self).map_or("failed", |(_, word)| word)
    }

    fn parse(word: &str) -> Option<Self> {
        STATES.iter().find(|(_, known)| *known == word).map(|(state, _)| *state)
    }
}

/// A draft.
#[derive(Debug, Clone)]
pub struct Draft {
    /// `IB-YYYYMMDD-NNNNNN`: reference of the approval and number of the booking.
    pub number: String,
    /// Whose, by row.
    pub customer: i64,
    /// `ctr_…` at the time of the sign-in.
    pub contract: String,
    /// `ses_…` of the sign-in.
    pub session: String,
    /// The paying account's row.
    pub account: i64,
    /// What is to be done.
    pub operation: Operation,
    /// Where it stands.
    pub state: State,
    /// Why it ended, as a code.
    pub reason: Option<String>,
    /// sekisho's sentence for the customer, when it refused to ask.
    pub message: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed state.
    pub changed_at: Timestamp,
    /// Idempotency key of the request.
    pub ask_key: String,
    /// Idempotency key of the consumption.
    pub consume_key: String,
    /// Idempotency key of the cancellation.
    pub cancel_key: String,
    /// What comes back with the customer; unguessable.
    pub return_state: String,
    /// What sekisho said when asked.
    pub asked: Option<Asked>,
}

/// What a draft knows once it was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// `apr_…`
    pub approval: String,
    /// `ins_…`
    pub institution: String,
    /// Part of the digest.
    pub nonce: String,
    /// Where the customer answers, with its ticket.
    pub page_url: Option<String>,
    /// When the ticket ends.
    pub page_until: Option<Timestamp>,
}

/// A draft to be made.
#[derive(Debug, Clone)]
pub struct NewDraft<'a> {
    /// Whose, by row.
    pub customer: i64,
    /// `ctr_…`
    pub contract: &'a str,
    /// `ses_…`
    pub session: &'a str,
    /// Of the confirmation page: one page makes one draft, however often it is sent.
    pub form_key: &'a str,
    /// The paying account's row.
    pub account: i64,
    /// What is to be done.
    pub operation: &'a Operation,
}

/// An idempotency key or state: 32 letters from chance.
pub fn fresh_key() -> String {
    URL_SAFE_NO_PAD.encode(chance::<24>())
}

/// Makes a draft with the next number of the day.
pub fn create(tx: &Transaction<'_>, new: &NewDraft<'_>, now: Timestamp) -> rusqlite::Result<Draft> {
    let day = day_of(now);
    let last: i64 = tx.query_row(
        "insert into draft_numbers values (?1, 1)
         on conflict (day) do update set last = last + 1 returning last",
        [day.to_string()],
        |row| row.get(0),
    )?;
    let number = format!("IB-{}-{last:06}", day.strftime("%Y%m%d"));
    tx.execute(
        "insert into drafts (number, customer, contract, session, form_key, account, day, total_yen,
           operation, state, created_at, changed_at, ask_key, consume_key, cancel_key, return_state)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'draft', ?10, ?10, ?11, ?12, ?13, ?14)",
        (
            &number,
            new.customer,
            new.contract,
            new.session,
            new.form_key,
            new.account,
            new.operation.date().to_string(),
            new.operation.total_yen(),
            new.operation.to_json().to_string(),
            now.as_millisecond(),
            fresh_key(),
            fresh_key(),
            fresh_key(),
            fresh_key(),
        ),
    )?;
    by_number(tx, &number).map(|draft| draft.expect("it was written in this transaction"))
}

const SELECT: &str =
    "select number, customer, contract, session, account, operation, state, reason,
  message, created_at, changed_at, ask_key, consume_key, cancel_key, return_state,
  approval, institution, nonce, page_url, page_until from drafts";

fn read(row: &Row<'_>) -> rusqlite::Result<Draft> {
    let broken = |column| rusqlite::Error::InvalidColumnType(column, String::new(), Type::Text);
    let (operation, state): (String, String) = (row.get(5)?, row.get(6)?);
    let approval: Option<String> = row.get(15)?;
    Ok(Draft {
        number: row.get(0)?,
        customer: row.get(1)?,
        contract: row.get(2)?,
        session: row.get(3)?,
        account: row.get(4)?,
        operation: serde_json::from_str(&operation).map_err(|_| broken(5))?,
        state: State::parse(&state).ok_or_else(|| broken(6))?,
        reason: row.get(7)?,
        message: row.get(8)?,
        created_at: moment(row.get(9)?),
        changed_at: moment(row.get(10)?),
        ask_key: row.get(11)?,
        consume_key: row.get(12)?,
        cancel_key: row.get(13)?,
        return_state: row.get(14)?,
        asked: match approval {
            None => None,
            Some(approval) => Some(Asked {
                approval,
                institution: row.get(16)?,
                nonce: row.get(17)?,
                page_url: row.get(18)?,
                page_until: row.get::<_, Option<i64>>(19)?.map(moment),
            }),
        },
    })
}

fn one(db: &Connection, which: &str, key: &str) -> rusqlite::Result<Option<Draft>> {
    db.prepare_cached(&format!("{SELECT} where {which} = ?1"))?.query_row([key], read).optional()
}

/// A draft by its number.
pub fn by_number(db: &Connection, number: &str) -> rusqlite::Result<Option<Draft>> {
    one(db, "number", number)
}

/// The draft a confirmation page has made, if it has.
pub fn by_form_key(db: &Connection, form_key: &str) -> rusqlite::Result<Option<Draft>> {
    one(db, "form_key", form_key)
}

/// The draft a customer comes back with.
pub fn by_return_state(db: &Connection, state: &str) -> rusqlite::Result<Option<Draft>> {
    one(db, "return_state", state)
}

/// A page of a customer's drafts, newest first, and the number of pages (1 or more).
pub fn history(db: &Connection, customer: i64, page: i64) -> rusqlite::Result<(Vec<Draft>, i64)> {
    let count: i64 = db
        .prepare_cached("select count(*) from drafts where customer = ?1")?
        .query_row([customer], |row| row.get(0))?;
    let pages = ((count + HISTORY_PAGE - 1) / HISTORY_PAGE).max(1);
    let skip = (page.clamp(1, pages) - 1) * HISTORY_PAGE;
    let drafts = db
        .prepare_cached(&format!(
            "{SELECT} where customer = ?1 order by number desc limit ?2 offset ?3"
        ))?
        .query_map((customer, HISTORY_PAGE, skip), read)?
        .collect::<rusqlite::Result<_>>()?;
    Ok((drafts, pages))
}

/// Numbers of drafts that are neither ended nor the customer's to begin, oldest first, at most
/// `most`.
pub fn unsettled(db: &Connection, most: i64) -> rusqlite::Result<Vec<String>> {
    db.prepare_cached(
        "select number from drafts where state in ('asked', 'approved') order by number limit ?1",
    )?
    .query_map([most], |row| row.get(0))?
    .collect()
}

/// What a customer has sent to others on `day` or has approved to be sent, in yen, fees left out.
pub fn sent_yen(db: &Connection, customer: i64, day: Date) -> rusqlite::Result<i64> {
    db.prepare_cached(
        "select coalesce(sum(operation ->> '$.amount_yen'), 0) from drafts
         where customer = ?1 and day = ?2 and state in ('approved', 'booked')
           and operation ->> '$.type' = 'transfer'",
    )?
    .query_row((customer, day.to_string()), |row| row.get(0))
}

/// draft → asked. `false`: it was not a draft any more.
pub fn mark_asked(
    tx: &Transaction<'_>,
    number: &str,
    approval: &Approval,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let page = approval.page.as_ref();
    let until = page.and_then(|page| page.expires_at.parse::<Timestamp>().ok());
    let changed = tx.execute(
        "update drafts set state = 'asked', changed_at = ?2, approval = ?3, institution = ?4,
           nonce = ?5, page_url = ?6, page_until = ?7
         where number = ?1 and state = 'draft'",
        (
            number,
            now.as_millisecond(),
            &approval.id,
            &approval.institution,
            &approval.nonce,
            page.map(|page| &page.url),
            until.map(Timestamp::as_millisecond),
        ),
    )?;
    Ok(changed == 1)
}

/// Notes that the customer has opened sekisho's page: its ticket is spent, the address without it
/// stays good.
pub fn mark_opened(tx: &Transaction<'_>, number: &str) -> rusqlite::Result<()> {
    tx.execute(
        "update drafts set page_url = substr(page_url, 1, instr(page_url || '?', '?') - 1),
           page_until = null where number = ?1 and state = 'asked'",
        [number],
    )?;
    Ok(())
}

/// asked → approved. From here on the money is held.
pub fn mark_approved(tx: &Transaction<'_>, number: &str, now: Timestamp) -> rusqlite::Result<bool> {
    step(tx, number, State::Asked, State::Approved, (None, None), now)
}

/// approved → booked, in the transaction of the booking.
pub fn mark_booked(
    tx: &Transaction<'_>,
    number: &str,
    consumption: &Consumption,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    tx.execute(
        "update drafts set consumption = ?2, receipt = ?3 where number = ?1",
        (number, &consumption.id, &consumption.receipt),
    )?;
    step(tx, number, State::Approved, State::Booked, (None, None), now)
}

/// Ends a draft that stands at `from`. `false`: it stood elsewhere.
pub fn end(
    tx: &Transaction<'_>,
    number: &str,
    from: State,
    (to, reason, message): (State, &str, Option<&str>),
    now: Timestamp,
) -> rusqlite::Result<bool> {
    step(tx, number, from, to, (Some(reason), message), now)
}

fn step(
    tx: &Transaction<'_>,
    number: &str,
    from: State,
    to: State,
    (reason, message): (Option<&str>, Option<&str>),
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let changed = tx
        .prepare_cached(
            "update drafts set state = ?3, reason = ?4, message = ?5, changed_at = ?6
             where number = ?1 and state = ?2",
        )?
        .execute((number, from.word(), to.word(), reason, message, now.as_millisecond()))?;
    Ok(changed == 1)
}
