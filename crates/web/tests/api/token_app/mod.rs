//! A token app is set up, over HTTP (api.md §6).

mod app;
mod issued;
mod later;
mod own;
mod refused;
