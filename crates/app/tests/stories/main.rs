//! The stories of the use cases, each told in one bank of its own.

mod audit;
mod batch;
mod letters;
mod life;
mod main_job;
mod refusals;
mod support;
