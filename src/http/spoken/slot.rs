//! The part of an address that names a sentence in a language.

use crate::http::error::ApiError;
use serde::de::{
    DeserializeOwned, IntoDeserializer,
    value::{Error, StrDeserializer},
};
use teranga_clinic::{
    request::Language,
    spoken::{Sentence, SpokenSlot},
};

/// The slot that two parts of an address name.
pub(super) fn slot(sentence: &str, language: &str) -> Result<SpokenSlot, ApiError> {
    let sentence = named::<Sentence>(sentence).ok_or(ApiError::NOT_FOUND)?;
    let language = named::<Language>(language).ok_or(ApiError::NOT_FOUND)?;
    Ok(SpokenSlot { sentence, language })
}

fn named<T: DeserializeOwned>(name: &str) -> Option<T> {
    let name: StrDeserializer<'_, Error> = name.into_deserializer();
    T::deserialize(name).ok()
}
