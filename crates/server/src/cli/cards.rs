//! `sekisho cards`: from the wish for a card to the customer's letter box.

mod batches;
mod orders;
mod post;
mod produce;

use clap::Subcommand;

use super::{Desk, Failure};

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// List orders, oldest first
    Orders(orders::List),
    /// Order a card for a customer who telephones or stands at a branch
    Order(orders::Order),
    /// A second person agrees with a telephone order, or confirms the address of a frozen one
    Approve(orders::Approve),
    /// Take an order back before anything is made
    Cancel(orders::Cancel),
    /// Make what is approved: a batch with print-ready files and a manifest
    Produce(produce::Arguments),
    /// Give up a batch whose production died before it was sealed
    GiveUp(batches::GiveUp),
    /// List batches, newest first
    Batches(batches::List),
    /// Show the manifest of a batch
    Manifest(batches::Manifest),
    /// Take over what printer and enclosing house counted
    Reconcile(batches::Reconcile),
    /// Note what was given to the post, with tracking numbers
    Dispatch(post::Dispatch),
    /// The post has handed it over
    Delivered(post::Delivered),
    /// It came back: its card is void, nothing more is posted to this address
    Returned(post::Returned),
    /// It never arrived: its card is void, the next one is ordered
    Lost(post::Lost),
}

pub(super) fn run(verb: &Verb, desk: Desk) -> Result<u8, Failure> {
    match verb {
        Verb::Orders(arguments) => orders::list(arguments, desk),
        Verb::Order(arguments) => orders::order(arguments, desk),
        Verb::Approve(arguments) => orders::approve(arguments, desk),
        Verb::Cancel(arguments) => orders::cancel(arguments, desk),
        Verb::Produce(arguments) => produce::run(arguments, desk),
        Verb::GiveUp(arguments) => batches::give_up(arguments, desk),
        Verb::Batches(arguments) => batches::list(arguments, desk),
        Verb::Manifest(arguments) => batches::manifest(arguments, desk),
        Verb::Reconcile(arguments) => batches::reconcile(arguments, desk),
        Verb::Dispatch(arguments) => post::dispatch(arguments, desk),
        Verb::Delivered(arguments) => post::delivered(arguments, desk),
        Verb::Returned(arguments) => post::returned(arguments, desk),
        Verb::Lost(arguments) => post::lost(arguments, desk),
    }
}
