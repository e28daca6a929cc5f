//! The bare limit: the same HTTP and the same rows without any rules.
//!
//! It is what an approval costs on this machine before anybody thinks about it. Sekisho is measured
//! against it, in turns (house.md §4).
//!
//! **The same:** axum over HTTP/1.1; requests and replies of the same letters; for each step one
//! transaction that reads and writes the same rows of the same tables, with bodies of as many
//! bytes; SQLite with the same cache and as long a log; one writer thread that commits in
//! groups, of the size that is best for it; a reply only once the disk has its commit.
//!
//! **Left out:** everything else. No access token, certificate, rate, policy, digest, verifier, no
//! refusal. Bodies are filler that nobody encodes or decodes, no index but that of the key and no
//! trail, nothing is written twice or in order, no worker runs beside it, the log is synced and
//! copied by SQLite itself, within the commit. A request is parsed only as far as is needed to know
//! its rows. When SQLite fails, the batch gets no answer.

mod http;
mod replies;
pub mod rows;
mod writer;

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context as _, Result};

pub(crate) use http::router;
pub use writer::Writer;

/// Serves the bare limit from `database` on `listen` until the process is killed.
pub fn serve(database: &Path, listen: SocketAddr) -> Result<()> {
    let queue = Writer::open(database)?.start()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await;
        let listener = listener.with_context(|| format!("no listening on {listen}"))?;
        let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
            // Without it small replies wait for the next packet; a failure only makes it slower.
            let _ = stream.set_nodelay(true);
        });
        Ok(axum::serve(listener, router(queue)).await?)
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sekisho_domain::method::MethodKind;

    use super::*;
    use crate::load::caller::Caller;
    use crate::load::{Plan, drive};
    use crate::progress::Progress;
    use crate::seed;

    #[test]
    fn the_driver_drives_the_bare_limit_and_every_row_is_there() {
        let folder =
            std::env::temp_dir().join(format!("sekisho-bench-bare-{}", std::process::id()));
        let mut told = Vec::new();
        let seeds = seed::make(&folder, 64, MethodKind::CustomerCard, &Progress::new(&mut told));
        let customers = seeds.expect("made").customers;
        let database = folder.join("bare.db");
        rows::seed(&database, &customers, 0).expect("rows");
        let queue = Writer::open(&database).and_then(Writer::start).expect("a writer");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let figures = runtime.expect("a runtime").block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("bound");
            tokio::spawn(async move { axum::serve(listener, router(queue)).await });
            let plan = Plan {
                callers: [Caller::stranger(address)].into(),
                server: std::process::id(),
                connections: 4,
                warm_up: Duration::from_millis(20),
                measured: Duration::from_millis(200),
                method: MethodKind::CustomerCard,
            };
            drive(&plan, &customers).await.expect("driven")
        });
        assert_eq!((figures.failures, figures.first_failure), (0, None));
        assert!(figures.approvals_per_s > 0.0 && figures.approval.p99_ms > 0.0);
        let db = rusqlite::Connection::open(&database).expect("the file");
        let count = |text: &str| db.query_row(text, [], |row| row.get::<_, i64>(0)).expect(text);
        let answered = count("SELECT count(*) FROM approval WHERE state = 'approved'");
        assert!(answered > 0);
        assert_eq!(answered, count("SELECT count(*) FROM approval"));
        assert_eq!(3 * answered, count("SELECT count(*) FROM event"));
        assert_eq!(3 * answered, count("SELECT count(*) FROM idempotency_reply"));
        assert_eq!(answered, count("SELECT count(*) FROM notice"));
        std::fs::remove_dir_all(folder).expect("the folder is ours");
    }
}
