//! `/v1/approvals` (api.md §4, §9).

mod answers;
mod cancellation;
mod consumption;
mod list;
mod request;
