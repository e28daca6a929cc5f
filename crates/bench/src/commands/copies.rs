//! `copies`: the same answer, many times at the same instant (api.md §4.6, §4.7).
//!
//! Of any number of copies of a right answer exactly one is accepted and none counts as a failure;
//! of copies of a wrong one no more are counted than attempts were left; of copies of a consumption
//! exactly one books. Each round plays all of it with a customer of its own.

mod salvo;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use sekisho_domain::credential::CredentialState;
use sekisho_domain::policy::Policy;
use serde::Serialize;

use super::{Setting, admitted, runtime};
use crate::child::{self, Server};
use crate::clock::{self, Dice};
use crate::load::caller::Caller;
use crate::load::words;
use crate::progress::Progress;
use crate::records::Records;
use crate::seed::{self, Customer, DATABASE, Seeds};

use salvo::{Heard, Salvo};

/// What every transfer moves.
const AMOUNT_YEN: u64 = 1_000;
/// Salvos of a round.
const SALVOS: usize = 4;
/// Rounds between two lines of progress.
const TOLD_EVERY: usize = 20;

/// What the rounds have shown.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Copies {
    /// Rounds played.
    pub rounds: usize,
    /// Copies of each thing sent.
    pub copies: usize,
    /// Right answers accepted: one a round.
    pub accepted: usize,
    /// Right answers under one key that got the reply of the one that was judged.
    pub replayed: usize,
    /// Wrong answers counted.
    pub rejected: usize,
    /// Consumptions that booked: one a round.
    pub consumed: usize,
    /// What was not as it should be, in words.
    pub faults: Vec<String>,
}

/// Plays `rounds` rounds with `copies` copies on a server of its own.
pub fn run(setting: &Setting, rounds: usize, copies: usize, progress: &Progress) -> Result<Copies> {
    let contracts = rounds.max(64);
    let seeds = seed::make(&setting.seed_folder(), contracts, setting.method, progress)?;
    let folder = setting.run_folder();
    child::fresh_copy(&seeds.folder, &folder)?;
    let mut server = Server::sekisho(&setting.program, &folder)?;
    let place = Place { address: server.address, database: folder.join(DATABASE), seeds: &seeds };
    let found = runtime()?.block_on(play(&place, rounds, copies, progress))?;
    server.kill()?;
    Ok(found)
}

/// Where it is played.
#[derive(Debug)]
pub struct Place<'a> {
    /// Where the server listens.
    pub address: SocketAddr,
    /// The server's database file.
    pub database: PathBuf,
    /// Its bank.
    pub seeds: &'a Seeds,
}

/// Plays `rounds` rounds with `copies` copies on a server that runs; each round needs a customer.
pub async fn play(
    place: &Place<'_>,
    rounds: usize,
    copies: usize,
    progress: &Progress<'_>,
) -> Result<Copies> {
    let callers = admitted(place.address, place.seeds).await?;
    let mut game = Game {
        salvo: Salvo::open(place.address, copies).await?,
        found: Copies { rounds, copies, ..Copies::default() },
        records: Records::open(&place.database)?,
        dice: Dice::new(),
        day: clock::now().day().to_string(),
        opening: words::opening(place.seeds.method),
    };
    // A salvo is a third of what a client may ask at once: each has a client of its own.
    let rotations = callers.chunks_exact(SALVOS).cycle();
    for ((round, customer), callers) in (1..=rounds).zip(&place.seeds.customers).zip(rotations) {
        game.play(customer, callers).await.with_context(|| format!("round {round}"))?;
        if round % TOLD_EVERY == 0 || round == rounds {
            let faults = game.found.faults.len();
            progress.say(format!("round {round} of {rounds}: {faults} faults"));
        }
    }
    Ok(game.found)
}

struct Game {
    salvo: Salvo,
    found: Copies,
    records: Records,
    dice: Dice,
    day: String,
    opening: String,
}

/// An approval that waits for its answer.
struct Open {
    approval: String,
    digest: String,
    right: String,
    wrong: String,
}

impl Game {
    async fn play(&mut self, customer: &Customer, callers: &[Caller]) -> Result<()> {
        let first = self.open(customer, &callers[0]).await?;
        self.right_answers(customer, &callers[0], &first).await?;
        self.consumptions(customer, &callers[1], &first).await?;
        let second = self.open(customer, &callers[2]).await?;
        self.right_answers_under_one_key(&callers[2], &second).await?;
        let third = self.open(customer, &callers[3]).await?;
        self.wrong_answers(customer, &callers[3], &third).await
    }

    async fn open(&mut self, customer: &Customer, caller: &Caller) -> Result<Open> {
        let reference = words::reference(&mut self.dice);
        let wish = words::request(customer, &reference, AMOUNT_YEN, &self.day);
        let requested = self.one(caller, words::APPROVALS, &wish).await?;
        let approval = words::first_id(&requested.body).context("no id")?.to_owned();
        let digest = words::text_after(&requested.body, "\"digest\":\"");
        let digest = digest.context("no digest")?.to_owned();
        let path = format!("{}/{approval}/challenge", words::APPROVALS);
        let opening = self.opening.clone();
        let asked = self.one(caller, &path, &opening).await?.body;
        let answer = |right| words::answer(&asked, &customer.face, right).context("no challenge");
        Ok(Open { right: answer(true)?, wrong: answer(false)?, approval, digest })
    }

    async fn one(&mut self, caller: &Caller, path: &str, body: &str) -> Result<Heard> {
        let mut request = Vec::new();
        caller.post(&mut request, path, body, &mut self.dice);
        let heard = self.salvo.one(&request).await?;
        anyhow::ensure!(heard.status < 300, "{path}: {} {}", heard.status, heard.body);
        Ok(heard)
    }

    /// The same body to `path`, each copy under a key of its own.
    async fn copies(&mut self, caller: &Caller, path: &str, body: &str) -> Result<Vec<Heard>> {
        let mut copy = || {
            let mut request = Vec::new();
            caller.post(&mut request, path, body, &mut self.dice);
            request
        };
        let requests: Vec<_> = (0..self.found.copies).map(|_| copy()).collect();
        self.salvo.fire(&requests).await
    }

    async fn right_answers(
        &mut self,
        customer: &Customer,
        caller: &Caller,
        open: &Open,
    ) -> Result<()> {
        let path = format!("{}/{}/answers", words::APPROVALS, open.approval);
        let heard = self.copies(caller, &path, &open.right).await?;
        let accepted = count(&heard, 200, "\"verdict\":\"accepted\"");
        let closed = count(&heard, 409, "\"code\":\"approval_closed\"");
        self.found.accepted += accepted;
        let all = self.found.copies;
        self.expect(accepted == 1, || format!("{accepted} copies were accepted"));
        self.expect(accepted + closed == all, || strange(&heard, "right answers"));
        let card = self.records.credential(customer.credential)?;
        let failures = card.attempts.failures();
        self.expect(failures == 0, || {
            format!("copies of a right answer count {failures} failures")
        });
        let active = card.state == CredentialState::Active;
        self.expect(active, || format!("the card is {}", card.state.word()));
        let events = self.records.events("approval.approved", customer.contract)?;
        self.expect(events == 1, || format!("approved {events} times"));
        Ok(())
    }

    async fn consumptions(
        &mut self,
        customer: &Customer,
        caller: &Caller,
        open: &Open,
    ) -> Result<()> {
        let path = format!("{}/{}/consumption", words::APPROVALS, open.approval);
        let digest = &open.digest;
        let body = format!("{{\"digest\":\"{digest}\",\"as\":\"execute\",\"booking\":\"CORE-1\"}}");
        let heard = self.copies(caller, &path, &body).await?;
        let consumed = count(&heard, 201, "\"id\":\"cns_");
        let again = count(&heard, 409, "\"code\":\"already_consumed\"");
        self.found.consumed += consumed;
        let all = self.found.copies;
        self.expect(consumed == 1, || format!("{consumed} copies booked"));
        self.expect(consumed + again == all, || strange(&heard, "consumptions"));
        let events = self.records.events("approval.consumed", customer.contract)?;
        self.expect(events == 1, || format!("consumed {events} times"));
        let spent = self.records.desk(customer.contract)?.spent.total_yen;
        self.expect(spent == AMOUNT_YEN, || format!("{spent} yen were spent, not {AMOUNT_YEN}"));
        Ok(())
    }

    async fn right_answers_under_one_key(&mut self, caller: &Caller, open: &Open) -> Result<()> {
        let path = format!("{}/{}/answers", words::APPROVALS, open.approval);
        let mut request = Vec::new();
        caller.post(&mut request, &path, &open.right, &mut self.dice);
        let heard = self.salvo.fire(&vec![request; self.found.copies]).await?;
        let accepted = count(&heard, 200, "\"verdict\":\"accepted\"");
        let replayed = heard.iter().filter(|heard| heard.replayed).count();
        self.found.replayed += replayed;
        let all = self.found.copies;
        self.expect(accepted == all, || strange(&heard, "right answers under one key"));
        self.expect(replayed + 1 == all, || format!("{replayed} of {all} were replayed"));
        let alike = heard.windows(2).all(|two| two[0].body == two[1].body);
        self.expect(alike, || "copies under one key got different replies".to_owned());
        Ok(())
    }

    async fn wrong_answers(
        &mut self,
        customer: &Customer,
        caller: &Caller,
        open: &Open,
    ) -> Result<()> {
        let asked = self.records.approval(&open.approval)?.context("the approval is gone")?;
        let path = format!("{}/{}/answers", words::APPROVALS, open.approval);
        let heard = self.copies(caller, &path, &open.wrong).await?;
        let rejected = count(&heard, 200, "\"verdict\":\"rejected\"");
        let wait = count(&heard, 200, "\"verdict\":\"wait\"");
        let closed = count(&heard, 409, "\"code\":\"approval_closed\"");
        self.found.rejected += rejected;
        let all = self.found.copies;
        let left = asked.challenge().map_or(0, |challenge| challenge.left(&Policy::default()));
        let left = usize::from(left);
        self.expect((1..=left).contains(&rejected), || {
            format!("{rejected} wrong answers were counted, {left} attempts were left")
        });
        self.expect(rejected + wait + closed == all, || strange(&heard, "wrong answers"));
        let card = self.records.credential(customer.credential)?;
        let failures = usize::from(card.attempts.failures());
        self.expect(failures == rejected, || {
            format!("{failures} failures are kept of {rejected} wrong answers")
        });
        let active = card.state == CredentialState::Active;
        self.expect(active, || format!("copies made the card {}", card.state.word()));
        Ok(())
    }

    fn expect(&mut self, holds: bool, otherwise: impl FnOnce() -> String) {
        if !holds {
            self.found.faults.push(otherwise());
        }
    }
}

fn count(heard: &[Heard], status: u16, mark: &str) -> usize {
    heard.iter().filter(|heard| heard.status == status && heard.body.contains(mark)).count()
}

/// The first reply nobody expects, for the report.
fn strange(heard: &[Heard], what: &str) -> String {
    let known = ["accepted", "approval_closed", "already_consumed", "cns_", "rejected", "wait"];
    let odd = heard.iter().find(|heard| !known.iter().any(|known| heard.body.contains(known)));
    let odd = odd.or(heard.first());
    odd.map_or_else(String::new, |odd| format!("{what}: {} {}", odd.status, odd.body))
}

impl Copies {
    /// Whether all was as it should be.
    pub fn is_well(&self) -> bool {
        self.faults.is_empty() && self.accepted == self.rounds && self.consumed == self.rounds
    }
}

impl fmt::Display for Copies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rounds, copies, accepted, replayed, rejected, consumed, faults } = self;
        writeln!(f, "{rounds} rounds of {copies} copies at the same instant:")?;
        writeln!(f, "  right answers:  {accepted} accepted, one a round is right")?;
        writeln!(f, "  under one key:  {replayed} replayed of {}", rounds * copies)?;
        writeln!(f, "  wrong answers:  {rejected} counted of {}", rounds * copies)?;
        writeln!(f, "  consumptions:   {consumed} booked, one a round is right")?;
        for fault in faults {
            writeln!(f, "FAULT: {fault}")?;
        }
        Ok(())
    }
}
