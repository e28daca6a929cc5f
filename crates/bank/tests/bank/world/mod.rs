//! A bank, a small sekisho of the test's own, and a browser between them.

pub(crate) mod browser;
pub(crate) mod fake;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::Timestamp;
use sekisho_bank::{
    BankConfig, ClientCredentials, Secret, accounts, clock::Clock, example, ledger, serve_by,
    store::Store,
};
use tokio::{net::TcpListener, runtime::Runtime, sync::oneshot, task::JoinHandle};

use browser::Browser;
use fake::Fake;

/// Everything one test needs; gone when it is dropped.
pub(crate) struct World {
    pub(crate) fake: Fake,
    pub(crate) url: String,
    seconds: Arc<AtomicI64>,
    database: PathBuf,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
    runtime: Runtime,
}

impl World {
    pub(crate) fn new(name: &str) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let seconds = Arc::new(AtomicI64::new(1_795_150_985));
        let fake = runtime.block_on(Fake::start(seconds.clone()));
        let database = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.sqlite3"));
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", database.display()));
        }
        let (url, running) = (String::new(), None);
        let mut world = Self { fake, url, seconds, database, running, runtime };
        world.start();
        world
    }

    /// Starts the bank on the same books.
    pub(crate) fn start(&mut self) {
        let listener = self.runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        self.url = format!("http://{}", listener.local_addr().expect("an address"));
        let client = |id: &str| ClientCredentials {
            client_id: id.to_owned(),
            client_secret: Secret::new(format!("secret of {id}")),
        };
        let config = BankConfig {
            public_url: self.url.clone(),
            issuer: self.fake.issuer(),
            api: format!("{}/v1", self.fake.url),
            front: client("cli_front"),
            core: client("cli_core"),
            database: Some(self.database.clone()),
            seed: example::customers(),
        };
        self.fake.expect_bank(&config);
        let seconds = self.seconds.clone();
        let clock = Clock::telling(move || {
            Timestamp::from_second(seconds.load(Ordering::SeqCst)).expect("a moment")
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let task = self.runtime.spawn(async move {
            let until = async { drop(stopped.await) };
            serve_by(clock, config, listener, until).await.expect("the bank serves");
        });
        self.running = Some((stop, task));
    }

    /// Stops the bank, as for an upgrade.
    pub(crate) fn stop(&mut self) {
        if let Some((stop, task)) = self.running.take() {
            drop(stop);
            self.runtime.block_on(task).expect("the bank stops");
        }
    }

    /// Lets time pass.
    pub(crate) fn wait_s(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    /// A new browser.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.url)
    }

    /// A browser whose customer is signed in.
    pub(crate) fn signed_in(&self, login_id: &str) -> Browser {
        let mut browser = self.browser();
        self.fake.next_sign_in(login_id);
        let to_sekisho = browser.post("/sign-in", &[]).to();
        let back = browser.get(&to_sekisho).to();
        assert_eq!(browser.get(&back).to(), "/menu");
        browser
    }

    /// Balance of an account of the example customers; the books must be even.
    pub(crate) fn balance_yen(&self, number: &str) -> i64 {
        let store = Store::open(&self.database).expect("the books");
        store
            .transact(|tx| {
                assert!(ledger::trial_balance(tx)?.is_even(), "the books are even");
                let all = [1, 2].map(|customer| accounts::of_customer(tx, customer));
                let mut all = all.into_iter().flatten().flatten();
                let account = all.find(|account| account.number.number == number);
                Ok::<_, rusqlite::Error>(account.expect("an example account").balance_yen)
            })
            .expect("a balance")
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop();
    }
}
