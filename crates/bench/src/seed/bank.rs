//! The bank that is measured: its policy, its system, its keys.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sekisho_app::client::NewClient;
use sekisho_domain::client::{Profile, Scope};
use sekisho_domain::id::InstitutionId;
use sekisho_domain::institution::{Branch, Brand, Contact, DatedPolicy, Institution, Words};
use sekisho_domain::method::{CardKind, MethodKind};
use sekisho_domain::policy::Policy;
use sekisho_domain::time::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::clock::Dice;

/// The bank in URLs.
pub const SLUG: &str = "kaku";

/// The policy: everything is as it is by default, except the card a contract begins with and that
/// the bank has a sign-in of its own, so that no sessions need to be seeded. Whoever has a token
/// has a customer card for changes of it.
pub(super) fn policy(method: MethodKind) -> Policy {
    let mut policy = Policy::default();
    policy.contract.initial_card = method.card().unwrap_or(CardKind::CustomerCard);
    policy.approval.without_session = true;
    policy
}

pub(super) fn institution(id: InstitutionId, method: MethodKind) -> Institution {
    let words = |ja: &str, en: &str| Words { ja: ja.to_owned(), en: en.to_owned() };
    let hours = || words("平日 9:00〜17:00", "weekdays 9:00–17:00");
    let phone = || "0120-000-000".to_owned();
    Institution {
        id,
        slug: SLUG.to_owned(),
        bank_code: "9998".to_owned(),
        name: words("架空信用金庫", "Kakuu Shinkin Bank"),
        service: words("個人インターネットバンキング", "Personal Internet Banking"),
        itself: words("当金庫", "we"),
        contact: Contact {
            desk: words("インターネットバンキング係", "Internet banking desk"),
            phone: phone(),
            hours: hours(),
            loss_phone: phone(),
        },
        branches: vec![Branch {
            code: "001".to_owned(),
            name: words("本店", "Head office"),
            phone: phone(),
            hours: hours(),
        }],
        brand: Brand {
            accent: "#0f5e57".to_owned(),
            on_accent: "#ffffff".to_owned(),
            accent_night: "#7fd1c5".to_owned(),
            radius_rem: 0.375,
        },
        mail_from: "ib@kaku.example".to_owned(),
        policies: vec![DatedPolicy { from: Timestamp::from_millis(0), policy: policy(method) }],
    }
}

/// One of the bank's systems: front end and core in one, proven by its certificate.
pub(super) fn client(institution: InstitutionId) -> NewClient {
    NewClient {
        institution: Some(institution),
        name: "bench".to_owned(),
        profile: Profile::Fapi,
        scopes: vec![
            Scope::ApprovalsWrite,
            Scope::ApprovalsRead,
            Scope::ApprovalsAnswer,
            Scope::ApprovalsConsume,
        ],
        jwks: None,
        certificates: vec![URL_SAFE_NO_PAD.encode(Sha256::digest(certificate()))],
        redirect_uris: Vec::new(),
        return_urls: Vec::new(),
        post_logout_uris: Vec::new(),
        addresses: Vec::new(),
        signs_in: false,
    }
}

/// Bytes in the place of the client's certificate, as many as one with a P-256 key has. The server
/// reads nothing of a certificate but its hash: the proxy before it has checked the rest.
pub fn certificate() -> Vec<u8> {
    let mut dice = Dice::from_seed(9998);
    (0..448).map(|_| dice.roll().to_le_bytes()[0]).collect()
}

/// Writes a keyring file with one key, as `sekisho keys create` would.
pub(super) fn write_keyring(path: &Path, key: &[u8; 32]) -> Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let secret = STANDARD.encode(key);
    write!(file, "version = 1\n\n[[keys]]\nid = 1\nsecret = \"{secret}\"\n")?;
    Ok(())
}

/// Reads back what `write_keyring` wrote.
pub fn read_keyring(path: &Path) -> Result<[u8; 32]> {
    let text = fs::read_to_string(path)?;
    let secret = text.lines().find_map(|line| line.strip_prefix("secret = "));
    let secret = secret.context("no key in the keyring of the seeds")?;
    let key = STANDARD.decode(secret.trim_matches('"'))?;
    key.try_into().ok().context("the key has not 32 bytes")
}
