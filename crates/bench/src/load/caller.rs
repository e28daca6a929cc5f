//! Who calls: the address, the access token, and the certificate it is bound to.

use std::io::Write as _;
use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::connection::Connection;
use crate::clock::Dice;
use crate::seed::certificate;

/// A client of the API with its access token.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Where the server listens.
    pub address: SocketAddr,
    /// The headers all its requests share.
    headers: String,
}

impl Caller {
    /// Asks the issuer of the institution `slug` for an access token, as the proxy in front of the
    /// server would pass it on: with the client's certificate beside it (RFC 9440, RFC 8705).
    pub async fn admitted(address: SocketAddr, slug: &str, client: &str) -> Result<Self> {
        let certificate = STANDARD.encode(certificate());
        let form = format!("grant_type=client_credentials&client_id={client}");
        let request = format!(
            "POST /i/{slug}/token HTTP/1.1\r\nHost: {address}\r\nClient-Cert: :{certificate}:\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        let mut connection = Connection::open(address).await?;
        let reply = connection.call(request.as_bytes()).await?;
        if reply.status != 200 {
            bail!("the issuer gives no access token: {} {}", reply.status, reply.body);
        }
        let reply: serde_json::Value = serde_json::from_str(reply.body)?;
        let access_token =
            reply["access_token"].as_str().context("no access token in the reply")?;
        Ok(Self { address, headers: headers(address, access_token, &certificate) })
    }

    /// A caller nobody admitted, for the bare limit: its requests are as long as an admitted one's.
    pub fn stranger(address: SocketAddr) -> Self {
        let access_token = format!("sat_{}", "x".repeat(43));
        let certificate = STANDARD.encode(certificate());
        Self { address, headers: headers(address, &access_token, &certificate) }
    }

    /// Writes a POST into `request`, under a key of its own.
    pub fn post(&self, request: &mut Vec<u8>, path: &str, body: &str, dice: &mut Dice) {
        self.post_as(request, path, body, &format!("{:016x}{:016x}", dice.roll(), dice.roll()));
    }

    /// Writes a POST into `request`, under `key`.
    pub fn post_as(&self, request: &mut Vec<u8>, path: &str, body: &str, key: &str) {
        request.clear();
        let length = body.len();
        write!(
            request,
            "POST {path} HTTP/1.1\r\n{}Idempotency-Key: \"{key}\"\r\n\
             Content-Length: {length}\r\n\r\n{body}",
            self.headers
        )
        .expect("a vector takes everything");
    }

    /// Writes a GET into `request`.
    pub fn get(&self, request: &mut Vec<u8>, path: &str) {
        request.clear();
        write!(request, "GET {path} HTTP/1.1\r\n{}\r\n", self.headers)
            .expect("a vector takes everything");
    }
}

fn headers(address: SocketAddr, access_token: &str, certificate: &str) -> String {
    format!(
        "Host: {address}\r\nAuthorization: Bearer {access_token}\r\n\
         Client-Cert: :{certificate}:\r\nContent-Type: application/json\r\n\
         Accept: application/json\r\n"
    )
}
