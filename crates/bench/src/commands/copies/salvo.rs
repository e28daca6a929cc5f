//! Many requests that become whole at the same instant.
//!
//! Everything but the last byte of each goes ahead; then the last bytes follow in a row, within a
//! fraction of a millisecond.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};

use crate::load::connection::{Connection, Reply};

/// Connections that fire together.
pub(super) struct Salvo(Vec<Connection>);

/// A reply that was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) status: u16,
    pub(super) replayed: bool,
    pub(super) body: String,
}

impl Salvo {
    /// Connects so many times.
    pub(super) async fn open(address: SocketAddr, connections: usize) -> Result<Self> {
        let mut opened = Vec::with_capacity(connections);
        for _ in 0..connections {
            opened.push(Connection::open(address).await?);
        }
        Ok(Self(opened))
    }

    /// Sends one request alone.
    pub(super) async fn one(&mut self, request: &[u8]) -> Result<Heard> {
        let connection = self.0.first_mut().context("a salvo has connections")?;
        Ok(heard(connection.call(request).await?))
    }

    /// Sends all requests at the same instant, each on a connection of its own.
    pub(super) async fn fire(&mut self, requests: &[Vec<u8>]) -> Result<Vec<Heard>> {
        for (connection, request) in self.0.iter_mut().zip(requests) {
            connection.send(&request[..request.len() - 1]).await?;
        }
        for (connection, request) in self.0.iter_mut().zip(requests) {
            connection.send(&request[request.len() - 1..]).await?;
        }
        let mut replies = Vec::with_capacity(requests.len());
        for connection in self.0.iter_mut().take(requests.len()) {
            replies.push(heard(connection.receive().await?));
        }
        Ok(replies)
    }
}

fn heard(reply: Reply<'_>) -> Heard {
    let replayed = reply.head.to_ascii_lowercase().contains("\r\nidempotency-replayed: true");
    Heard { status: reply.status, replayed, body: reply.body.to_owned() }
}
