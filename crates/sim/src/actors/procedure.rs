//! 利用開始 from the sign-in page, without signing in: the password, serial and code, the card.

use sekisho_app::procedure::{self, Entered, Form, Next, Step};
use sekisho_app::session::{self, Entry, Knock};
use sekisho_domain::event::Actor;
use sekisho_domain::id::ApprovalId;
use sekisho_domain::password::Device;
use sekisho_domain::procedure::{Procedure, ProcedureKind};

use super::customer::fill_in;
use super::{phones, signing, thief};
use crate::deed::{Act, Attempt, Change, Deed, Door, Plain, Proof, Reply};
use crate::dice::Dice;
use crate::world::World;

/// A customer starts the token on a phone.
pub(super) fn start(world: &mut World, who: usize, phone: usize, dice: &mut Dice) {
    let Some(begun) = enter(world, who, dice) else { return };
    let Some(shown) = phones::code(world, phone, i64::from(dice.percent(10))) else { return };
    let serial = world.cast.phones[phone].serial.clone();
    let code = if dice.percent(15) { format!("{:06}", dice.below(1_000_000)) } else { shown };
    let contract = begun.contract;
    let shown = vec![(serial.clone(), code.clone())];
    let proof = Proof { contract, change: Change::Start, approval: None, shown };
    let form = Form::Start { serial, code, at_sign_in: false };
    let id = begun.id;
    let given = world.act(Actor::Stranger, Act::new("give", Deed::Give(proof)), move |tx, cx| {
        procedure::give(tx, cx, id, form.clone()).map(Plain)
    });
    if let Reply::Done(Plain(Next::Ask(approval))) = given {
        show_card(world, who, &begun, approval, dice);
    }
}

/// The password at the door of the procedure.
fn enter(world: &mut World, who: usize, dice: &mut Dice) -> Option<Box<Procedure>> {
    let customer = &world.cast.customers[who];
    let (login_id, known) = (customer.login_id.clone(), customer.password.clone()?);
    let institution = world.institution;
    let act = Act::new("knock", Deed::Knock(Some(customer.contract)));
    let knock = world.act(Actor::Stranger, act, move |tx, cx| {
        session::knock(tx, cx, institution, Some(&login_id))
    });
    let Knock::Try(contract, checked) = knock.done()? else { return None };
    let right = signing::verifier(&known) == checked;
    let cookie = format!("cookie-{:016x}", dice.below(u64::MAX));
    world.oracle.secret(&cookie);
    let device = Device { mark: format!("{who}/0"), kind: "Windows".into() };
    let secret_hash = session::hash(cookie.as_bytes());
    let entry = Entry { contract, checked, right, renewed: None, device, secret_hash };
    let act = Act::new("begin procedure", Deed::Begin(contract, right));
    let entered = world.act(Actor::Stranger, act, move |tx, cx| {
        procedure::enter(tx, cx, entry.clone(), ProcedureKind::OtpStart)
    });
    match entered {
        Reply::Done(Entered::In(begun)) => Some(begun),
        _ => None,
    }
}

/// The card, asked whatever was given before: twice when the first answer was wrong.
fn show_card(
    world: &mut World,
    who: usize,
    begun: &Procedure,
    approval: ApprovalId,
    dice: &mut Dice,
) {
    let id = begun.id;
    for _ in 0..2 {
        let Some(screen) = world.screen(approval) else { return };
        let parts = fill_in(world, who, &screen, dice);
        thief::over_the_shoulder(world, who, &screen, &parts);
        let (challenge, answers) = (screen.challenge, parts.clone());
        let door = Door::Procedure;
        let attempt = Attempt { approval, challenge, parts, code: None, wants_code: false, door };
        let act = Act::new("answer procedure", Deed::Answer(attempt));
        let step = world.act(Actor::Stranger, act, move |tx, cx| {
            procedure::answer(tx, cx, id, challenge, answers.clone())
        });
        if !matches!(step, Reply::Done(Step::Rejected { .. })) {
            return;
        }
    }
}
