//! What an institution decides: every difference between institutions is data (domain.md §6).
//!
//! A policy is written as TOML; keys are those of domain.md §6, defaults those of
//! `recommended-2026` (§4.9).

use serde::{Deserialize, Serialize};

use crate::attempts::AttemptRules;
use crate::method::otp::Reach;
use crate::method::{CardKind, CellUse, MethodKind, Reaches};
use crate::operation::{Operation, OperationKind, Registration};
use crate::reason::words;
use crate::text::LoginIdForm;
use crate::time::Day;

/// One institution's decisions, as in force from some day.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// New contracts.
    pub contract: ContractPolicy,
    /// What customers sign in with.
    pub login: LoginPolicy,
    /// The move from the customer card to the image card.
    pub migration: MigrationPolicy,
    /// What pages show.
    pub ui: UiPolicy,
    /// Post.
    pub mail: MailPolicy,
    /// The image card.
    pub image_card: ImageCardPolicy,
    /// The customer card.
    pub customer_card: CustomerCardPolicy,
    /// Challenges of cards.
    pub challenge: ChallengePolicy,
    /// Wrong answers and wrong passwords.
    pub lock: LockPolicy,
    /// Login passwords.
    pub password: PasswordPolicy,
    /// One-time passwords.
    pub otp: OtpPolicy,
    /// Sessions.
    pub session: SessionPolicy,
    /// Approvals.
    pub approval: ApprovalPolicy,
    /// Which operation asks what.
    pub txn: TxnPolicy,
    /// Amounts.
    pub limits: LimitPolicy,
    /// The switch to the image card.
    pub switch: SwitchPolicy,
    /// Changes of address.
    pub addr: AddressPolicy,
    /// Fees, in yen.
    pub fees: FeePolicy,
    /// Which changes need a second person.
    pub checker: CheckerPolicy,
}

macro_rules! section {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$field_doc:meta])* $field:ident: $ty:ty = $default:expr,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name { $($(#[$field_doc])* pub $field: $ty,)* }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }
    };
}

section! {
    /// New contracts (C-03).
    ContractPolicy {
        /// The card a new contract gets (K-04).
        initial_card: CardKind = CardKind::ImageCard,
    }
}

section! {
    /// What customers sign in with (C-23).
    LoginPolicy {
        /// The form of login ids.
        identifier: LoginIdForm = LoginIdForm::Digits11,
    }
}

section! {
    /// The campaign of the image card (C-01, C-02).
    MigrationPolicy {
        /// From when customers can order and switch; `None`: always.
        start: Option<Day> = None,
        /// From this day on the customer card approves nothing (U-03); `None`: no such day.
        mandatory_date: Option<Day> = None,
        /// Whether one-time-password customers go on after that day (U-04).
        token_users_exempt: bool = true,
    }
}

section! {
    /// What pages show.
    UiPolicy {
        /// The offer of the image card directly after sign-in (U-07).
        interstitial: bool = true,
    }
}

section! {
    /// Post (C-04).
    MailPolicy {
        /// Days a card usually needs, from.
        lead_days_min: u16 = 14,
        /// Days a card usually needs, to.
        lead_days_max: u16 = 21,
        /// Days after dispatch at which an undelivered card counts as lost.
        sla_days: u16 = 28,
        /// Days after dispatch at which a card nobody switched to expires.
        unswitched_days: u16 = 90,
        /// Days after dispatch at which an unswitched customer is reminded.
        reminder_days: Vec<u16> = vec![14, 30, 60],
    }
}

section! {
    /// The image card (§4.9).
    ImageCardPolicy {
        /// How many pictures of the set this institution uses (P).
        pool: u16 = 100,
        /// How many pictures a panel shows (N).
        candidates: u16 = 50,
        /// How often a cell may be asked.
        cell_use: CellUse = CellUse::Once,
        /// Remaining challenges at which the next card is ordered.
        reissue_at: u32 = 5,
        /// Years a card is good for; `None`: no end.
        valid_years: Option<u16> = Some(5),
    }
}

section! {
    /// The customer card.
    CustomerCardPolicy {
        /// Digits at each of the eight positions: 1 or 2.
        digits: u8 = 2,
    }
}

section! {
    /// Challenges of printed cards (§4.5, §4.9).
    ChallengePolicy {
        /// Seconds a challenge can be answered.
        life_s: u32 = 180,
        /// How often the customer may ask for as much time again (WCAG 2.2.1).
        extensions: u8 = 3,
        /// Wrong answers to one challenge.
        wrong_max: u8 = 2,
        /// Challenges shown and not answered rightly, in 24 hours.
        abandoned_per_day: u8 = 3,
        /// The same between two right answers.
        abandoned_between: u8 = 5,
        /// Seconds without challenges once a budget is used up.
        pause_s: u32 = 86_400,
    }
}

section! {
    /// Wrong answers (§4.9, RTS Art. 4: at most five).
    LockPolicy {
        /// Consecutive wrong answers at which a card is locked, and the waits before the next.
        card: AttemptRules = AttemptRules { max: 5, delays_s: vec![0, 5, 30, 120] },
        /// The same for the login password, which then needs a letter.
        password: AttemptRules = AttemptRules { max: 10, delays_s: vec![0, 0, 5, 30, 120, 600] },
        /// Consecutive wrong codes at which a token is locked, and the waits before the next.
        otp: AttemptRules = AttemptRules { max: 5, delays_s: vec![0, 5, 30, 120] },
    }
}

impl LockPolicy {
    /// The rules for wrong answers by this method.
    pub fn of(&self, method: MethodKind) -> &AttemptRules {
        if method.is_otp() { &self.otp } else { &self.card }
    }
}

section! {
    /// One-time passwords (C-06 to C-16, §4.9).
    OtpPolicy {
        /// Seconds a code of the token app is shown: 30 or 60 (T-01, Y-07).
        step_seconds: u16 = 30,
        /// Steps to both sides of where a token's clock is believed to stand: at most 2 (E-13).
        window: u8 = 1,
        /// Steps a phone's learned drift may grow to.
        drift_app: u8 = 2,
        /// Steps a device's learned drift may grow to.
        drift_device: u8 = 10,
        /// Codes of a counting device that may have been skipped.
        look_ahead: u8 = 10,
        /// Steps or counters searched when two codes in a row are given (時刻補正).
        resync_range: u16 = 100,
        /// Whether a sign-in asks for a code (C-07).
        login_mode: LoginMode = LoginMode::Forced,
        /// Where a token is started (C-09).
        enrol_place: EnrolPlace = EnrolPlace::Both,
        /// Who makes an app's serial (C-10).
        provisioning: Provisioning = Provisioning::SerialBind,
        /// Whether a card is asked for besides serial and code at the start (C-12).
        proof_start: bool = true,
        /// The same at the exchange (C-14).
        proof_exchange: bool = true,
        /// The same at the stop (C-13).
        proof_stop: bool = true,
        /// Cells of an image card asked for these.
        cells: u8 = 4,
        /// What approves operations after the stop (C-15).
        after_stop: AfterStop = AfterStop::FallbackCard,
        /// Seconds after a stop or a loss before a token can be started again.
        restart_wait_s: u32 = 1_800,
        /// Contracts one token may serve (§2.5).
        max_contracts_per_token: u8 = 5,
        /// Hours an issued token can be set up (Y-09).
        issue_hours: u16 = 24,
        /// Hours after the start in which no transfer to a new payee is approved.
        cooling_hours: u16 = 24,
        /// Transfers of the first day, until the next midnight, in yen (§2.5).
        first_day_yen: u64 = 100_000,
        /// The four letters a serial of the token app begins with.
        serial_prefix: String = "SKTS".to_owned(),
        /// Whether any RFC 6238 authenticator may be used in place of the token app.
        authenticator: bool = false,
        /// Days before the end of a device at which its owner is told (ASVS 6.4.5).
        expiry_notice_days: u16 = 90,
    }
}

impl OtpPolicy {
    /// How far a code may be off.
    pub fn reaches(&self) -> Reaches {
        let reach = |drift| Reach { window: self.window, drift, look_ahead: self.look_ahead };
        Reaches { app: reach(self.drift_app), device: reach(self.drift_device) }
    }
}

words! {
    /// Whether a sign-in asks for a code (C-07).
    LoginMode {
        /// The customer chooses; the page proposes yes.
        ChoiceDefaultOn = "choice_default_on",
        /// The customer chooses; the page proposes no.
        ChoiceDefaultOff = "choice_default_off",
        /// Always, once a token is in use (Y-12).
        Forced = "forced",
    }
}

words! {
    /// Where a token is started (C-09).
    EnrolPlace {
        /// From the sign-in page, before signing in.
        PreLogin = "pre_login",
        /// After signing in.
        PostLogin = "post_login",
        /// At both places.
        Both = "both",
    }
}

impl EnrolPlace {
    /// Whether the sign-in page leads there.
    pub const fn before_sign_in(self) -> bool {
        !matches!(self, Self::PostLogin)
    }

    /// Whether a signed-in customer is led there.
    pub const fn after_sign_in(self) -> bool {
        !matches!(self, Self::PreLogin)
    }
}

words! {
    /// Who makes an app's serial (C-10).
    Provisioning {
        /// The app has one; the customer types it.
        SerialBind = "serial_bind",
        /// The bank issues the token by mail (Y-09).
        BankIssue = "bank_issue",
    }
}

words! {
    /// What approves operations after the stop of a token (C-15).
    AfterStop {
        /// Nothing, until a token is started again (T-09).
        None = "none",
        /// The card again.
        FallbackCard = "fallback_card",
    }
}

section! {
    /// Login passwords (§2.2; NIST SP 800-63B-4 §3.1.1.2).
    PasswordPolicy {
        /// Fewest characters of a password the customer chooses.
        min_length: u8 = 8,
        /// Days the printed initial password is good for.
        initial_days: u16 = 21,
    }
}

section! {
    /// Sessions (§4.9).
    SessionPolicy {
        /// Seconds without a request after which a session ends.
        idle_s: u32 = 600,
        /// Seconds after which a session ends in any case.
        total_s: u32 = 3_600,
    }
}

section! {
    /// Approvals (api.md §4).
    ApprovalPolicy {
        /// Seconds within which an approval must be consumed, at most 600.
        consume_within_s: u32 = 120,
        /// Whether the page link alone admits; weaker, for banks with an older sign-in.
        without_session: bool = false,
        /// Open approvals of one contract (E-17).
        open_max: u8 = 5,
        /// Days ahead an operation may be dated.
        days_ahead: u16 = 60,
    }
}

section! {
    /// Which operation asks what: the first rule that fits decides; none fits: not offered.
    TxnPolicy {
        /// The rules, in order.
        ops: Vec<TxnRule> = TxnRule::recommended(),
    }
}

section! {
    /// Amounts, in yen.
    LimitPolicy {
        /// Transfers of one contract in a day.
        transfer_day_yen: u64 = 1_000_000,
        /// What printed cards alone may approve of that (§4.2: a card does not survive relay).
        card_day_yen: u64 = 100_000,
    }
}

section! {
    /// The switch to the image card (§2.4).
    SwitchPolicy {
        /// Cells of the new card.
        cells: u8 = 4,
        /// Whether the old method must be shown too when one is active (U-24 alone is not enough).
        proof_by_old_method: bool = true,
        /// Hours after the switch in which the card approves no transfer to a new payee.
        cooling_hours: u16 = 24,
    }
}

section! {
    /// Changes of address (E-02).
    AddressPolicy {
        /// Days after a change in which no card is posted.
        cooldown_days: u16 = 30,
    }
}

section! {
    /// Fees, in yen (C-22).
    FeePolicy {
        /// A card, also after a loss.
        card_yen: u64 = 0,
    }
}

section! {
    /// Which changes need a second person (api.md §5.0).
    CheckerPolicy {
        /// Orders taken by telephone.
        phone_order: bool = true,
        /// Resuming or cancelling a contract.
        contract: bool = true,
        /// Unlocking a card.
        unlock: bool = true,
        /// Resetting a password.
        password_reset: bool = true,
        /// Activation codes.
        activation_code: bool = true,
        /// Sealing and reconciling a batch, recording a return.
        production: bool = true,
        /// Taking hardware tokens into stock, and destroying them.
        tokens: bool = true,
    }
}

/// One line of `txn.ops`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TxnRule {
    /// Which operation.
    pub operation: OperationKind,
    /// Only for payees registered like this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<Registration>,
    /// Only up to this amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to_yen: Option<u64>,
    /// The institution's word for how careful this is.
    pub tier: String,
    /// What can approve it, best first; empty: nothing is asked.
    pub methods: Vec<MethodKind>,
    /// Cells an image card is asked for: 2 to 4.
    #[serde(default = "two")]
    pub cells: u8,
}

fn two() -> u8 {
    2
}

impl TxnRule {
    fn recommended() -> Vec<Self> {
        let rule = |operation, registration, tier: &str, cells| Self {
            operation,
            registration,
            up_to_yen: None,
            tier: tier.to_owned(),
            methods: vec![
                MethodKind::OtpApp,
                MethodKind::OtpDevice,
                MethodKind::ImageCard,
                MethodKind::CustomerCard,
            ],
            cells,
        };
        vec![
            rule(OperationKind::OwnTransfer, None, "low", 2),
            rule(OperationKind::Transfer, Some(Registration::Filed), "low", 2),
            rule(OperationKind::Transfer, Some(Registration::Saved), "low", 2),
            rule(OperationKind::Transfer, None, "new_payee", 3),
        ]
    }

    fn fits(&self, operation: &Operation) -> bool {
        self.operation == operation.kind()
            && self.registration.is_none_or(|wanted| {
                operation.payee().is_some_and(|payee| payee.registration == wanted)
            })
            && self
                .up_to_yen
                .is_none_or(|most| operation.amount().is_some_and(|yen| yen.to_u64() <= most))
    }
}

impl Policy {
    /// The rule for an operation; `None` when the institution does not offer it.
    pub fn rule(&self, operation: &Operation) -> Option<&TxnRule> {
        self.txn.ops.iter().find(|rule| rule.fits(operation))
    }

    /// Whether the customer card may still approve operations on `day` (U-03, judged at the answer:
    /// E-07).
    pub fn customer_card_serves(&self, day: Day) -> bool {
        self.migration.mandatory_date.is_none_or(|mandatory| day < mandatory)
    }
}
