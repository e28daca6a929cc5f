//! Who came to a page: somebody, or a customer who is signed in.

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::{HeaderName, HeaderValue, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::session as sessions;
use sekisho_app::tx::Tx;
use sekisho_domain::contract::Contract;
use sekisho_domain::event::Actor;
use sekisho_domain::id::{InstitutionId, SessionId};
use sekisho_domain::moment::Moment;
use sekisho_domain::session::{Session, SessionEnd};
use sekisho_domain::time::Timestamp;

use super::around::Around;
use super::detour::Detour;
use super::{cookie, headers, onward, seal};
use crate::frame::Frame;
use crate::guard::Visitor;
use crate::limits;
use crate::screen::error::Fault;
use crate::state::Web;

/// Seconds after which the use of a session is noted again.
const TOUCH_S: i64 = 30;

/// Somebody at one of our pages.
pub(crate) struct Guest {
    /// What every handler has at hand.
    pub(crate) web: Web,
    /// Whose page, which language, which cookies.
    pub(crate) around: Around,
    /// When the request was looked at.
    pub(crate) now: Timestamp,
    /// Who is signed in.
    pub(crate) signed_in: Option<(Session, Contract)>,
    /// Whether there was a session that time has ended.
    pub(crate) timed_out: bool,
    /// Where forms of this institution may lead: origins of its registered addresses.
    origins: Vec<String>,
    /// What forms are bound to.
    binding: String,
    /// The mark of this visit, when the browser does not have one yet.
    new_visit: Option<String>,
    /// A few words about the device.
    pub(crate) device: &'static str,
    /// From where, as rates count it.
    pub(crate) source: u128,
}

/// What one look at the store tells about a guest.
struct Known {
    signed_in: Option<(Session, Contract)>,
    timed_out: bool,
    origins: Vec<String>,
}

impl Guest {
    async fn come(web: &Web, parts: &Parts) -> Result<Self, Detour> {
        let around = Around::of(web, parts).ok_or(Detour::Fault(Fault::NotFound))?;
        let institution = around.institution.id;
        let key = around.cookies.session();
        let known = web.look(move |tx, cx| look(tx, cx, institution, key.as_ref())).await?;
        let (binding, new_visit) = binding(web, &around, known.signed_in.is_some());
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let guest = Self {
            web: web.clone(),
            around,
            now: web.now(),
            signed_in: known.signed_in,
            timed_out: known.timed_out,
            origins: known.origins,
            binding,
            new_visit,
            device: device(agent.unwrap_or_default()),
            source: parts.extensions.get::<Visitor>().map_or(0, |who| limits::source(who.address)),
        };
        guest.touch().await?;
        Ok(guest)
    }

    async fn touch(&self) -> Result<(), Detour> {
        let Some((session, contract)) = &self.signed_in else { return Ok(()) };
        if self.now.seconds_since(session.seen_at) >= TOUCH_S {
            let (id, actor) = (session.id, Actor::Customer(contract.id));
            self.web.run(actor, move |tx, cx| sessions::touch(tx, cx, id)).await?;
        }
        Ok(())
    }

    /// The session, if somebody is signed in.
    pub(crate) fn session(&self) -> Option<SessionId> {
        self.signed_in.as_ref().map(|(session, _)| session.id)
    }

    /// Who acts, for the audit log.
    pub(crate) fn actor(&self) -> Actor {
        self.signed_in
            .as_ref()
            .map_or(Actor::Stranger, |(_, contract)| Actor::Customer(contract.id))
    }

    /// Whose page it is.
    pub(crate) fn institution(&self) -> InstitutionId {
        self.around.institution.id
    }

    /// Around a page, with its forms bound to this visitor.
    pub(crate) fn frame(&self) -> Frame {
        self.framed(None)
    }

    /// Around a page whose forms are about one thing, such as a challenge: an answer to another is
    /// then stale.
    pub(crate) fn frame_about(&self, about: &str) -> Frame {
        self.framed(Some(about))
    }

    fn framed(&self, about: Option<&str>) -> Frame {
        let mut frame = self.around.frame(&seal::form(&self.web, &self.binding, about));
        frame.customer = self.signed_in.as_ref().map(|(_, c)| c.person.name_kana.clone());
        frame
    }

    /// Whether a form was made for this visitor; then what it is about, often nothing.
    pub(crate) fn made(&self, csrf: &str) -> Option<String> {
        seal::opened(&self.web, &self.binding, csrf)
    }

    /// The page, with everything that belongs around it.
    pub(crate) fn show(&self, page: &impl Template) -> Response {
        self.show_as(StatusCode::OK, page)
    }

    /// The page with a form that was not taken.
    pub(crate) fn show_again(&self, page: &impl Template) -> Response {
        self.show_as(StatusCode::UNPROCESSABLE_ENTITY, page)
    }

    /// The page with a status of its own.
    pub(crate) fn show_as(&self, status: StatusCode, page: &impl Template) -> Response {
        let html = page.render().expect("a screen renders whatever it is filled with");
        let mut reply = (status, Html(html)).into_response();
        headers::dress(&self.web, &mut reply, &self.origins);
        self.settle(&mut reply);
        reply
    }

    /// Another page of ours, or back to the bank.
    pub(crate) fn go(&self, url: &str) -> Response {
        let mut reply = super::detour::see(url);
        self.settle(&mut reply);
        reply
    }

    /// Where the customer was going when sign-in came between; else the overview.
    pub(crate) fn onward(&self) -> String {
        onward::kept(&self.around).unwrap_or_else(|| self.around.at("overview"))
    }

    /// Cookies every reply may bring: the mark of the visit, the language just chosen.
    fn settle(&self, reply: &mut Response) {
        if let Some(mark) = &self.new_visit {
            set(reply, cookie::keep(cookie::VISIT, mark, None));
        }
        if let Some(lang) = self.around.chosen {
            set(reply, cookie::keep(cookie::LANG, lang.code(), Some(cookie::YEAR_S)));
        }
    }
}

/// Adds a cookie to a reply.
pub(crate) fn set(reply: &mut Response, cookie: HeaderValue) {
    const NAME: HeaderName = SET_COOKIE;
    reply.headers_mut().append(NAME, cookie);
}

fn look(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    key: Option<&(SessionId, Vec<u8>)>,
) -> Result<Known, Error> {
    let origins = headers::origins(tx, institution)?;
    let Some((id, secret)) = key else {
        return Ok(Known { signed_in: None, timed_out: false, origins });
    };
    let signed_in = sessions::visitor(tx, cx, institution, *id, secret)?;
    let timed_out = match &signed_in {
        Some(_) => false,
        None => tx.load::<Session>(id)?.is_some_and(|session| {
            let policy = cx.policy(session.institution);
            let end = session.alive(&policy, cx.now()).err();
            matches!(end, Some(SessionEnd::Idle | SessionEnd::Aged))
        }),
    };
    Ok(Known { signed_in, timed_out, origins })
}

/// What forms are bound to: the secret of the session, or the mark of the visit.
fn binding(web: &Web, around: &Around, signed_in: bool) -> (String, Option<String>) {
    if let (Some(cookie), true) = (around.cookies.get(cookie::SESSION), signed_in) {
        return (cookie.to_owned(), None);
    }
    if let Some(mark) = around.cookies.get(cookie::VISIT).filter(|mark| mark.len() == 43) {
        return (mark.to_owned(), None);
    }
    let mark = letters(web);
    (mark.clone(), Some(mark))
}

/// 43 letters nobody can foresee.
pub(crate) fn letters(web: &Web) -> String {
    let chance: [u8; 32] = web.moment(|moment: &mut Moment| moment.bytes());
    URL_SAFE_NO_PAD.encode(chance)
}

/// A name for the device that means something to its owner; never more than the kind.
fn device(agent: &str) -> &'static str {
    const KINDS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Macintosh", "Mac"),
        ("CrOS", "Chromebook"),
        ("Linux", "Linux"),
    ];
    KINDS.iter().find(|(mark, _)| agent.contains(mark)).map_or("Web", |(_, kind)| kind)
}

impl FromRequestParts<Web> for Guest {
    type Rejection = Detour;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Detour> {
        Self::come(web, parts).await
    }
}

/// A customer who is signed in and has a password of their own.
pub(crate) struct Customer {
    /// The visit.
    pub(crate) guest: Guest,
    /// The session.
    pub(crate) session: Session,
    /// The contract.
    pub(crate) contract: Contract,
}

impl std::ops::Deref for Customer {
    type Target = Guest;
    fn deref(&self) -> &Guest {
        &self.guest
    }
}

impl FromRequestParts<Web> for Customer {
    type Rejection = Detour;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Detour> {
        let guest = Guest::come(web, parts).await?;
        let Some((session, contract)) = guest.signed_in.clone() else {
            return Err(to_sign_in(&guest, &parts.method));
        };
        if session.must_change_password {
            return Err(Detour::Go(guest.around.at("password")));
        }
        Ok(Self { guest, session, contract })
    }
}

/// To the door, and afterwards back; what was sent by form is not sent again.
pub(crate) fn to_sign_in(guest: &Guest, method: &Method) -> Detour {
    let around = &guest.around;
    if guest.timed_out {
        let mut reply = guest.go(&around.at("signed_out?by_time=1"));
        set(&mut reply, cookie::drop(cookie::SESSION));
        return Detour::Ready(Box::new(reply));
    }
    let back = if method == Method::GET { around.path.clone() } else { around.at("overview") };
    Detour::Ready(Box::new(guest.go(&onward::sign_in(around, &back))))
}
