//! Sessions and parties: the sockets that are open, and the accounts and devices behind them.

mod parties;
mod pieces;
mod socket;

pub(crate) use self::{parties::Sessions, socket::Session};
