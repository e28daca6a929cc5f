//! Where every call of a token app comes in: in the order of the API (§1.9), without a client.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::RequestExt as _;
use axum::extract::{RawPathParams, Request, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use sekisho_app::once::OnceKey;
use sekisho_domain::fields::{Place, Read};
use sekisho_domain::id::RequestId;
use sekisho_domain::institution::Institution;
use sekisho_domain::jcs;
use sekisho_domain::json::Json;

use crate::api::answer::Answer;
use crate::api::counts::{Counts, within};
use crate::api::door::sized;
use crate::api::{key, media};
use crate::guard::Visitor;
use crate::limits;
use crate::problem::Problem;
use crate::state::Web;
use crate::text::Lang;

/// Whether a door reads or makes something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Door {
    method: &'static Method,
}

impl Door {
    /// Reads something.
    pub(super) const fn get() -> Self {
        Self { method: &Method::GET }
    }

    /// Makes something of a body, once for each key.
    pub(super) const fn post() -> Self {
        Self { method: &Method::POST }
    }

    /// The route behind this door.
    pub(super) fn route<H, F>(self, endpoint: H) -> MethodRouter<Web, Infallible>
    where
        H: Fn(Call) -> F + Clone + Send + Sync + 'static,
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
        H: Fn(Call) -> F,
        F: Future<Output = Result<Answer, Problem>>,
    {
        let visitor = request.extensions().get::<Visitor>().cloned();
        let visitor = visitor.expect("the guard stands before every door");
        let counts = Counts::default();
        let served = async {
            let call = self.admit(&web, &visitor, request, &counts).await?;
            endpoint(call).await
        };
        let limit = Duration::from_secs(web.limits.request_s);
        let outcome = tokio::time::timeout(limit, served).await;
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
    ) -> Result<Call, Problem> {
        let ids = request.extract_parts::<RawPathParams>().await.ok();
        let ids = ids.iter().flatten().map(|(name, id)| (name.to_owned(), id.to_owned()));
        let ids: Vec<(String, String)> = ids.collect();
        let (parts, body) = request.into_parts();
        let body = sized(web, &parts, body).await?;
        let writes = self.method == Method::POST;
        if writes {
            media::check_content(&parts.headers, &["application/json"])?;
        }
        media::check_accept(&parts.headers, "application/json")?;
        let source = limits::source(visitor.address);
        let counted = web.quotas.source.take(source, web.now());
        counts.note(counted);
        within(counted)?;
        let slug = ids.iter().find(|(name, _)| name == "slug");
        let institution = slug.and_then(|(_, slug)| web.platform.by_slug(slug));
        let institution = institution.ok_or_else(|| Problem::new("not_found"))?;
        if let Some(query) = parts.uri.query().filter(|query| !query.is_empty()) {
            let name = query.split(['=', '&']).next().unwrap_or_default();
            return Err(Problem::parameter(name, "unknown"));
        }
        let sent = if writes { Some(key::sent(&parts.headers)?.to_owned()) } else { None };
        let json = if writes { Json::parse(&body)? } else { Json::Object(Vec::new()) };
        let path = parts.uri.path().to_owned();
        let once = sent.as_deref().map(|key| {
            let content: Vec<u8> = jcs::canonical(&json).into();
            let scope = ("token app", institution.id.to_string());
            key::once((scope.0, &scope.1), key, (&parts.method, &path, ""), &content)
        });
        Ok(Call {
            web: web.clone(),
            institution,
            key: sent.unwrap_or_default(),
            source,
            counts: counts.clone(),
            visitor: visitor.clone(),
            ids,
            body: json,
            once,
            headers: parts.headers,
            path,
        })
    }
}

/// One call, let in.
pub(super) struct Call {
    /// What there is to work with.
    pub(super) web: Web,
    /// Whose app it is.
    pub(super) institution: Arc<Institution>,
    /// The caller's key, empty where nothing is made.
    pub(super) key: String,
    /// Where the caller is, for rates.
    pub(super) source: u128,
    /// The rates this call is counted by.
    pub(super) counts: Counts,
    visitor: Visitor,
    ids: Vec<(String, String)>,
    body: Json,
    once: Option<OnceKey>,
    headers: HeaderMap,
    path: String,
}

impl Call {
    /// Under which key it is asked.
    ///
    /// # Panics
    /// At a door that only reads.
    pub(super) fn once(&self) -> OnceKey {
        self.once.clone().expect("a door that makes something asks for a key")
    }

    /// Our name for the request.
    pub(super) fn request(&self) -> RequestId {
        self.visitor.request
    }

    /// The language the caller reads.
    pub(super) fn lang(&self) -> Lang {
        self.visitor.lang
    }

    /// Reads the body, or names everything that is wrong with it.
    pub(super) fn read<T>(&self, reader: impl Fn(&mut Place<'_>) -> Read<T>) -> Result<T, Problem> {
        Ok(self.body.read(reader)?)
    }

    /// An id in the path; one of another kind is not found.
    pub(super) fn id<T: std::str::FromStr>(&self, name: &str) -> Result<T, Problem> {
        let sent = self.ids.iter().find(|(known, _)| known == name);
        let read = sent.and_then(|(_, id)| id.parse().ok());
        read.ok_or_else(|| Problem::new("not_found"))
    }

    /// The one value of a header; `None` when it is absent, stands twice or is no text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.get_all(name).iter();
        let value = all.next()?.to_str().ok()?;
        all.next().is_none().then_some(value)
    }

    /// The whole address of what was called.
    pub(super) fn url(&self) -> String {
        format!("{}{}", self.web.public_url, self.path)
    }
}
