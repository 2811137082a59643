//! The door: one HTTPS port for pages, the API, the WebSocket and the machines that watch us.

pub mod api;
pub mod auth;
pub mod error;
pub mod ops;
pub mod pages;
pub mod tls;
pub mod ws;

use crate::{identity::Identity, observer::Observer, sockets::Sockets};
use axum::{Router, middleware, routing::get};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};
use teranga_signaling::{hub::Input, id::SessionId};
use tokio::sync::mpsc;

/// What the live part of the door needs: the way to the hub, and a look at the house.
#[derive(Clone)]
pub struct Live {
    /// Open sockets.
    pub sockets: Arc<Sockets>,
    /// To the hub; waiting when it is full slows the socket that waits.
    pub inputs: mpsc::Sender<Input>,
    /// Looks at the house.
    pub observer: Arc<Observer>,
    /// Whether no new work is taken.
    pub draining: Arc<AtomicBool>,
    /// Number of the next session.
    pub sessions: Arc<AtomicU64>,
}

impl Live {
    fn next_session(&self) -> SessionId {
        SessionId(self.sessions.fetch_add(1, Ordering::Relaxed))
    }

    fn draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}
