//! Approvals, judged under their keys; the test answers for the customer.

use super::*;

fn problem(status: u16, code: &str) -> (u16, Value) {
    (
        status,
        json!({ "title": "お受けできません。", "status": status, "code": code, "retry": "never" }),
    )
}

fn called_by(headers: &HeaderMap, client: &str) {
    assert_eq!(headers[header::AUTHORIZATION], format!("Bearer sat_{client}"));
}

impl Fake {
    /// Judges a changing request under its key, and loses the reply where the test says so.
    fn once(
        &self,
        endpoint: &'static str,
        (headers, uri, body): (&HeaderMap, &Uri, &Value),
        judge: impl FnOnce(&mut Inner) -> (u16, Value),
    ) -> Response {
        let key = headers["idempotency-key"].to_str().expect("ASCII").to_owned();
        assert!(key.starts_with('"') && (18..=66).contains(&key.len()), "{key}");
        let client = headers[header::AUTHORIZATION].to_str().expect("ASCII");
        let (scope, print) = (format!("{client} {key}"), format!("{uri} {body}"));
        let mut inner = self.inner();
        let (status, reply) = match inner.kept.get(&scope) {
            Some((known, ..)) if *known != print => problem(422, "idempotency_key_reused"),
            Some((_, status, reply)) => (*status, reply.clone()),
            None => {
                let (status, reply) = judge(&mut inner);
                if status < 300 {
                    inner.kept.insert(scope, (print, status, reply.clone()));
                }
                (status, reply)
            }
        };
        Self::reply(&mut inner, endpoint, status, reply)
    }

    fn reply(inner: &mut Inner, endpoint: &'static str, status: u16, reply: Value) -> Response {
        let lost = inner.lost.entry(endpoint).or_default();
        if *lost > 0 {
            *lost -= 1;
            return StatusCode::BAD_GATEWAY.into_response();
        }
        (StatusCode::from_u16(status).expect("a status"), Json(reply)).into_response()
    }
}

pub(super) async fn ask(
    State(fake): State<Fake>,
    headers: HeaderMap,
    uri: Uri,
    Json(body): Json<Value>,
) -> Response {
    called_by(&headers, "cli_front");
    fake.once("ask", (&headers, &uri, &body), |inner| {
        if let Some((status, problem)) = inner.problem.take() {
            return (status, problem);
        }
        let members: Vec<_> = body.as_object().expect("an object").keys().collect();
        let known = "channel contract expires_in_s mode operation page reference session";
        assert_eq!(members, known.split(' ').collect::<Vec<_>>());
        assert_eq!(body["page"]["return_url"], json!(inner.return_url));
        let open = ["requested", "challenged", "approved", "consumed"].map(Value::from);
        let taken = |known: &Value| {
            known["reference"] == body["reference"] && open.contains(&known["state"])
        };
        if inner.approvals.values().any(taken) {
            return problem(409, "reference_taken");
        }
        let id = format!("apr_{:026}", inner.approvals.len() + 1);
        let nonce = format!("nonce-{}", inner.approvals.len());
        let binding = Binding {
            contract: body["contract"].as_str().expect("text"),
            institution: "ins_1",
            nonce: &nonce,
            reference: body["reference"].as_str().expect("text"),
        };
        let approval = json!({ "id": id, "version": 1, "state": "requested", "institution": "ins_1",
            "contract": body["contract"], "reference": body["reference"],
            "operation": body["operation"],
            "nonce": nonce, "digest": digest(binding, &body["operation"]),
            "page_state": body["page"]["state"], "something_new": { "in": "the reply" } });
        inner.approvals.insert(id.clone(), approval.clone());
        let mut reply = approval;
        let until_s = fake.seconds.load(Ordering::SeqCst) + 120;
        let until = Timestamp::from_second(until_s).expect("a moment");
        reply["page"] = json!({ "expires_at": until.to_string(),
            "url": format!("{}/approve/{id}?ticket=t{id}", fake.issuer()) });
        (201, reply)
    })
}

pub(super) async fn look(
    State(fake): State<Fake>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    called_by(&headers, "cli_front");
    let mut inner = fake.inner();
    let approval = inner.approvals[&id].clone();
    Fake::reply(&mut inner, "look", 200, approval)
}

pub(super) async fn cancel(
    State(fake): State<Fake>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    Json(body): Json<Value>,
) -> Response {
    called_by(&headers, "cli_front");
    fake.once("cancel", (&headers, &uri, &body), |inner| {
        let approval = inner.approvals.get_mut(&id).expect("ours");
        if approval["state"] == "consumed" {
            return problem(409, "approval_closed");
        }
        approval["state"] = json!("cancelled");
        (200, approval.clone())
    })
}

pub(super) async fn consume(
    State(fake): State<Fake>,
    Path(id): Path<String>,
    headers: HeaderMap,
    (method, uri): (Method, Uri),
    Json(body): Json<Value>,
) -> Response {
    called_by(&headers, "cli_core");
    assert_eq!(method, Method::POST);
    fake.once("consume", (&headers, &uri, &body), |inner| {
        if let Some(known) = inner.consumptions.get(&id) {
            let (status, mut problem) = problem(409, "already_consumed");
            problem["consumption"] = known.clone();
            return (status, problem);
        }
        let approval = inner.approvals.get_mut(&id).expect("ours");
        if approval["state"] != "approved" {
            return problem(409, "approval_closed");
        }
        if approval["digest"] != body["digest"] {
            return problem(409, "digest_mismatch");
        }
        assert_eq!(body["as"], "execute");
        approval["state"] = json!("consumed");
        inner.consumed += 1;
        let consumption = json!({ "id": format!("cns_{id}"), "approval": id, "as": "execute",
            "booking": body["booking"], "client": "cli_core", "receipt": "eyJ.x.y" });
        inner.consumptions.insert(id.clone(), consumption.clone());
        (201, consumption)
    })
}

pub(super) async fn consumption(State(fake): State<Fake>, Path(id): Path<String>) -> Response {
    Json(fake.inner().consumptions[&id].clone()).into_response()
}
