//! What a bank asks at the authorization endpoint, strictly read (OpenID Connect Core §3.1.2.1, RFC
//! 7636).
//!
//! What is wrong about the client or its address is never told to that address; everything else is,
//! for the bank to mend.

use std::collections::BTreeSet;

use sekisho_domain::client::{Client, Profile, Scope};
use sekisho_domain::id::{ClientId, InstitutionId};
use sekisho_domain::session::Session;
use serde_json::Value;

use crate::text::Lang;

/// Characters of a `state`.
const STATE_MAX: usize = 1024;
/// Characters of a `nonce`.
const NONCE_MAX: usize = 64;
/// What the words for strengths begin with; a digit follows.
const ACR: &str = "urn:sekisho:acr:";

/// How strong a sign-in is (api.md §3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// The password.
    Password,
    /// The password and a one-time password.
    Code,
}

impl Strength {
    /// What this sign-in has reached.
    pub(super) fn of(session: &Session) -> Self {
        if session.otp.is_some() { Self::Code } else { Self::Password }
    }

    /// The word for it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Password => "urn:sekisho:acr:1",
            Self::Code => "urn:sekisho:acr:3",
        }
    }

    /// The least that meets a word: higher meets lower. `None`: nothing here does.
    fn meeting(word: &str) -> Option<Self> {
        match word.strip_prefix(ACR)? {
            "1" => Some(Self::Password),
            "2" | "3" => Some(Self::Code),
            _ => None,
        }
    }
}

/// The parameters as they were sent; of several with one name the request is refused.
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    pub(super) fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// An empty one counts as absent (RFC 6749 §3.1).
    pub(super) fn one(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, value)| known == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    fn repeats(&self) -> bool {
        let names: BTreeSet<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        names.len() < self.0.len()
    }

    /// The client that says it asks.
    pub(super) fn client(&self) -> Option<ClientId> {
        self.one("client_id")?.parse().ok()
    }

    /// The same request as a query, with or without more.
    pub(super) fn query(&self, more: Option<(&str, &str)>) -> String {
        let kept = self.0.iter().filter(|(name, _)| !matches!(name.as_str(), "since" | "lang"));
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(kept)
            .extend_pairs(more)
            .finish()
    }
}

/// A request that can be granted once the customer has signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) client: ClientId,
    pub(super) redirect_uri: String,
    pub(super) scopes: BTreeSet<String>,
    pub(super) state: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) challenge: String,
    pub(super) prompt_none: bool,
    pub(super) prompt_login: bool,
    pub(super) max_age_s: Option<i64>,
    pub(super) strength: Strength,
    pub(super) lang: Option<Lang>,
    pub(super) login_hint: Option<String>,
}

/// Where an answer goes, whatever it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReplyTo {
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
}

/// Where the client may be answered; nothing when that is not one of its registered addresses.
pub(super) fn reply_to(
    params: &Params,
    client: &Client,
    institution: InstitutionId,
) -> Option<ReplyTo> {
    let wanted = params.one("redirect_uri")?;
    let ours = client.institution == Some(institution) && !client.suspended;
    let known = client.redirect_uris.iter().any(|uri| uri == wanted);
    let state = params.one("state").filter(|state| state.len() <= STATE_MAX).map(str::to_owned);
    (ours && known && !params.repeats()).then(|| ReplyTo { redirect_uri: wanted.to_owned(), state })
}

/// Reads the rest; the error is OAuth's word for what is wrong.
pub(super) fn read(params: &Params, client: &Client, to: &ReplyTo) -> Result<Asked, &'static str> {
    if params.one("request").is_some() {
        return Err("request_not_supported");
    }
    if params.one("request_uri").is_some() {
        return Err("request_uri_not_supported");
    }
    if params.one("response_type") != Some("code") {
        return Err("unsupported_response_type");
    }
    // The profile `fapi` asks by pushed requests only (RFC 9126), which this door does not take.
    let pushed = client.profile == Profile::Fapi;
    let mode = params.one("response_mode").is_none_or(|mode| mode == "query");
    let too_long = params.one("state").is_some() && to.state.is_none()
        || params.one("nonce").is_some_and(|nonce| nonce.len() > NONCE_MAX);
    if pushed || !mode || too_long {
        return Err("invalid_request");
    }
    if params.one("code_challenge_method") != Some("S256") {
        return Err("invalid_request");
    }
    let challenge = params.one("code_challenge").filter(|text| is_s256(text));
    let prompts: Vec<&str> = params.one("prompt").unwrap_or_default().split(' ').collect();
    let prompt_none = prompts.contains(&"none");
    let max_age = params.one("max_age").map(str::parse::<u32>).transpose();
    let max_age = max_age.map_err(|_| "invalid_request")?;
    if prompt_none && prompts.len() > 1 {
        return Err("invalid_request");
    }
    let strength = strength(params).ok_or("unmet_authentication_requirements")?;
    Ok(Asked {
        client: client.id,
        redirect_uri: to.redirect_uri.clone(),
        scopes: scopes(params, client)?,
        state: to.state.clone(),
        nonce: params.one("nonce").map(str::to_owned),
        challenge: challenge.ok_or("invalid_request")?.to_owned(),
        prompt_none,
        prompt_login: prompts.contains(&"login"),
        max_age_s: max_age.map(i64::from),
        strength,
        lang: params.one("ui_locales").and_then(|tags| tags.split(' ').find_map(Lang::parse)),
        login_hint: params.one("login_hint").map(str::to_owned),
    })
}

/// Of the scopes asked for, those of a sign-in; each must be the client's.
fn scopes(params: &Params, client: &Client) -> Result<BTreeSet<String>, &'static str> {
    let asked: BTreeSet<&str> = params.one("scope").unwrap_or_default().split(' ').collect();
    let known = [Scope::Openid, Scope::Contract, Scope::Methods];
    let known = known.into_iter().filter(|scope| asked.contains(scope.word()));
    let given: Vec<Scope> = known.collect();
    let allowed = given.iter().all(|scope| client.may(*scope));
    if !given.contains(&Scope::Openid) || !allowed {
        return Err("invalid_scope");
    }
    Ok(given.into_iter().map(|scope| scope.word().to_owned()).collect())
}

/// The strength asked for, if there is such a one: `acr_values` and an essential claim `acr` are
/// demands, each met by any of its values.
fn strength(params: &Params) -> Option<Strength> {
    let least = |words: &[&str]| words.iter().filter_map(|word| Strength::meeting(word)).min();
    let values = match params.one("acr_values") {
        Some(values) => least(&values.split(' ').collect::<Vec<_>>())?,
        None => Strength::Password,
    };
    let claims = params.one("claims").and_then(|text| serde_json::from_str::<Value>(text).ok());
    let acr = claims.as_ref().map(|claims| &claims["id_token"]["acr"]);
    let Some(acr) = acr.filter(|acr| acr["essential"] == true) else { return Some(values) };
    let listed = acr["values"].as_array().into_iter().flatten();
    let named: Vec<&str> = listed.chain([&acr["value"]]).filter_map(Value::as_str).collect();
    let any = acr["value"].is_null() && acr["values"].is_null();
    if any { Some(values) } else { least(&named).map(|claim| claim.max(values)) }
}

fn is_s256(text: &str) -> bool {
    text.len() == 43
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
