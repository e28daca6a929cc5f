//! Letters on A4 for window envelopes: the one that carries an image card, the one with the first
//! password, the one with an activation code (U-14).

mod page;
mod text;

use crate::brand::Brand;
use crate::press::{Press, PrintError};

/// Where a letter goes. It is the address at the time of the order, which the caller kept (U-14).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Postcode with its hyphen, such as 386-0012.
    pub postcode: String,
    /// The address in at most three lines.
    pub lines: Vec<String>,
    /// The addressee without a title; 様 is added.
    pub name: String,
}

/// One letter. There is no `Debug`: the content may be a secret.
#[derive(Clone)]
pub struct Letter {
    /// To whom.
    pub to: Address,
    /// Date of the letter as it is printed, such as 2026年11月20日.
    pub issued_on: String,
    /// What it brings.
    pub content: LetterContent,
}

/// What a letter brings.
#[derive(Clone)]
pub enum LetterContent {
    /// The letter an image card is sent with.
    ImageCard {
        /// Number of the enclosed card as printed on it. It also stands in the window, so that
        /// the person who encloses can match card and envelope.
        card_number: String,
        /// Last day of the switch as it is printed, such as 2027年2月18日.
        switch_by: String,
    },
    /// The first password for signing in (初期ログインパスワード).
    InitialPassword {
        /// The 契約者ID it belongs to.
        login_id: String,
        /// The password in clear.
        password: String,
        /// Last day it can be used, as it is printed.
        valid_until: String,
    },
    /// The code that stands in for the old card at the switch (切替えコード, E-04).
    ActivationCode {
        /// The 契約者ID it belongs to; empty when the letter is not to tell it.
        login_id: String,
        /// The code in clear.
        code: String,
        /// Last day it can be used, as it is printed.
        valid_until: String,
    },
}

/// Prints a batch of letters, one page each, in the order given.
///
/// After each letter `progress` hears how many are done. The bytes hold names and secrets in
/// clear: they belong encrypted to the printer's key. Fails when a name or address has a
/// character the typeface lacks; the page tells which letter it was.
pub fn letters(
    brand: &Brand,
    letters: impl IntoIterator<Item = Letter>,
    mut progress: impl FnMut(usize),
) -> Result<Vec<u8>, PrintError> {
    let mut press = Press::start(format!("お客さまへのお手紙 {}", brand.name));
    for (done, letter) in (1..).zip(letters) {
        press.page(page::A4, |sheet| page::letter(sheet, brand, &letter))?;
        progress(done);
    }
    press.finish()
}
