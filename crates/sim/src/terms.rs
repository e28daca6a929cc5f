//! The numbers of one seed's institution: its policy is made of them, and the oracle counts by
//! them.

use sekisho_domain::attempts::AttemptRules;
use sekisho_domain::method::{CardKind, CellUse};
use sekisho_domain::policy::{LoginMode, Policy};
use sekisho_domain::time::Day;

use crate::dice::Dice;

/// How many wrong answers are borne, and the waits between them.
#[derive(Debug, Clone)]
pub(crate) struct Patience {
    /// The failure that locks.
    pub(crate) max: u8,
    /// Seconds to wait after the first failure, the second, and so on.
    pub(crate) delays_s: Vec<u32>,
}

/// The numbers of one seed.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    /// The card a new contract gets.
    pub(crate) first_card: CardKind,
    /// From this day on the customer card approves nothing.
    pub(crate) mandatory: Option<Day>,
    /// Wrong answers of a card.
    pub(crate) card: Patience,
    /// Wrong codes of a token.
    pub(crate) code: Patience,
    /// Whether a sign-in asks for the code of a token in use.
    pub(crate) code_at_sign_in: bool,
    /// Steps to both sides of where a token's clock is believed to stand.
    pub(crate) window: u8,
    /// Steps the drift of a phone may grow to.
    pub(crate) drift: u8,
    /// Steps searched to both sides when two codes in a row are shown.
    pub(crate) resync_range: u16,
    /// Wrong passwords.
    pub(crate) password: Patience,
    /// Wrong answers to one challenge.
    pub(crate) wrong_max: u8,
    /// Seconds a challenge can be answered.
    pub(crate) life_s: i64,
    /// How often a customer may have as much time again.
    pub(crate) extensions: u8,
    /// Seconds without challenges after too many were abandoned.
    pub(crate) pause_s: u32,
    /// How often a cell may be asked; `None`: without end.
    pub(crate) cell_uses: Option<u8>,
    /// Seconds within which an approval is consumed.
    pub(crate) consume_s: i64,
    /// Yen a contract may transfer in a day.
    pub(crate) day_yen: u64,
    /// Yen of that a printed card may approve.
    pub(crate) card_day_yen: u64,
    /// Cells asked at the switch.
    pub(crate) switch_cells: u8,
    /// Hours after a switch without transfers to new payees.
    pub(crate) cooling_hours: u16,
    /// Days an initial password is good for.
    pub(crate) initial_days: i64,
}

impl Terms {
    /// The numbers these dice give, for a world that begins `today`.
    pub(crate) fn draw(dice: &mut Dice, today: Day) -> Self {
        let customer_card = dice.percent(50);
        let delays: &[&[u32]] = &[&[0, 5, 30, 120], &[0, 0, 3], &[]];
        let ahead = i32::try_from(dice.below(3)).expect("small") + 1;
        let small = |n: u64| u8::try_from(n).expect("small");
        Self {
            first_card: if customer_card { CardKind::CustomerCard } else { CardKind::ImageCard },
            mandatory: (customer_card && dice.percent(50)).then(|| today.plus(ahead)),
            card: Patience { max: small(3 + dice.below(3)), delays_s: dice.among(delays).to_vec() },
            code: Patience { max: small(3 + dice.below(3)), delays_s: dice.among(delays).to_vec() },
            code_at_sign_in: dice.percent(50),
            window: small(1 + dice.below(2)),
            drift: small(1 + dice.below(2)),
            resync_range: 20,
            password: Patience { max: small(4 + dice.below(4)), delays_s: vec![0, 0, 5, 30] },
            wrong_max: small(2 + dice.below(2)),
            life_s: dice.among(&[40, 90, 180]),
            extensions: 2,
            pause_s: dice.among(&[120, 600]),
            cell_uses: dice.among(&[Some(1), Some(1), Some(1), Some(2), None]),
            consume_s: dice.among(&[60, 120, 600]),
            day_yen: dice.among(&[150_000, 1_000_000]),
            card_day_yen: dice.among(&[60_000, 100_000]),
            switch_cells: small(2 + dice.below(3)),
            cooling_hours: dice.among(&[0, 1]),
            initial_days: 21,
        }
    }

    /// The policy that says so.
    pub(crate) fn policy(&self) -> Policy {
        let rules = |patience: &Patience| AttemptRules {
            max: patience.max,
            delays_s: patience.delays_s.clone(),
        };
        let mut policy = Policy::default();
        policy.contract.initial_card = self.first_card;
        policy.migration.mandatory_date = self.mandatory;
        policy.lock.card = rules(&self.card);
        policy.lock.password = rules(&self.password);
        policy.lock.otp = rules(&self.code);
        policy.otp.window = self.window;
        policy.otp.drift_app = self.drift;
        policy.otp.resync_range = self.resync_range;
        policy.otp.login_mode =
            if self.code_at_sign_in { LoginMode::Forced } else { LoginMode::ChoiceDefaultOff };
        policy.otp.restart_wait_s = 300;
        policy.checker.tokens = false;
        policy.otp.cooling_hours = self.cooling_hours;
        policy.challenge.wrong_max = self.wrong_max;
        policy.challenge.life_s = u32::try_from(self.life_s).expect("short");
        policy.challenge.extensions = self.extensions;
        policy.challenge.pause_s = self.pause_s;
        policy.challenge.abandoned_per_day = 6;
        policy.challenge.abandoned_between = 8;
        policy.image_card.cell_use = match self.cell_uses {
            Some(1) => CellUse::Once,
            Some(times) => CellUse::Passes(times),
            None => CellUse::Unlimited,
        };
        policy.approval.consume_within_s = u32::try_from(self.consume_s).expect("short");
        policy.limits.transfer_day_yen = self.day_yen;
        policy.limits.card_day_yen = self.card_day_yen;
        policy.switch.cells = self.switch_cells;
        policy.switch.cooling_hours = self.cooling_hours;
        policy.password.initial_days = u16::try_from(self.initial_days).expect("few days");
        policy.session.idle_s = 1_800;
        policy.session.total_s = 7_200;
        policy.addr.cooldown_days = 1;
        policy
    }
}
