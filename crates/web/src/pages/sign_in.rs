//! ログイン: what was typed, the password checked outside the store, one answer to every stranger.

use axum::extract::Query;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::session::{self, Entered, Entry, Knock};
use sekisho_app::tx::Tx;
use sekisho_domain::event::Actor;
use sekisho_domain::id::ProcedureId;
use sekisho_domain::password::{Device, Verifier};
use sekisho_domain::secret::Secret;
use sekisho_domain::session::Session;
use sekisho_domain::text::LoginId;
use serde::Deserialize;

use super::detour::{Detour, Page};
use super::guest::{self, Guest, set};
use super::sent::Sent;
use super::{cookie, onward, otp, sign_in_code};
use crate::screen::sign_in::{
    CampaignNote, Environment, OtpDoors, SignIn, SignInHelp, SignInTrouble,
};

/// The query of the sign-in page.
#[derive(Deserialize)]
pub(crate) struct Asked {
    /// Where the customer was going.
    #[serde(rename = "return")]
    back: Option<String>,
    /// What to put into the id field.
    login_hint: Option<String>,
}

/// GET: the form.
pub(crate) async fn page(guest: Guest, Query(asked): Query<Asked>) -> Page {
    let hint = asked.login_hint.unwrap_or_default();
    Ok(guest.show(&form(&guest, &hint, None)))
}

fn form(guest: &Guest, login_id: &str, trouble: Option<SignInTrouble>) -> SignIn {
    let policy = guest.around.institution.policy(guest.now);
    let mandatory = policy.migration.mandatory_date;
    let offers = otp::offered(policy) && policy.otp.enrol_place.before_sign_in();
    let doors = || OtpDoors {
        start_url: guest.around.at("otp/start"),
        exchange_url: guest.around.at("otp/exchange"),
        stop_url: guest.around.at("otp/stop"),
    };
    let mut frame = guest.frame();
    // Whoever signs in is about to be somebody else.
    frame.customer = None;
    SignIn {
        frame,
        login_id: login_id.chars().take(64).collect(),
        campaign: mandatory.map(|mandatory| CampaignNote { mandatory }),
        otp: offers.then(doors),
        trouble,
    }
}

/// POST: tries a password. Same work and same words whether the id is unknown, the password wrong,
/// or the contract locked, suspended or cancelled.
pub(crate) async fn enter(guest: Guest, Query(asked): Query<Asked>, sent: Sent) -> Page {
    let judge = |tx: &mut Tx, cx: &mut Context, entry: Entry| {
        Ok(match session::enter(tx, cx, entry)? {
            Entered::In(session) => Some(Let::In(session)),
            Entered::CodeWanted(procedure) => Some(Let::Wait(procedure.id)),
            Entered::Refused => None,
        })
    };
    let opened = match at_the_door(&guest, &sent, judge).await? {
        Ok(opened) => opened,
        Err(trouble) => {
            return Ok(guest.show_again(&form(&guest, sent.text("login_id"), Some(trouble))));
        }
    };
    let back = asked.back.as_deref().and_then(|back| onward::safe(&guest.around, back));
    Ok(match &opened.to {
        Let::In(session) => inside(&guest, session, &opened.secret, Some(&opened.mark), back),
        Let::Wait(procedure) => {
            sign_in_code::wanted(&guest, *procedure, &opened.secret, &opened.mark, back)
        }
    })
}

/// What a right password opens.
enum Let {
    /// The session.
    In(Box<Session>),
    /// The page that asks for a code (Y-12).
    Wait(ProcedureId),
}

/// What was opened at a door, and what its cookies are made of.
pub(crate) struct Opened<T> {
    /// What was opened.
    pub(crate) to: T,
    /// Secret of the cookie that goes with it.
    pub(crate) secret: [u8; 32],
    /// By which the browser is known again.
    pub(crate) mark: String,
}

/// Tries the `login_id` and `password` that were sent; `judge` says what a right one opens. The
/// same work and the same words wherever ID and password are asked for (E-10).
pub(crate) async fn at_the_door<T, F>(
    guest: &Guest,
    sent: &Sent,
    judge: F,
) -> Result<Result<Opened<T>, SignInTrouble>, Detour>
where
    T: Send + 'static,
    F: Fn(&mut Tx, &mut Context, Entry) -> Result<Option<T>, Error> + Send + 'static,
{
    let typed = sent.text("login_id");
    if !sent.fresh(guest) {
        return Ok(Err(SignInTrouble::Stale));
    }
    if typed.is_empty() || sent.text("password").is_empty() {
        return Ok(Err(SignInTrouble::Incomplete));
    }
    // Counted as a failure until it is none: many tries at once do not slip through.
    if let Some(wait_s) = guest.web.quotas.failures.take(guest.source, guest.now).wait_s {
        return Ok(Err(SignInTrouble::Wait { until: guest.now.plus_s(wait_s) }));
    }
    let mark = guest.around.cookies.get(cookie::DEVICE).filter(|mark| mark.len() == 43);
    let mark = mark.map_or_else(|| guest::letters(&guest.web), str::to_owned);
    let admitted = admit(guest, typed, sent.secret("password"), &mark, judge).await?;
    let Some((to, secret)) = admitted else {
        return Ok(Err(SignInTrouble::Mismatch));
    };
    guest.web.quotas.failures.give_back(guest.source);
    Ok(Ok(Opened { to, secret, mark }))
}

/// What is set once somebody is in: the session, the mark of the browser, and where to go on.
pub(crate) fn inside(
    guest: &Guest,
    session: &Session,
    secret: &[u8; 32],
    mark: Option<&str>,
    back: Option<&str>,
) -> Response {
    let around = &guest.around;
    let next = match back {
        _ if session.must_change_password => around.at("password"),
        Some(back) => back.to_owned(),
        None => around.at("card/offer"),
    };
    let mut reply = guest.go(&next);
    let key = format!("{}.{}", session.id, URL_SAFE_NO_PAD.encode(secret));
    set(&mut reply, cookie::keep(cookie::SESSION, &key, None));
    if let Some(mark) = mark {
        set(&mut reply, cookie::keep(cookie::DEVICE, mark, Some(cookie::DEVICE_S)));
    }
    match back {
        Some(back) => onward::keep(&mut reply, back),
        None => onward::forget(&mut reply),
    }
    reply
}

async fn admit<T, F>(
    guest: &Guest,
    typed: &str,
    password: Secret<String>,
    mark: &str,
    judge: F,
) -> Result<Option<(T, [u8; 32])>, Detour>
where
    T: Send + 'static,
    F: Fn(&mut Tx, &mut Context, Entry) -> Result<Option<T>, Error> + Send + 'static,
{
    let knocked = knock(guest, typed).await?;
    let verifier = match &knocked {
        Knock::Try(_, verifier) => Some(verifier.clone()),
        Knock::Barred => None,
    };
    let right = guest.web.passwords.check(password.clone(), verifier)?.await;
    let renewed = match &knocked {
        Knock::Try(_, checked) if right => renewed(guest, checked, password).await,
        _ => None,
    };
    let tried = match knocked {
        Knock::Try(contract, checked) => Some((contract, checked)),
        Knock::Barred => None,
    };
    let device = Device { mark: session::hash(mark.as_bytes()), kind: guest.device.to_owned() };
    let judge = move |tx: &mut Tx, cx: &mut Context| {
        // Nobody to judge: the same way through the store all the same.
        let Some((contract, checked)) = &tried else { return Ok(None) };
        let secret: [u8; 32] = cx.moment.bytes();
        let entry = Entry {
            contract: *contract,
            checked: checked.clone(),
            right,
            renewed: renewed.clone(),
            device: device.clone(),
            secret_hash: session::hash(&secret),
        };
        Ok(judge(tx, cx, entry)?.map(|to| (to, secret)))
    };
    Ok(guest.web.run(Actor::Stranger, judge).await?)
}

/// A verifier of today's strength for a password that was just right, if the one it was checked
/// against is of less. When too many wait to be hashed, the next sign-in does it.
async fn renewed(guest: &Guest, checked: &Verifier, password: Secret<String>) -> Option<Verifier> {
    let passwords = &guest.web.passwords;
    if !passwords.is_outdated(checked) {
        return None;
    }
    Some(passwords.hash(password).ok()?.await)
}

/// The door is knocked at with what was typed: full-width digits, hyphens and spaces are forgiven
/// (C-23).
pub(crate) async fn knock(guest: &Guest, typed: &str) -> Result<Knock, Detour> {
    let institution = guest.institution();
    let form = guest.around.institution.policy(guest.now).login.identifier;
    let login_id = LoginId::typed(typed, form);
    let act =
        move |tx: &mut Tx, cx: &mut Context| session::knock(tx, cx, institution, login_id.as_ref());
    Ok(guest.web.run(Actor::Stranger, act).await?)
}

/// A wrong password somewhere else than at sign-in is counted and written down alike.
pub(crate) async fn note_wrong(guest: &Guest, knocked: Knock) -> Result<(), Detour> {
    let Knock::Try(contract, checked) = knocked else { return Ok(()) };
    let kind = guest.device.to_owned();
    let act = move |tx: &mut Tx, cx: &mut Context| {
        let entry = Entry {
            contract,
            checked: checked.clone(),
            right: false,
            renewed: None,
            device: Device { mark: String::new(), kind: kind.clone() },
            secret_hash: String::new(),
        };
        session::enter(tx, cx, entry).map(drop)
    };
    Ok(guest.web.run(Actor::Stranger, act).await?)
}

/// Whether a customer who is signed in has typed the present password; a wrong one counts as at
/// sign-in.
pub(crate) async fn is_present(
    guest: &Guest,
    login_id: &LoginId,
    password: Secret<String>,
) -> Result<Option<Verifier>, Detour> {
    let knocked = knock(guest, login_id.as_str()).await?;
    let verifier = match &knocked {
        Knock::Try(_, verifier) => Some(verifier.clone()),
        Knock::Barred => None,
    };
    if guest.web.passwords.check(password, verifier.clone())?.await {
        return Ok(verifier);
    }
    note_wrong(guest, knocked).await?;
    Ok(None)
}

/// GET: ログインでお困りの場合はこちら.
pub(crate) async fn trouble(guest: Guest) -> Page {
    Ok(guest.show(&SignInHelp { frame: guest.frame() }))
}

/// GET: ご利用推奨環境.
pub(crate) async fn environment(guest: Guest) -> Page {
    Ok(guest.show(&Environment { frame: guest.frame() }))
}
