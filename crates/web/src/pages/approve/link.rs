//! The way in and the way out of an approval's page.

use sekisho_domain::approval::Approval;
use sekisho_domain::id::ApprovalId;

use crate::pages::around::Around;
use crate::pages::cookie::{APPROVAL, Cookies};
use crate::pages::seal;
use crate::state::Web;

/// What the cookie is sealed for.
const PURPOSE: &str = "approval page";

/// What the browser gets for the link.
pub(crate) fn cookie(web: &Web, approval: ApprovalId) -> String {
    seal::sealed(web, PURPOSE, &approval.to_string())
}

/// Whether this browser has traded the link of this approval.
pub(crate) fn traded(web: &Web, cookies: &Cookies, approval: ApprovalId) -> bool {
    let held = cookies.get(APPROVAL).and_then(|held| seal::unsealed(web, PURPOSE, held));
    held == Some(approval.to_string().as_str())
}

/// Back to the bank, if the approval came from there: `return_url?approval&state&iss`.
pub(crate) fn back(web: &Web, around: &Around, approval: &Approval) -> Option<String> {
    let page = approval.page.as_ref()?;
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("approval", &approval.id.to_string())
        .append_pair("state", &page.state)
        .append_pair("iss", &issuer(web, around))
        .finish();
    let mark = if page.return_url.contains('?') { '&' } else { '?' };
    Some(format!("{}{mark}{query}", page.return_url))
}

/// The name of the issuer whose page this is.
pub(crate) fn issuer(web: &Web, around: &Around) -> String {
    format!("{}/i/{}", web.public_url, around.institution.slug)
}
