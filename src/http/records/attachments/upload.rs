//! Uploading an attachment: the announcement, the pieces, and the check of the whole after the last one.
//!
//! The facts are read when the file is announced, to check who may upload it. A piece then needs only the open upload, which
//! belongs to that party, and the knowledge that the consultation has not ended; it reads the facts again after the end, after a
//! restart of the server, and when the upload has left the memory.

use super::{
    access::{AttachmentAccess, AttachmentKey},
    checked::RecentlyChecked,
};
use crate::{
    attachment_check::{self, Checked, Refusal},
    http::{
        bodies::{AnnounceAttachment, FailureCode, PhotoHeld},
        error::ApiError,
        json_body::JsonBody,
        parameters::{InPath, InQuery},
        records::{
            asker::Asker,
            pieces::{From, append_in_order, receive, refuse_long, wire_length},
        },
        session::at_tablet::Said,
        state::HttpState,
    },
    store::Upload,
};
use axum::{
    Extension, Json,
    extract::{Request, State},
    http::HeaderMap,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::sync::Arc;
use teranga_clinic::{
    attachment::{AttachmentContent, AttachmentFile},
    attachment_rules::check,
    id::PartyId,
    photo::PhotoFile,
    photo_rules::Announced,
};
use teranga_signaling::contract::Input;

/// Begins an upload, or tells how much of it is there already; so a page goes on after a reload.
pub(super) async fn announce(
    State(state): State<HttpState>,
    Extension(checked): Extension<Arc<RecentlyChecked>>,
    asker: Asker,
    InPath((consultation, attachment)): InPath<(String, String)>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<AnnounceAttachment>,
) -> Result<Json<PhotoHeld>, ApiError> {
    let said = Said::of(&asker.who, &headers);
    let (key, party) = (AttachmentKey::of(&consultation, &attachment)?, asker.who.party.clone());
    let access = AttachmentAccess::of_member(&state, asker.clone(), key).await?;
    if let Some(stored) = access.stored(Some(&body.sha256))? {
        return Ok(Json(stored));
    }
    let announced = body.read().ok_or(FailureCode::Malformed)?;
    access.check_upload(&state)?;
    check(&announced).map_err(|_| FailureCode::TooLarge)?;
    let upload = state.files.begin(key.file(), &party, announced).await?;
    let held = upload.held();
    if held == upload.announced().bytes {
        complete(&state, &checked, key, &upload, (asker, said)).await?;
    }
    Ok(Json(PhotoHeld { held: wire_length(held), stored: false }))
}

/// Takes the next piece. A piece that came before changes nothing. The last one is acknowledged when the whole file was
/// checked.
pub(super) async fn append(
    State(state): State<HttpState>,
    Extension(checked): Extension<Arc<RecentlyChecked>>,
    asker: Asker,
    InPath((consultation, attachment)): InPath<(String, String)>,
    InQuery(From { offset }): InQuery<From>,
    headers: HeaderMap,
    request: Request,
) -> Result<Json<PhotoHeld>, ApiError> {
    refuse_long(&headers)?;
    let said = Said::of(&asker.who, &headers);
    let key = AttachmentKey::of(&consultation, &attachment)?;
    let mut upload = open_upload(&state, key, &asker.who.party).await?;
    if upload.is_none() {
        let party = asker.who.party.clone();
        let access = AttachmentAccess::of_member(&state, asker.clone(), key).await?;
        if let Some(stored) = access.stored(None)? {
            return Ok(Json(stored));
        }
        access.check_upload(&state)?;
        upload = state.files.resume(key.file(), &party).await?;
    }
    let piece = receive(request.into_body()).await?;
    let upload = upload.ok_or(FailureCode::PhotoOffset)?;
    let announced = upload.announced();
    if offset.saturating_add(piece.len()) > announced.bytes {
        return Err(FailureCode::TooLarge.into());
    }
    if offset == 0 && !attachment_check::may_begin(announced.kind, &piece) {
        return Err(discard(&state, key, &upload, attachment_check::wrong_kind(announced.kind)).await);
    }
    let (_, now) = append_in_order(&upload, offset, piece).await?;
    if now == announced.bytes {
        complete(&state, &checked, key, &upload, (asker, said)).await?;
    }
    Ok(Json(PhotoHeld { held: wire_length(now), stored: false }))
}

/// The upload that this party has open, if bytes are still missing and the consultation goes on.
async fn open_upload(
    state: &HttpState,
    key: AttachmentKey,
    party: &PartyId,
) -> Result<Option<Arc<Upload>>, ApiError> {
    let open = state.files.open_upload(key.file(), party);
    let Some(upload) = open.filter(|upload| upload.held() < upload.announced().bytes) else {
        return Ok(None);
    };
    let ended = state.journal.has_ended(key.consultation).await?;
    Ok(Some(upload).filter(|_| !ended))
}

/// Checks the whole file, makes it durable as such, and tells the hub, which makes it a fact. The work goes on when the page no
/// longer waits for it, so that a slow document is drawn once.
async fn complete(
    state: &HttpState,
    checked: &Arc<RecentlyChecked>,
    key: AttachmentKey,
    upload: &Arc<Upload>,
    (asker, said): (Asker, Option<Said>),
) -> Result<(), ApiError> {
    let (state, checked, upload) = (state.clone(), checked.clone(), upload.clone());
    let done = tokio::spawn(async move {
        // Whoever asks while its document is being drawn gets what came of it.
        let _turn = checked.turn().await.ok_or(FailureCode::Storage)?;
        let file = match checked.get(key.file()) {
            Some(file) => file,
            None => check_and_keep(&state, &checked, key, &upload).await?,
        };
        let AttachmentKey { consultation, attachment } = key;
        let author = Said::author(said.as_ref(), &state).await?;
        let at_end = AttachmentAccess::at_end(&state, key, &asker).await?;
        let (by, file) = (Box::new(asker.who), Box::new(file));
        let stored = Input::AttachmentStored { consultation, attachment, by, author, file, at_end };
        let told = state.inputs.send(stored).await;
        told.map_err(|_| FailureCode::Draining.into())
    });
    done.await.unwrap_or_else(|_| Err(FailureCode::Internal.into()))
}

/// A flawed file is discarded. The pictures of a document's pages are kept before the original, so that whoever finds the
/// original finds them.
async fn check_and_keep(
    state: &HttpState,
    checked: &RecentlyChecked,
    key: AttachmentKey,
    upload: &Arc<Upload>,
) -> Result<AttachmentFile, ApiError> {
    let outcome = attachment_check::check(&state.documents, upload.announced(), upload.bytes()).await;
    let Checked { file, pages } = match outcome {
        Ok(checked) => checked,
        Err(Refusal::MachineBusy) => return Err(code(Refusal::MachineBusy).into()),
        Err(refusal) => return Err(discard(state, key, upload, refusal).await),
    };
    if let AttachmentContent::Document { pages: named } = &file.content {
        for (number, (named, picture)) in (0..).zip(named.iter().zip(&pages)) {
            state.files.keep(key.page(number), &page_announced(named), picture).await?;
        }
    }
    state.files.finish(upload).await?;
    checked.insert(key.file(), file.clone());
    Ok(file)
}

fn page_announced(page: &PhotoFile) -> Announced {
    let (bytes, sha256) = (page.bytes as usize, URL_SAFE_NO_PAD.decode(&page.sha256).unwrap_or_default());
    Announced { kind: page.kind.into(), bytes, sha256, thumbnail: Vec::new() }
}

/// Forgets a file that is not taken. The answer to its sender.
async fn discard(state: &HttpState, key: AttachmentKey, upload: &Arc<Upload>, refusal: Refusal) -> ApiError {
    let AttachmentKey { consultation, attachment } = key;
    tracing::warn!(%consultation, %attachment, %refusal, "an attachment was refused");
    match state.files.discard(upload).await {
        Ok(()) => code(refusal).into(),
        Err(error) => error.into(),
    }
}

const fn code(refusal: Refusal) -> FailureCode {
    match refusal {
        Refusal::Damaged => FailureCode::AttachmentDamaged,
        Refusal::PhotoKind => FailureCode::PhotoKind,
        Refusal::VoiceNoteKind => FailureCode::VoiceNoteKind,
        Refusal::VoiceNoteLong => FailureCode::VoiceNoteLong,
        Refusal::DocumentKind => FailureCode::DocumentKind,
        Refusal::DocumentPages => FailureCode::DocumentPages,
        Refusal::DocumentEncrypted => FailureCode::DocumentEncrypted,
        Refusal::DocumentTooHard => FailureCode::DocumentTooHard,
        Refusal::MachineBusy => FailureCode::Storage,
    }
}

impl AnnounceAttachment {
    /// The announcement, unless the hash is not base64url.
    fn read(self) -> Option<Announced> {
        let sha256 = URL_SAFE_NO_PAD.decode(self.sha256).ok()?;
        let (kind, bytes) = (self.media_type, usize::try_from(self.bytes).ok()?);
        Some(Announced { kind, bytes, sha256, thumbnail: Vec::new() })
    }
}
