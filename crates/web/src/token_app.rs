//! The token app: a page that a phone keeps, with its scripts, and what an institution adds to it.
//!
//! Everything it is made of lies below `/i/{slug}/app/`, so that its service worker rules over
//! nothing else. Its files keep their names from version to version: a browser asks each time
//! whether it still has the right ones.

mod files;
mod kept;

use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Extension, Router};
use sekisho_domain::institution::Institution;
use serde_json::{Value, json};

use crate::brand::Brand;
use crate::guard::Visitor;
use crate::pages::headers;
use crate::state::Web;
use crate::text::Lang;
use files::File;

/// Our own files and doors, nothing inline, no frame, no form that leads anywhere; and no text
/// becomes markup or a script by accident.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'none'; \
    base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
    trusted-types sekisho";

const SERVICE_WORKER_ALLOWED: HeaderName = HeaderName::from_static("service-worker-allowed");

/// Everything below `/i/{slug}/app/` but the doors of provisioning.
pub(crate) fn router() -> Router<Web> {
    Router::new()
        .route("/i/{slug}/app", get(folder))
        .route("/i/{slug}/app/", get(page))
        .route("/i/{slug}/app/{file}", get(file))
        .route("/i/{slug}/app/institution.json", get(institution))
        .route("/i/{slug}/app/manifest.webmanifest", get(manifest))
        .route("/i/{slug}/app/kept", get(kept::remembered).put(kept::remember))
        .layer(DefaultBodyLimit::max(kept::BODY_MAX))
}

/// Relative addresses only hold below the folder.
async fn folder(uri: Uri) -> Redirect {
    Redirect::permanent(&format!("{}/", uri.path()))
}

async fn page(State(web): State<Web>, Path(slug): Path<String>, asked: HeaderMap) -> Response {
    let Some(_) = web.platform.by_slug(&slug) else { return StatusCode::NOT_FOUND.into_response() };
    send(&web, &slug, files::page(), &asked)
}

async fn file(
    State(web): State<Web>,
    Path((slug, name)): Path<(String, String)>,
    asked: HeaderMap,
) -> Response {
    let known = web.platform.by_slug(&slug).and_then(|_| files::find(&name));
    let Some(file) = known else { return StatusCode::NOT_FOUND.into_response() };
    send(&web, &slug, &file, &asked)
}

/// A file, or that the browser's own is still right.
fn send(web: &Web, slug: &str, file: &File, asked: &HeaderMap) -> Response {
    let known = asked.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let same = known.is_some_and(|tags| tags.split(',').any(|tag| tag.trim() == file.tag));
    let mut reply = if same {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, file.content_type)], file.bytes.clone()).into_response()
    };
    dress(web, &mut reply, "no-cache");
    let tag = HeaderValue::from_str(&file.tag).expect("a hash is ASCII");
    reply.headers_mut().insert(header::ETAG, tag);
    if file.is_worker {
        let scope = HeaderValue::from_str(&format!("/i/{slug}/app/"));
        let scope = scope.expect("the slug of an institution is ASCII");
        reply.headers_mut().insert(SERVICE_WORKER_ALLOWED, scope);
    }
    reply
}

fn dress(web: &Web, reply: &mut Response, kept: &'static str) {
    headers::dress(web, reply, &[]);
    let headers = reply.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
}

/// GET `institution.json`: names, telephone and colours, which a token keeps for when it is shown
/// beside others.
async fn institution(State(web): State<Web>, Path(slug): Path<String>) -> Response {
    let Some(institution) = web.platform.by_slug(&slug) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let policy = institution.policy(web.now());
    let brand = look(&institution);
    let contact = &institution.contact;
    let told = json!({
        "slug": institution.slug,
        "name": institution.name,
        "desk": contact.desk,
        "phone": contact.phone,
        "hours": contact.hours,
        "loss_phone": contact.loss_phone,
        "brand": {
            "accent": brand.accent.to_string(),
            "on_accent": brand.on_accent.to_string(),
            "accent_night": brand.accent_night.to_string(),
            "radius_rem": f32::from(brand.radius) / 1000.0,
        },
        "provisioning": policy.otp.provisioning,
        "enrol_place": policy.otp.enrol_place,
        "sandbox": web.sandbox.is_some(),
    });
    sent_as_json(&web, "application/json", &told)
}

/// GET `manifest.webmanifest`: what a phone needs to put the app on its home screen.
async fn manifest(
    State(web): State<Web>,
    Path(slug): Path<String>,
    Extension(visitor): Extension<Visitor>,
) -> Response {
    let Some(institution) = web.platform.by_slug(&slug) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (name, what) = match visitor.lang {
        Lang::Ja => (&institution.name.ja, "ワンタイムパスワード"),
        Lang::En => (&institution.name.en, "One-time password"),
    };
    let mut told: Value =
        serde_json::from_str(files::MANIFEST).expect("the manifest in the tree is JSON");
    told["id"] = format!("/i/{slug}/app/").into();
    told["lang"] = visitor.lang.code().into();
    told["name"] = format!("{what} {name}").into();
    told["short_name"] = name.as_str().into();
    told["theme_color"] = look(&institution).accent.to_string().into();
    let mut reply = sent_as_json(&web, "application/manifest+json", &told);
    reply.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-language"));
    reply
}

fn sent_as_json(web: &Web, content_type: &'static str, told: &Value) -> Response {
    let mut reply = ([(header::CONTENT_TYPE, content_type)], told.to_string()).into_response();
    dress(web, &mut reply, "no-cache");
    reply
}

/// The institution's colours, or ours where nobody could read them.
fn look(institution: &Institution) -> Brand {
    let own = Brand::of(&institution.brand).filter(|brand| brand.troubles().is_empty());
    own.unwrap_or_default()
}
