//! How the log is kept: which events got which positions, the hashes of the tree, and its signed
//! heads.

use serde::{Deserialize, Serialize};

use sekisho_domain::id::InstitutionId;
use sekisho_domain::time::Timestamp;
use sekisho_domain::tree::NodeHash;

use crate::tx::{Facets, Order, Query, Record, StoreError, Table, Tx};

/// Events that got consecutive positions in one run.
///
/// Each institution has one more row, [the range to come](Self::to_come), which holds no event yet
/// and begins where the last one ends. Every run writes it, so that two sequencers at once
/// conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRange {
    /// Whose log.
    pub institution: InstitutionId,
    /// The position of the first event.
    pub first_position: u64,
    /// `seq` of the last event before this range; 0 if there is none.
    pub after_seq: i64,
    /// For each event, by how much its `seq` is greater than that of the one before: other
    /// institutions' events lie between.
    pub steps: Vec<i64>,
}

impl AuditRange {
    /// The range in which the next event goes.
    pub fn to_come(tx: &mut Tx, institution: InstitutionId) -> Result<Self, StoreError> {
        let first = Self { institution, first_position: 0, after_seq: 0, steps: Vec::new() };
        Ok(tx.load::<Self>(&first.key())?.unwrap_or(first))
    }

    /// The range in which the event with this `seq` lies, or the one to come when it has no
    /// position yet.
    pub fn around(tx: &mut Tx, institution: InstitutionId, seq: i64) -> Result<Self, StoreError> {
        let found = tx.list::<Self>(&Query {
            institution: Some(institution.to_string()),
            after: Some(range_key(institution, seq.saturating_sub(1))),
            limit: 1,
            ..Query::all(Table::AuditRange)
        })?;
        let to_come = || Self::to_come(tx, institution);
        found.into_iter().next().map_or_else(to_come, Ok)
    }

    /// The range that begins where this one ends.
    #[must_use]
    pub fn following(&self) -> Self {
        Self {
            institution: self.institution,
            first_position: self.next_position(),
            after_seq: self.last_seq(),
            steps: Vec::new(),
        }
    }

    /// The position after the last event.
    pub fn next_position(&self) -> u64 {
        self.first_position.saturating_add(self.steps.len() as u64)
    }

    /// `seq` of each event, in order of position.
    pub fn seqs(&self) -> impl Iterator<Item = i64> {
        self.steps.iter().scan(self.after_seq, |seq, step| {
            *seq = seq.saturating_add(*step);
            Some(*seq)
        })
    }

    /// `seq` of the last event here or before.
    pub fn last_seq(&self) -> i64 {
        self.seqs().last().unwrap_or(self.after_seq)
    }

    /// The position of the event with this `seq`.
    pub fn position(&self, seq: i64) -> Option<u64> {
        let rank = self.seqs().position(|known| known == seq)?;
        Some(self.first_position.saturating_add(rank as u64))
    }
}

fn range_key(institution: InstitutionId, last_seq: i64) -> String {
    format!("{institution}/{last_seq:020}")
}

impl Record for AuditRange {
    const TABLE: Table = Table::AuditRange;
    type Key = String;
    /// By the last `seq`, so that the range of an event is found by its own; what is to come stands
    /// last.
    fn key(&self) -> String {
        if self.steps.is_empty() {
            return format!("{}/to_come", self.institution);
        }
        range_key(self.institution, self.last_seq())
    }
    fn facets(&self) -> Facets {
        of(self.institution)
    }
}

/// Up to 256 complete nodes of one level of the tree; levels 0, 8, 16 and so on are kept (as in
/// C2SP tlog-tiles).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditTile {
    /// Whose log.
    pub institution: InstitutionId,
    /// A multiple of [`AuditTile::HEIGHT`].
    pub level: u8,
    /// Which tile of the level, from the left.
    pub index: u64,
    /// The nodes, from the left.
    #[serde(with = "packed")]
    pub hashes: Vec<NodeHash>,
}

impl AuditTile {
    /// Levels of the tree from one kept level to the next.
    pub const HEIGHT: u8 = 8;
    /// Nodes in a full tile.
    pub const WIDTH: u64 = 1 << Self::HEIGHT;

    /// The key of a tile.
    pub fn place(institution: InstitutionId, level: u8, index: u64) -> String {
        format!("{institution}/{level:02}/{index:020}")
    }
}

impl Record for AuditTile {
    const TABLE: Table = Table::AuditTile;
    type Key = String;
    fn key(&self) -> String {
        Self::place(self.institution, self.level, self.index)
    }
    fn facets(&self) -> Facets {
        of(self.institution)
    }
}

/// A signed head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditHead {
    /// Whose log.
    pub institution: InstitutionId,
    /// Events under it.
    pub size: u64,
    /// The signed note (C2SP tlog-checkpoint).
    pub note: String,
    /// When it was signed.
    pub at: Timestamp,
}

impl AuditHead {
    /// The newest head.
    pub fn newest(tx: &mut Tx, institution: InstitutionId) -> Result<Option<Self>, StoreError> {
        let heads = tx.list(&Query {
            institution: Some(institution.to_string()),
            order: Order::NewestFirst,
            limit: 1,
            ..Query::all(Table::AuditHead)
        })?;
        Ok(heads.into_iter().next())
    }

    /// At most `limit` heads above `size`, smallest first.
    pub fn above(
        tx: &mut Tx,
        institution: InstitutionId,
        size: u64,
        limit: u32,
    ) -> Result<Vec<Self>, StoreError> {
        tx.list(&Query {
            institution: Some(institution.to_string()),
            after: Some(head_key(institution, size)),
            limit,
            ..Query::all(Table::AuditHead)
        })
    }
}

fn head_key(institution: InstitutionId, size: u64) -> String {
    format!("{institution}/{size:020}")
}

impl Record for AuditHead {
    const TABLE: Table = Table::AuditHead;
    type Key = String;
    fn key(&self) -> String {
        head_key(self.institution, self.size)
    }
    fn facets(&self) -> Facets {
        of(self.institution)
    }
}

fn of(institution: InstitutionId) -> Facets {
    Facets { institution: institution.to_string(), ..Facets::default() }
}

/// Hashes one after the other, in base64.
mod packed {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD_NO_PAD;
    use serde::{Deserialize as _, Deserializer, Serializer, de};

    use super::NodeHash;

    pub(super) fn serialize<S: Serializer>(hashes: &[NodeHash], to: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = hashes.iter().flat_map(|hash| hash.to_bytes()).collect();
        to.serialize_str(&STANDARD_NO_PAD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<NodeHash>, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        let bytes = STANDARD_NO_PAD.decode(text.as_bytes()).map_err(de::Error::custom)?;
        let (hashes, rest) = bytes.as_chunks();
        let whole = rest.is_empty().then(|| hashes.iter().copied().map(NodeHash::from_bytes));
        Ok(whole.ok_or_else(|| de::Error::custom("hashes have 32 bytes"))?.collect())
    }
}
