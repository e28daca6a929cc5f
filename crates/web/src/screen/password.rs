//! Changing the login password; the first one must be changed.

use askama::Template;

use super::troubles::Troubles;
use crate::frame::Frame;

/// Why a new password was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordTrouble {
    /// Shorter than the rules allow.
    TooShort,
    /// Longer than 64 characters.
    TooLong,
    /// On the list of passwords thieves try first, or made from the customer's own words.
    TooCommon,
    /// The same as the one by post.
    Unchanged,
    /// The second time it was typed differently.
    Different,
    /// The password in use was not right.
    CurrentWrong,
    /// The page had stood open for too long.
    Stale,
}

/// パスワードの変更. Form: `current` (only when [`Self::forced`] is false), `new`, `again`.
#[derive(Template)]
#[template(path = "password_change.html")]
pub struct PasswordChange {
    /// Around it.
    pub frame: Frame,
    /// Whether the initial password must be changed before anything else (§2.2).
    pub forced: bool,
    /// Fewest characters, from the policy; 8 or more.
    pub length_min: u32,
    /// Most characters; 64.
    pub length_max: u32,
    /// Why it was not taken.
    pub trouble: Option<PasswordTrouble>,
}

impl PasswordChange {
    /// The sentences of [`Self::trouble`].
    pub fn troubles(&self) -> Troubles {
        let none = Troubles::default();
        let t = |key: &str| self.frame.t(key);
        match self.trouble {
            None => none,
            Some(PasswordTrouble::TooShort) => {
                none.and_at("new", self.frame.count("password-too-short", self.length_min))
            }
            Some(PasswordTrouble::TooLong) => {
                none.and_at("new", self.frame.count("password-too-long", self.length_max))
            }
            Some(PasswordTrouble::TooCommon) => none.and_at("new", t("password-too-common")),
            Some(PasswordTrouble::Unchanged) => none.and_at("new", t("password-unchanged")),
            Some(PasswordTrouble::Different) => none.and_at("again", t("password-different")),
            Some(PasswordTrouble::CurrentWrong) => {
                none.and_at("current", t("password-current-wrong"))
            }
            Some(PasswordTrouble::Stale) => none.and(t("form-stale")),
        }
    }
}
