//! The driver and the copies over sekisho's own router, in this process.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sekisho_bench::commands::admitted;
use sekisho_bench::commands::copies::{self, Place};
use sekisho_bench::load::{self, Plan};
use sekisho_bench::progress::Progress;
use sekisho_bench::seed::{self, DATABASE, KEYRING, Office, Seeds};
use sekisho_bench::{clock, load::Figures};
use sekisho_domain::method::MethodKind;
use sekisho_domain::password::Verifier;
use sekisho_domain::secret::Secret;
use sekisho_store::Options;
use sekisho_web::hashing::{HashingBusy, PasswordHasher, Pending};
use sekisho_web::limits::Limits;
use sekisho_web::{Web, Wiring, router};

/// Nobody signs in here.
struct NoPasswords;

impl PasswordHasher for NoPasswords {
    fn hash(&self, _: Secret<String>) -> Result<Pending<Verifier>, HashingBusy> {
        Err(HashingBusy)
    }

    fn check(&self, _: Secret<String>, _: Option<Verifier>) -> Result<Pending<bool>, HashingBusy> {
        Err(HashingBusy)
    }

    fn is_outdated(&self, _: &Verifier) -> bool {
        false
    }
}

/// A folder with seeds, gone when dropped.
struct Bank {
    folder: PathBuf,
    seeds: Seeds,
}

impl Bank {
    fn new(name: &str, contracts: usize, method: MethodKind) -> Self {
        let folder = format!("sekisho-bench-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        let mut told = Vec::new();
        let seeds = seed::make(&folder, contracts, method, &Progress::new(&mut told));
        Self { seeds: seeds.expect("made"), folder }
    }

    /// Serves sekisho on these seeds, from now on.
    async fn serve(&self) -> SocketAddr {
        let key = seed::read_keyring(&self.folder.join(KEYRING)).expect("a keyring");
        let options = Options::at(self.folder.join(DATABASE));
        let office = Office::open(&options, &key).expect("open");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        let web = Web::new(Wiring {
            platform: office.platform,
            store: office.store,
            clock: Arc::new(clock::now),
            seed: clock::entropy(),
            public_url: format!("http://{address}"),
            passwords: Arc::new(NoPasswords),
            sandbox: None,
            trusts: Arc::new(|peer| peer.is_loopback()),
            limits: Limits::default(),
        });
        let service = router(web, axum::Router::new());
        let service = service.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        address
    }
}

impl Drop for Bank {
    fn drop(&mut self) {
        // A folder left behind in the temporary place does no harm.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn in_a_runtime<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(test)
}

async fn drive(method: MethodKind) -> Figures {
    let bank = Bank::new(method.as_str(), 40, method);
    let address = bank.serve().await;
    let plan = Plan {
        callers: admitted(address, &bank.seeds).await.expect("admitted"),
        server: std::process::id(),
        connections: 4,
        warm_up: Duration::from_millis(20),
        measured: Duration::from_millis(200),
        method,
    };
    load::drive(&plan, &bank.seeds.customers).await.expect("driven")
}

// A-11, K-06, T-01, E-14, api.md §4.6
#[test]
fn the_driver_reads_both_cards_and_the_token_rightly() {
    for method in [MethodKind::CustomerCard, MethodKind::ImageCard, MethodKind::OtpApp] {
        let figures = in_a_runtime(drive(method));
        assert_eq!((figures.failures, figures.first_failure), (0, None), "{method}");
        assert!(figures.approvals_per_s > 0.0, "{method}");
    }
}

// api.md §4.6, §4.7
#[test]
fn sixteen_copies_at_the_same_instant_count_once() {
    let bank = Bank::new("copies", 4, MethodKind::CustomerCard);
    let found = in_a_runtime(async {
        let address = bank.serve().await;
        let database = bank.folder.join(DATABASE);
        let place = Place { address, database, seeds: &bank.seeds };
        let mut told = Vec::new();
        copies::play(&place, 3, 16, &Progress::new(&mut told)).await.expect("played")
    });
    assert_eq!(found.faults, [""; 0]);
    assert_eq!((found.accepted, found.consumed, found.replayed), (3, 3, 45));
    assert!(found.is_well());
}
