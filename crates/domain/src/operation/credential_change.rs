//! A change of what the customer proves himself with: approved like money, for it leads to money.

use serde::{Deserialize, Serialize};

use crate::fields::{Fields, Read};
use crate::id::CredentialId;
use crate::read::{TEXT, parsed, text, word};

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialAction {
    /// 利用開始 of a token.
    OtpStart,
    /// 交換 of a token.
    OtpExchange,
    /// 利用中止 of a token.
    OtpStop,
    /// The bank issues a token by mail (Y-09).
    OtpIssue,
    /// 切替え to the image card.
    CardSwitch,
    /// The mail password is taken into use.
    MailPasswordStart,
    /// The mail password is given up.
    MailPasswordStop,
    /// Whether a token is asked for at sign-in (C-07).
    SignInChange,
}

impl CredentialAction {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::OtpStart => "otp_start",
            Self::OtpExchange => "otp_exchange",
            Self::OtpStop => "otp_stop",
            Self::OtpIssue => "otp_issue",
            Self::CardSwitch => "card_switch",
            Self::MailPasswordStart => "mail_password_start",
            Self::MailPasswordStop => "mail_password_stop",
            Self::SignInChange => "sign_in_change",
        }
    }
}

/// One change of a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialChange {
    /// What is changed.
    pub action: CredentialAction,
    /// シリアル番号 of the token; where given, the call that uses the approval must name the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// The credential; where given, the call that uses the approval must name the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<CredentialId>,
}

impl CredentialChange {
    pub(super) fn read(f: &mut Fields) -> Read<Self> {
        let action = f.required("action", word());
        let serial = f.optional("serial", text(TEXT));
        let credential = f.optional("credential", parsed());
        Ok(Self { action: action?, serial: serial?, credential: credential? })
    }
}
