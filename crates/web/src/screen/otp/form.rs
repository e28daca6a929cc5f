//! The form of each procedure with a token.

use askama::Template;
use sekisho_domain::time::Day;

use super::{OtpAct, OtpStep, OtpWay};
use crate::frame::Frame;
use crate::screen::troubles::Troubles;

/// What the form asks for. Names of the fields beside each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OtpFields {
    /// `serial`, `otp`, and where there is a choice `login` (`yes`, `no`).
    Start {
        /// What was typed as serial.
        serial: String,
        /// What is chosen for the sign-in; `None` where the bank has decided (C-07).
        at_sign_in: Option<bool>,
    },
    /// `old_otp`, `serial`, `otp`.
    Exchange {
        /// The last letters of the serial in use.
        hint: String,
        /// What was typed as serial.
        serial: String,
    },
    /// `otp`.
    Stop {
        /// The last letters of the serial in use.
        hint: String,
    },
    /// `mail`, `start_password`, `start_password_again`.
    Issue {
        /// What was typed as address.
        mail: String,
        /// Hours in which the token can be set up.
        hours: u32,
    },
    /// `otp`.
    Activate {
        /// The last letters of the serial that was issued.
        hint: String,
    },
    /// `otp`; a sign-in is to ask for a code no longer.
    SignInChange {
        /// The last letters of the serial in use.
        hint: String,
    },
}

/// Why the form did not go on; never says which part was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtpFormTrouble {
    /// Something was left empty or is of the wrong form; not counted.
    Incomplete,
    /// Something did not match.
    Refused,
    /// Right, and used before; not counted (E-14).
    Used {
        /// Seconds until the next; nothing where the token does not tell.
        wait_s: Option<u32>,
    },
    /// Too soon after the last try; not counted.
    Wait {
        /// Seconds until the next try.
        seconds: u32,
    },
    /// The address is none.
    Mail,
    /// The start password is not 4 to 8 digits.
    StartPasswordForm,
    /// The start password is one digit over and over, or digits in a row.
    StartPasswordSimple,
    /// The second time it was typed differently.
    StartPasswordDifferent,
    /// The page had stood open for too long.
    Stale,
}

/// The form of a procedure.
#[derive(Template)]
#[template(path = "otp_form.html")]
pub struct OtpForm {
    /// Around it.
    pub frame: Frame,
    /// What is done.
    pub way: OtpWay,
    /// What is asked for.
    pub fields: OtpFields,
    /// From when the customer card approves nothing, where that day is set and still to come
    ///
    pub mandatory: Option<Day>,
    /// The letters a serial of the token app begins with.
    pub serial_prefix: String,
    /// Why it did not go on.
    pub trouble: Option<OtpFormTrouble>,
}

impl OtpForm {
    /// The sentences of [`Self::trouble`].
    pub fn troubles(&self) -> Troubles {
        let none = Troubles::default();
        let t = |key: &str| self.frame.t(key);
        let length = |seconds| [("length", self.frame.texts.length(seconds))];
        let Some(trouble) = self.trouble else { return none };
        match trouble {
            OtpFormTrouble::Incomplete => none.and(t("otp-incomplete")),
            OtpFormTrouble::Refused => none.and(t("otp-refused")),
            OtpFormTrouble::Used { wait_s: None } => none.and(t("answer-used")),
            OtpFormTrouble::Used { wait_s: Some(seconds) } => {
                none.and(self.frame.with("answer-used-wait", &length(seconds)))
            }
            OtpFormTrouble::Wait { seconds } => {
                none.and(self.frame.with("otp-code-wait", &length(seconds)))
            }
            OtpFormTrouble::Mail => none.and_at("mail", t("otp-mail-wrong")),
            OtpFormTrouble::StartPasswordForm => {
                none.and_at("start_password", t("otp-start-password-form"))
            }
            OtpFormTrouble::StartPasswordSimple => {
                none.and_at("start_password", t("otp-start-password-simple"))
            }
            OtpFormTrouble::StartPasswordDifferent => {
                none.and_at("start_password_again", t("otp-start-password-different"))
            }
            OtpFormTrouble::Stale => none.and(t("form-stale")),
        }
    }

    /// Message of the one button.
    pub const fn button(&self) -> &'static str {
        match self.fields {
            OtpFields::Start { .. } | OtpFields::Exchange { .. } => "otp-register",
            OtpFields::Stop { .. } => "otp-next",
            OtpFields::Issue { .. } | OtpFields::Activate { .. } => "otp-execute",
            OtpFields::SignInChange { .. } => "otp-change",
        }
    }
}
