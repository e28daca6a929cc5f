//! The token app as a browser gets it: its files, what the institution adds, and what is remembered
//! of a browser.

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use sekisho_domain::policy::Policy;
use tower::ServiceExt as _;

use crate::browser::Reply;
use crate::world::World;

const APP: &str = "/i/kaku/app/";

/// One request, answered.
fn ask(world: &World, request: Request<Body>) -> Reply {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let reply = world.router().oneshot(request).await.expect("the router answers");
        let (parts, body) = reply.into_parts();
        let body = to_bytes(body, 1_000_000).await.expect("a body");
        let body = String::from_utf8_lossy(&body).into_owned();
        Reply { status: parts.status.as_u16(), headers: parts.headers, body }
    })
}

fn get(world: &World, path: &str, headers: &[(&str, &str)]) -> Reply {
    let request =
        headers.iter().fold(Request::get(path), |it, (name, value)| it.header(*name, *value));
    ask(world, request.body(Body::empty()).expect("a request"))
}

fn put(world: &World, content_type: &str, body: &str) -> Reply {
    let request = Request::put(format!("{APP}kept")).header(header::CONTENT_TYPE, content_type);
    ask(world, request.body(Body::from(body.to_owned())).expect("a request"))
}

// T-05
#[test]
fn the_app_is_a_page_that_allows_its_own_files_only() {
    let world = World::new(Policy::default());
    let page = get(&world, APP, &[]);
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert_eq!(page.header("cache-control"), "no-cache");
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    assert!(policy.contains("require-trusted-types-for 'script'"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
    assert!(!page.body.contains("style=") && !page.body.contains(" onclick"), "nothing is inline");
    for part in page.body.split(['"']).filter(|part| part.contains('.') && !part.contains(' ')) {
        let path =
            part.strip_prefix("../").map_or(format!("{APP}{part}"), |up| format!("/i/kaku/{up}"));
        assert_eq!(get(&world, &path, &[]).status, 200, "{part}");
    }
    let without_slash = get(&world, "/i/kaku/app", &[]);
    assert_eq!(without_slash.location().as_deref(), Some(APP));
}

#[test]
fn every_script_names_scripts_that_are_served() {
    let world = World::new(Policy::default());
    let mut open = vec!["app.js".to_owned()];
    let mut seen = Vec::new();
    while let Some(name) = open.pop() {
        let script = get(&world, &format!("{APP}{name}"), &[]);
        assert_eq!(script.status, 200, "{name}");
        assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
        let named =
            script.body.split("from \"./").skip(1).filter_map(|rest| rest.split('"').next());
        let named: Vec<String> = named.map(str::to_owned).collect();
        seen.push(name);
        open.extend(named.into_iter().filter(|name| !seen.contains(name)));
        open.dedup();
    }
    assert!(seen.len() > 15, "{seen:?}");
    for (name, wanted) in [("texts.xx.js", 404), ("index.html", 404), ("package.json", 404)] {
        assert_eq!(get(&world, &format!("{APP}{name}"), &[]).status, wanted, "{name}");
    }
}

#[test]
fn a_browser_that_has_the_file_is_told_so() {
    let world = World::new(Policy::default());
    let worker = get(&world, &format!("{APP}sw.js"), &[]);
    assert_eq!(worker.header("service-worker-allowed"), APP);
    let tag = worker.header("etag").to_owned();
    let again = get(&world, &format!("{APP}sw.js"), &[("if-none-match", &tag)]);
    assert_eq!((again.status, again.body.as_str(), again.header("etag")), (304, "", tag.as_str()));
    let other = get(&world, &format!("{APP}sw.js"), &[("if-none-match", "\"0000\"")]);
    assert_eq!(other.status, 200);
}

#[test]
fn an_institution_gives_the_app_its_name_and_colours() {
    let world = World::new(Policy::default());
    let told = get(&world, &format!("{APP}institution.json"), &[]);
    let told: serde_json::Value = serde_json::from_str(&told.body).expect("JSON");
    let institution = world.bank.platform.by_slug("kaku").expect("there");
    assert_eq!(told["name"]["ja"], institution.name.ja);
    assert_eq!(told["brand"]["accent"], institution.brand.accent);
    assert_eq!(told["provisioning"], "serial_bind");
    for (lang, name) in [("ja", &institution.name.ja), ("en", &institution.name.en)] {
        let path = format!("{APP}manifest.webmanifest");
        let manifest = get(&world, &path, &[("accept-language", lang)]);
        assert_eq!(manifest.header("content-type"), "application/manifest+json");
        let manifest: serde_json::Value = serde_json::from_str(&manifest.body).expect("JSON");
        assert_eq!((&manifest["lang"], &manifest["id"]), (&lang.into(), &APP.into()));
        assert!(manifest["name"].as_str().is_some_and(|all| all.ends_with(name.as_str())));
        for icon in manifest["icons"].as_array().expect("icons") {
            let name = icon["src"].as_str().expect("a name");
            assert_eq!(get(&world, &format!("{APP}{name}"), &[]).status, 200, "{name}");
        }
    }
}

#[test]
fn an_unknown_institution_has_no_app() {
    let world = World::new(Policy::default());
    for name in ["", "app.js", "institution.json", "manifest.webmanifest", "kept"] {
        assert_eq!(get(&world, &format!("/i/nobody/app/{name}"), &[]).status, 404, "{name}");
    }
}

// domain.md §2.5: a loss of storage is noticed
#[test]
fn the_serials_of_a_browser_are_remembered_for_it() {
    let world = World::new(Policy::default());
    let kept = put(&world, "application/json", r#"{"serials":["SKTS7K3M9QX1","SKTS2D8VRT4H"]}"#);
    assert_eq!(kept.status, 204);
    let cookie = kept.header("set-cookie").to_owned();
    let (pair, rules) = cookie.split_once("; ").expect("rules");
    assert_eq!(pair, "__Host-sekisho-tokens=SKTS7K3M9QX1.SKTS2D8VRT4H");
    assert!(rules.contains("HttpOnly") && rules.contains("Secure"), "{rules}");
    let told = get(&world, &format!("{APP}kept"), &[("cookie", pair)]);
    assert_eq!(told.body, r#"{"serials":["SKTS7K3M9QX1","SKTS2D8VRT4H"]}"#);
    let bent = "__Host-sekisho-tokens=<b>.SKTS7K3M9QX1";
    let told = get(&world, &format!("{APP}kept"), &[("cookie", bent)]);
    assert_eq!(told.body, r#"{"serials":["SKTS7K3M9QX1"]}"#);
    let none = put(&world, "application/json", r#"{"serials":[]}"#);
    assert!(none.header("set-cookie").contains("Max-Age=0"));
}

#[test]
fn what_the_app_would_not_send_is_not_remembered() {
    let world = World::new(Policy::default());
    let many = format!(r#"{{"serials":[{}]}}"#, [r#""SKTS7K3M9QX1""#; 11].join(","));
    for (content_type, body, status) in [
        ("text/plain", r#"{"serials":[]}"#, 400),
        ("application/json", r#"{"serials":["x; Path=/"]}"#, 400),
        ("application/json", r#"{"serials":[],"more":1}"#, 400),
        ("application/json", "", 400),
        ("application/json", many.as_str(), 400),
        ("application/json", &format!(r#"{{"serials":["{}"]}}"#, "A".repeat(2_000)), 413),
    ] {
        let reply = put(&world, content_type, body);
        assert_eq!((reply.status, reply.header("set-cookie")), (status, ""), "{body}");
    }
}
