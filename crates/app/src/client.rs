//! Clients: the systems that call the API (api.md §2.1).

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use sekisho_domain::client::{Client, ClientSecret, Profile, Scope};
use sekisho_domain::id::{ClientId, InstitutionId};
use sekisho_domain::refusal::Refusal;

use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::session;
use crate::tx::{Query, Table, Tx};

/// Days a secret lives (api.md §2.2).
pub const SECRET_DAYS: i64 = 400;
/// Keys of one client at most (api.md §1.8).
pub const KEYS_MAX: usize = 4;

/// What a new client is made of.
#[derive(Debug, Clone)]
pub struct NewClient {
    /// Whose system; `None` for the platform's own.
    pub institution: Option<InstitutionId>,
    /// For people.
    pub name: String,
    /// How it proves itself.
    pub profile: Profile,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Its public keys, as a JWK set.
    pub jwks: Option<serde_json::Value>,
    /// SHA-256 thumbprints of its certificates, base64url.
    pub certificates: Vec<String>,
    /// Where codes may be sent.
    pub redirect_uris: Vec<String>,
    /// Where approval pages lead back.
    pub return_urls: Vec<String>,
    /// Where the customer goes after signing out.
    pub post_logout_uris: Vec<String>,
    /// Addresses it calls from; empty: any, which only `fapi` may.
    pub addresses: Vec<IpAddr>,
    /// Whether it signs customers in by §3.
    pub signs_in: bool,
}

/// Why a client cannot be made so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClientFault {
    /// `baseline` may not hold a scope marked † in api.md §2.3.
    #[error("a baseline client may not hold the scope {}", .0.word())]
    NeedsBoundAccess(Scope),
    /// `baseline` needs an address list.
    #[error("a baseline client needs the addresses it calls from")]
    NoAddresses,
    /// `fapi` proves itself by a key or a certificate.
    #[error("a fapi client needs a key or a certificate")]
    NoKey,
    /// More keys than allowed.
    #[error("a client has at most {KEYS_MAX} keys")]
    TooManyKeys,
}

impl NewClient {
    /// What is wrong with it; to be asked before [`register`].
    pub fn check(&self) -> Result<(), ClientFault> {
        let keys = self.jwks.as_ref().and_then(|set| set["keys"].as_array()).map_or(0, Vec::len);
        if keys > KEYS_MAX {
            return Err(ClientFault::TooManyKeys);
        }
        match self.profile {
            Profile::Baseline => {
                let forbidden = self.scopes.iter().find(|scope| scope.needs_bound_access());
                if let Some(scope) = forbidden {
                    return Err(ClientFault::NeedsBoundAccess(*scope));
                }
                if self.addresses.is_empty() { Err(ClientFault::NoAddresses) } else { Ok(()) }
            }
            Profile::Fapi if keys == 0 && self.certificates.is_empty() => Err(ClientFault::NoKey),
            Profile::Fapi => Ok(()),
        }
    }
}

/// A client that was made. It may hold a secret, so it has no `Debug`.
pub struct Registered {
    /// The client.
    pub client: Client,
    /// Its secret, shown this once: `baseline` only.
    pub secret: Option<String>,
}

/// Makes a client; a `baseline` one gets a secret of 256 bits, which is kept only as a hash.
///
/// # Panics
/// When [`NewClient::check`] finds a fault.
pub fn register(tx: &mut Tx, cx: &mut Context, new: NewClient) -> Result<Registered, Error> {
    let secret = (new.profile == Profile::Baseline).then(|| {
        let chance: [u8; 32] = cx.moment.bytes();
        format!("scs_{}", URL_SAFE_NO_PAD.encode(chance))
    });
    let until = cx.now().plus_days(SECRET_DAYS);
    let kept =
        secret.iter().map(|secret| ClientSecret { hash: session::hash(secret.as_bytes()), until });
    let client = Client {
        id: ClientId::make(cx.moment),
        institution: new.institution,
        name: new.name,
        profile: new.profile,
        scopes: new.scopes.into_iter().map(|scope| scope.word().to_owned()).collect(),
        secrets: kept.collect(),
        jwks: new.jwks,
        certificates: new.certificates,
        redirect_uris: new.redirect_uris,
        return_urls: new.return_urls,
        post_logout_uris: new.post_logout_uris,
        addresses: new.addresses,
        signs_in: new.signs_in,
        suspended: false,
        created_at: cx.now(),
    };
    let client = cx.save(tx, client.register())?;
    Ok(Registered { client, secret })
}

/// The client with this id, whoever's it is.
pub fn find(tx: &mut Tx, id: ClientId) -> Result<Client, Error> {
    tx.load::<Client>(&id)?.or_refuse(Refusal::NotFound)
}

/// An institution's clients, oldest first; the platform's own for `None`.
pub fn list(tx: &mut Tx, institution: Option<InstitutionId>) -> Result<Vec<Client>, Error> {
    let named = institution.map(|id| id.to_string());
    let query = Query { institution: named, ..Query::all(Table::Client) };
    let mut clients = tx.list::<Client>(&query)?;
    clients.retain(|client| client.institution == institution);
    Ok(clients)
}
