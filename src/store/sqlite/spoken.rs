//! Recordings of the sentences for patients in SQLite.

use super::{SqliteStore, connection::millis, sealed};
use crate::store::{
    error::StoreError,
    names::{Named, from_name},
    traits::{
        HasSpoken, NewSpoken, SPOKEN_BYTES, SPOKEN_VERSIONS, Spoken, SpokenBy, SpokenOutcome, SpokenVersion,
    },
};
use async_trait::async_trait;
use aws_lc_rs::digest::{SHA256, digest};
use sqlx::{Row, sqlite::SqliteRow};
use std::{collections::HashMap, sync::Arc};
use teranga_clinic::{
    id::PartyId,
    pii::Pii,
    spoken::{SpokenSlot, SpokenState},
    time::Timestamp,
};

/// The recordings in a store that keeps other subjects, too.
#[derive(Clone, Debug)]
struct SqliteSpoken(SqliteStore);

impl HasSpoken for SqliteStore {
    fn recordings(&self) -> Arc<dyn Spoken> {
        Arc::new(SqliteSpoken(self.clone()))
    }
}

#[async_trait]
impl Spoken for SqliteSpoken {
    async fn spoken(&self) -> Result<Vec<SpokenVersion>, StoreError> {
        let names = self.names_of_speakers().await?;
        let rows = sqlx::query(
            "SELECT sentence, language, version, state, recorded_by, recorded_at, signed_off_by, signed_off_at, \
             withdrawn_by, withdrawn_at, duration_ms, sha256, length(audio) AS bytes \
             FROM spoken ORDER BY sentence, language, version",
        )
        .fetch_all(&self.0.readers)
        .await?;
        rows.iter().map(|row| version(row, &names)).collect()
    }

    async fn add_spoken(&self, new: &NewSpoken, now: Timestamp) -> Result<u32, StoreError> {
        if new.audio.len() > SPOKEN_BYTES {
            return Err(StoreError::TooLarge);
        }
        let (sha256, (sentence, language)) = (sha256(&new.audio), names(new.slot));
        let mut transaction = self.0.write().await?;
        let known = sqlx::query(
            "SELECT COALESCE(MAX(version), 0) AS last, MAX(CASE sha256 WHEN ? THEN version END) AS same \
             FROM spoken WHERE sentence = ? AND language = ?",
        )
        .bind(&sha256[..])
        .bind(sentence)
        .bind(language)
        .fetch_one(&mut *transaction)
        .await?;
        if let Some(same) = known.try_get("same")? {
            return Ok(same);
        }
        let last: u32 = known.try_get("last")?;
        if last >= SPOKEN_VERSIONS {
            return Err(StoreError::TooLarge);
        }
        let state = if new.by.is_some() { SpokenState::Draft } else { SpokenState::SignedOff };
        sqlx::query(
            "INSERT INTO spoken (sentence, language, version, state, recorded_by, recorded_at, signed_off_at, \
             duration_ms, sha256, audio) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(sentence)
        .bind(language)
        .bind(last + 1)
        .bind(state.name())
        .bind(new.by.as_ref().map(|by| &by.0))
        .bind(millis(now))
        .bind(new.by.is_none().then(|| millis(now)))
        .bind(new.duration_ms)
        .bind(&sha256[..])
        .bind(&new.audio)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(last + 1)
    }

    async fn spoken_audio(
        &self,
        slot: SpokenSlot,
        version: u32,
    ) -> Result<Option<(SpokenState, Vec<u8>)>, StoreError> {
        let (sentence, language) = names(slot);
        let row = sqlx::query(
            "SELECT state, sha256, audio FROM spoken WHERE sentence = ? AND language = ? AND version = ?",
        )
        .bind(sentence)
        .bind(language)
        .bind(version)
        .fetch_optional(&self.0.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let (kept, audio): (Vec<u8>, Vec<u8>) = (row.try_get("sha256")?, row.try_get("audio")?);
        if sha256(&audio)[..] != kept[..] {
            return Err(StoreError::Corrupt(format!(
                "the recording {sentence}, {language}, {version} was changed"
            )));
        }
        Ok(Some((from_name(row.try_get("state")?)?, audio)))
    }

    async fn sign_off_spoken(
        &self,
        slot: SpokenSlot,
        version: u32,
        by: &PartyId,
        now: Timestamp,
    ) -> Result<SpokenOutcome, StoreError> {
        let (sentence, language) = names(slot);
        let mut transaction = self.0.write().await?;
        let row = sqlx::query(
            "SELECT state, recorded_by FROM spoken WHERE sentence = ? AND language = ? AND version = ?",
        )
        .bind(sentence)
        .bind(language)
        .bind(version)
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(row) = row else { return Ok(SpokenOutcome::Missing) };
        let recorded_by: Option<&str> = row.try_get("recorded_by")?;
        if from_name::<SpokenState>(row.try_get("state")?)? != SpokenState::Draft {
            return Ok(SpokenOutcome::TooLate);
        }
        if recorded_by == Some(by.0.as_str()) {
            return Ok(SpokenOutcome::Own);
        }
        sqlx::query(
            "UPDATE spoken SET state = ?, signed_off_by = ?, signed_off_at = ? \
             WHERE sentence = ? AND language = ? AND version = ?",
        )
        .bind(SpokenState::SignedOff.name())
        .bind(&by.0)
        .bind(millis(now))
        .bind(sentence)
        .bind(language)
        .bind(version)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(SpokenOutcome::Done)
    }

    async fn withdraw_spoken(
        &self,
        slot: SpokenSlot,
        version: u32,
        by: &PartyId,
        now: Timestamp,
    ) -> Result<SpokenOutcome, StoreError> {
        let (sentence, language) = names(slot);
        let changed = sqlx::query(
            "UPDATE spoken SET state = ?1, withdrawn_by = ?2, withdrawn_at = ?3 \
             WHERE sentence = ?4 AND language = ?5 AND version = ?6 AND state <> ?1",
        )
        .bind(SpokenState::Withdrawn.name())
        .bind(&by.0)
        .bind(millis(now))
        .bind(sentence)
        .bind(language)
        .bind(version)
        .execute(&self.0.writer)
        .await?;
        if changed.rows_affected() > 0 {
            return Ok(SpokenOutcome::Done);
        }
        let found = self.spoken_audio(slot, version).await?;
        Ok(found.map_or(SpokenOutcome::Missing, |_| SpokenOutcome::TooLate))
    }
}

impl SqliteSpoken {
    /// The names of everybody who did something to a recording.
    async fn names_of_speakers(&self) -> Result<HashMap<String, String>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, sealed_name FROM party WHERE id IN (SELECT recorded_by FROM spoken UNION \
             SELECT signed_off_by FROM spoken UNION SELECT withdrawn_by FROM spoken)",
        )
        .fetch_all(&self.0.readers)
        .await?;
        let name = |row: &SqliteRow| {
            let (id, sealed): (String, Vec<u8>) = (row.try_get("id")?, row.try_get("sealed_name")?);
            let name = sealed::open_name(&self.0.keys, &id, &sealed)?;
            Ok((id, name))
        };
        rows.iter().map(name).collect()
    }
}

fn version(row: &SqliteRow, names: &HashMap<String, String>) -> Result<SpokenVersion, StoreError> {
    let by = |column: &str| -> Result<Option<SpokenBy>, StoreError> {
        let party: Option<String> = row.try_get(column)?;
        let somebody = |party: String| SpokenBy {
            name: Pii::new(names.get(&party).cloned().unwrap_or_default()),
            party: PartyId(party),
        };
        Ok(party.map(somebody))
    };
    let at = |column: &str| -> Result<Option<Timestamp>, StoreError> {
        let at: Option<i64> = row.try_get(column)?;
        Ok(at.map(|at| Timestamp(at.try_into().unwrap_or_default())))
    };
    let sha256: Vec<u8> = row.try_get("sha256")?;
    let signed_off_by = by("signed_off_by")?;
    Ok(SpokenVersion {
        slot: SpokenSlot {
            sentence: from_name(row.try_get("sentence")?)?,
            language: from_name(row.try_get("language")?)?,
        },
        version: row.try_get("version")?,
        state: from_name(row.try_get("state")?)?,
        recorded: (by("recorded_by")?, at("recorded_at")?.unwrap_or_default()),
        signed_off: at("signed_off_at")?.map(|at| (signed_off_by, at)),
        withdrawn: by("withdrawn_by")?.zip(at("withdrawn_at")?),
        duration_ms: row.try_get("duration_ms")?,
        bytes: row.try_get("bytes")?,
        sha256: sha256.try_into().map_err(|_| StoreError::Corrupt("a hash of a recording".to_owned()))?,
    })
}

fn names(slot: SpokenSlot) -> (&'static str, &'static str) {
    (slot.sentence.name(), slot.language.name())
}

fn sha256(audio: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, audio).as_ref());
    hash
}
