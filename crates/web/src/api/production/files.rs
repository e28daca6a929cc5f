//! What was made for the printer and the enclosing house, and the manifest that binds it together.

use sekisho_app::batch;
use sekisho_app::batch::file::{self, MadeFile};
use sekisho_app::batch::seal::{self, Manifest};
use sekisho_app::context::Context;
use sekisho_app::tx::Tx;
use sekisho_domain::id::{BatchId, FileId};
use serde_json::{Map, Value, json};

use crate::api::answer::Answer;
use crate::api::door::Visit;
use crate::oauth::jwt;
use crate::problem::Problem;

/// `…/manifest`: signed with the key with which the institution signs everything it states.
pub(super) async fn manifest(visit: Visit) -> Result<Answer, Problem> {
    let id: BatchId = visit.id("bat")?;
    let home = visit.home();
    let institution = home.id;
    let found = visit.web.look(move |tx, _| seal::manifest(tx, institution, id)).await?;
    let key = visit.web.issuer_key(institution).await?;
    let header = json!({"alg": "ES256", "kid": key.kid, "typ": "sekisho-manifest+jwt"});
    let mut claims = claims(&found);
    claims["iss"] = format!("{}/i/{}", visit.web.public_url, home.slug).into();
    claims["iat"] = visit.web.now().seconds().into();
    Ok(Answer::signed(jwt::sign(&key.key, &header, &claims)))
}

/// It names cards, never customers.
fn claims(manifest: &Manifest) -> Value {
    let numbers = manifest.card_numbers.iter();
    let numbers: Map<String, Value> =
        numbers.map(|(number, state)| (number.to_string(), state.word().into())).collect();
    json!({
        "batch": manifest.batch.to_string(), "institution": manifest.institution.to_string(),
        "kind": manifest.kind.word(), "state": manifest.state.word(),
        "counts": manifest.counts, "card_numbers": numbers, "files": manifest.files,
    })
}

/// `…/files`: what there is to fetch; nothing before sealing and after reconciliation.
pub(super) async fn list(visit: Visit) -> Result<Answer, Problem> {
    let id: BatchId = visit.id("bat")?;
    let institution = visit.institution();
    let act = move |tx: &mut Tx, _: &mut Context| {
        let batch = batch::find(tx, institution, id)?;
        Ok(file::list(tx, batch.id)?)
    };
    let found = visit.web.look(act).await?;
    let item = |file: &MadeFile| {
        json!({
            "id": file.id.to_string(), "name": file.name, "bytes": file.bytes,
            "sha256": file.sha256,
        })
    };
    Ok(Answer::ok(&json!({"items": found.iter().map(item).collect::<Vec<_>>()})))
}

/// `…/files/{fil}`: encrypted as it was made. Each reading stands in the audit log.
pub(super) async fn read(visit: Visit) -> Result<Answer, Problem> {
    let (batch, id): (BatchId, FileId) = (visit.id("bat")?, visit.id("fil")?);
    let at = (visit.institution(), batch);
    let act = move |tx: &mut Tx, cx: &mut Context| file::read(tx, cx, at, id);
    let (_, bytes) = visit.web.run(visit.actor(), act).await?;
    Ok(Answer::file(bytes))
}
