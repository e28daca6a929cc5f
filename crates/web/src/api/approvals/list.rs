//! `GET /v1/approvals` (api.md §4.8).

use sekisho_app::approval;
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::record::{Alias, AliasKind};
use sekisho_app::tx::{Order, Query as Rows, Table, Tx};
use sekisho_domain::approval::Approval;
use sekisho_domain::id::{ApprovalId, ContractId, InstitutionId};
use sekisho_domain::time::Timestamp;

use super::standing::{Shown, Standing};
use crate::api::answer::Answer;
use crate::api::door::Visit;
use crate::api::page::{self, Page};
use crate::problem::Problem;

const STATES: &[&str] =
    &["requested", "challenged", "approved", "consumed", "refused", "expired", "cancelled", "void"];
/// States that may have lapsed without anybody having written it down.
const OPEN: [&str; 3] = ["requested", "challenged", "approved"];

/// What the caller wants to see.
#[derive(Debug, Clone)]
struct Filter {
    contracts: Vec<ContractId>,
    states: Vec<&'static str>,
    references: Vec<String>,
    from: Option<Timestamp>,
    before: Option<Timestamp>,
}

impl Filter {
    fn read(visit: &Visit) -> Result<Self, Problem> {
        let query = &visit.query;
        let contract =
            |text: &str| text.parse().map_err(|_| Problem::parameter("contract", "pattern"));
        Ok(Self {
            contracts: query.all("contract").map(contract).collect::<Result<_, _>>()?,
            states: query.words("state", STATES)?,
            references: query.all("reference").map(str::to_owned).collect(),
            from: query.read_one("created_from", Timestamp::parse)?,
            before: query.read_one("created_before", Timestamp::parse)?,
        })
    }

    fn admits(&self, approval: &Approval, now: Timestamp) -> bool {
        let contracts = &self.contracts;
        (contracts.is_empty() || contracts.contains(&approval.contract))
            && (self.states.is_empty() || self.states.contains(&approval.state(now)))
            && self.from.is_none_or(|from| approval.created_at >= from)
            && self.before.is_none_or(|before| approval.created_at < before)
    }

    /// Then the places of the list are those of the log; else they are ids.
    fn is_of_one_contract(&self) -> bool {
        self.contracts.len() == 1 && self.references.is_empty()
    }

    /// Whether whatever follows in this order lies outside the time asked for.
    fn is_past(&self, approval: &Approval, order: Order) -> bool {
        match order {
            Order::NewestFirst => self.from.is_some_and(|from| approval.created_at < from),
            Order::OldestFirst => self.before.is_some_and(|to| approval.created_at >= to),
        }
    }

    /// The states rows are kept under; what has lapsed is still kept as open.
    fn kept_states(&self) -> Vec<&'static str> {
        let mut states = self.states.clone();
        if states.contains(&"expired") {
            states.extend(OPEN);
        }
        states
    }
}

pub(super) async fn list(visit: Visit) -> Result<Answer, Problem> {
    let filter = Filter::read(&visit)?;
    let institution = visit.institution();
    let rows = Rows {
        states: filter.kept_states(),
        ..page::Wanted::read(&visit)?.rows(Table::Approval, institution)
    };
    let strange = |place: &String| place.parse::<i64>().is_err();
    if filter.is_of_one_contract() && rows.after.as_ref().is_some_and(strange) {
        return Err(Problem::new("invalid_cursor"));
    }
    let act = move |tx: &mut Tx, cx: &mut Context| {
        let now = cx.now();
        let mut found = match (&filter.references[..], &filter.contracts[..]) {
            ([], [one]) => of_contract(tx, institution, *one, &rows, &filter, now)?,
            ([], _) => {
                let beyond = |found: &Approval| filter.is_past(found, rows.order);
                page::fill(tx, rows.clone(), |found| filter.admits(found, now), beyond)?
            }
            _ => named(tx, institution, &filter, now)?,
        };
        let mut shown = Vec::with_capacity(found.items.len());
        for approval in found.items.drain(..) {
            let standing = Standing::of(tx, cx, &approval)?;
            shown.push((approval, standing));
        }
        Ok((shown, found.next))
    };
    let (found, next) = visit.web.look(act).await?;
    let lang = visit.lang();
    let items = found.iter().map(|(approval, standing)| Shown::new(approval, standing, lang));
    Ok(page::answer(&visit, items.collect::<Vec<_>>(), next))
}

fn of_contract(
    tx: &mut Tx,
    institution: InstitutionId,
    contract: ContractId,
    rows: &Rows,
    filter: &Filter,
    now: Timestamp,
) -> Result<Page<Approval>, Error> {
    let read = |after: &Option<String>, limit: u32| {
        let after = after.as_ref().map(|place| place.parse().expect("it was looked at before"));
        let found = approval::of_contract(tx, contract, after, rows.order, limit)?;
        Ok(found.into_iter().map(|(place, approval)| (place.to_string(), approval)).collect())
    };
    let keep = |found: &Approval| found.institution == institution && filter.admits(found, now);
    let beyond = |found: &Approval| filter.is_past(found, rows.order);
    page::gather(rows.limit, rows.after.clone(), read, keep, beyond)
}

/// The approvals that bear these references now.
fn named(
    tx: &mut Tx,
    institution: InstitutionId,
    filter: &Filter,
    now: Timestamp,
) -> Result<Page<Approval>, Error> {
    let mut named = Vec::new();
    for reference in &filter.references {
        let key = AliasKind::Reference.key(institution, reference);
        let Some(alias) = tx.load::<Alias>(&key)? else { continue };
        let Ok(id) = alias.target.parse::<ApprovalId>() else { continue };
        named.extend(tx.load::<Approval>(&id)?.filter(|found| filter.admits(found, now)));
    }
    named.sort_by_key(|approval| std::cmp::Reverse(approval.id));
    Ok(Page { items: named, next: None })
}
