//! The unit of work: what a use case can load and save, and the port a store fills.
//!
//! A use case loads records and saves transitions. Saving goes into an overlay that later loads
//! see; nothing is written until the end, so that a refused use case leaves nothing to undo
//! (house.md §4). A store implements [`Engine`] (two ways to read) and takes the [`Changes`] that
//! came out; it knows nothing of what they mean.

mod changes;
mod engine;
mod overlay;
mod record;
mod unit;

pub use changes::{Changes, NewEvent, Refiled, Write};
pub use engine::{
    Engine, EventQuery, KeptEvent, Order, Query, Row, Store, StoreError, Table, Work,
};
pub use overlay::Overlay;
pub use record::{Facets, Record};
pub use unit::Tx;
