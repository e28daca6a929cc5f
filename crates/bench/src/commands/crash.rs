//! `crash`: the server is killed (SIGKILL) at random moments under load, again and again.
//!
//! Whatever it has acknowledged must be there when it comes back; whatever it has not must come out
//! once when it is asked for again under the same key. In the end every transfer is carried through
//! and booked in the ledger of the reference bank, and the books, the desks and the audit log must
//! agree with the approvals.

mod checks;
mod errand;
mod ledger;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use anyhow::Result;
use serde::Serialize;

use super::{Setting, admitted, runtime};
use crate::child::{self, Server};
use crate::clock::{self, Dice};
use crate::load::caller::Caller;
use crate::load::connection::Connection;
use crate::progress::Progress;
use crate::seed::{self, Seeds};

use checks::Acknowledged;
use errand::{AMOUNT_YEN, Errand, Stage, Went, World};
use ledger::Ledger;

/// Transfers on their way at the same time.
const CONNECTIONS: usize = 32;
/// The load runs this long before a crash, at least and at most, in milliseconds.
const RUNS_MS: std::ops::Range<u64> = 20..600;
/// Crashes after which the bank's systems ask for new access: it lasts ten minutes.
const ADMITTED_FOR: usize = 50;
/// Crashes between two lines of progress.
const TOLD_EVERY: usize = 10;

/// What the crashes have shown.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Crash {
    /// How often the server was killed.
    pub crashes: usize,
    /// Approvals it had acknowledged, at whatever stage, and that were looked at afterwards.
    pub acknowledged: u64,
    /// Consumptions it has acknowledged.
    pub consumed: u64,
    /// Steps under way when it died, sent again under the same key.
    pub unanswered: u64,
    /// Of those, steps that had been done before the death.
    pub replayed: u64,
    /// Entries in the ledger.
    pub booked: u32,
    /// Events in the audit log, all of them checked anew.
    pub audit_events: u64,
    /// The longest time from a start to the first answer, in seconds.
    pub slowest_start_s: f64,
    /// What was not as it should be, in words.
    pub faults: Vec<String>,
}

/// Kills the server `times` times.
pub fn run(setting: &Setting, times: usize, progress: &Progress) -> Result<Crash> {
    let seeds = seed::make(&setting.seed_folder(), setting.contracts, setting.method, progress)?;
    child::fresh_copy(&seeds.folder, &setting.run_folder())?;
    let address = child::free_address()?;
    let mut night = Night {
        setting,
        seeds: &seeds,
        address,
        ledger: Ledger::open()?,
        acknowledged: Acknowledged::default(),
        queue: Rc::default(),
        found: Crash::default(),
    };
    runtime()?.block_on(async {
        let mut callers: Rc<[Caller]> = Rc::new([]);
        for crash in 1..=times {
            let mut server = night.start()?;
            if (crash - 1) % ADMITTED_FOR == 0 {
                callers = admitted(address, &seeds).await?;
            }
            night.check_acknowledged()?;
            night.load(&mut server, &callers).await?;
            night.found.crashes = crash;
            if crash % TOLD_EVERY == 0 || crash == times {
                progress.say(night.line(times));
            }
        }
        night.settle(&callers).await
    })?;
    Ok(night.found)
}

struct Night<'a> {
    setting: &'a Setting,
    seeds: &'a Seeds,
    address: SocketAddr,
    ledger: Ledger,
    acknowledged: Acknowledged,
    /// Errands that a crash has interrupted.
    queue: Rc<RefCell<VecDeque<Errand>>>,
    found: Crash,
}

/// What the connections of one stretch of load share.
struct Stretch<'a> {
    world: World<'a>,
    queue: Rc<RefCell<VecDeque<Errand>>>,
    address: SocketAddr,
    /// Customers nobody has begun an errand for.
    free: RefCell<VecDeque<usize>>,
    over: RefCell<bool>,
    done: RefCell<Vec<Errand>>,
    faults: RefCell<Vec<String>>,
    unanswered: RefCell<u64>,
    /// Whether new errands are begun, or only old ones ended.
    begins: bool,
}

impl Night<'_> {
    fn start(&mut self) -> Result<Server> {
        let folder = self.setting.run_folder();
        let server = Server::sekisho_at(&self.setting.program, &folder, self.address)?;
        let ready_s = server.ready_after.as_secs_f64();
        self.found.slowest_start_s = self.found.slowest_start_s.max(ready_s);
        Ok(server)
    }

    fn check_acknowledged(&mut self) -> Result<()> {
        let (looked_at, faults) = self.acknowledged.check(&self.setting.run_folder())?;
        self.found.acknowledged += looked_at;
        self.found.faults.extend(faults);
        Ok(())
    }

    /// Load until the server dies.
    async fn load(&mut self, server: &mut Server, callers: &Rc<[Caller]>) -> Result<()> {
        let mut dice = Dice::new();
        let lives_ms = RUNS_MS.start + dice.below(RUNS_MS.end - RUNS_MS.start);
        self.stretch(callers, true, async |stretch| {
            tokio::time::sleep(Duration::from_millis(lives_ms)).await;
            server.kill()?;
            *stretch.over.borrow_mut() = true;
            Ok(())
        })
        .await
    }

    /// Carries everything through, then looks at all of it.
    async fn settle(&mut self, callers: &Rc<[Caller]>) -> Result<()> {
        let mut server = self.start()?;
        self.check_acknowledged()?;
        self.stretch(callers, false, async |_| Ok(())).await?;
        self.check_acknowledged()?;
        let left = self.queue.borrow().len();
        if left > 0 {
            self.found.faults.push(format!("{left} transfers could not be carried through"));
        }
        server.kill()?;
        let books = self.ledger.books()?;
        self.found.booked = books.entries;
        let folder = self.setting.run_folder();
        let faults = checks::agree(&folder, self.seeds, &books)?;
        self.found.faults.extend(faults);
        let (events, faults) = checks::audit(&folder, self.seeds.institution)?;
        self.found.audit_events = events;
        self.found.faults.extend(faults);
        Ok(())
    }

    async fn stretch(
        &mut self,
        callers: &Rc<[Caller]>,
        begins: bool,
        until: impl AsyncFnOnce(&Stretch) -> Result<()>,
    ) -> Result<()> {
        let mut dice = Dice::new();
        let busy: Vec<usize> = self.queue.borrow().iter().map(|errand| errand.customer).collect();
        let customers = 0..self.seeds.customers.len();
        let mut free: Vec<usize> = customers.filter(|at| !busy.contains(at)).collect();
        dice.shuffle(&mut free);
        let stretch = Stretch {
            world: World {
                customers: &self.seeds.customers,
                callers,
                method: self.setting.method,
                day: clock::now().day().to_string(),
            },
            queue: Rc::clone(&self.queue),
            address: self.address,
            free: RefCell::new(free.into()),
            over: RefCell::new(false),
            done: RefCell::default(),
            faults: RefCell::default(),
            unanswered: RefCell::default(),
            begins,
        };
        let clients = (0..CONNECTIONS).map(|nth| stretch.client(nth, Dice::from_seed(dice.roll())));
        let ((), ended) = tokio::join!(join_all(clients.collect()), until(&stretch));
        ended?;
        let Stretch { done, faults, unanswered, .. } = stretch;
        self.found.unanswered += unanswered.into_inner();
        self.found.faults.extend(faults.into_inner());
        for errand in done.into_inner() {
            self.close(&errand);
        }
        for errand in self.queue.borrow().iter() {
            self.acknowledged.note(errand);
        }
        Ok(())
    }

    /// Books an errand whose consumption was acknowledged.
    fn close(&mut self, errand: &Errand) {
        self.acknowledged.note(errand);
        self.found.consumed += 1;
        self.found.replayed += errand.replays;
        let booked = self.ledger.book(&errand.booking, &errand.approval, AMOUNT_YEN.into());
        if let Err(refused) = booked {
            self.found.faults.push(format!("{}: {refused}", errand.approval));
        }
    }

    fn line(&self, times: usize) -> String {
        let Crash { crashes, consumed, unanswered, faults, .. } = &self.found;
        format!(
            "crash {crashes} of {times}: {consumed} transfers carried through, {unanswered} steps \
             interrupted, {} faults",
            faults.len()
        )
    }
}

impl Stretch<'_> {
    /// One connection: ends what was interrupted, then begins anew, until the server dies.
    async fn client(&self, nth: usize, mut dice: Dice) {
        let Ok(mut connection) = Connection::open(self.address).await else { return };
        while !*self.over.borrow() {
            let interrupted = self.queue.borrow_mut().pop_front();
            let errand = interrupted.or_else(|| self.begin(nth, &mut dice));
            let Some(mut errand) = errand else { return };
            loop {
                match errand.step(&mut connection, &self.world).await {
                    Ok(Went::On) if matches!(errand.stage, Stage::Consumed(_)) => {
                        self.done.borrow_mut().push(errand);
                        break;
                    }
                    Ok(Went::On) => {}
                    Ok(Went::Unanswered) => {
                        *self.unanswered.borrow_mut() += 1;
                        self.queue.borrow_mut().push_back(errand);
                        return;
                    }
                    Err(fault) => {
                        self.faults.borrow_mut().push(fault.to_string());
                        break;
                    }
                }
            }
        }
    }

    fn begin(&self, nth: usize, dice: &mut Dice) -> Option<Errand> {
        let customer = self.begins.then(|| self.free.borrow_mut().pop_front()).flatten()?;
        let caller = (nth + customer) % self.world.callers.len();
        Some(Errand::new(customer, caller, dice))
    }
}

/// Waits for all of them; they run by turns on this one thread.
async fn join_all<F: Future<Output = ()>>(futures: Vec<F>) {
    let mut futures: Vec<_> = futures.into_iter().map(Box::pin).collect();
    std::future::poll_fn(|cx| {
        futures.retain_mut(|future| future.as_mut().poll(cx).is_pending());
        if futures.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}

impl Crash {
    /// Whether all was as it should be.
    pub fn is_well(&self) -> bool {
        self.faults.is_empty() && self.consumed > 0
    }
}

impl fmt::Display for Crash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} crashes under load:", self.crashes)?;
        writeln!(f, "  {} acknowledgements looked at afterwards", self.acknowledged)?;
        writeln!(f, "  {} transfers carried through to their consumption", self.consumed)?;
        writeln!(
            f,
            "  {} steps interrupted, {} of them had been done",
            self.unanswered, self.replayed
        )?;
        writeln!(f, "  {} entries in the ledger", self.booked)?;
        writeln!(f, "  {} events in the audit log, all checked", self.audit_events)?;
        writeln!(f, "  slowest start {:.3} s", self.slowest_start_s)?;
        for fault in &self.faults {
            writeln!(f, "FAULT: {fault}")?;
        }
        Ok(())
    }
}
