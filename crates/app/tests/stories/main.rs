//! The stories of the use cases, each told in one bank of its own.

mod audit;
mod batch;
mod handset;
mod letters;
mod life;
mod main_job;
mod otp;
mod otp_change;
mod otp_sign_in;
mod refusals;
mod support;
mod token_stock;
