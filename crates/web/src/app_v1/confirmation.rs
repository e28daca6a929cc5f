//! `POST registrations/{reg}/confirmation`: the app proves that it has derived the same, and is a
//! token (api.md §6.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_app::context::Context;
use sekisho_app::once::once;
use sekisho_app::provision::{self, Confirmation};
use sekisho_app::tx::Tx;
use sekisho_domain::event::Actor;
use sekisho_domain::id::{RegistrationId, RequestId, TokenId};
use sekisho_domain::provision::bytes32;
use sekisho_domain::read::object;
use sekisho_domain::refusal::Refusal;
use sekisho_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::door::Call;
use crate::api::answer::Answer;
use crate::api::told::Told;
use crate::problem::Problem;
use crate::text::Lang;

/// What is kept for repeated requests. A refusal is told again as it was told first.
#[derive(Serialize, Deserialize)]
struct Judged {
    confirmation: Confirmation,
    request: RequestId,
    japanese: bool,
}

pub(super) async fn confirm(call: Call) -> Result<Answer, Problem> {
    let app_mac = call.read(object(|f| f.required("app_mac", bytes32)))?;
    let id: RegistrationId = call.id("reg")?;
    let (institution, key) = (call.institution.id, call.once());
    let (request, japanese) = (call.request(), call.lang() == Lang::Ja);
    let act = move |tx: &mut Tx, cx: &mut Context| {
        // A reply is repeated while the registration lives, and not longer.
        provision::find(tx, cx, institution, id)?;
        once(tx, cx, &key, |tx, cx| {
            let confirmation = provision::confirm(tx, cx, institution, id, &app_mac)?;
            Ok(Judged { confirmation, request, japanese })
        })
    };
    let kept = call.web.run(Actor::Stranger, act).await?;
    let judged = kept.outcome;
    let answer = match judged.confirmation {
        Confirmation::Token { id, serial, server_mac, at } => Answer::ok(&Shown {
            token: Told(id),
            serial: serial.as_str(),
            server_mac: URL_SAFE_NO_PAD.encode(server_mac),
            clock: Told(at),
        }),
        Confirmation::Refused { tries_left } => {
            let problem = Problem::from(Refusal::StartRefused { tries_left });
            let lang = if judged.japanese { Lang::Ja } else { Lang::En };
            Answer::kept(&problem, judged.request, lang, &call.web)
        }
    };
    Ok(answer.replayed(kept.replayed))
}

/// A new token as its app reads it.
#[derive(Serialize)]
struct Shown<'a> {
    token: Told<TokenId>,
    serial: &'a str,
    server_mac: String,
    clock: Told<Timestamp>,
}
