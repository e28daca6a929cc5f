//! `/v1/contracts/{ctr}/token_issues`: a token issued by mail.

use sekisho_domain::policy::Provisioning;
use serde_json::{Value, json};

use crate::support::{Teller, with};

async fn begun() -> (Teller, String) {
    let teller = Teller::open().await;
    let issuing = Provisioning::BankIssue;
    teller.scene().change_policy(|policy| policy.otp.provisioning = issuing);
    let path = format!("/v1/contracts/{}/token_issues", teller.scene().contract);
    (teller, path)
}

fn wish() -> Value {
    json!({"mail": "hanako@phone.example.jp", "start_password": "271828"})
}

// Y-09, C-10
#[tokio::test]
async fn a_token_is_issued_by_mail_and_can_be_taken_back() {
    let (teller, path) = begun().await;
    let approved = teller.approved("I-1", "otp_issue", json!({})).await;
    let sent = with(wish(), &approved);
    let told = teller.post(&path, "issue", sent.clone()).await;
    assert_eq!((told.status, told.text("/state")), (201, "issued".into()), "{}", told.text);
    let location = told.header("location").expect("a place").to_owned();
    assert_eq!(location, format!("{path}/{}", told.text("/id")));
    for secret in ["271828", "phone.example.jp", "user_id"] {
        assert!(!told.text.contains(secret), "{}", told.text);
    }
    let replay = teller.post(&path, "issue", sent.clone()).await;
    assert_eq!((&replay.text, teller.scene().events("token_issue.issued")), (&told.text, 1));
    let again = teller.post(&path, "again", sent).await;
    assert_eq!(again.verdict(), "422 approval_required", "an approval is used once");
    assert_eq!(teller.get(&location).await.json, told.json);
    for key in ["back", "twice"] {
        let told = teller.post(&format!("{location}/cancellation"), key, json!({})).await;
        assert_eq!((told.status, told.text("/state")), (200, "cancelled".into()), "{}", told.text);
    }
    assert_eq!(teller.scene().events("token_issue.cancelled"), 1);
}

#[tokio::test]
async fn an_issue_is_found_below_its_own_contract_only() {
    let (teller, path) = begun().await;
    let approved = teller.approved("I-1", "otp_issue", json!({})).await;
    let told = teller.post(&path, "issue", with(wish(), &approved)).await;
    let other = teller.scene().customer("10000000003");
    for contract in [other, teller.scene().other_contract] {
        let path = format!("/v1/contracts/{contract}/token_issues");
        let issue = format!("{path}/{}", told.text("/id"));
        assert_eq!(teller.get(&issue).await.verdict(), "404 not_found");
        let (back, key) = (format!("{issue}/cancellation"), contract.to_string());
        let told = teller.post(&back, &key[10..], json!({})).await;
        assert_eq!(told.verdict(), "404 not_found");
    }
    let foreign = format!("/v1/contracts/{}/token_issues", teller.scene().other_contract);
    let told = teller.post(&foreign, "foreign", with(wish(), &approved)).await;
    assert_eq!(told.verdict(), "404 not_found");
}

#[tokio::test]
async fn what_is_no_start_password_is_told_and_where_apps_bring_their_own_serial_nothing_is_issued()
{
    let (teller, path) = begun().await;
    let approved = teller.approved("I-1", "otp_issue", json!({})).await;
    for (nth, chosen) in ["123", "1111", "123456789", "abcd"].into_iter().enumerate() {
        let sent = with(with(wish(), &json!({"start_password": chosen})), &approved);
        let told = teller.post(&path, &format!("form-{nth}"), sent).await;
        assert_eq!(told.errors(), ["/start_password pattern"], "{chosen}");
    }
    let sent = with(json!({"mail": "nowhere", "start_password": "271828"}), &approved);
    assert_eq!(teller.post(&path, "mail", sent).await.errors(), ["/mail pattern"]);
    let mut forged = with(wish(), &approved);
    forged["digest"] = format!("sha256:{}", "0".repeat(64)).into();
    assert_eq!(teller.post(&path, "forged", forged).await.verdict(), "409 digest_mismatch");
    let binding = Provisioning::SerialBind;
    teller.scene().change_policy(|policy| policy.otp.provisioning = binding);
    let told = teller.post(&path, "bind", with(wish(), &approved)).await;
    assert_eq!(told.verdict(), "422 method_not_offered");
}
