//! `sekisho client`: the systems that call the API.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use clap::{Args, Subcommand};
use sekisho_app::client::{self, NewClient, Registered, SECRET_DAYS};
use sekisho_domain::client::{Client, Profile, Scope};
use sekisho_domain::id::InstitutionId;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::columns::columns;
use super::counter::{self, Counter, Whose};
use super::{Desk, Failure, words};

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Register a system; a secret is shown once, now
    Add(Box<Add>),
    /// List the systems of an institution
    List(List),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    #[command(flatten)]
    whose: Whose,
    /// A system of the platform itself, for any institution
    #[arg(long, conflicts_with = "institution")]
    platform: bool,
    /// What people call it
    #[arg(long)]
    name: String,
    /// `fapi`: by key or certificate; `baseline`: by secret and address
    #[arg(long, value_parser = words::profile())]
    profile: Profile,
    /// What it may do; again for each
    #[arg(long, value_parser = words::scope())]
    scope: Vec<Scope>,
    /// An address it calls from; again for each
    #[arg(long)]
    address: Vec<IpAddr>,
    /// Where codes may be sent after sign-in; again for each
    #[arg(long, value_parser = web_address, value_name = "URL")]
    redirect_uri: Vec<String>,
    /// Where approval pages lead back; again for each
    #[arg(long, value_parser = web_address, value_name = "URL")]
    return_url: Vec<String>,
    /// Where the customer goes after signing out; again for each
    #[arg(long, value_parser = web_address, value_name = "URL")]
    post_logout_uri: Vec<String>,
    /// A certificate it shows, in PEM; again for each
    #[arg(long, value_name = "FILE")]
    certificate_file: Vec<PathBuf>,
    /// Its public keys, as a JWK set
    #[arg(long, value_name = "FILE")]
    jwks_file: Option<PathBuf>,
    /// It signs customers in with us; then approvals need a session
    #[arg(long)]
    signs_in: bool,
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    whose: Whose,
    /// The systems of the platform itself
    #[arg(long, conflicts_with = "institution")]
    platform: bool,
}

pub(super) fn run(verb: Verb, desk: Desk) -> Result<u8, Failure> {
    match verb {
        Verb::Add(arguments) => add(*arguments, desk),
        Verb::List(arguments) => list(&arguments, desk),
    }
}

fn add(arguments: Add, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let new = new_client(arguments, &counter)?;
    new.check().map_err(|fault| Failure::Unfit(format!("{fault}.")))?;
    let institution = new.institution;
    let made = counter.office.run(move |tx, cx| client::register(tx, cx, new.clone()))?;
    if let Some(institution) = institution {
        counter.sequence(institution)?;
    }
    let Registered { client: Client { id, name, .. }, secret } = made;
    let text = match &secret {
        None => format!("{name} is registered.\nclient_id  {id}"),
        Some(secret) => format!(
            "{name} is registered.\nclient_id  {id}\nsecret     {secret}\n\
             Keep the secret now: it is shown this once, and good for {SECRET_DAYS} days."
        ),
    };
    desk.output.answer(&json!({ "client_id": id, "client_secret": secret }), &text)?;
    Ok(0)
}

/// Whose system is meant; `None` for the platform's own.
fn owner(
    counter: &Counter,
    platform: bool,
    whose: &Whose,
) -> Result<Option<InstitutionId>, Failure> {
    if platform { Ok(None) } else { Ok(Some(counter.institution(whose)?.id)) }
}

fn new_client(arguments: Add, counter: &Counter) -> Result<NewClient, Failure> {
    let institution = owner(counter, arguments.platform, &arguments.whose)?;
    let certificates = arguments.certificate_file.iter().map(|path| thumbprint(path));
    Ok(NewClient {
        institution,
        name: arguments.name,
        profile: arguments.profile,
        scopes: arguments.scope,
        jwks: arguments.jwks_file.as_deref().map(jwks).transpose()?,
        certificates: certificates.collect::<Result<_, _>>()?,
        redirect_uris: arguments.redirect_uri,
        return_urls: arguments.return_url,
        post_logout_uris: arguments.post_logout_uri,
        addresses: arguments.address,
        signs_in: arguments.signs_in,
    })
}

fn list(arguments: &List, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let institution = owner(&counter, arguments.platform, &arguments.whose)?;
    let clients = counter.office.look(move |tx, _| client::list(tx, institution))?;
    let report: Vec<_> = clients
        .iter()
        .map(|known| {
            json!({
                "client_id": known.id, "name": known.name, "profile": known.profile.word(),
                "scopes": known.scopes, "addresses": known.addresses,
                "signs_in": known.signs_in, "suspended": known.suspended,
            })
        })
        .collect();
    let rows: Vec<_> = clients
        .iter()
        .map(|known| {
            let scopes: Vec<_> = known.scopes.iter().map(String::as_str).collect();
            let state = if known.suspended { "suspended" } else { "active" };
            let profile = known.profile.word();
            [&known.id.to_string(), profile, state, &known.name, &scopes.join(" ")]
                .map(str::to_owned)
        })
        .collect();
    let text = columns(["client_id", "profile", "state", "name", "scopes"], &rows);
    desk.output.answer(&json!({ "clients": report }), &text)?;
    Ok(0)
}

/// Reads an address to which customers are sent: encrypted, except on the machine itself.
fn web_address(text: &str) -> Result<String, String> {
    let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    let known = text.starts_with("https://") || local.iter().any(|start| text.starts_with(start));
    let whole = !text.contains(char::is_whitespace) && !text.contains('#');
    if known && whole {
        return Ok(text.to_owned());
    }
    Err("write https://…, without spaces and without #".to_owned())
}

/// The SHA-256 thumbprint of the first certificate of a PEM file (RFC 8705 §3.1).
fn thumbprint(path: &Path) -> Result<String, Failure> {
    let unfit = || Failure::Unfit(format!("{}: holds no certificate in PEM", path.display()));
    let pem = String::from_utf8(counter::read(path)?).map_err(|_| unfit())?;
    let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----").ok_or_else(unfit)?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----").ok_or_else(unfit)?;
    let body: String = body.split_whitespace().collect();
    let der = STANDARD.decode(body).map_err(|_| unfit())?;
    Ok(URL_SAFE_NO_PAD.encode(Sha256::digest(der)))
}

fn jwks(path: &Path) -> Result<serde_json::Value, Failure> {
    let unfit = |why: String| Failure::Unfit(format!("{}: {why}", path.display()));
    let set: serde_json::Value =
        serde_json::from_slice(&counter::read(path)?).map_err(|error| unfit(error.to_string()))?;
    let keys =
        set["keys"].as_array().ok_or_else(|| unfit("no JWK set: it has no `keys`".into()))?;
    if keys.iter().any(|key| key.get("d").is_some() || key.get("k").is_some()) {
        return Err(unfit("holds a private key: give the public ones only".into()));
    }
    Ok(set)
}
