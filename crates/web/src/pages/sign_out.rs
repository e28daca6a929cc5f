//! ログアウト.

use axum::extract::Query;
use axum::response::Response;
use sekisho_app::context::Context;
use sekisho_app::session;
use sekisho_app::tx::Tx;
use sekisho_domain::session::SessionEnd;
use serde::Deserialize;

use super::cookie;
use super::detour::{Detour, Page};
use super::guest::{Guest, set};
use super::sent::Sent;
use crate::screen::sign_in::SignedOut;

/// Ends the guest's session, if there is one; what it had open is void.
pub(crate) async fn end(guest: &Guest) -> Result<(), Detour> {
    if let Some(id) = guest.session() {
        let act =
            move |tx: &mut Tx, cx: &mut Context| session::end(tx, cx, id, SessionEnd::SignedOut);
        guest.web.run(guest.actor(), act).await?;
    }
    Ok(())
}

/// Takes the cookies of a session back.
pub(crate) fn clear(reply: &mut Response) {
    for name in [cookie::SESSION, cookie::ONWARD, cookie::APPROVAL] {
        set(reply, cookie::drop(name));
    }
}

/// POST: the customer signs out. A stale form of a session that is over does no harm.
pub(crate) async fn leave(guest: Guest, sent: Sent) -> Page {
    if guest.session().is_some() && !sent.fresh(&guest) {
        return Ok(guest.go(&guest.around.at("overview")));
    }
    end(&guest).await?;
    let mut reply = guest.go(&guest.around.at("signed_out"));
    clear(&mut reply);
    Ok(reply)
}

/// The query of the page after it.
#[derive(Deserialize)]
pub(crate) struct By {
    by_time: Option<String>,
}

/// GET: the page after it.
pub(crate) async fn page(guest: Guest, Query(by): Query<By>) -> Page {
    let mut frame = guest.frame();
    frame.customer = None;
    Ok(guest.show(&SignedOut { frame, by_time: by.by_time.is_some() }))
}
