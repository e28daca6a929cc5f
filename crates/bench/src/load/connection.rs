//! The least HTTP/1.1 client that keeps its connection.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// One kept-alive connection.
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// A reply, read whole.
#[derive(Debug, Clone, Copy)]
pub struct Reply<'a> {
    /// The HTTP status.
    pub status: u16,
    /// Status line and headers.
    pub head: &'a str,
    /// The body.
    pub body: &'a str,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::with_capacity(4096) })
    }

    /// Sends one request and reads its reply. Every reply of ours says its length.
    pub async fn call(&mut self, request: &[u8]) -> io::Result<Reply<'_>> {
        self.send(request).await?;
        self.receive().await
    }

    /// Sends one request, whose reply must be [received](Self::receive) before the next.
    pub async fn send(&mut self, request: &[u8]) -> io::Result<()> {
        self.stream.write_all(request).await
    }

    /// Reads the reply to the request that was sent.
    pub async fn receive(&mut self) -> io::Result<Reply<'_>> {
        self.received.clear();
        let head = loop {
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(at) = end_of_head(&self.received) {
                break at;
            }
        };
        let length = content_length(&self.received[..head]);
        let end = head + 4 + length;
        while self.received.len() < end {
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        read(&self.received, head, end).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}

fn end_of_head(received: &[u8]) -> Option<usize> {
    received.windows(4).position(|four| four == b"\r\n\r\n")
}

fn content_length(head: &[u8]) -> usize {
    let name = b"\r\ncontent-length: ";
    let at = head.windows(name.len()).position(|part| part.eq_ignore_ascii_case(name));
    let digits = at.map_or(&[][..], |at| &head[at + name.len()..]);
    let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |length, digit| length * 10 + usize::from(digit - b'0'))
}

fn read(received: &[u8], head: usize, end: usize) -> Option<Reply<'_>> {
    let text = std::str::from_utf8(&received[..end]).ok()?;
    let status = text.get(9..12)?.parse().ok()?;
    Some(Reply { status, head: &text[..head], body: &text[head + 4..] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_read_by_its_length() {
        let reply = b"HTTP/1.1 201 Created\r\nContent-Length: 5\r\nx: y\r\n\r\nhello, next";
        let head = end_of_head(reply).expect("a head");
        let length = content_length(&reply[..head]);
        let read = read(reply, head, head + 4 + length).expect("a reply");
        assert_eq!((read.status, read.body), (201, "hello"));
        assert_eq!(content_length(b"HTTP/1.1 304 Not Modified\r\nx: y"), 0);
    }
}
