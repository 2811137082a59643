//! What photos and attachments have in common: the pieces in which they are uploaded, and the parts in which they are read.

use crate::{
    http::{bodies::FailureCode, error::ApiError},
    store::{Appended, Upload},
};
use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use std::{ops::Range, sync::Arc, time::Duration};
use teranga_clinic::attachment::MediaType;
use tokio::time::timeout;

/// The offset of a piece in the file, bytes.
#[derive(Deserialize)]
pub(super) struct From {
    pub(super) offset: usize,
}

/// The part that a reader asks for, bytes. A missing length means up to the end.
#[derive(Deserialize)]
pub(super) struct Part {
    #[serde(default)]
    offset: usize,
    length: Option<usize>,
}

impl Part {
    pub(super) fn range(&self) -> Range<usize> {
        self.offset..self.offset.saturating_add(self.length.unwrap_or(usize::MAX))
    }
}

/// Refuses a body by its `Content-Length`, before it is read.
pub(super) fn refuse_long(headers: &HeaderMap) -> Result<(), ApiError> {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: usize| length > PIECE_BYTES) {
        Err(FailureCode::TooLarge.into())
    } else {
        Ok(())
    }
}

/// Reads a piece.
pub(super) async fn receive(body: Body) -> Result<Bytes, ApiError> {
    let body = timeout(PIECE_PATIENCE, to_bytes(body, PIECE_BYTES)).await;
    body.map_err(|_| FailureCode::Malformed)?.map_err(|_| FailureCode::TooLarge.into())
}

/// Adds a piece behind those that left before it. The bytes that were durable before, and those that are now.
pub(super) async fn append_in_order(
    upload: &Arc<Upload>,
    offset: usize,
    piece: Bytes,
) -> Result<(usize, usize), ApiError> {
    let _ = timeout(ORDER_PATIENCE, upload.wait_for(offset)).await;
    match upload.append(offset, piece.into()).await? {
        Appended::Durable { before, now } => Ok((before, now)),
        Appended::OutOfOrder => Err(FailureCode::PhotoOffset.into()),
    }
}

/// The answer with a file or a part of it. The browser keeps it no longer than the page is open, and takes it for nothing but
/// what it is said to be.
pub(super) fn content(kind: MediaType, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind.mime())),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, bytes).into_response()
}

/// A length of a file on the wire. The bounds of a file are far below the greatest `u32`.
pub(super) fn wire_length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// The largest piece, bytes. A page on a thin link sends a thirtieth of it.
const PIECE_BYTES: usize = 16 * 1024;

/// The time for which a piece waits for the one before it, which left earlier on the same connection. A page has several
/// under way, and they may overtake each other in the server.
const ORDER_PATIENCE: Duration = Duration::from_millis(500);

/// The time in which the body of a piece must arrive. A page sends the piece again sooner than that.
const PIECE_PATIENCE: Duration = Duration::from_mins(1);
