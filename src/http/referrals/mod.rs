//! Referrals ("évacuations"): a doctor orders one, the post and the doctor follow it, and the structure that is asked receives it, with an
//! account or with the code of the letter. Everything answers once it is on the disk.

mod found;
mod liaison;
mod members;
mod order;
mod receiver;
mod step;

use super::state::HttpState;
use axum::{Router, extract::DefaultBodyLimit};

/// The addresses of referrals.
pub(super) fn router() -> Router<HttpState> {
    let all = order::router().merge(members::router()).merge(receiver::router()).merge(liaison::router());
    all.layer(DefaultBodyLimit::max(BODY_BYTES))
}

/// The longest body that is read: the six fields of a letter, of 2,000 characters each, have 48 kB in UTF-8 at most.
const BODY_BYTES: usize = 64 * 1024;
