//! The closed loop: so many connections, a while to warm up, a while that is measured.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use sekisho_domain::method::MethodKind;
use serde::Serialize;

use super::caller::Caller;
use super::connection::Connection;
use super::cycle::{Approved, Broken, Errand, STEPS, Scratch, approve};
use super::words;
use crate::clock::{self, Dice};
use crate::machine::{self, Reading, Used};
use crate::seed::{Customer, Face, Token};
use crate::stats::Latency;

/// What every transfer moves: far below every limit.
const AMOUNT_YEN: u64 = 1_000;
/// How long a connection waits until it looks again for a code that was not used.
const WAIT: Duration = Duration::from_millis(50);

/// What is to be driven.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Who calls, in turns.
    pub callers: Rc<[Caller]>,
    /// Process id of the server.
    pub server: u32,
    /// Connections, each with one approval on its way.
    pub connections: usize,
    /// How long it runs before anything counts.
    pub warm_up: Duration,
    /// How long it counts.
    pub measured: Duration,
    /// Proven by what.
    pub method: MethodKind,
}

/// What came of it.
#[derive(Debug, Clone, Serialize)]
pub struct Figures {
    /// Approvals in a second.
    pub approvals_per_s: f64,
    /// How long each step took: request, open, answer.
    pub steps: [Latency; 3],
    /// How long the whole approval took.
    pub approval: Latency,
    /// Core time of the server for one request, in microseconds.
    pub server_us: f64,
    /// Of that, its writing thread.
    pub writer_us: f64,
    /// Core time of the driver for one request, in microseconds.
    pub driver_us: f64,
    /// Cores that something else kept busy meanwhile.
    pub other_cores: f64,
    /// Cores that nobody used meanwhile.
    pub idle_cores: f64,
    /// Resident memory of the server at the end, in KiB.
    pub resident_kib: u64,
    /// Load of the machine in the minute before the end.
    pub load_average: f64,
    /// Approvals that did not come about.
    pub failures: u64,
    /// The first of them, in words.
    pub first_failure: Option<String>,
    /// How often a connection waited for the next code of its tokens: with any, the figures say
    /// how many contracts there are and not how fast the server is.
    pub waits: u64,
}

#[derive(Default)]
struct Tally {
    begun: usize,
    counts: bool,
    over: bool,
    steps_us: [Vec<u32>; 3],
    approvals_us: Vec<u32>,
    failures: u64,
    first_failure: Option<String>,
    /// How often a connection had no code left that was not used.
    waits: u64,
}

/// Drives `plan` over `customers`, each served by one connection only and as late as possible
/// again: two approvals of one contract at the same time would void each other (E-17).
pub async fn drive(plan: &Plan, customers: &[Customer]) -> Result<Figures> {
    let tally = Rc::new(RefCell::new(Tally::default()));
    let local = tokio::task::LocalSet::new();
    let figures = local
        .run_until(async {
            let mut dice = Dice::new();
            let mut order: Vec<usize> = (0..customers.len()).collect();
            dice.shuffle(&mut order);
            let share = customers.len() / plan.connections;
            anyhow::ensure!(share > 0, "fewer contracts than connections");
            let mut clients = Vec::new();
            for mine in order.chunks_exact(share).take(plan.connections) {
                let mine: Vec<Customer> = mine.iter().map(|&at| customers[at].clone()).collect();
                let dice = Dice::from_seed(dice.roll());
                let client = client(plan.clone(), mine, dice, Rc::clone(&tally));
                clients.push(tokio::task::spawn_local(client));
            }
            tokio::time::sleep(plan.warm_up).await;
            let begun = Reading::take(plan.server);
            tally.borrow_mut().counts = true;
            tokio::time::sleep(plan.measured).await;
            tally.borrow_mut().counts = false;
            let used = Reading::take(plan.server).since(&begun);
            let resident_kib = machine::resident_kib(plan.server);
            tally.borrow_mut().over = true;
            for client in clients {
                client.await??;
            }
            anyhow::Ok(figures(&mut tally.borrow_mut(), used, resident_kib))
        })
        .await?;
    Ok(figures)
}

/// One connection: one approval after the other.
async fn client(
    plan: Plan,
    customers: Vec<Customer>,
    mut dice: Dice,
    tally: Rc<RefCell<Tally>>,
) -> Result<()> {
    let day = clock::now().day().to_string();
    let mut scratch = Scratch::default();
    let mut connection = connect(&plan).await?;
    let mut steps = vec![0; customers.len()];
    for (at, customer) in customers.iter().enumerate().cycle() {
        if tally.borrow().over {
            break;
        }
        let code = match &customer.face {
            Face::Token(token) => Some(unused(token, &mut steps[at], &tally).await),
            Face::CustomerCard(_) | Face::ImageCard(_) => None,
        };
        let caller = &plan.callers[tally.borrow().begun % plan.callers.len()];
        tally.borrow_mut().begun += 1;
        let reference = words::reference(&mut dice);
        let errand = Errand {
            customer,
            reference: &reference,
            amount_yen: AMOUNT_YEN,
            day: &day,
            method: plan.method,
            code: code.as_deref(),
        };
        let outcome = approve(&mut connection, caller, errand, &mut dice, &mut scratch).await;
        if !tally.borrow_mut().note(outcome) {
            connection = connect(&plan).await?;
        }
    }
    Ok(())
}

/// A code of a token that was not used: of the step before now, of this one or of the next, all of
/// which are accepted, each once. With all three used it waits; then there are too few contracts.
async fn unused(token: &Token, last: &mut u64, tally: &RefCell<Tally>) -> String {
    let next = loop {
        let here = Token::step(clock::now());
        let next = (*last + 1).max(here - 1);
        if next <= here + 1 || tally.borrow().over {
            break next;
        }
        tally.borrow_mut().waits += 1;
        tokio::time::sleep(WAIT).await;
    };
    *last = next;
    token.code(next)
}

impl Tally {
    /// Counts an approval; whether it came about.
    fn note(&mut self, outcome: Result<Approved, Broken>) -> bool {
        match outcome {
            Ok(approved) if self.counts => {
                for (times, took_us) in self.steps_us.iter_mut().zip(approved.steps_us) {
                    times.push(took_us);
                }
                self.approvals_us.push(approved.steps_us.iter().sum());
                true
            }
            Ok(_) => true,
            Err(broken) => {
                self.failures += 1;
                self.first_failure.get_or_insert_with(|| broken.to_string());
                false
            }
        }
    }
}

async fn connect(plan: &Plan) -> Result<Connection> {
    let address = plan.callers[0].address;
    Connection::open(address).await.with_context(|| format!("no connection to {address}"))
}

#[expect(clippy::cast_precision_loss, reason = "counts of some seconds fit a float")]
fn figures(tally: &mut Tally, used: Used, resident_kib: u64) -> Figures {
    let seconds = used.time.as_secs_f64();
    let requests = (tally.approvals_us.len() * STEPS.len()).max(1) as f64;
    let us_each = |cores: f64| cores * seconds * 1e6 / requests;
    Figures {
        approvals_per_s: tally.approvals_us.len() as f64 / seconds,
        steps: tally.steps_us.each_mut().map(|times| Latency::of(times)),
        approval: Latency::of(&mut tally.approvals_us),
        server_us: us_each(used.server),
        writer_us: us_each(used.writer),
        driver_us: us_each(used.driver),
        other_cores: used.other,
        idle_cores: used.idle,
        resident_kib,
        load_average: machine::load_average(),
        failures: tally.failures,
        first_failure: tally.first_failure.take(),
        waits: tally.waits,
    }
}
