//! One approval: requested, opened, answered.

use std::io;

use super::caller::Caller;
use super::connection::Connection;
use super::words;
use crate::clock::{self, Dice};
use crate::seed::Customer;
use sekisho_domain::method::MethodKind;

/// The steps of an approval, in order.
pub const STEPS: [&str; 3] = ["request", "open", "answer"];

/// Why an approval did not come about.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// The connection failed.
    #[error("the connection broke at {0}: {1}")]
    Connection(&'static str, io::Error),
    /// The server answered something else.
    #[error("{0}: {1}")]
    Answer(&'static str, String),
}

/// An approval that came about.
#[derive(Debug, Clone)]
pub struct Approved {
    /// Its id.
    pub approval: String,
    /// Its digest.
    pub digest: String,
    /// How long each step took, in microseconds.
    pub steps_us: [u32; 3],
}

/// A customer's transfer of this much, on this day, by this method.
#[derive(Debug, Clone, Copy)]
pub struct Errand<'a> {
    /// Whose.
    pub customer: &'a Customer,
    /// The bank's own number of the draft.
    pub reference: &'a str,
    /// How much.
    pub amount_yen: u64,
    /// On which day.
    pub day: &'a str,
    /// Proven by what.
    pub method: MethodKind,
    /// The code his token shows, if that is it.
    pub code: Option<&'a str>,
}

/// Room for one approval's requests, used again and again.
#[derive(Debug, Default)]
pub struct Scratch {
    request: Vec<u8>,
}

/// Does one errand rightly, step by step.
pub async fn approve(
    connection: &mut Connection,
    caller: &Caller,
    errand: Errand<'_>,
    dice: &mut Dice,
    scratch: &mut Scratch,
) -> Result<Approved, Broken> {
    let asked = words::request(errand.customer, errand.reference, errand.amount_yen, errand.day);
    caller.post(&mut scratch.request, words::APPROVALS, &asked, dice);
    let (reply, request_us) = step(connection, &scratch.request, 0, &[201]).await?;
    let known = words::first_id(reply).zip(words::text_after(reply, "\"digest\":\""));
    let (approval, digest) = known.ok_or_else(|| Broken::Answer(STEPS[0], reply.to_owned()))?;
    let (approval, digest) = (approval.to_owned(), digest.to_owned());

    let path = format!("{}/{approval}/challenge", words::APPROVALS);
    caller.post(&mut scratch.request, &path, &words::opening(errand.method), dice);
    let (reply, open_us) = step(connection, &scratch.request, 1, &[200, 201]).await?;
    let answer = match errand.code {
        Some(code) => words::code(reply, code),
        None => words::answer(reply, &errand.customer.face, true),
    };
    let answer = answer.ok_or_else(|| Broken::Answer(STEPS[1], reply.to_owned()))?;

    let path = format!("{}/{approval}/answers", words::APPROVALS);
    caller.post(&mut scratch.request, &path, &answer, dice);
    let (reply, answer_us) = step(connection, &scratch.request, 2, &[200]).await?;
    if !reply.contains("\"verdict\":\"accepted\"") {
        return Err(Broken::Answer(STEPS[2], reply.to_owned()));
    }
    Ok(Approved { approval, digest, steps_us: [request_us, open_us, answer_us] })
}

async fn step<'a>(
    connection: &'a mut Connection,
    request: &[u8],
    step: usize,
    wanted: &[u16],
) -> Result<(&'a str, u32), Broken> {
    let begun = clock::instant();
    let reply = connection.call(request).await;
    let reply = reply.map_err(|error| Broken::Connection(STEPS[step], error))?;
    let took_us = u32::try_from(begun.elapsed().as_micros()).unwrap_or(u32::MAX);
    if wanted.contains(&reply.status) {
        return Ok((reply.body, took_us));
    }
    Err(Broken::Answer(STEPS[step], format!("{} {}", reply.status, reply.body)))
}
