//! One transfer from the draft to the booking, by somebody who never gives up.
//!
//! Each step has a key of its own. When the server dies before it has answered, the same step is
//! sent again under the same key: done before or done now, it must come out once.

use std::io;

use anyhow::{Result, bail};

use crate::clock::Dice;
use crate::load::caller::Caller;
use crate::load::connection::Connection;
use crate::load::words;
use crate::seed::Customer;
use sekisho_domain::method::MethodKind;

/// What every transfer moves.
pub(super) const AMOUNT_YEN: u32 = 1_000;

/// Where an errand stands: the last thing the server has acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing yet.
    Drafted,
    /// The approval was made.
    Requested,
    /// The question was shown; this answers it.
    Opened(String),
    /// The answer was accepted.
    Approved,
    /// It was consumed, by the consumption with this id.
    Consumed(String),
}

/// A transfer on its way.
#[derive(Debug, Clone)]
pub(super) struct Errand {
    pub(super) customer: usize,
    pub(super) caller: usize,
    pub(super) stage: Stage,
    pub(super) approval: String,
    pub(super) digest: String,
    pub(super) booking: String,
    /// How often a step was answered from what was remembered.
    pub(super) replays: u64,
    reference: String,
    keys: [String; 4],
}

/// What stays the same over all errands.
#[derive(Debug, Clone)]
pub(super) struct World<'a> {
    pub(super) customers: &'a [Customer],
    pub(super) callers: &'a [Caller],
    pub(super) method: MethodKind,
    pub(super) day: String,
}

/// How a step ended.
#[derive(Debug)]
pub(super) enum Went {
    /// The server has acknowledged it.
    On,
    /// It has not answered.
    Unanswered,
}

impl Errand {
    pub(super) fn new(customer: usize, caller: usize, dice: &mut Dice) -> Self {
        let mut key = || format!("{:016x}{:016x}", dice.roll(), dice.roll());
        Self {
            customer,
            caller,
            stage: Stage::Drafted,
            approval: String::new(),
            digest: String::new(),
            booking: format!("CORE-{}", &key()[..16]),
            replays: 0,
            reference: format!("IB-{}", &key()[..16]),
            keys: std::array::from_fn(|_| key()),
        }
    }

    /// Does the next step. An answer that no step may get is an error: the server is wrong.
    pub(super) async fn step(
        &mut self,
        connection: &mut Connection,
        world: &World<'_>,
    ) -> Result<Went> {
        let mut request = Vec::new();
        let (path, body, key) = self.next(world);
        world.callers[self.caller].post_as(&mut request, &path, &body, key);
        let Ok((status, replayed, reply)) = call(connection, &request).await else {
            return Ok(Went::Unanswered);
        };
        // A server that is just starting or full changes nothing and may be asked again.
        if status == 503 {
            return Ok(Went::Unanswered);
        }
        self.replays += u64::from(replayed);
        match self.after(status, &reply, world) {
            Some(stage) => self.stage = stage,
            None => bail!("{path} after {:?}: {status} {reply}", self.stage),
        }
        Ok(Went::On)
    }

    fn next(&self, world: &World<'_>) -> (String, String, &str) {
        let at = |step: &str| format!("{}/{}/{step}", words::APPROVALS, self.approval);
        match &self.stage {
            Stage::Drafted => {
                let customer = &world.customers[self.customer];
                let amount_yen = u64::from(AMOUNT_YEN);
                let wish = words::request(customer, &self.reference, amount_yen, &world.day);
                (words::APPROVALS.to_owned(), wish, &self.keys[0])
            }
            Stage::Requested => (at("challenge"), words::opening(world.method), &self.keys[1]),
            Stage::Opened(answer) => (at("answers"), answer.clone(), &self.keys[2]),
            Stage::Approved | Stage::Consumed(_) => {
                let body = format!(
                    "{{\"digest\":\"{}\",\"as\":\"execute\",\"booking\":\"{}\"}}",
                    self.digest, self.booking
                );
                (at("consumption"), body, &self.keys[3])
            }
        }
    }

    /// The stage after this reply, if it is one the step may get.
    fn after(&mut self, status: u16, reply: &str, world: &World<'_>) -> Option<Stage> {
        match (&self.stage, status) {
            (Stage::Drafted, 201) => {
                words::first_id(reply)?.clone_into(&mut self.approval);
                words::text_after(reply, "\"digest\":\"")?.clone_into(&mut self.digest);
                Some(Stage::Requested)
            }
            (Stage::Requested, 200 | 201) => {
                let face = &world.customers[self.customer].face;
                words::answer(reply, face, true).map(Stage::Opened)
            }
            (Stage::Opened(_), 200) => {
                reply.contains("\"verdict\":\"accepted\"").then_some(Stage::Approved)
            }
            (Stage::Approved, 201) => {
                let id = words::first_id(reply)?;
                id.starts_with("cns_").then(|| Stage::Consumed(id.to_owned()))
            }
            _ => None,
        }
    }
}

async fn call(connection: &mut Connection, request: &[u8]) -> io::Result<(u16, bool, String)> {
    let reply = connection.call(request).await?;
    let replayed = reply.head.to_ascii_lowercase().contains("\r\nidempotency-replayed: true");
    Ok((reply.status, replayed, reply.body.to_owned()))
}
