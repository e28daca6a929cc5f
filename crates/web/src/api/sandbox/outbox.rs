//! The mails of a sandbox as they are sent, oldest first: for tests without a mail server.

use std::collections::BTreeSet;

use sekisho_app::context::Context;
use sekisho_app::tx::{Order, Query as Rows, Table, Tx};
use sekisho_domain::contract::Contract;
use sekisho_domain::id::ContractId;
use sekisho_domain::notice::PostedNotice;
use serde_json::{Value, json};

use crate::api::answer::Answer;
use crate::api::door::Visit;
use crate::api::page;
use crate::mail::{self, Recipient};
use crate::problem::Problem;
use crate::state::Web;
use crate::text::Lang;

pub(super) const FILTERS: &[&str] = &["contract", "limit", "after"];

pub(super) async fn list(visit: Visit) -> Result<Answer, Problem> {
    let of = visit.query.read_one("contract", |text| ContractId::parse(text).ok())?;
    let wanted = page::Wanted::read(&visit)?;
    let rows = Rows {
        owner: of.map(|id| id.to_string()),
        after: wanted.after,
        order: Order::OldestFirst,
        limit: wanted.limit,
        ..Rows::all(Table::Notice)
    };
    let act = move |tx: &mut Tx, _: &mut Context| {
        let found = page::fill::<PostedNotice>(tx, rows.clone(), |_| true, |_| false)?;
        let mut told = Vec::with_capacity(found.items.len());
        for notice in found.items {
            let contract = tx.load::<Contract>(&notice.contract)?;
            told.extend(contract.map(|contract| (notice, contract)));
        }
        Ok((told, found.next))
    };
    let (told, next) = visit.web.look(act).await?;
    let mails = told.iter().flat_map(|(notice, contract)| mails(&visit.web, notice, contract));
    Ok(page::answer(&visit, mails.collect(), next))
}

/// One mail for each address, as the mailer writes it; none where there is no address.
fn mails(web: &Web, notice: &PostedNotice, contract: &Contract) -> Vec<Value> {
    let institution = web.platform.institution(notice.institution);
    let institution = institution.expect("a notice belongs to a registered institution");
    let stop_code = web.platform.stop_code(contract.id);
    let to = Recipient { contract, institution: &institution, stop_code: &stop_code };
    let written = mail::render(notice, to, Lang::Ja);
    let addresses: BTreeSet<&String> =
        contract.person.mails.iter().chain(&notice.also_to).collect();
    let mail = |address: &String| {
        json!({
            "id": notice.id.to_string(), "at": notice.at.to_string(), "to": address,
            "subject": written.subject, "text": written.text,
        })
    };
    addresses.into_iter().map(mail).collect()
}
