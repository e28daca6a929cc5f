//! ワンタイムパスワード認証: the second step of a sign-in (Y-12).

use askama::Template;

use crate::frame::Frame;
use crate::screen::troubles::Troubles;

/// Why the code did not open the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInCodeTrouble {
    /// Nothing was typed, or no number; not counted.
    Incomplete,
    /// It did not match.
    Rejected {
        /// Tries left.
        left: u32,
    },
    /// Right, and used before; not counted (E-15).
    Used {
        /// Seconds until the next; nothing where the token does not tell.
        wait_s: Option<u32>,
    },
    /// Too soon after the last try; not counted.
    Wait {
        /// Seconds until the next try.
        seconds: u32,
    },
    /// The page had stood open for too long.
    Stale,
}

/// The code after ID and password. Form: `otp`.
#[derive(Template)]
#[template(path = "sign_in_code.html")]
pub struct SignInCode {
    /// Around it; without a customer.
    pub frame: Frame,
    /// The last letters of the serial.
    pub hint: String,
    /// Why it did not open.
    pub trouble: Option<SignInCodeTrouble>,
}

impl SignInCode {
    /// The sentences of [`Self::trouble`].
    pub fn troubles(&self) -> Troubles {
        let none = Troubles::default();
        let length = |seconds| [("length", self.frame.texts.length(seconds))];
        let Some(trouble) = self.trouble else { return none };
        match trouble {
            SignInCodeTrouble::Incomplete => none.and_at("otp", self.frame.t("otp-code-empty")),
            SignInCodeTrouble::Rejected { left } => {
                none.and_at("otp", self.frame.count("answer-rejected-code", left))
            }
            SignInCodeTrouble::Used { wait_s: None } => {
                none.and_at("otp", self.frame.t("answer-used"))
            }
            SignInCodeTrouble::Used { wait_s: Some(seconds) } => {
                none.and_at("otp", self.frame.with("answer-used-wait", &length(seconds)))
            }
            SignInCodeTrouble::Wait { seconds } => {
                none.and(self.frame.with("otp-code-wait", &length(seconds)))
            }
            SignInCodeTrouble::Stale => none.and(self.frame.t("form-stale")),
        }
    }
}

/// There is no sign-in to go on with: time is over, or the token is locked.
#[derive(Template)]
#[template(path = "sign_in_gone.html")]
pub struct SignInGone {
    /// Around it; without a customer.
    pub frame: Frame,
    /// Whether the token is locked; else time is over.
    pub locked: bool,
}
