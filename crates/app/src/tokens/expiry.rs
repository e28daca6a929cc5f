//! The end of a device's life: its owners are told before (ASVS 6.4.5), and after its last day it
//! answers for nobody (§2.6).

use sekisho_domain::id::{NoticeId, TokenId};
use sekisho_domain::notice::{Notice, NoticeKind};
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::token::{Expiry, Token, TokenState};

use crate::context::Context;
use crate::error::Error;
use crate::otp;
use crate::tx::{Query, StoreError, Table, Tx};

/// Tokens that somebody has to look at now, those due longest first.
pub fn due(tx: &mut Tx, cx: &Context, limit: u32) -> Result<Vec<TokenId>, StoreError> {
    let due_by = Some(cx.now().millis());
    let tokens = tx.list::<Token>(&Query { due_by, limit, ..Query::all(Table::Token) })?;
    Ok(tokens.into_iter().map(|token| token.id).collect())
}

/// Does what the last day of a token asks for. Called twice it does nothing twice.
pub fn settle(tx: &mut Tx, cx: &mut Context, id: TokenId) -> Result<Expiry, Error> {
    let Some(token) = tx.load::<Token>(&id)? else { return Ok(Expiry::Never) };
    let notice_days = cx.policy(token.institution).otp.expiry_notice_days;
    let expiry = token.expiry(notice_days, cx.now().day());
    match expiry {
        Expiry::Over => {
            let why = (Reason::Other, ReportedBy::System);
            otp::end(tx, cx, token, TokenState::Expired, why)?;
        }
        Expiry::Tell => {
            let last = token.expires_on.map(|day| day.to_string()).unwrap_or_default();
            for binding in &token.bound {
                let notice = Notice::new(NoticeKind::TokenExpiring);
                let notice = notice.with("expires_on", last.as_str());
                let to = (token.institution, binding.contract);
                tx.put(notice.posted(NoticeId::make(cx.moment), to, cx.now()))?;
            }
            cx.save(tx, token.told_of_expiry())?;
        }
        Expiry::Wait(next) => {
            cx.save(tx, token.looked_at(next))?;
        }
        Expiry::Never => {}
    }
    Ok(expiry)
}
