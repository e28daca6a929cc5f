//! Signed notes (C2SP signed-note) and the log's head as one (C2SP tlog-checkpoint), with Ed25519:
//! text that anyone can check with common tools and the verification key alone.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::secret::Secret;
use crate::tree::NodeHash;

const ED25519: u8 = 1;
const DASH: &str = "\u{2014} ";

/// The note, key or head is not what it claims to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not hold")]
pub struct NotSigned;

/// Signs notes under a name.
pub struct NoteSigner {
    name: String,
    key: SigningKey,
}

impl NoteSigner {
    /// A signer called `name`, such as `ib.kaku.example/audit`, with a key made from 32 bytes of
    /// chance. Nothing when the name is empty or holds a space or `+`.
    pub fn new(name: &str, seed: &Secret<[u8; 32]>) -> Option<Self> {
        is_name(name)
            .then(|| Self { name: name.to_owned(), key: SigningKey::from_bytes(seed.expose()) })
    }

    /// The name notes are signed under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What others check with.
    pub fn verifier(&self) -> NoteVerifier {
        NoteVerifier { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// `text` as a signed note.
    ///
    /// # Panics
    /// When `text` does not end its last line: it is ours.
    pub fn sign(&self, text: &str) -> String {
        assert!(text.ends_with('\n'), "the text of a note consists of whole lines");
        let mut signature = self.verifier().id().to_vec();
        signature.extend_from_slice(&self.key.sign(text.as_bytes()).to_bytes());
        format!("{text}\n{DASH}{} {}\n", self.name, STANDARD.encode(signature))
    }
}

/// Checks notes of one signer; written `name+id+key` (`GET /v1/audit/key`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteVerifier {
    name: String,
    key: VerifyingKey,
}

impl NoteVerifier {
    /// The key id: it tells keys of one name apart, it proves nothing.
    pub fn id(&self) -> [u8; 4] {
        let hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', ED25519])
            .chain_update(self.key.as_bytes())
            .finalize();
        [hash[0], hash[1], hash[2], hash[3]]
    }

    /// Gives the text of a note if this key signed it. Signatures of others are passed over; a
    /// wrong one under this name and id refuses the note.
    pub fn open<'a>(&self, note: &'a str) -> Result<&'a str, NotSigned> {
        let end = note.rfind("\n\n").ok_or(NotSigned)?;
        let (text, signatures) = (&note[..=end], &note[end + 2..]);
        if !signatures.ends_with('\n') || text.chars().any(|c| c.is_ascii_control() && c != '\n') {
            return Err(NotSigned);
        }
        let mut signed = false;
        for line in signatures.split_terminator('\n') {
            if let Some(signature) = self.own(line)? {
                self.key.verify_strict(text.as_bytes(), &signature).map_err(|_| NotSigned)?;
                signed = true;
            }
        }
        if signed { Ok(text) } else { Err(NotSigned) }
    }

    /// The signature in a line, if it is said to be by this key.
    fn own(&self, line: &str) -> Result<Option<Signature>, NotSigned> {
        let (name, signature) =
            line.strip_prefix(DASH).and_then(|line| line.split_once(' ')).ok_or(NotSigned)?;
        let bytes = STANDARD.decode(signature).map_err(|_| NotSigned)?;
        let (id, signature) = bytes.split_first_chunk::<4>().ok_or(NotSigned)?;
        if name != self.name || *id != self.id() {
            return Ok(None);
        }
        Signature::from_slice(signature).map(Some).map_err(|_| NotSigned)
    }
}

impl fmt::Display for NoteVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![ED25519];
        key.extend_from_slice(self.key.as_bytes());
        let id = u32::from_be_bytes(self.id());
        write!(f, "{}+{id:08x}+{}", self.name, STANDARD.encode(key))
    }
}

impl FromStr for NoteVerifier {
    type Err = NotSigned;

    /// Reads a verification key; its id must be that of the key.
    fn from_str(text: &str) -> Result<Self, NotSigned> {
        let (name, rest) = text.split_once('+').ok_or(NotSigned)?;
        let (_, key) = rest.split_once('+').ok_or(NotSigned)?;
        let bytes = STANDARD.decode(key).map_err(|_| NotSigned)?;
        let Some((&ED25519, key)) = bytes.split_first() else { return Err(NotSigned) };
        let key = VerifyingKey::try_from(key).map_err(|_| NotSigned)?;
        let verifier = Self { name: name.to_owned(), key };
        // Spelt again it must be the same: this covers the id and the name.
        let faithful = is_name(name) && verifier.to_string() == text;
        if faithful { Ok(verifier) } else { Err(NotSigned) }
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

/// The log at one size: what a stranger keeps to hold us to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Which log; also the name it is signed under.
    pub origin: String,
    /// How many entries it had.
    pub size: u64,
    /// The root over them.
    pub root: NodeHash,
}

impl Head {
    /// The head of the signer's log as a signed note.
    pub fn sign(size: u64, root: NodeHash, signer: &NoteSigner) -> String {
        signer.sign(&format!("{}\n{size}\n{root}\n", signer.name()))
    }

    /// Reads a head that `verifier` has signed.
    pub fn open(note: &str, verifier: &NoteVerifier) -> Result<Self, NotSigned> {
        let text = verifier.open(note)?;
        let mut lines = text.lines();
        let mut line = || lines.next().ok_or(NotSigned);
        let (origin, size, root) = (line()?, line()?, line()?);
        let head = Self {
            origin: origin.to_owned(),
            size: size.parse().map_err(|_| NotSigned)?,
            root: NodeHash::parse(root).ok_or(NotSigned)?,
        };
        let ours = origin == verifier.name && head.size.to_string() == size;
        if ours { Ok(head) } else { Err(NotSigned) }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Vector {
        verification_key: String,
        root: NodeHash,
        head: String,
    }

    fn vector() -> Vector {
        let file = include_str!("../../../vectors/audit.json");
        serde_json::from_str(file).expect("vectors/audit.json has this form")
    }

    fn signer(seed: u8) -> NoteSigner {
        NoteSigner::new("ib.kaku.example/audit", &Secret::new([seed; 32])).expect("a name")
    }

    #[test]
    fn the_head_of_the_vector_is_signed_by_its_key() {
        let Vector { verification_key, root, head } = vector();
        let verifier: NoteVerifier = verification_key.parse().expect("a key");
        assert_eq!(verifier.to_string(), verification_key);
        let origin = "ib.kaku.example/audit".to_owned();
        assert_eq!(Head::open(&head, &verifier), Ok(Head { origin, size: 3, root }));
    }

    #[test]
    fn no_byte_of_a_head_can_be_changed() {
        let Vector { verification_key, head, .. } = vector();
        let verifier: NoteVerifier = verification_key.parse().expect("a key");
        for at in
            (0..head.len()).filter(|at| head.is_char_boundary(*at) && head.as_bytes()[*at] < 128)
        {
            let other = if head.as_bytes()[at] == b'A' { "B" } else { "A" };
            let mut changed = head.clone();
            changed.replace_range(at..=at, other);
            assert_eq!(Head::open(&changed, &verifier), Err(NotSigned), "{changed}");
        }
        assert_eq!(Head::open(head.trim_end(), &verifier), Err(NotSigned));
    }

    #[test]
    fn what_is_signed_here_opens_with_the_right_key_only() {
        let root = vector().root;
        let note = Head::sign(7, root, &signer(1));
        assert_eq!(Head::open(&note, &signer(1).verifier()).map(|head| head.size), Ok(7));
        assert_eq!(Head::open(&note, &signer(2).verifier()), Err(NotSigned));
        let (text, signature) = note.rsplit_once("\n\n").expect("a note");
        let other = Head::sign(7, root, &signer(2));
        let both = format!("{text}\n\n{}{signature}", other.rsplit_once("\n\n").expect("a note").1);
        assert!(Head::open(&both, &signer(1).verifier()).is_ok(), "others may sign too");
    }

    #[test]
    fn keys_and_names_are_read_strictly() {
        let key = vector().verification_key;
        for wrong in [&key.replace("a53c", "a53d"), &key.replace("a53cfdc2", "A53CFDC2"), "", "a+b"]
        {
            assert_eq!(wrong.parse::<NoteVerifier>(), Err(NotSigned), "{wrong}");
        }
        for name in ["", "a b", "a+b", "a\nb"] {
            assert!(NoteSigner::new(name, &Secret::new([1; 32])).is_none(), "{name}");
        }
    }
}
