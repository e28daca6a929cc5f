//! `GET /v1/approvals`.

use serde_json::Value;

use crate::support::{Call, Scene, Told};

fn references(told: &Told) -> Vec<&str> {
    let items = told.json["items"].as_array().expect("items");
    items.iter().map(|item| item["reference"].as_str().expect("a reference")).collect()
}

async fn list(scene: &Scene, query: &str) -> Told {
    scene.front(Call::get(format!("/v1/approvals?{query}"))).await
}

#[tokio::test]
async fn lists_are_paged_newest_first() {
    let scene = Scene::new().await;
    for nth in 0..5 {
        scene.requested(&format!("IB-{nth}")).await;
        scene.pass(1);
    }
    let of_contract = format!("contract={}&", scene.contract);
    for filter in ["", &of_contract] {
        let list = async |query: &str| list(&scene, &format!("{filter}{query}")).await;
        let first = list("limit=2").await;
        assert_eq!(references(&first), ["IB-4", "IB-3"]);
        let next = first.text("/next");
        let second = list(&format!("limit=2&after={next}")).await;
        assert_eq!(references(&second), ["IB-2", "IB-1"]);
        let rest = list(&format!("limit=2&after={}", second.text("/next"))).await;
        assert_eq!((references(&rest), rest.json.get("next")), (vec!["IB-0"], None));
        let oldest = list("limit=2&order=asc").await;
        assert_eq!(references(&oldest), ["IB-0", "IB-1"]);
        let more = list(&format!("limit=2&order=asc&after={}", oldest.text("/next"))).await;
        assert_eq!(references(&more), ["IB-2", "IB-3"]);
        let third = more.text("/items/0/created_at").replace('+', "%2B");
        let since = list(&format!("created_from={third}")).await;
        assert_eq!(references(&since), ["IB-4", "IB-3", "IB-2"]);
        let until = list(&format!("order=asc&created_before={third}")).await;
        assert_eq!(references(&until), ["IB-0", "IB-1"]);
        let foreign = list(&format!("limit=3&after={next}")).await;
        assert_eq!(foreign.verdict(), "400 invalid_cursor", "a cursor belongs to its filters");
    }
    assert_eq!(list(&scene, "after=x").await.verdict(), "400 invalid_cursor");
}

#[tokio::test]
async fn filters_are_equality_and_repeated_mean_or() {
    let scene = Scene::new().await;
    scene.requested("IB-1").await;
    scene.approved("IB-2").await;
    let contract = scene.contract;
    assert_eq!(references(&list(&scene, "state=approved").await), ["IB-2"]);
    assert_eq!(references(&list(&scene, "state=approved&state=requested").await).len(), 2);
    assert_eq!(references(&list(&scene, &format!("contract={contract}")).await).len(), 2);
    assert_eq!(references(&list(&scene, "reference=IB-1&reference=IB-9").await), ["IB-1"]);
    assert_eq!(
        references(&list(&scene, "created_from=2026-11-21T00:00:00%2B09:00").await).len(),
        0
    );
    scene.pass(500);
    assert_eq!(
        references(&list(&scene, "state=expired").await).len(),
        2,
        "lapsed counts as expired"
    );
    for (query, wanted) in [
        ("colour=red", "colour unknown"),
        ("state=happy", "state enum"),
        ("limit=0", "limit range"),
        ("limit=201", "limit range"),
        ("limit=x", "limit pattern"),
        ("limit=1&limit=2", "limit duplicate"),
        ("contract=x", "contract pattern"),
    ] {
        let told = list(&scene, query).await;
        assert_eq!((told.status, told.errors()), (400, vec![wanted.to_owned()]), "{query}");
    }
    let empty = list(&scene, "contract=ctr_01kng5fyw0ejqr3z5z3y4sg13p").await;
    assert_eq!(empty.json["items"], Value::Array(vec![]));
}
