//! The envelope of a signed text: base45, zlib, `COSE_Sign1`. Everything is bounded, and the signature is checked before a claim is
//! read.

use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey},
};
use coset::{
    CborSerializable, CoseSign1, CoseSign1Builder, HeaderBuilder, RegisteredLabelWithPrivate,
    TaggedCborSerializable, iana::Algorithm,
};
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use std::{
    fmt,
    io::{Read as _, Write as _},
};

/// The identifier of a key: the first 8 bytes of the SHA-256 of its certificate in DER. Several keys may have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyId(pub [u8; 8]);

impl KeyId {
    /// The identifier of the key with this certificate.
    ///
    /// # Panics
    /// Never: a digest has 32 bytes.
    pub fn of_certificate(der: &[u8]) -> Self {
        Self(*digest(&SHA256, der).as_ref().first_chunk().expect("32 bytes"))
    }
}

/// The coordinates of a P-256 public key that is given as an uncompressed point (SEC 1, section 2.3.3); none if it is not one.
pub fn public_key_of(point: &[u8]) -> Option<([u8; 32], [u8; 32])> {
    let (&4, coordinates) = point.split_first()? else { return None };
    let (x, y) = coordinates.split_first_chunk::<32>()?;
    Some((*x, y.try_into().ok()?))
}

/// Claims that wait for their signature.
pub struct Unsigned(CoseSign1);

impl Unsigned {
    /// Claims for the holder of a key.
    pub fn new(claims: Vec<u8>, key: KeyId) -> Self {
        let header = HeaderBuilder::new().algorithm(Algorithm::ES256).key_id(key.0.to_vec()).build();
        Self(CoseSign1Builder::new().protected(header).payload(claims).build())
    }

    /// The text with the signature that `sign` makes: 64 bytes, `r` and then `s`.
    ///
    /// # Panics
    /// Never: memory takes all of it.
    pub fn signed(self, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
        let mut cose = self.0;
        cose.signature = sign(&cose.tbs_data(&[]));
        let bytes = cose.to_tagged_vec().expect("memory takes all of it");
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
        zlib.write_all(&bytes).expect("memory takes all of it");
        format!("{PREFIX}{}", base45::encode(zlib.finish().expect("memory takes all of it")))
    }
}

/// A text that may be a signed prescription. Nothing of it is believed yet.
pub struct Sealed {
    cose: CoseSign1,
    key: KeyId,
}

/// A text that is no signed document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// It does not begin with `HC1:`, is too long, or is not base45.
    #[error("not the text of a signed document")]
    Text,
    /// It is not zlib, or too much comes out of it.
    #[error("not compressed as a signed document is")]
    Zlib,
    /// It is not a `COSE_Sign1` with ES256 and the identifier of a key.
    #[error("not signed as a signed document is")]
    Cose,
}

/// Names the key alone, because the document names a patient.
impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed").field("key", &self.key).finish_non_exhaustive()
    }
}

impl Sealed {
    /// Opens the envelope.
    ///
    /// # Errors
    /// [`TextError`].
    pub fn of(text: &str) -> Result<Self, TextError> {
        let body = text
            .trim()
            .strip_prefix(PREFIX)
            .filter(|body| body.len() <= TEXT_CHARS)
            .ok_or(TextError::Text)?;
        let zlib = base45::decode(body).map_err(|_| TextError::Text)?;
        let bytes = inflated(&zlib).ok_or(TextError::Zlib)?;
        let tagged = CoseSign1::from_tagged_slice(&bytes);
        let cose = tagged.or_else(|_| CoseSign1::from_slice(&bytes)).map_err(|_| TextError::Cose)?;
        let header = &cose.protected.header;
        let is_es256 = header.alg == Some(RegisteredLabelWithPrivate::Assigned(Algorithm::ES256));
        let key = header.key_id.as_slice().try_into().map(KeyId).map_err(|_| TextError::Cose)?;
        if is_es256 && header.crit.is_empty() { Ok(Self { cose, key }) } else { Err(TextError::Cose) }
    }

    /// The identifier of the key that is said to have signed it.
    pub const fn key(&self) -> KeyId {
        self.key
    }

    /// The claims, if the holder of this public key signed them. The key is an uncompressed point on P-256.
    pub fn verified(&self, public_key: &[u8]) -> Option<&[u8]> {
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public_key);
        let payload = self.cose.payload.as_deref()?;
        self.cose.verify_signature(&[], |signature, bytes| key.verify(bytes, signature)).ok()?;
        Some(payload)
    }
}

/// The `COSE_Sign1` of a signed text, with what it signs in it. None if the text is no signed document. Nothing is verified.
pub fn cose_of(text: &str) -> Option<Vec<u8>> {
    Sealed::of(text).ok()?.cose.to_tagged_vec().ok()
}

/// What comes out of a zlib stream, which must end where the bytes end; none if it is more than a prescription needs.
fn inflated(zlib: &[u8]) -> Option<Vec<u8>> {
    let mut decoder = ZlibDecoder::new(zlib);
    let mut bytes = Vec::new();
    decoder.by_ref().take(INFLATED_BYTES + 1).read_to_end(&mut bytes).ok()?;
    let is_whole = decoder.total_in() == zlib.len() as u64;
    (is_whole && bytes.len() as u64 <= INFLATED_BYTES).then_some(bytes)
}

const PREFIX: &str = "HC1:";
/// The most characters that are read. Codes of other programs may be a little longer than ours.
const TEXT_CHARS: usize = 1_200;
/// The most bytes that may come out of a zlib stream.
const INFLATED_BYTES: u64 = 4_096;

/// The steps between a text and the signed document in it, for tests.
#[cfg(test)]
pub(super) mod testing {
    use super::*;

    /// The document in a text.
    pub(in super::super) fn document(text: &str) -> Vec<u8> {
        inflated(&base45::decode(&text[PREFIX.len()..]).unwrap()).unwrap()
    }

    /// The text of a document.
    pub(in super::super) fn text(document: &[u8]) -> String {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
        zlib.write_all(document).unwrap();
        format!("{PREFIX}{}", base45::encode(zlib.finish().unwrap()))
    }
}

#[cfg(test)]
mod tests {
    use super::{testing::text as text_of, *};

    fn refused(text: &str) -> Option<TextError> {
        Sealed::of(text).err()
    }

    #[test]
    fn what_is_no_envelope_is_refused_and_a_bomb_is_not_inflated() {
        for text in
            ["", "HC1:", "HC2:6BF", "http://exemple.sn", "HC1:é", &format!("HC1:{}", "A".repeat(1_201))]
        {
            assert!(refused(text).is_some(), "{text:.20}");
        }
        assert_eq!(refused("HC1:6BFOXN"), Some(TextError::Zlib));
        let bomb = text_of(&vec![0; 200_000]);
        assert!(bomb.len() < TEXT_CHARS);
        assert_eq!(refused(&bomb), Some(TextError::Zlib));
        assert_eq!(refused(&text_of(&[0x81; 4_000])), Some(TextError::Cose));
        assert_eq!(refused(&text_of(b"{}")), Some(TextError::Cose));
    }

    #[test]
    fn another_algorithm_a_short_key_and_a_critical_header_are_refused() {
        let with = |header: HeaderBuilder| {
            let cose =
                CoseSign1Builder::new().protected(header.build()).payload(vec![]).signature(vec![0; 64]);
            text_of(&cose.build().to_tagged_vec().unwrap())
        };
        let header = || HeaderBuilder::new().key_id(vec![1; 8]);
        assert_eq!(refused(&with(header().algorithm(Algorithm::ES256))), None);
        for bad in [
            header(),
            header().algorithm(Algorithm::EdDSA),
            header().algorithm(Algorithm::ES256).key_id(vec![1; 7]),
            header().algorithm(Algorithm::ES256).add_critical(coset::iana::HeaderParameter::Iv),
        ] {
            assert_eq!(refused(&with(bad)), Some(TextError::Cose));
        }
    }

    #[test]
    fn a_point_has_two_coordinates() {
        let point = [&[4][..], &[7; 32], &[9; 32]].concat();
        assert_eq!(public_key_of(&point), Some(([7; 32], [9; 32])));
        assert_eq!(public_key_of(&point[..64]), None);
        assert_eq!(public_key_of(&[&[2][..], &[7; 64]].concat()), None);
    }
}
