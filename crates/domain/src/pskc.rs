//! PSKC (RFC 6030): hardware tokens as their makers deliver them, and as stock moves from one
//! installation to another.
//!
//! Read are HOTP and TOTP keys, protected by a pre-shared AES key or by a passphrase (§6.1, §6.2);
//! each MAC is verified before anything is decrypted. Certificates (§6.3) and signatures (§7) are
//! not: whoever sends a file so is asked for another.

mod key;
mod protection;
mod write;
mod xml;

use zeroize::Zeroizing;

use crate::token_file::{FILE_MAX, Fault, TokenFile, Why};
use protection::Opener;
use xml::Reader;

pub use write::{Mover, write};

/// What the receiver of a file was given besides it.
pub enum Protection {
    /// Nothing: the keys must stand in it in clear.
    Plain,
    /// An AES key of 16, 24 or 32 bytes.
    Key(Zeroizing<Vec<u8>>),
    /// A passphrase.
    Passphrase(Zeroizing<String>),
}

impl Protection {
    /// An AES key of 16, 24 or 32 bytes.
    pub fn key(bytes: Vec<u8>) -> Option<Self> {
        matches!(bytes.len(), 16 | 24 | 32).then(|| Self::Key(Zeroizing::new(bytes)))
    }
}

/// Reads a file. A passphrase takes as long as the file's maker wished: not for a thread that
/// others wait for.
///
/// # Errors
/// When the file as a whole cannot be read, or is protected otherwise than `with` says.
pub fn read(bytes: &[u8], with: &Protection) -> Result<TokenFile, Fault> {
    if bytes.len() > FILE_MAX {
        return Err(Fault::TooLarge);
    }
    let mut reader = Reader::open(bytes)?;
    let mut opener = Opener::new(with);
    let mut file = TokenFile::empty();
    let mut begun = false;
    let mut some_fit = false;
    while let Some(element) = reader.next()? {
        match element.name.as_str() {
            "EncryptionKey" if !begun => opener.key(&element)?,
            "MACMethod" if !begun => opener.mac(&element)?,
            "KeyPackage" => {
                if !begun {
                    opener.check()?;
                }
                begun = true;
                let read = key::read(&element, &opener)?;
                some_fit |= read.as_ref().err().is_none_or(|(_, why)| *why != Why::Mac);
                file.take(element.line, read)?;
            }
            "EncryptionKey" | "MACMethod" => {
                let what = "it stands after the first KeyPackage, where RFC 6030 puts it before";
                return Err(Fault::Form { line: element.line, what });
            }
            _ => {}
        }
    }
    // One broken MAC is a broken token; nothing but broken ones is another key.
    if begun && !some_fit {
        return Err(Fault::Key);
    }
    file.whole()
}
