//! A procedure (お手続き) of several pages: a token started, exchanged, given up or issued, or a
//! sign-in that waits for a code. It is bound to a cookie of its own before the sign-in, and to the
//! session after it.

use serde::{Deserialize, Serialize};

use crate::id::{
    ApprovalId, ContractId, CredentialId, InstitutionId, ProcedureId, SessionId, TokenId,
};
use crate::operation::CredentialAction;
use crate::password::{Device, Verifier};
use crate::reason::words;
use crate::secret::Sealed;
use crate::time::Timestamp;
use crate::transition::Transition;

/// Seconds from the password to the last page.
pub const LIFE_S: i64 = 900;

words! {
    /// What a procedure is about.
    ProcedureKind {
        /// 利用開始 of a token.
        OtpStart = "otp_start",
        /// 交換 of a token.
        OtpExchange = "otp_exchange",
        /// 利用中止 of a token.
        OtpStop = "otp_stop",
        /// トークン発行 by the bank (Y-09).
        OtpIssue = "otp_issue",
        /// A sign-in that waits for its code (Y-12).
        SignIn = "sign_in",
    }
}

impl ProcedureKind {
    /// The change it leads to; a sign-in changes nothing.
    pub const fn action(self) -> Option<CredentialAction> {
        match self {
            Self::OtpStart => Some(CredentialAction::OtpStart),
            Self::OtpExchange => Some(CredentialAction::OtpExchange),
            Self::OtpStop => Some(CredentialAction::OtpStop),
            Self::OtpIssue => Some(CredentialAction::OtpIssue),
            Self::SignIn => None,
        }
    }
}

/// A procedure on its way. What it leads to is written down by what it changes, so that it has no
/// events of its own.
#[derive(Clone, Serialize, Deserialize)]
pub struct Procedure {
    /// Its id.
    pub id: ProcedureId,
    /// Whose customer.
    pub institution: InstitutionId,
    /// Whose procedure.
    pub contract: ContractId,
    /// What it is about.
    pub kind: ProcedureKind,
    /// The session it belongs to; `None` before the sign-in.
    pub session: Option<SessionId>,
    /// SHA-256 of its own cookie's secret, in hex; empty with a session.
    pub secret_hash: String,
    /// The password that was shown: when it changes, the procedure is over.
    pub checked: Option<Verifier>,
    /// From where.
    pub device: Device,
    /// When the password was shown.
    pub begun_at: Timestamp,
    /// Its last moment.
    pub until: Timestamp,
    /// What was shown of tokens; whether it was right is told with the verdict on the card.
    pub given: Option<Given>,
    /// The approval that asks the card.
    pub approval: Option<ApprovalId>,
    /// Set when it has come to an end, good or bad.
    pub ended: bool,
}

/// What a new procedure is made of.
pub struct Begin {
    /// Its id.
    pub id: ProcedureId,
    /// Whose customer.
    pub institution: InstitutionId,
    /// Whose procedure.
    pub contract: ContractId,
    /// What it is about.
    pub kind: ProcedureKind,
    /// The session it belongs to.
    pub session: Option<SessionId>,
    /// SHA-256 of its own cookie's secret, in hex.
    pub secret_hash: String,
    /// The password that was shown.
    pub checked: Option<Verifier>,
    /// From where.
    pub device: Device,
}

/// What was shown before the card, judged already and told to nobody.
#[derive(Clone, Serialize, Deserialize)]
pub struct Given {
    /// Whether all of it was right; the codes that were are spent.
    pub right: bool,
    /// The token to bind, where there is such a one.
    pub token: Option<TokenId>,
    /// The credential to give up, or to bring into use.
    pub credential: Option<CredentialId>,
    /// Whether a sign-in is to ask for a code.
    pub at_sign_in: bool,
    /// What an issue needs later, sealed with the procedure as owner.
    pub wish: Option<Sealed>,
}

impl Procedure {
    /// A procedure that begins now.
    pub fn begin(new: Begin, now: Timestamp) -> Transition<Self> {
        Transition::quiet(Self {
            id: new.id,
            institution: new.institution,
            contract: new.contract,
            kind: new.kind,
            session: new.session,
            secret_hash: new.secret_hash,
            checked: new.checked,
            device: new.device,
            begun_at: now,
            until: now.plus_s(LIFE_S),
            given: None,
            approval: None,
            ended: false,
        })
    }

    /// Whether it goes on at `now`.
    pub fn open(&self, now: Timestamp) -> bool {
        !self.ended && now < self.until
    }

    /// Something was shown, and `approval` asks the card now. What was shown before is forgotten.
    pub fn asks(mut self, given: Given, approval: ApprovalId) -> Transition<Self> {
        self.given = Some(given);
        self.approval = Some(approval);
        Transition::quiet(self)
    }

    /// It has come to an end; what it kept is forgotten.
    pub fn end(mut self) -> Transition<Self> {
        self.ended = true;
        self.given = None;
        Transition::quiet(self)
    }
}
