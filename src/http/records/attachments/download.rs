//! Downloading an attachment, or the picture of a page of a document, in parts. Every opening is recorded before anything is
//! shown.

use super::access::{AttachmentAccess, AttachmentKey};
use crate::{
    http::{
        bodies::FailureCode,
        error::ApiError,
        parameters::{InPath, InQuery},
        records::{
            asker::Asker,
            pieces::{Part, content},
            readers::Readers,
        },
        state::HttpState,
    },
    store::{FileKey, StoredFile},
};
use axum::{
    Extension,
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::sync::Arc;
use teranga_clinic::attachment::{AttachmentContent, AttachmentFile, AttachmentKind};

/// The original of an attachment, or a part of it, for members. A document is not shown by the browser but kept as a file,
/// because a PDF may hold programs.
pub(super) async fn original(
    State(state): State<HttpState>,
    Extension(readers): Extension<Arc<Readers>>,
    asker: Asker,
    InPath((consultation, attachment)): InPath<(String, String)>,
    InQuery(part): InQuery<Part>,
) -> Result<Response, ApiError> {
    let key = AttachmentKey::of(&consultation, &attachment)?;
    let wanted = Wanted { key, file: key.file(), page: None };
    let file = wanted.open(&state, &readers, asker).await?;
    let kind = file.announced().kind;
    let mut response = content(kind, file.read(part.range()).await?);
    if kind.kind() == AttachmentKind::Document {
        let name = HeaderValue::from_static("attachment; filename=\"document.pdf\"");
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// The picture of a page, or a part of it, for members. Pages are counted from 1.
pub(super) async fn page(
    State(state): State<HttpState>,
    Extension(readers): Extension<Arc<Readers>>,
    asker: Asker,
    InPath((consultation, attachment, page)): InPath<(String, String, String)>,
    InQuery(part): InQuery<Part>,
) -> Result<Response, ApiError> {
    let key = AttachmentKey::of(&consultation, &attachment)?;
    let number = page.parse::<u8>().ok().and_then(|page| page.checked_sub(1)).ok_or(ApiError::NOT_FOUND)?;
    let wanted = Wanted { key, file: key.page(number), page: Some(number) };
    let file = wanted.open(&state, &readers, asker).await?;
    Ok(content(file.announced().kind, file.read(part.range()).await?))
}

struct Wanted {
    key: AttachmentKey,
    file: FileKey,
    /// The number of the page, counted from 0; none for the original.
    page: Option<u8>,
}

impl Wanted {
    /// Opens a stored file for a member, without asking the facts again if it was opened a moment ago.
    async fn open(
        &self,
        state: &HttpState,
        readers: &Readers,
        asker: Asker,
    ) -> Result<Arc<StoredFile>, ApiError> {
        let (now, as_of, party) =
            (state.clock.timestamp(), state.journal.member_changes(), asker.who.party.clone());
        if let Some(file) = readers.get(self.file, &party, now, as_of) {
            return Ok(file);
        }
        let access = AttachmentAccess::of_member(state, asker, self.key).await?;
        let sha256 = self.sha256_of(access.attached()?).ok_or(ApiError::NOT_FOUND)?;
        let file = state.files.stored(self.file).await?.ok_or(ApiError::NOT_FOUND)?;
        if URL_SAFE_NO_PAD.encode(&file.announced().sha256) != sha256 {
            let AttachmentKey { consultation, attachment } = self.key;
            tracing::error!(%consultation, %attachment, "a stored file is not the one that its fact names");
            return Err(FailureCode::Storage.into());
        }
        access.note_opening(state).await?;
        let file = Arc::new(file);
        readers.insert(self.file, party, &file, now, as_of);
        Ok(file)
    }

    /// The SHA-256 that the fact names; none if there is no such page.
    fn sha256_of(&self, attached: &AttachmentFile) -> Option<String> {
        match (self.page, &attached.content) {
            (None, _) => Some(attached.sha256.clone()),
            (Some(number), AttachmentContent::Document { pages }) => {
                pages.get(usize::from(number)).map(|page| page.sha256.clone())
            }
            _ => None,
        }
    }
}
