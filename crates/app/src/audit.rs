//! The audit log (api.md §5.8): positions for events, a tree over them, signed heads, proofs, and
//! the search for anything that was tampered with.
//!
//! Events are written by their causes, without a position. The [sequencer](sequence) gives
//! positions afterwards, in the order of commit, and never skips one: whoever keeps a head can
//! later hold the log to it.

pub mod events;
pub mod proof;
pub mod record;
pub mod sequence;
pub mod verify;

mod tree;

use serde_json::Value;

use sekisho_domain::institution::Institution;
use sekisho_domain::jcs;
use sekisho_domain::json::Json;
use sekisho_domain::tree::{self as tree_of, NodeHash};

use crate::tx::KeptEvent;

/// The name under which an institution's log is known to strangers: the origin of its signed heads.
pub fn origin(institution: &Institution) -> String {
    format!("sekisho/{}/audit", institution.slug)
}

/// An event as the log shows it: with its position as `index`. `None` when the row does not hold an
/// event, or its columns say other than its body.
fn placed(event: &KeptEvent, position: u64) -> Option<Value> {
    let mut body: Value = serde_json::from_str(&event.body).ok()?;
    let members = body.as_object_mut()?;
    let columns = [("id", &event.id), ("institution", &event.institution), ("type", &event.kind)];
    let agree = columns
        .iter()
        .all(|(name, column)| members.get(*name).and_then(Value::as_str) == Some(column.as_str()));
    members.insert("index".to_owned(), position.into());
    agree.then_some(body)
}

/// The leaf of an event at a position: SHA-256(0x00 ‖ canonical form); `None` as for [`placed`].
fn leaf_of(event: &KeptEvent, position: u64) -> Option<NodeHash> {
    let event = placed(event, position)?;
    Some(tree_of::leaf(jcs::canonical(&Json::from(&event)).as_bytes()))
}
