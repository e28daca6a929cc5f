//! One-time passwords (api.md §5.3): tokens, and what contracts have of them. No seed and no code
//! is in any reply.

mod imports;
mod in_use;
mod issues;
mod stock;

use axum::Router;
use sekisho_domain::client::Scope;

use super::door::Door;
use crate::state::Web;

const READS: &[Scope] = &[Scope::CredentialsRead];
const WRITES: &[Scope] = &[Scope::CredentialsWrite];

pub(super) fn router() -> Router<Web> {
    let issues = "/v1/contracts/{ctr}/token_issues";
    let cancel = Door::post(WRITES).or_empty().route(issues::cancel);
    let import = Door::post(WRITES).reading(imports::PSKC).route(imports::receive);
    Router::new()
        .route(issues, Door::post(WRITES).route(issues::issue))
        .route(&format!("{issues}/{{iss}}"), Door::get(READS).route(issues::show))
        .route(&format!("{issues}/{{iss}}/cancellation"), cancel)
        .route("/v1/contracts/{ctr}/credentials", Door::post(WRITES).route(in_use::start))
        .route("/v1/credentials/{crd}", Door::patch(WRITES).route(in_use::ask_at_sign_in))
        .route("/v1/credentials/{crd}/exchange", Door::post(WRITES).route(in_use::exchange))
        .route("/v1/credentials/{crd}/stop", Door::post(WRITES).route(in_use::stop))
        .route("/v1/credentials/{crd}/resync", Door::post(WRITES).route(in_use::resync))
        .route("/v1/token_imports", import)
        .route("/v1/token_imports/{job}/key", Door::post(WRITES).route(imports::give_key))
        .route("/v1/tokens", Door::get(READS).with_query(stock::FILTERS).route(stock::list))
        .route("/v1/tokens/{tok}", Door::get(READS).route(stock::show))
        .route("/v1/tokens/{tok}/allocation", Door::post(WRITES).route(stock::allocate))
        .route("/v1/tokens/{tok}/return", Door::post(WRITES).or_empty().route(stock::put_back))
        .route("/v1/tokens/{tok}/defect", Door::post(WRITES).or_empty().route(stock::defect))
        .route("/v1/tokens/{tok}/destruction", Door::post(WRITES).or_empty().route(stock::destroy))
        .route("/v1/tokens/{tok}/revocation", Door::post(WRITES).route(stock::revoke))
}
