//! The context: what the four machines of the hub share, and the few operations that all of them need. It holds
//! sessions, open consultations, uncommitted facts, join tokens, timers, marks of change and the effects to come. It
//! decides nothing by itself.

mod acts;
mod ambulance;
mod availability;
mod changes;
mod commit;
mod consents;
mod counters;
mod join_token;
mod mark;
mod pace;
mod pieces;
mod prescriptions;
mod referrals;
mod send;
mod sender;
mod shared;
mod uncommitted;

pub use self::counters::{Counters, Stats};
pub(crate) use self::{
    ambulance::{call_of_ambulance, for_ambulance, may_say},
    changes::Changes,
    consents::tell_consent,
    pieces::{piece_received, send_piece},
    referrals::{tell_of_referral, tell_referral},
    sender::{Outcome, Refusal, Sender},
    shared::{Context, Timer},
    uncommitted::{Entry, is_of_appointment},
};
