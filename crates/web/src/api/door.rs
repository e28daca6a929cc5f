//! Where every call of the API comes in, and in which order it is judged (api.md §1.9).
//!
//! Route 404/405 → sizes 413/414/431 → media types 415/406 → access token 401 → address 403 →
//! client limit 429 → scope 403 → key form 400 → body form 400 → then the endpoint: key recall →
//! object 404 → state 409 → content 422.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::RequestExt as _;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use sekisho_app::once::OnceKey;
use sekisho_domain::client::{Client, Scope};
use sekisho_domain::event::Actor;
use sekisho_domain::fields::{Place, Read};
use sekisho_domain::id::{InstitutionId, RequestId};
use sekisho_domain::institution::Institution;
use sekisho_domain::jcs;
use sekisho_domain::json::Json;

use super::access::{self, Caller};
use super::answer::Answer;
use super::counts::{Counts, within};
use super::query::Query;
use super::{key, media};
use crate::guard::Visitor;
use crate::problem::Problem;
use crate::state::Web;
use crate::text::Lang;

/// What an endpoint asks of who comes in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Door {
    method: &'static Method,
    scopes: &'static [Scope],
    query: &'static [&'static str],
    media: &'static [&'static str],
    makes: &'static str,
    body: Asked,
    platform: bool,
}

/// Whether an endpoint reads a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Never,
    Optional,
    Always,
}

/// What every body is.
const JSON: &[&str] = &["application/json"];
/// What a patch is (api.md §12).
const PATCH: &[&str] = &["application/merge-patch+json", "application/json"];

impl Door {
    const fn new(method: &'static Method, scopes: &'static [Scope], body: Asked) -> Self {
        let (query, media, makes) = (&[], JSON, JSON[0]);
        Self { method, scopes, query, media, makes, body, platform: false }
    }

    /// Reads something; one of the scopes is enough.
    pub(crate) const fn get(scopes: &'static [Scope]) -> Self {
        Self::new(&Method::GET, scopes, Asked::Never)
    }

    /// Does something with a body.
    pub(crate) const fn post(scopes: &'static [Scope]) -> Self {
        Self::new(&Method::POST, scopes, Asked::Always)
    }

    /// Changes members of something.
    pub(crate) const fn patch(scopes: &'static [Scope]) -> Self {
        Self { media: PATCH, ..Self::new(&Method::PATCH, scopes, Asked::Always) }
    }

    /// Reads these media types; what is no JSON is found in [`Visit::raw`].
    pub(crate) const fn reading(self, media: &'static [&'static str]) -> Self {
        Self { media, ..self }
    }

    /// Answers with this media type.
    pub(crate) const fn making(self, makes: &'static str) -> Self {
        Self { makes, ..self }
    }

    /// No body means an empty object.
    pub(crate) const fn or_empty(self) -> Self {
        Self { body: Asked::Optional, ..self }
    }

    /// Knows these parameters.
    pub(crate) const fn with_query(self, query: &'static [&'static str]) -> Self {
        Self { query, ..self }
    }

    /// Concerns the whole installation, no institution.
    pub(crate) const fn of_platform(self) -> Self {
        Self { platform: true, ..self }
    }

    /// The route behind this door.
    pub(crate) fn route<H, F>(self, endpoint: H) -> MethodRouter<Web, Infallible>
    where
        H: Fn(Visit) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<Answer, Problem>> + Send + 'static,
    {
        let filter = MethodFilter::try_from(self.method.clone());
        on(
            filter.expect("a door has a plain method"),
            move |State(web): State<Web>, request: Request| {
                let endpoint = endpoint.clone();
                async move { self.serve(web, request, endpoint).await }
            },
        )
    }

    async fn serve<H, F>(self, web: Web, request: Request, endpoint: H) -> Response
    where
        H: Fn(Visit) -> F,
        F: Future<Output = Result<Answer, Problem>>,
    {
        let visitor = request.extensions().get::<Visitor>().cloned();
        let visitor = visitor.expect("the guard stands before every door");
        let counts = Counts::default();
        let waits = request.headers().contains_key("prefer");
        let seconds = web.limits.request_s * if waits { 2 } else { 1 };
        let visit = async {
            let visit = self.admit(&web, &visitor, request, &counts).await?;
            endpoint(visit).await
        };
        let outcome = tokio::time::timeout(Duration::from_secs(seconds), visit).await;
        let outcome = outcome.unwrap_or_else(|_| Err(Problem::new("overloaded").retry_after(1)));
        let mut reply = match outcome {
            Ok(answer) => answer.into_response(),
            Err(problem) => visitor.tell(problem, &web),
        };
        counts.write(reply.headers_mut());
        reply
    }

    async fn admit(
        self,
        web: &Web,
        visitor: &Visitor,
        mut request: Request,
        counts: &Counts,
    ) -> Result<Visit, Problem> {
        let ids = request.extract_parts::<RawPathParams>().await.ok();
        let (parts, body) = request.into_parts();
        let body = sized(web, &parts, body).await?;
        let empty = self.body == Asked::Never || (self.body == Asked::Optional && body.is_empty());
        if !empty {
            media::check_content(&parts.headers, self.media)?;
        }
        media::check_accept(&parts.headers, self.makes)?;
        let about = (parts.method.as_str(), parts.uri.path());
        let caller = access::find(web, visitor, &parts.headers, about).await?;
        let counted = web.quotas.client.take(caller.client.id, web.now());
        counts.note(counted);
        within(counted)?;
        self.check_scope(&caller)?;
        let institution = self.institution(web, &caller, &parts.headers)?;
        let writes = self.method != Method::GET;
        let key = if writes { Some(key::sent(&parts.headers)?) } else { None };
        let query = parts.uri.query().unwrap_or_default();
        let read_query = Query::read(query, self.query)?;
        let raw = !empty && !media::is_json(&parts.headers);
        let json = if empty || raw { Json::Object(Vec::new()) } else { Json::parse(&body)? };
        let content = if raw { body.to_vec() } else { jcs::canonical(&json).into() };
        let once = key.map(|key| {
            let scope = (caller.client.id.to_string(), institution.map(|id| id.to_string()));
            let scope = (scope.0.as_str(), scope.1.as_deref().unwrap_or_default());
            key::once(scope, key, (&parts.method, parts.uri.path(), query), &content)
        });
        let ids = ids.iter().flatten().map(|(name, id)| (name.to_owned(), id.to_owned()));
        Ok(Visit {
            web: web.clone(),
            visitor: visitor.clone(),
            caller,
            ids: ids.collect(),
            query: read_query,
            body: json,
            raw: raw.then_some(body),
            institution,
            once,
            headers: parts.headers,
            path: parts.uri.path().to_owned(),
            counts: counts.clone(),
        })
    }

    fn check_scope(self, caller: &Caller) -> Result<(), Problem> {
        if self.scopes.iter().any(|scope| caller.may(*scope)) {
            return Ok(());
        }
        let scopes: Vec<&str> = self.scopes.iter().map(|scope| scope.word()).collect();
        Err(Problem::new("insufficient_scope").member("scope", scopes.join(" ")))
    }

    /// Whose matter it is: the client's own institution, or the one a client of the platform names.
    fn institution(
        self,
        web: &Web,
        caller: &Caller,
        headers: &HeaderMap,
    ) -> Result<Option<InstitutionId>, Problem> {
        const NAME: &str = "Sekisho-Institution";
        if self.platform || caller.access.institution.is_some() {
            return Ok(caller.access.institution);
        }
        if !caller.may(Scope::Platform) {
            return Err(Problem::new("insufficient_scope").member("scope", Scope::Platform.word()));
        }
        let named = headers.get(NAME).ok_or_else(|| Problem::parameter(NAME, "required"))?;
        let named = named.to_str().ok().and_then(|text| InstitutionId::parse(text).ok());
        let named = named.ok_or_else(|| Problem::parameter(NAME, "pattern"))?;
        let known = web.platform.institution(named).ok_or_else(|| Problem::new("not_found"))?;
        Ok(Some(known.id))
    }
}

/// Refuses what is too large, reading no more of it than needed.
pub(crate) async fn sized(web: &Web, parts: &Parts, body: Body) -> Result<Bytes, Problem> {
    let limits = &web.limits;
    let too_large = || Problem::new("payload_too_large");
    let said = parts.headers.get(header::CONTENT_LENGTH);
    let said = said.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if said.is_some_and(|said| said > limits.body_max as u64) {
        return Err(too_large());
    }
    if parts.uri.path_and_query().map_or(0, |target| target.as_str().len()) > limits.target_max {
        return Err(Problem::new("uri_too_long"));
    }
    let headers = parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len());
    if headers.sum::<usize>() > limits.headers_max {
        return Err(Problem::new("headers_too_large"));
    }
    to_bytes(body, limits.body_max).await.map_err(|_| too_large())
}

/// One call, let in.
pub(crate) struct Visit {
    /// What there is to work with.
    pub(crate) web: Web,
    /// Who calls.
    pub(crate) caller: Arc<Caller>,
    /// Parameters after the question mark.
    pub(crate) query: Query,
    /// The rates this call is counted by.
    pub(crate) counts: Counts,
    visitor: Visitor,
    ids: Vec<(String, String)>,
    body: Json,
    raw: Option<Bytes>,
    institution: Option<InstitutionId>,
    once: Option<OnceKey>,
    headers: HeaderMap,
    path: String,
}

impl Visit {
    /// The client that calls.
    pub(crate) fn client(&self) -> &Client {
        &self.caller.client
    }

    /// Who acts, for the audit log.
    pub(crate) fn actor(&self) -> Actor {
        Actor::Client(self.caller.client.id)
    }

    /// Whose matter it is.
    ///
    /// # Panics
    /// At a door of the platform, which has none.
    pub(crate) fn institution(&self) -> InstitutionId {
        self.institution.expect("a door that is not the platform's has an institution")
    }

    /// The institution whose matter it is.
    pub(crate) fn home(&self) -> Arc<Institution> {
        let known = self.web.platform.institution(self.institution());
        known.expect("clients belong to registered institutions")
    }

    /// Under which key it is asked.
    ///
    /// # Panics
    /// At a door that only reads.
    pub(crate) fn once(&self) -> OnceKey {
        self.once.clone().expect("a door that changes something asks for a key")
    }

    /// Our name for the request.
    pub(crate) fn request(&self) -> RequestId {
        self.visitor.request
    }

    /// The language the caller reads.
    pub(crate) fn lang(&self) -> Lang {
        self.visitor.lang
    }

    /// Reads the body, or names everything that is wrong with it.
    pub(crate) fn read<T>(&self, reader: impl Fn(&mut Place<'_>) -> Read<T>) -> Result<T, Problem> {
        Ok(self.body.read(reader)?)
    }

    /// A body that is no JSON; `None` when it is.
    pub(crate) fn raw(&self) -> Option<&[u8]> {
        self.raw.as_deref()
    }

    /// The value of a header that is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// An id in the path; one of another kind is not found.
    pub(crate) fn id<T: std::str::FromStr>(&self, name: &str) -> Result<T, Problem> {
        let sent = self.ids.iter().find(|(known, _)| known == name);
        let read = sent.and_then(|(_, id)| id.parse().ok());
        read.ok_or_else(|| Problem::new("not_found"))
    }

    /// The version of an object the caller has read (api.md §1.4).
    pub(crate) fn wanted_version(&self) -> Result<u64, Problem> {
        let sent = self.headers.get(header::IF_MATCH);
        let sent = sent.ok_or_else(|| Problem::new("precondition_required"))?;
        let number = sent.to_str().ok().and_then(|tag| tag.strip_prefix("\"v")?.strip_suffix('"'));
        let version = number.and_then(|number| number.parse().ok());
        version.ok_or_else(|| Problem::parameter("If-Match", "pattern"))
    }

    /// Whether the version of an object is the one the caller has read.
    pub(crate) fn check_version(&self, version: u64) -> Result<(), Problem> {
        if self.wanted_version()? == version {
            return Ok(());
        }
        Err(Problem::new("version_mismatch").member("version", version))
    }

    /// For a long poll: the version the caller has, and how long it would wait for another (RFC
    /// 7240).
    pub(crate) fn waits_for(&self) -> Option<(String, u64)> {
        let prefer = self.headers.get("prefer")?.to_str().ok()?;
        let wait = prefer.split([',', ';']).find_map(|one| one.trim().strip_prefix("wait="))?;
        let known = self.headers.get(header::IF_NONE_MATCH)?.to_str().ok()?;
        Some((known.to_owned(), wait.parse::<u64>().ok()?.min(LONG_POLL_S)))
    }

    /// The version the caller has, without waiting.
    pub(crate) fn has(&self, version: u64) -> bool {
        let known = self.headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
        known == Some(&format!("\"v{version}\""))
    }

    /// What a cursor of this list is bound to.
    pub(crate) fn list_bound(&self) -> String {
        format!("{} {} {}", self.caller.client.id, self.path, self.query.filters())
    }
}

/// Seconds a long poll lasts at most.
const LONG_POLL_S: u64 = 30;
