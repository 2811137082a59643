//! The cryptography of a hostile client: it encrypts other reports of arrivals than the engine wrote
//! (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1).

use std::sync::{Arc, OnceLock};
use str0m::{
    config::CryptoProvider,
    crypto::{
        AeadAes128GcmCipher, AeadAes256GcmCipher, CryptoError, SrtpProvider, SupportedAeadAes128Gcm,
        SupportedAeadAes256Gcm, SupportedAes128CmSha1_80, from_feature_flags,
    },
};

/// The bytes of an SRTCP packet that are never encrypted.
const CLEAR: usize = 8;

/// The number of packets reported, the time and the count of reports, a run of no packets, a vector with one packet, and its large delta.
const MALFORMED: [u8; 12] = [0, 1, 0, 0, 0, 0, 0x20, 0, 0xE0, 0, 0, 4];

/// Its place behind the RTCP header, the two sources, and the first sequence number.
const PLACE: usize = 14;

pub(crate) fn crypto() -> Arc<CryptoProvider> {
    static CIPHERS: OnceLock<Ciphers> = OnceLock::new();
    static PROVIDER: OnceLock<&Ciphers> = OnceLock::new();
    let crypto = from_feature_flags();
    let ciphers = CIPHERS.get_or_init(|| Ciphers(crypto.srtp_provider));
    Arc::new(CryptoProvider { srtp_provider: PROVIDER.get_or_init(|| ciphers), ..crypto })
}

/// Returns the plain text behind [`CLEAR`] with malformed reports of arrivals, if the packet is RTCP and has one that is long enough.
fn spoilt(aads: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut compound = [&aads[..CLEAR], plain].concat();
    let mut rest = &mut compound[..];
    while let [first, kind @ 200..=207, high, low, ..] = *rest {
        let length = (usize::from(u16::from_be_bytes([high, low])) + 1) * 4;
        let Some((packet, behind)) = rest.split_at_mut_checked(length) else { break };
        if (first & 0x1F, kind) == (15, 205) && length >= PLACE + MALFORMED.len() {
            packet[PLACE..PLACE + MALFORMED.len()].copy_from_slice(&MALFORMED);
        }
        rest = behind;
    }
    compound.split_off(CLEAR)
}

#[derive(Debug)]
struct Ciphers(&'static dyn SrtpProvider);

impl SrtpProvider for &'static Ciphers {
    fn aes_128_cm_sha1_80(&self) -> &'static dyn SupportedAes128CmSha1_80 {
        self.0.aes_128_cm_sha1_80()
    }

    fn aead_aes_128_gcm(&self) -> &'static dyn SupportedAeadAes128Gcm {
        *self
    }

    fn aead_aes_256_gcm(&self) -> &'static dyn SupportedAeadAes256Gcm {
        *self
    }

    fn srtp_aes_128_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        self.0.srtp_aes_128_ecb_round(key, input, output);
    }

    fn srtp_aes_256_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        self.0.srtp_aes_256_ecb_round(key, input, output);
    }
}

impl SupportedAeadAes128Gcm for Ciphers {
    fn create_cipher(&self, key: [u8; 16], encrypt: bool) -> Box<dyn AeadAes128GcmCipher> {
        Box::new(Spoiling(self.0.aead_aes_128_gcm().create_cipher(key, encrypt)))
    }
}

impl SupportedAeadAes256Gcm for Ciphers {
    fn create_cipher(&self, key: [u8; 32], encrypt: bool) -> Box<dyn AeadAes256GcmCipher> {
        Box::new(Spoiling(self.0.aead_aes_256_gcm().create_cipher(key, encrypt)))
    }
}

#[derive(Debug)]
struct Spoiling<C: ?Sized>(Box<C>);

impl AeadAes128GcmCipher for Spoiling<dyn AeadAes128GcmCipher> {
    fn encrypt(
        &mut self,
        iv: &[u8; 12],
        aad: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.0.encrypt(iv, aad, &spoilt(aad, input), output)
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        self.0.decrypt(iv, aads, input, output)
    }
}

impl AeadAes256GcmCipher for Spoiling<dyn AeadAes256GcmCipher> {
    fn encrypt(
        &mut self,
        iv: &[u8; 12],
        aad: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.0.encrypt(iv, aad, &spoilt(aad, input), output)
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        self.0.decrypt(iv, aads, input, output)
    }
}
