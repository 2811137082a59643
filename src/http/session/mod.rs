//! Signing in and out, and the proof of who is signed in that the other handlers ask for.

pub mod auth;
mod sign_in;

pub(super) use sign_in::router;
