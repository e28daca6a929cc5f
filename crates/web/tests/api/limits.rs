//! Rates (api.md §1.7).

use sekisho_web::limits::{Limits, Rate};
use serde_json::json;

use crate::support::{Call, Scene};

#[tokio::test]
async fn a_client_that_calls_too_often_waits() {
    let client = Rate { quota: 2, window_s: 1, burst: 2 };
    let scene = Scene::with(Limits { client, ..Limits::default() }).await;
    let look = || Call::get("/v1/approvals");
    assert_eq!(scene.front(look()).await.header("ratelimit"), Some("\"client\";r=1;t=1"));
    assert_eq!(scene.front(look()).await.status, 200);
    let told = scene.front(look()).await;
    assert_eq!(
        (told.verdict(), told.header("retry-after")),
        ("429 rate_limited".into(), Some("1"))
    );
    assert_eq!(told.json["violated-policies"], json!(["client"]));
    assert_eq!(scene.core(look()).await.status, 200, "each client has its own");
    scene.pass(1);
    assert_eq!(scene.front(look()).await.status, 200);
}

#[tokio::test]
async fn approvals_of_one_contract_come_in_measure() {
    let approvals = Rate { quota: 2, window_s: 60, burst: 2 };
    let scene = Scene::with(Limits { approvals, ..Limits::default() }).await;
    let ask =
        |key: &str, reference: &str| Call::post("/v1/approvals", key, &scene.transfer(reference));
    assert_eq!(scene.front(ask("k1", "IB-1")).await.status, 201);
    assert_eq!(scene.front(ask("k2", "IB-1")).await.verdict(), "409 reference_taken");
    assert_eq!(scene.front(ask("k3", "IB-3")).await.status, 201, "what is refused is not counted");
    let told = scene.front(ask("k4", "IB-4")).await;
    assert_eq!(told.verdict(), "429 rate_limited");
    assert_eq!(told.json["violated-policies"], json!(["approvals"]));
    let replay = scene.front(ask("k1", "IB-1")).await;
    assert_eq!((replay.status, replay.header("idempotency-replayed")), (201, Some("true")));
    scene.pass(30);
    assert_eq!(scene.front(ask("k4", "IB-4")).await.status, 201);
}
