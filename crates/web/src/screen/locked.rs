//! 画像認証カードをロックしました: what happened, and the three ways out.

use askama::Template;

use crate::frame::Frame;

/// The lock.
#[derive(Template)]
#[template(path = "locked.html")]
pub struct Locked {
    /// Around it.
    pub frame: Frame,
    /// Whether it is an image card; else a customer card.
    pub image: bool,
    /// Number of the case, to read out on the telephone.
    pub reference: String,
    /// How many answers in a row did not match.
    pub failures: u32,
    /// Page that unlocks with another method, when the customer has one.
    pub unlock_url: Option<String>,
    /// The customer's branch and its hours.
    pub branch: String,
    /// Back to the bank.
    pub return_url: Option<String>,
}
