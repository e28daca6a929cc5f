//! The customers' mail server: takes any mail by SMTP on the loopback address and keeps it as a
//! file.
//!
//! It speaks just the part of RFC 5321 that a submitting client needs, so that the demo's mails
//! travel the same way as a bank's.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Bytes of one mail, at most.
const MAIL_MAX: usize = 1 << 20;
/// Bytes of one line, at most (RFC 5321 §4.5.3.1 asks for 1,000; be generous).
const LINE_MAX: usize = 8 * 1024;

/// Keeps mails as numbered files in a folder.
pub struct Sink {
    folder: PathBuf,
    next: AtomicU64,
}

impl Sink {
    /// A sink over `folder`, which is made if need be; mails that are there stay.
    pub fn open(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let kept = std::fs::read_dir(folder)?.count();
        Ok(Self { folder: folder.to_owned(), next: AtomicU64::new(kept as u64 + 1) })
    }

    /// Takes mails from `listener` until the process ends.
    pub async fn serve(self: std::sync::Arc<Self>, listener: TcpListener) -> io::Result<()> {
        loop {
            let (stream, _) = listener.accept().await?;
            let sink = std::sync::Arc::clone(&self);
            tokio::spawn(async move {
                // A client that breaks off has lost its mail and will send it again: nothing to do
                // here.
                let _ = sink.converse(stream).await;
            });
        }
    }

    async fn converse(&self, stream: TcpStream) -> io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut read = BufReader::new(read);
        write.write_all(b"220 mail.example ready\r\n").await?;
        while let Some(line) = line(&mut read).await? {
            let verb = line.get(..4).unwrap_or("").to_ascii_uppercase();
            let reply: &[u8] = match verb.as_str() {
                "EHLO" => b"250-mail.example\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
                "DATA" => {
                    write.write_all(b"354 end with a dot\r\n").await?;
                    if self.take(&mut read).await? { b"250 kept\r\n" } else { b"552 too large\r\n" }
                }
                "QUIT" => {
                    write.write_all(b"221 bye\r\n").await?;
                    return Ok(());
                }
                "HELO" | "MAIL" | "RCPT" | "RSET" | "NOOP" => b"250 ok\r\n",
                _ => b"502 not spoken here\r\n",
            };
            write.write_all(reply).await?;
        }
        Ok(())
    }

    /// Reads a mail to its final dot and keeps it; `false` when it is too large.
    async fn take(&self, read: &mut BufReader<tokio::net::tcp::OwnedReadHalf>) -> io::Result<bool> {
        let mut mail = String::new();
        let mut fits = true;
        while let Some(line) = line(read).await? {
            if line == "." {
                break;
            }
            fits &= mail.len() + line.len() < MAIL_MAX;
            if fits {
                mail.push_str(line.strip_prefix('.').unwrap_or(&line));
                mail.push_str("\r\n");
            }
        }
        if fits {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            std::fs::write(self.folder.join(format!("{number:06}.eml")), mail)?;
        }
        Ok(fits)
    }

    /// The kept mails, newest first, at most `limit` after the first `skip`.
    pub fn mails(&self, skip: usize, limit: usize) -> io::Result<Vec<(String, Vec<u8>)>> {
        let mut names: Vec<PathBuf> = std::fs::read_dir(&self.folder)?
            .map(|entry| entry.map(|e| e.path()))
            .collect::<Result<_, _>>()?;
        names.sort();
        let wanted = names.into_iter().rev().skip(skip).take(limit);
        wanted
            .map(|path| {
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                std::fs::read(&path).map(|bytes| (name, bytes))
            })
            .collect()
    }

    /// One kept mail by its number.
    pub fn mail(&self, name: &str) -> Option<Vec<u8>> {
        let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| std::fs::read(self.folder.join(format!("{name}.eml"))).ok()).flatten()
    }
}

async fn line(read: &mut BufReader<tokio::net::tcp::OwnedReadHalf>) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    loop {
        let chunk = read.fill_buf().await?;
        if chunk.is_empty() {
            return Ok(None);
        }
        let end = chunk.iter().position(|&b| b == b'\n');
        let take = end.map_or(chunk.len(), |end| end + 1);
        bytes.extend_from_slice(&chunk[..take]);
        read.consume(take);
        if bytes.len() > LINE_MAX {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a line without end"));
        }
        if end.is_some() {
            let text = String::from_utf8_lossy(&bytes);
            return Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()));
        }
    }
}
