//! The customer's inbox (お知らせ): every notice again, where nobody can forge it (domain.md
//! §2.10).

use sekisho_domain::id::{ContractId, NoticeId};
use sekisho_domain::notice::PostedNotice;
use sekisho_domain::refusal::Refusal;

use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::tx::{Order, Query, Table, Tx};

/// Notices that are looked through for a code or for unread ones.
const LOOKED_THROUGH: u32 = 200;

/// At most `limit` notices before `before` (the newest without it), newest first.
pub fn page(
    tx: &mut Tx,
    contract: ContractId,
    before: Option<NoticeId>,
    limit: u32,
) -> Result<Vec<PostedNotice>, Error> {
    let query = Query {
        owner: Some(contract.to_string()),
        after: before.map(|id| id.to_string()),
        order: Order::NewestFirst,
        limit,
        ..Query::all(Table::Notice)
    };
    Ok(tx.list::<PostedNotice>(&query)?)
}

/// How many of the newest notices have not been opened.
pub fn unread(tx: &mut Tx, contract: ContractId) -> Result<usize, Error> {
    let newest = page(tx, contract, None, LOOKED_THROUGH)?;
    Ok(newest.iter().filter(|notice| notice.read_at.is_none()).count())
}

/// Opens a notice of the contract and marks it as read; another's is not there.
pub fn open(
    tx: &mut Tx,
    cx: &mut Context,
    contract: ContractId,
    id: NoticeId,
) -> Result<PostedNotice, Error> {
    let notice = tx.load::<PostedNotice>(&id)?.filter(|notice| notice.contract == contract);
    let notice = notice.or_refuse(Refusal::NotFound)?;
    if notice.read_at.is_some() {
        return Ok(notice);
    }
    let now = cx.now();
    Ok(cx.save(tx, notice.read(now))?)
}

/// The notice whose id ends in `code`, the short number printed in its mail: so that a customer can
/// check that a mail is ours. Only the newest 200 are looked through.
pub fn by_code(
    tx: &mut Tx,
    contract: ContractId,
    code: &str,
) -> Result<Option<PostedNotice>, Error> {
    let code = sekisho_domain::text::bare_code(code).to_ascii_lowercase();
    if code.len() < 8 {
        return Ok(None);
    }
    let newest = page(tx, contract, None, LOOKED_THROUGH)?;
    Ok(newest.into_iter().find(|notice| notice.id.to_string().ends_with(&code)))
}
