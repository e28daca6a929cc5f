//! The signed receipt of a consumption: verifiable for years without asking us (api.md §4.7).

use sekisho_domain::approval::{Approval, Approved, Consumption};
use serde_json::json;

use crate::oauth::jwt;
use crate::state::Web;

/// Signs the receipt, always alike (RFC 6979). `None` while the institution has no signing key; the
/// use of the approval stands all the same.
pub(super) async fn receipt(
    web: &Web,
    approval: &Approval,
    approved: &Approved,
    by: &Consumption,
) -> Option<String> {
    let institution = web.platform.institution(approval.institution)?;
    let key = web.issuer_key(institution.id).await.ok()?;
    let header = json!({"alg": "ES256", "kid": key.kid, "typ": "sekisho-receipt+jwt"});
    let method = approved.methods.first().map_or("none", |method| method.as_str());
    // Printed cards are below NIST strength (api.md §3.2); where nothing was asked, the password
    // alone stands.
    let acr = if approved.methods.is_empty() { "urn:sekisho:acr:1" } else { "urn:sekisho:acr:2" };
    let claims = json!({
        "iss": format!("{}/i/{}", web.public_url, institution.slug),
        "iat": by.at.seconds(),
        "jti": by.id.to_string(),
        "approval": approval.id.to_string(),
        "contract": approval.contract.to_string(),
        "reference": approval.reference.as_str(),
        "digest": approval.digest.to_string(),
        "method": method,
        "acr": acr,
        "approved_at": approved.at.to_string(),
        "as": "execute",
        "booking": by.booking,
    });
    Some(jwt::sign(&key.key, &header, &claims))
}
