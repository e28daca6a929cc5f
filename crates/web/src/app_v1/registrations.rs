//! `POST registrations`: an app makes itself known (api.md §6.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_app::context::Context;
use sekisho_app::once::{self, Kept};
use sekisho_app::provision::{self, Arriving, Offer};
use sekisho_app::tx::Tx;
use sekisho_domain::event::Actor;
use sekisho_domain::fields::{Fields, Read};
use sekisho_domain::id::{InstitutionId, RegistrationId};
use sekisho_domain::provision::{Mode, Point, SUITE, bytes32};
use sekisho_domain::read::{boolean, digits, object, text, word};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::time::Timestamp;
use serde::Serialize;

use super::door::Call;
use crate::api::answer::Answer;
use crate::api::counts::within;
use crate::api::told::Told;
use crate::problem::Problem;

/// What an app sends: in a suite we know, or not.
enum Sent {
    Known(Box<Arriving>),
    OtherSuite,
}

fn read(f: &mut Fields, institution: InstitutionId) -> Read<Sent> {
    let suite = f.required("suite", text(1..=40));
    if suite.as_ref().is_ok_and(|suite| suite != SUITE) {
        // What another suite sends is not ours to judge.
        f.leave_rest();
        return Ok(Sent::OtherSuite);
    }
    let mode = f.required("mode", word::<Mode>());
    let app_key = f.required("app_key", Point::read);
    let device_key = f.required("device_key", Point::read);
    let app_nonce = f.required("app_nonce", bytes32);
    let platform = f.optional("platform", object(platform));
    let ids = match mode {
        Ok(Mode::Issued) => {
            let service_id = f.required("service_id", digits::<8>());
            let user_id = f.required("user_id", digits::<10>());
            Some((service_id?, user_id?))
        }
        Ok(Mode::Own) => None,
        Err(noted) => {
            f.leave_rest();
            return Err(noted);
        }
    };
    suite?;
    platform?;
    let (app_key, device_key, app_nonce) = (app_key?, device_key?, app_nonce?);
    Ok(Sent::Known(Box::new(Arriving { institution, ids, app_key, device_key, app_nonce })))
}

/// On what the app runs: read, so that it is well-formed, and not kept.
fn platform(f: &mut Fields) -> Read<()> {
    let os = f.optional("os", text(1..=40));
    let os_version = f.optional("os_version", text(1..=40));
    let app_version = f.optional("app_version", text(1..=40));
    let installed = f.optional("installed", boolean());
    os?;
    os_version?;
    app_version?;
    installed?;
    Ok(())
}

pub(super) async fn register(call: Call) -> Result<Answer, Problem> {
    let institution = call.institution.id;
    let Sent::Known(app) = call.read(object(|f| read(f, institution)))? else {
        return Err(Refusal::SuiteUnsupported.into());
    };
    if call.key != URL_SAFE_NO_PAD.encode(app.app_nonce) {
        return Err(Problem::parameter("Idempotency-Key", "pattern"));
    }
    let kept = once_counted(&call, app).await?;
    let offer = kept.outcome;
    let path = format!("/i/{}/app/v1/registrations/{}", call.institution.slug, offer.registration);
    Ok(Answer::created(&Shown::of(&offer), path).replayed(kept.replayed))
}

/// Registers the app, or finds what it was offered under this key. Only what is new counts against
/// the rate of its source.
async fn once_counted(call: &Call, app: Box<Arriving>) -> Result<Kept<Offer>, Problem> {
    let (rate, key) = (&call.web.quotas.app_registration, call.once());
    let counted = rate.take(call.source, call.web.now());
    if let Err(over) = within(counted) {
        let asked = key.clone();
        let known = call.web.look(move |tx, cx| once::kept(tx, cx, &asked)).await?;
        if known.is_none() {
            call.counts.note(counted);
            return Err(over);
        }
    }
    let act = move |tx: &mut Tx, cx: &mut Context| {
        once::once(tx, cx, &key, |tx, cx| provision::register(tx, cx, &app))
    };
    let kept = call.web.run(Actor::Stranger, act).await;
    let new = kept.as_ref().is_ok_and(|kept| !kept.replayed);
    if new {
        call.counts.note(counted);
    } else if counted.wait_s.is_none() {
        rate.give_back(call.source);
    }
    Ok(kept?)
}

/// An offer as the app reads it.
#[derive(Serialize)]
struct Shown<'a> {
    registration: Told<RegistrationId>,
    serial: &'a str,
    suite: &'static str,
    server_key: Point,
    server_nonce: String,
    otp: Otp,
    attestation: Attestation,
    clock: Told<Timestamp>,
    expires_at: Told<Timestamp>,
}

/// What codes will look like.
#[derive(Serialize)]
struct Otp {
    algorithm: &'static str,
    digits: u8,
    period_s: u16,
}

/// No institution asks an app to have itself vouched for yet.
#[derive(Serialize)]
struct Attestation {
    required: bool,
    formats: [&'static str; 0],
}

impl<'a> Shown<'a> {
    fn of(offer: &'a Offer) -> Self {
        Self {
            registration: Told(offer.registration),
            serial: offer.serial.as_str(),
            suite: SUITE,
            server_key: offer.server_key,
            server_nonce: URL_SAFE_NO_PAD.encode(offer.server_nonce),
            otp: Otp { algorithm: "SHA-256", digits: 6, period_s: offer.period_s },
            attestation: Attestation { required: false, formats: [] },
            clock: Told(offer.at),
            expires_at: Told(offer.until),
        }
    }
}
