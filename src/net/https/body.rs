//! The bodies of requests and answers, with their ends: a request's body must keep coming, and a request is in progress
//! until its answer's body was handed over.

use super::connection::{BODY_BYTE, Deadlines, HttpsConnection, OpenRequest};
use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use std::{
    io::{self, ErrorKind},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep};

/// The longest body for whose bytes time is added. Handlers read no longer one.
const TIMED_BYTES: u32 = 64 * 1024;

/// A request's body. It closes its connection when it comes too slowly, because a half body is no use to any handler.
pub(super) struct TimedBody {
    body: Incoming,
    stall: Duration,
    stalled: Pin<Box<Sleep>>,
    overdue: Pin<Box<Sleep>>,
    connection: HttpsConnection,
}

impl TimedBody {
    /// A body that begins now. An empty one needs no timers.
    pub(super) fn wrap(body: Incoming, connection: &HttpsConnection, deadlines: &Deadlines) -> Body {
        if body.is_end_stream() {
            return Body::empty();
        }
        let bytes = body.size_hint().exact().and_then(|bytes| u32::try_from(bytes).ok());
        let total = deadlines.body + BODY_BYTE * bytes.unwrap_or(TIMED_BYTES).min(TIMED_BYTES);
        Body::new(Self {
            body,
            stall: deadlines.body_stall,
            stalled: Box::pin(sleep(deadlines.body_stall)),
            overdue: Box::pin(sleep(total)),
            connection: connection.clone(),
        })
    }
}

impl HttpBody for TimedBody {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            this.stalled.as_mut().reset(Instant::from_std(this.connection.now() + this.stall));
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let is_late = this.stalled.as_mut().poll(cx).is_ready() || this.overdue.as_mut().poll(cx).is_ready();
        if is_late {
            this.connection.close();
            return Poll::Ready(Some(Err(io::Error::from(ErrorKind::TimedOut).into())));
        }
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An answer's body, which ends its request when it is dropped.
pub(super) struct AnswerBody {
    body: Body,
    _request: OpenRequest,
}

impl AnswerBody {
    /// The body of the answer to `request`.
    pub(super) fn wrap(body: Body, request: OpenRequest) -> Body {
        Body::new(Self { body, _request: request })
    }
}

impl HttpBody for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
