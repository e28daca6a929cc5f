//! A transfer, from the confirmed form to the ledger.
//!
//! ```text
//! draft ──ask──► asked ──approved at sekisho──► approved ──consume, book──► booked
//! ```
//!
//! Each arrow can be tried again at any time, by the customer, by a double click, by a restart: the
//! keys are kept with the draft, every step is conditional, and the ledger takes each booking
//! number once.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::Transaction;

use crate::{
    accounts::{self, Internal},
    clock::Clock,
    customers, directory,
    drafts::{self, Asked, Draft, NewDraft, State},
    ledger::{self, Booking, BookingRefused, Line},
    operation::{Binding, Operation, digest},
    sekisho::{Approval, ApprovalState, Ask, Consumed, Consumption, Failure, Sekisho},
    store::Store,
};

/// How many drafts one round of [`Transfers::settle_all`] looks at.
const ROUND: i64 = 50;

/// What went wrong outside of anybody's will. The draft stands where it stood; trying again is
/// safe.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The bank's database.
    #[error("the bank's database: {0}")]
    Store(#[from] rusqlite::Error),
    /// The line to sekisho.
    #[error(transparent)]
    Sekisho(#[from] Failure),
}

/// Carries transfers through.
#[derive(Clone)]
pub struct Transfers {
    store: Arc<Store>,
    sekisho: Arc<Sekisho>,
    clock: Clock,
}

impl Transfers {
    /// Works on these books and this line.
    pub fn new(store: Arc<Store>, sekisho: Arc<Sekisho>, clock: Clock) -> Self {
        Self { store, sekisho, clock }
    }

    /// Makes the draft of a confirmation page, or returns the one it has made already.
    pub fn draft(&self, new: &NewDraft<'_>) -> Result<Draft, Trouble> {
        let now = self.clock.now();
        self.store.transact(|tx| match drafts::by_form_key(tx, new.form_key)? {
            Some(draft) => Ok(draft),
            None => Ok(drafts::create(tx, new, now)?),
        })
    }

    /// Asks sekisho for the approval. Returns the draft as it then stands: asked, or failed with
    /// the reason.
    pub fn ask(&self, draft: Draft, language: &str) -> Result<Draft, Trouble> {
        if draft.state != State::Draft {
            return Ok(draft);
        }
        let reply = self.sekisho.ask(&Ask {
            contract: &draft.contract,
            session: &draft.session,
            reference: &draft.number,
            state: &draft.return_state,
            operation: &draft.operation.to_json(),
            key: &draft.ask_key,
            language,
        });
        let now = self.clock.now();
        match reply {
            Ok(approval) => {
                self.store.transact(|tx| drafts::mark_asked(tx, &draft.number, &approval, now))?;
                tracing::info!(number = draft.number, approval = approval.id, "asked for approval");
            }
            // Too fast is no refusal: the same request is right a little later.
            Err(Failure::Refused(problem)) if !problem.is_of_the_moment() => {
                let end = match problem.why.as_deref() {
                    // sekisho says only that no method is left; why this is, we can say better.
                    Some("limit_reached") => (State::Failed, "limit_reached", None),
                    _ => (State::Failed, problem.code.as_str(), Some(problem.title.as_str())),
                };
                self.end(&draft, end)?;
            }
            Err(failure) => return Err(failure.into()),
        }
        self.reread(&draft.number)
    }

    /// Takes a draft back, where that is still possible, and settles it.
    pub fn cancel(&self, draft: &Draft) -> Result<Draft, Trouble> {
        match (&draft.asked, draft.state) {
            (_, State::Draft) => self.end(draft, (State::Cancelled, "customer_left", None))?,
            (Some(asked), State::Asked) => {
                match self.sekisho.cancel(&asked.approval, &draft.cancel_key) {
                    // Closed meanwhile: how it ended is read below.
                    Ok(()) | Err(Failure::Refused(_)) => {}
                    Err(failure) => return Err(failure.into()),
                }
            }
            _ => {}
        }
        self.settle(&draft.number)
    }

    /// Carries a draft as far as it can go now. Calling it again, or from two sides at once, is
    /// safe.
    pub fn settle(&self, number: &str) -> Result<Draft, Trouble> {
        let draft = self.reread(number)?;
        let Some(asked) = &draft.asked else { return Ok(draft) };
        match draft.state {
            State::Asked => {
                let approval = match self.sekisho.look(&asked.approval) {
                    // Forgotten there, it can never be approved any more.
                    Err(Failure::Refused(problem)) if problem.code == "not_found" => {
                        self.end(&draft, (State::Expired, "not_found", None))?;
                        return self.reread(number);
                    }
                    looked => looked?,
                };
                self.take_up(&draft, &approval)?;
                let draft = self.reread(number)?;
                if draft.state == State::Approved {
                    self.execute(&draft, asked)?;
                }
            }
            State::Approved => self.execute(&draft, asked)?,
            _ => return Ok(draft),
        }
        self.reread(number)
    }

    /// Settles whatever a crash, a lost reply or a customer who closed the window has left behind.
    /// Trouble with one draft does not keep the others waiting.
    pub fn settle_all(&self) -> Result<(), Trouble> {
        for number in self.store.transact(|tx| drafts::unsettled(tx, ROUND))? {
            if let Err(trouble) = self.settle(&number) {
                tracing::warn!(number, %trouble, "a draft waits for the next round");
            }
        }
        Ok(())
    }

    /// Writes down what sekisho says of an approval that the bank still holds for open.
    fn take_up(&self, draft: &Draft, approval: &Approval) -> Result<(), Trouble> {
        let reason = approval.reason.as_deref().unwrap_or("unknown");
        match approval.state {
            ApprovalState::Requested | ApprovalState::Unknown => Ok(()),
            ApprovalState::Challenged => {
                Ok(self.store.transact(|tx| drafts::mark_opened(tx, &draft.number))?)
            }
            ApprovalState::Refused => self.end(draft, (State::Refused, reason, None)),
            ApprovalState::Expired => self.end(draft, (State::Expired, reason, None)),
            ApprovalState::Cancelled | ApprovalState::Void | ApprovalState::Reserved => {
                self.end(draft, (State::Cancelled, reason, None))
            }
            // Consumed without our knowing can only be an earlier try of ours: consuming again
            // tells.
            ApprovalState::Approved | ApprovalState::Consumed => {
                self.take_up_approved(draft, approval)
            }
        }
    }

    /// asked → approved, holding the money; or failed, where that is not possible any more.
    fn take_up_approved(&self, draft: &Draft, approval: &Approval) -> Result<(), Trouble> {
        if approval.reference != draft.number || approval.contract != draft.contract {
            return self.end(draft, (State::Failed, "another_approval", None));
        }
        let now = self.clock.now();
        let hindered = self.store.transact(|tx| {
            // The step decides: a twin that comes second must not mistake the money held by the
            // first for money that is missing.
            let hindrance = hindrance(tx, draft)?;
            if !drafts::mark_approved(tx, &draft.number, now)? {
                return Ok(false);
            }
            let Some(reason) = hindrance else { return Ok(false) };
            drafts::end(tx, &draft.number, State::Approved, (State::Failed, reason, None), now)
        })?;
        if hindered {
            // Best effort: an approval that is never consumed ends by itself.
            let _ = self.sekisho.cancel(&approval.id, &draft.cancel_key);
        }
        Ok(())
    }

    /// Consumes the approval and books, both once.
    fn execute(&self, draft: &Draft, asked: &Asked) -> Result<(), Trouble> {
        let digest = digest(
            Binding {
                contract: &draft.contract,
                institution: &asked.institution,
                nonce: &asked.nonce,
                reference: &draft.number,
            },
            &draft.operation.to_json(),
        );
        match self.sekisho.consume(&asked.approval, &digest, &draft.number, &draft.consume_key)? {
            Consumed::ForThisBooking(consumption) => self.book(draft, asked, &consumption),
            Consumed::No(code) => {
                tracing::warn!(number = draft.number, code, "not booked");
                let state = match code.as_str() {
                    // Taken back by the customer in the last moment, or too late.
                    "approval_closed" => match self.sekisho.look(&asked.approval)?.state {
                        ApprovalState::Cancelled | ApprovalState::Void => State::Cancelled,
                        _ => State::Expired,
                    },
                    _ => State::Failed,
                };
                self.end(draft, (state, &code, None))
            }
        }
    }

    fn book(&self, draft: &Draft, asked: &Asked, consumption: &Consumption) -> Result<(), Trouble> {
        let now = self.clock.now();
        let booked = self.store.transact(|tx| {
            // Another try has booked it meanwhile: then there is nothing left to do.
            if !drafts::mark_booked(tx, &draft.number, consumption, now)? {
                return Ok(());
            }
            let lines = lines(tx, draft)?;
            let (number, approval) = (draft.number.as_str(), Some(asked.approval.as_str()));
            ledger::book(tx, &Booking { number, approval, at: now, lines: &lines })
        });
        match booked {
            Ok(()) => {
                tracing::info!(number = draft.number, consumption = consumption.id, "booked");
                Ok(())
            }
            Err(BookingRefused::Store(error)) => Err(error.into()),
            Err(refused) => {
                tracing::error!(number = draft.number, %refused, "approved but cannot be booked");
                self.end(draft, (State::Failed, "cannot_be_booked", None))
            }
        }
    }

    fn end(&self, draft: &Draft, end: (State, &str, Option<&str>)) -> Result<(), Trouble> {
        let now: Timestamp = self.clock.now();
        self.store.transact(|tx| drafts::end(tx, &draft.number, draft.state, end, now))?;
        Ok(())
    }

    fn reread(&self, number: &str) -> Result<Draft, Trouble> {
        let draft = self.store.transact(|tx| drafts::by_number(tx, number))?;
        draft.ok_or(Trouble::Store(rusqlite::Error::QueryReturnedNoRows))
    }
}

/// What has come between the form and the approval: another transfer has taken the balance or used
/// up the day's limit.
fn hindrance(tx: &Transaction<'_>, draft: &Draft) -> rusqlite::Result<Option<&'static str>> {
    let operation = &draft.operation;
    let account = accounts::by_number(tx, operation.from())?;
    if operation.total_yen() > account.map_or(0, |account| account.available_yen) {
        return Ok(Some("balance_too_low"));
    }
    let limit_yen = customers::one(tx, draft.customer)?.daily_limit_yen;
    let sent_yen = drafts::sent_yen(tx, draft.customer, operation.date())?;
    let counts = matches!(operation, Operation::Transfer { .. });
    let over = counts && sent_yen + operation.amount_yen() > limit_yen;
    Ok(over.then_some("limit_exceeded"))
}

/// The lines of a draft's booking: what the customer approved, and nothing else.
fn lines(tx: &Transaction<'_>, draft: &Draft) -> Result<Vec<Line>, BookingRefused> {
    let line =
        |account, amount_yen, text: &str| Line { account, amount_yen, text: text.to_owned() };
    let gone = || BookingRefused::Store(rusqlite::Error::QueryReturnedNoRows);
    let from = draft.account;
    Ok(match &draft.operation {
        Operation::OwnTransfer { to, amount_yen, .. } => {
            let to = accounts::by_number(tx, to)?.ok_or_else(gone)?.id;
            vec![line(from, -amount_yen, "振替"), line(to, *amount_yen, "振替")]
        }
        Operation::Transfer { payee, amount_yen, fee_yen, .. } => {
            let sender = customers::one(tx, draft.customer)?.name_kana;
            let to = if payee.bank == directory::OWN_BANK {
                let to = accounts::by_number(tx, &payee.account)?.ok_or_else(gone)?.id;
                line(to, *amount_yen, &format!("振込 {sender}"))
            } else {
                line(Internal::OutgoingTransfers.row(tx)?, *amount_yen, &draft.number)
            };
            let mut lines = vec![line(from, -amount_yen, &format!("振込 {}", payee.name)), to];
            if *fee_yen > 0 {
                lines.push(line(from, -fee_yen, "振込手数料"));
                lines.push(line(Internal::FeeIncome.row(tx)?, *fee_yen, &draft.number));
            }
            lines
        }
    })
}
