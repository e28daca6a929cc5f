//! The three requests of an approval, as the API of sekisho has them.

use std::sync::mpsc::SyncSender;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use sekisho_domain::id::{ApprovalId, ContractId};
use sekisho_domain::method::MethodKind;
use serde::Deserialize;
use tokio::sync::oneshot;

use super::replies;
use super::writer::{Done, Job, Step};

/// Where requests wait for the writer.
pub(super) type Queue = SyncSender<Job>;

/// What of a new approval the rows need.
#[derive(Deserialize)]
struct Wanted<'a> {
    contract: &'a str,
    reference: &'a str,
}

/// The bare limit's routes.
pub(crate) fn router(queue: Queue) -> Router {
    Router::new()
        .route("/v1/approvals", post(request))
        .route("/v1/approvals/{apr}/challenge", post(open))
        .route("/v1/approvals/{apr}/answers", post(answer))
        .route("/livez", get(async || "ok"))
        .with_state(queue)
}

async fn request(State(queue): State<Queue>, headers: HeaderMap, body: Bytes) -> Response {
    let Ok(wanted) = serde_json::from_slice::<Wanted>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let Ok(contract) = ContractId::parse(wanted.contract) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let step = Step::Request { contract, reference: wanted.reference.to_owned() };
    run(&queue, &headers, step, StatusCode::CREATED, |done| replies::requested(&done)).await
}

async fn open(
    State(queue): State<Queue>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Ok(approval) = ApprovalId::parse(&id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let named = |word: &[u8]| body.windows(word.len()).any(|part| part == word);
    let method = MethodKind::ALL.into_iter().find(|kind| named(kind.as_str().as_bytes()));
    let method = method.unwrap_or(MethodKind::CustomerCard);
    let reply = move |done: Done| replies::opened(&done, method);
    run(&queue, &headers, Step::Open(approval), StatusCode::CREATED, reply).await
}

async fn answer(
    State(queue): State<Queue>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Ok(approval) = ApprovalId::parse(&id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if body.is_empty() {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let reply = |done: Done| replies::answered(&done);
    run(&queue, &headers, Step::Answer(approval), StatusCode::OK, reply).await
}

async fn run(
    queue: &Queue,
    headers: &HeaderMap,
    step: Step,
    status: StatusCode,
    reply: impl FnOnce(Done) -> String,
) -> Response {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok());
    let Some(key) = key else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let (done, outcome) = oneshot::channel();
    let job = Job { step, key: key.to_owned(), done };
    if queue.try_send(job).is_err() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    match outcome.await {
        Ok(Some(done)) => {
            let json = [(header::CONTENT_TYPE, "application/json")];
            (status, json, reply(done)).into_response()
        }
        Ok(None) => StatusCode::CONFLICT.into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
