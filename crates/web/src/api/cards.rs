//! `/v1/card_orders` and `/v1/credentials` (api.md §5.2).

pub(super) mod credentials;
mod orders;

use axum::Router;
use sekisho_domain::client::Scope;

use super::door::Door;
use crate::state::Web;

const READS: &[Scope] = &[Scope::CredentialsRead];
const WRITES: &[Scope] = &[Scope::CredentialsWrite];

pub(super) fn router() -> Router<Web> {
    let orders = Door::get(READS).with_query(orders::FILTERS).route(orders::list);
    let held = Door::get(READS).with_query(credentials::FILTERS).route(credentials::of_contract);
    Router::new()
        .route("/v1/contracts/{ctr}/card_orders", Door::post(WRITES).route(orders::order))
        .route(
            "/v1/contracts/{ctr}/activation_codes",
            Door::post(WRITES).route(orders::activation_code),
        )
        .route("/v1/card_orders", orders)
        .route("/v1/card_orders/{ord}", Door::get(READS).route(orders::show))
        .route("/v1/card_orders/{ord}/cancellation", Door::post(WRITES).route(orders::cancel))
        .route(
            "/v1/card_orders/{ord}/approval",
            Door::post(WRITES).or_empty().route(orders::approve),
        )
        .route("/v1/contracts/{ctr}/credentials", held)
        .route("/v1/credentials/{crd}", Door::get(READS).route(credentials::show))
        .route("/v1/credentials/{crd}/revocation", Door::post(WRITES).route(credentials::revoke))
        .route(
            "/v1/credentials/{crd}/unlock",
            Door::post(WRITES).or_empty().route(credentials::unlock),
        )
}
