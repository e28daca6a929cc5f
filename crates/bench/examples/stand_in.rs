//! temporary
use sekisho_bench::{
    clock,
    seed::{self, DATABASE, KEYRING, Office},
};
use sekisho_domain::{password::Verifier, secret::Secret};
use sekisho_store::Options;
use sekisho_web::hashing::{HashingBusy, PasswordHasher, Pending};
use sekisho_web::{Web, Wiring, limits::Limits, router};
use std::net::SocketAddr;
use std::sync::Arc;
struct N;
impl PasswordHasher for N {
    fn hash(&self, _: Secret<String>) -> Result<Pending<Verifier>, HashingBusy> {
        Err(HashingBusy)
    }
    fn check(&self, _: Secret<String>, _: Option<Verifier>) -> Result<Pending<bool>, HashingBusy> {
        Err(HashingBusy)
    }
}
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let file = std::path::PathBuf::from(&args[2]);
    let folder = file.parent().unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let listen: SocketAddr = text
        .lines()
        .find_map(|l| l.strip_prefix("listen = "))
        .unwrap()
        .trim_matches('"')
        .parse()
        .unwrap();
    let key = seed::read_keyring(&folder.join(KEYRING)).unwrap();
    let office = Office::open(&Options::at(folder.join(DATABASE)), &key).unwrap();
    let rt = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    // the sequencer, as the server's worker has it
    {
        let platform = office.platform.clone();
        let store = office.store.clone();
        std::thread::spawn(move || {
            let office = Office::of(store, platform);
            let id = office.platform.institutions()[0].id;
            loop {
                clock::pause(std::time::Duration::from_millis(500));
                seed::sequence_all(&office, id).unwrap();
            }
        });
    }
    rt.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await.unwrap();
        let web = Web::new(Wiring {
            platform: office.platform.clone(),
            store: office.store.clone(),
            clock: Arc::new(clock::now),
            seed: clock::entropy(),
            public_url: format!("http://{listen}"),
            passwords: Arc::new(N),
            sandbox: None,
            trusts: Arc::new(|p| p.is_loopback()),
            limits: Limits::default(),
        });
        let s =
            router(web, axum::Router::new()).into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, s).await.unwrap();
    });
}
