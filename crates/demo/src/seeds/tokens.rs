//! What happens with a hardware token: handed out at the counter, started, locked.

use sekisho_app::otp::{self, Arrival};
use sekisho_domain::desk::Desk;
use sekisho_domain::method::otp::State;
use sekisho_domain::moment::Moment;
use sekisho_domain::serial::Serial;
use sekisho_domain::token::TokenKind;

use super::steps::{SeedError, Steps};
use crate::cast::{Player, Stage};
use crate::devices::{self, Device};

/// Days a device shows numbers.
const LIFE_DAYS: i32 = 5 * 365;

impl Steps {
    /// A device comes from its maker, is set aside for the player and handed over.
    pub(super) fn hand_out_device(&mut self, player: &Player) -> Result<(), SeedError> {
        let number = player.login_id[6..].parse().expect("a login id ends in digits");
        let mut moment = Moment::new(self.clock.now(), &mut self.chance);
        let device = Device::make(number, (player.login_id, player.name), &mut moment);
        devices::hand_out(&self.folder, &device)?;
        self.with_contract(player, move |tx, cx, contract| {
            let arrival = Arrival {
                institution: contract.institution,
                kind: TokenKind::Device,
                secret: device.secret.clone(),
                state: State::default(),
                import: None,
                device_key: None,
                expires_on: Some(cx.now().day().plus(LIFE_DAYS)),
            };
            let token = otp::take_in(tx, cx, arrival)?.expect("a serial of its own");
            let token = cx.save(tx, token.allocate(contract.id)?)?;
            cx.save(tx, token.mail()?)?;
            Ok(())
        })
    }

    /// 利用開始, as on the page.
    pub(super) fn start_device(&mut self, player: &Player) -> Result<(), SeedError> {
        let at_sign_in = player.stage == Stage::DeviceAtSignIn;
        let serial = devices::all(&self.folder)?
            .into_iter()
            .find(|device| device.login_id == player.login_id);
        let serial = serial.expect("handed out before").secret.serial;
        let serial: Serial = serial.parse().expect("a maker's serial");
        self.with_contract(player, move |tx, cx, contract| {
            let token =
                otp::by_serial(tx, contract.institution, &serial)?.expect("taken in before");
            let bound = otp::bind(tx, cx, contract, token, at_sign_in)?;
            otp::start(tx, cx, bound).map(drop)
        })
    }

    /// Wrong codes until no more are borne.
    pub(super) fn lock_device(&mut self, player: &Player) -> Result<(), SeedError> {
        self.with_contract(player, |tx, cx, contract| {
            let policy = cx.policy(contract.institution);
            let desk = tx.load::<Desk>(&contract.id)?.expect("a contract has a desk");
            let mut credential = otp::in_use(tx, &desk)?.expect("started before");
            while !credential.locked(&policy) {
                credential = cx.save(tx, credential.failed(&policy, cx.now()))?;
            }
            Ok(())
        })
    }
}
