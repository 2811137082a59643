//! News of the rota for the doctor who is signed in, and the word that they were seen.

use crate::{
    http::{error::ApiError, json_body::JsonBody, session::auth::SignedIn, state::HttpState},
    rota::{News, NewsLine},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use teranga_clinic::{
    people::{Identity, Role},
    pii::Pii,
    rota::{DutyNews, Swap},
    time::Timestamp,
};

/// What is new for the doctor who asks: answers to their leave and swaps that they have not seen, and swaps that wait for them.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RotaNews {
    /// The version of the rota up to which the news go.
    pub version: u32,
    /// The answers, the newest first.
    pub lines: Vec<RotaNewsLine>,
    /// The swaps that wait for the doctor's answer.
    pub asked: Vec<Swap>,
}

/// An answer to a leave or a swap.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RotaNewsLine {
    /// The version of the rota that it made.
    pub version: u32,
    /// The time, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// The name of the person who answered.
    #[cfg_attr(test, ts(type = "string"))]
    pub by: Pii<String>,
    /// What was answered.
    pub what: DutyNews,
}

impl From<News> for RotaNews {
    fn from(News { version, lines, asked }: News) -> Self {
        let line = |NewsLine { version, at, by, what }| RotaNewsLine { version, at, by, what };
        Self { version, lines: lines.into_iter().map(line).collect(), asked }
    }
}

/// Says that the doctor has seen the news.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SeenRotaNews {
    /// The version up to which they went.
    pub version: u32,
}

/// What is new for this doctor.
pub(super) async fn news(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
) -> Result<Json<RotaNews>, ApiError> {
    doctor(&who)?;
    Ok(Json(state.rota.news(&who).await?.into()))
}

/// The doctor has seen the news up to a version.
pub(super) async fn seen(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    JsonBody(body): JsonBody<SeenRotaNews>,
) -> Result<StatusCode, ApiError> {
    doctor(&who)?;
    state.rota.saw_news(&who.party, body.version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refuses whoever has neither leave nor swaps.
fn doctor(who: &Identity) -> Result<(), ApiError> {
    if who.role == Role::Doctor { Ok(()) } else { Err(ApiError::WRONG_ROLE) }
}
