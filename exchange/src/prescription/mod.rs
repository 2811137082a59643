//! Signed prescriptions as a QR code tells them: `HC1:`, base45 (RFC 9285), zlib (RFC 1950), `COSE_Sign1` (RFC 9052) with ES256, and
//! in it a CBOR Web Token (RFC 8392). The table of its fields is `docs/adr/0047-signed-prescriptions.md`.

mod claims;
mod envelope;

pub use claims::{Claims, ClaimsError};
pub use envelope::{KeyId, Sealed, TextError, Unsigned, cose_of, public_key_of};

use teranga_clinic::prescription::SignedPrescription;

/// The most characters of a text that is put into a QR code: version 21 at level M.
pub const QR_CHARS: usize = 1_000;

/// The reason for which a prescription cannot be told by a QR code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the prescription has {chars} characters, and a QR code that can be printed has {QR_CHARS}")]
pub struct TooLong {
    /// The characters that it would have.
    pub chars: usize,
}

/// The text of a prescription. `sign` gets the bytes to sign and returns the signature, 64 bytes, `r` and then `s`.
///
/// # Errors
/// [`TooLong`].
pub fn text(
    signed: &SignedPrescription,
    issuer: &str,
    key: KeyId,
    sign: impl FnOnce(&[u8]) -> Vec<u8>,
) -> Result<String, TooLong> {
    let claims = Claims::of(signed, issuer);
    let text = Unsigned::new(claims.to_bytes(), key).signed(sign);
    if text.len() > QR_CHARS { Err(TooLong { chars: text.len() }) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::{
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
    };
    use teranga_clinic::{
        id::{ConsultationId, PrescriptionId},
        prescription::{PrescribedLine, PrescribedTo},
        time::Timestamp,
    };
    use uuid::Uuid;

    const KEY: KeyId = KeyId([1, 2, 3, 4, 5, 6, 7, 8]);

    fn pair() -> EcdsaKeyPair {
        EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()
    }

    fn prescription(lines: usize) -> SignedPrescription {
        let line = |number: usize| PrescribedLine {
            product: None,
            atc: format!("J01CA{number:02}"),
            drug: format!("amoxicilline {number}50 mg, comprimé dispersible"),
            directions: format!("{number} comprimés 2 fois par jour, après les repas"),
            days: 5,
            quantity: 10,
            unit: "comprimés".into(),
        };
        SignedPrescription {
            prescription: PrescriptionId(Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef)),
            consultation: ConsultationId(Uuid::nil()),
            post: "Poste de santé de Nabadji Civol".into(),
            patient: PrescribedTo { name: "A. Nd.".into(), sex: "F".into(), age: "27 ans".into() }.into(),
            lines: (1..=lines).map(line).collect::<Vec<_>>().into(),
            justifications: vec![].into(),
            by: "Dr Awa Ndiaye".into(),
            order_number: Some("SN-1234".into()),
            at: Timestamp(1_800_000_000_000),
            valid_until: Timestamp(1_807_776_000_000),
            replaces: None,
            text: "".into(),
        }
    }

    fn signed(pair: &EcdsaKeyPair, prescription: &SignedPrescription) -> String {
        let sign = |bytes: &[u8]| pair.sign(&SystemRandom::new(), bytes).unwrap().as_ref().to_vec();
        text(prescription, "SN", KEY, sign).unwrap()
    }

    #[test]
    fn what_was_signed_is_read_back_and_another_key_does_not_verify() {
        let (pair, other) = (pair(), pair());
        let prescription = prescription(3);
        let sealed = Sealed::of(&signed(&pair, &prescription)).unwrap();
        assert_eq!(sealed.key(), KEY);
        let claims = sealed.verified(pair.public_key().as_ref()).unwrap();
        assert_eq!(Claims::read(claims).unwrap(), Claims::of(&prescription, "SN"));
        assert!(sealed.verified(other.public_key().as_ref()).is_none());
    }

    /// The claims of a text, if the holder of the key has signed them.
    fn verified(text: &str, pair: &EcdsaKeyPair) -> Option<Vec<u8>> {
        Sealed::of(text).ok()?.verified(pair.public_key().as_ref()).map(<[u8]>::to_vec)
    }

    #[test]
    fn no_signed_document_with_one_wrong_bit_verifies() {
        let pair = pair();
        let document = envelope::testing::document(&signed(&pair, &prescription(2)));
        assert!(verified(&envelope::testing::text(&document), &pair).is_some());
        for at in 0..document.len() {
            for bit in 0..8 {
                let mut changed = document.clone();
                changed[at] ^= 1 << bit;
                let text = envelope::testing::text(&changed);
                assert_eq!(verified(&text, &pair), None, "byte {at}, bit {bit}");
            }
        }
    }

    /// The last bits of a compressed stream mean nothing, so that a text may differ and still say the same.
    #[test]
    fn no_text_with_one_wrong_bit_says_anything_else() {
        let pair = pair();
        let text = signed(&pair, &prescription(2));
        let claims = verified(&text, &pair);
        for at in 0..text.len() {
            for bit in 0..7 {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                let Ok(changed) = String::from_utf8(bytes) else { continue };
                let said = verified(&changed, &pair);
                assert!(said.is_none() || said == claims, "character {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn a_prescription_of_ten_drugs_fits_and_longer_words_are_refused() {
        let (pair, most) = (pair(), prescription(10));
        let lengths = [1, 3, 5, 10].map(|lines| signed(&pair, &prescription(lines)).len());
        assert!(lengths.is_sorted() && lengths[3] <= QR_CHARS, "{lengths:?}");
        let mut long = most;
        // Random letters, which zlib cannot shorten by much.
        let letter = |state: &mut u32| {
            *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Some(char::from(b'a' + u8::try_from(*state >> 24).unwrap() % 26))
        };
        long.post = (0..2_000).scan(7, |state, _| letter(state)).collect();
        let refused = text(&long, "SN", KEY, |_| vec![0; 64]);
        assert!(refused.is_err_and(|TooLong { chars }| chars > QR_CHARS));
    }
}
