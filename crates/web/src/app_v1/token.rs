//! `GET token`: the app asks how it stands, and proves that it is the one (api.md §6.6). A token
//! that has ended is told so: its app removes what it holds.

use sekisho_app::tx::Tx;
use sekisho_domain::credential::Credential;
use sekisho_domain::id::{InstitutionId, TokenId};
use sekisho_domain::token::Token;
use serde::Serialize;
use serde_json::Value;

use super::door::Call;
use crate::api::answer::Answer;
use crate::api::told::Told;
use crate::oauth::dpop::{self, About};
use crate::problem::Problem;

pub(super) async fn show(call: Call) -> Result<Answer, Problem> {
    let proof = call.header("dpop").ok_or_else(not_bound)?;
    let named = dpop::key_named(proof).and_then(|kid| kid.parse::<TokenId>().ok());
    let (id, institution) = (named.ok_or_else(not_bound)?, call.institution.id);
    let found = call.web.look(move |tx, _| Ok(find(tx, institution, id)?)).await?;
    let (token, bound) = found.ok_or_else(not_bound)?;
    let key = token.device_key.as_deref().ok_or_else(not_bound)?;
    let key: Value = serde_json::from_str(key.get()).map_err(|_| not_bound())?;
    let url = call.url();
    let about = About { method: "GET", url: &url, access_token: None };
    dpop::check_by(&call.web, proof, about, &key).map_err(|_| not_bound())?;
    let state = token.state.word();
    Ok(Answer::ok(&Shown { token: Told(id), serial: token.serial.as_str(), state, bound: &bound }))
}

fn not_bound() -> Problem {
    let challenge = "DPoP error=\"invalid_dpop_proof\", algs=\"ES256\"";
    Problem::new("access_token_not_bound").challenge(challenge)
}

type Found = Option<(Token, Vec<Bound>)>;

fn find(
    tx: &mut Tx,
    institution: InstitutionId,
    id: TokenId,
) -> Result<Found, sekisho_app::tx::StoreError> {
    let token = tx.load::<Token>(&id)?.filter(|token| token.institution == institution);
    let Some(token) = token else { return Ok(None) };
    let mut bound = Vec::with_capacity(token.bound.len());
    for binding in &token.bound {
        if let Some(credential) = tx.load::<Credential>(&binding.credential)? {
            let state = credential.state.word();
            bound.push(Bound { institution: Told(institution), state });
        }
    }
    Ok(Some((token, bound)))
}

/// One contract it answers for; the app learns no more of it.
#[derive(Serialize)]
struct Bound {
    institution: Told<InstitutionId>,
    state: &'static str,
}

#[derive(Serialize)]
struct Shown<'a> {
    token: Told<TokenId>,
    serial: &'a str,
    state: &'static str,
    bound: &'a [Bound],
}
