//! The operations listener: whether the process turns, and whether it can do its work (api.md §8).
//!
//! It stands beside the public one, on an address of its own, so that nobody outside can reach it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use sekisho_app::error::Error;
use sekisho_app::tx::{Query, Table};
use sekisho_domain::institution::Institution;
use sekisho_domain::notice::PostedNotice;
use sekisho_domain::time::Timestamp;

use crate::clock::Clock;
use crate::office::Office;

/// What the answers are taken from.
pub struct Operations {
    /// Reads the store.
    pub office: Office,
    /// Tells whether the machine's clock was set back.
    pub clock: Arc<Clock>,
}

/// `/livez` and `/readyz`.
pub fn router(operations: Operations) -> Router {
    Router::new()
        .route("/livez", get(|| async { "turning\n" }))
        .route("/readyz", get(ready))
        .with_state(Arc::new(operations))
}

async fn ready(State(operations): State<Arc<Operations>>) -> (StatusCode, Json<Value>) {
    let looked = tokio::task::spawn_blocking(move || operations.look()).await;
    let (ready, told) = looked.unwrap_or_else(|_| (false, json!({ "database": false })));
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(told))
}

impl Operations {
    /// Whether work can be done, and what speaks for or against it.
    fn look(&self) -> (bool, Value) {
        let now = self.clock.now();
        let found = self.office.look(|tx, _| {
            let institutions: Vec<Institution> = tx.list(&Query::all(Table::Institution))?;
            let oldest = Query {
                states: vec!["due"],
                due_by: Some(i64::MAX - 1),
                limit: 1,
                ..Query::all(Table::Notice)
            };
            let oldest = tx.list::<PostedNotice>(&oldest)?.pop();
            Ok::<_, Error>((!institutions.is_empty(), oldest.map(|notice| notice.at)))
        });
        let clock = self.clock.behind_ms() == 0;
        let (database, keys, waiting) = match found {
            Ok((keys, oldest)) => (true, keys, oldest.map(|at: Timestamp| now.seconds_since(at))),
            Err(_) => (false, false, None),
        };
        // The schema was compared when the store was opened; it does not change while it is.
        let told = json!({
            "database": database,
            "migrations": database,
            "keys": keys,
            "clock": clock,
            "outbox_age_s": waiting.unwrap_or(0),
        });
        (database && keys && clock, told)
    }
}
