//! The RTCP feedback that the engine reads and does not show: NACKs (RFC 4585 section 6.2.1), and the arrival times of packets by
//! transport-wide sequence number (draft-holmer-rmcat-transport-wide-cc-extensions-01).
//!
//! The engine shows RTCP as "raw packets" only, each with a copy of every RTP packet in both directions. That is meant for
//! troubleshooting, and made a forwarded packet dearer by a tenth. Hence the ciphers that decrypt for the engine are wrapped here: while
//! a peer handles one SRTCP packet, they keep its plain text. They never change what the engine gets, and keep nothing that is not
//! authentic.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    sync::OnceLock,
};
use str0m::{
    config::CryptoProvider,
    crypto::{
        AeadAes128GcmCipher, AeadAes256GcmCipher, Aes128CmSha1_80Cipher, CryptoError, SrtpProvider,
        SupportedAeadAes128Gcm, SupportedAeadAes256Gcm, SupportedAes128CmSha1_80,
    },
    rtp::rtcp::{Nack, Twcc},
};

/// The bytes of an SRTCP packet that are never encrypted: the first header and the sender's SSRC (RFC 3711 section 3.4).
const CLEAR: usize = 8;

/// The first byte of an RTCP header: padding, and the mask of the feedback message type (RFC 4585 section 6.1).
const PADDING: u8 = 0x20;
const FORMAT: u8 = 0x1F;

/// The bytes in front of the chunks of a [`TRANSPORT_WIDE`] message, behind the RTCP header.
const TRANSPORT_WIDE_HEADER: usize = 16;

/// The packet type of transport layer feedback, and two of its formats.
const TRANSPORT_FEEDBACK: u8 = 205;
const GENERIC_NACK: u8 = 1;
const TRANSPORT_WIDE: u8 = 15;

thread_local! {
    /// True while an SRTCP packet is being handled that was not decrypted yet.
    static IS_AWAITED: Cell<bool> = const { Cell::new(false) };
    /// The plain text of the last SRTCP packet behind [`CLEAR`], while a peer handles it. Its space is used again.
    static PLAIN: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// One feedback message of a client.
#[derive(Debug)]
pub(super) enum Feedback {
    Nack(Nack),
    Twcc(Twcc),
}

/// Lets the engine `handle` an SRTCP packet, and returns what it returns. Adds the feedback in the packet to what was `found`; none if it
/// was not authentic or not encrypted, which browsers never do.
pub(super) fn read<T>(packet: &[u8], found: &mut VecDeque<Feedback>, handle: impl FnOnce() -> T) -> T {
    IS_AWAITED.set(true);
    let handled = handle();
    let is_read = !IS_AWAITED.replace(false);
    PLAIN.with_borrow_mut(|plain| {
        if let Some(clear) = packet.get(..CLEAR).filter(|_| is_read) {
            plain.splice(0..0, clear.iter().copied());
            parse(plain, found);
        }
        plain.clear();
    });
    handled
}

/// Adds the feedback in a compound packet (RFC 3550 section 6.1) to what was `found`.
fn parse(mut compound: &[u8], found: &mut VecDeque<Feedback>) {
    while let [first, kind, high, low, ..] = *compound {
        let length = (usize::from(u16::from_be_bytes([high, low])) + 1) * 4;
        let Some((packet, rest)) = compound.split_at_checked(length) else { break };
        let padding = if first & PADDING == 0 { 0 } else { packet[length - 1].into() };
        let Some(end) = length.checked_sub(padding).filter(|end| *end >= 4) else { break };
        let body = &packet[4..end];
        match (kind, first & FORMAT) {
            (TRANSPORT_FEEDBACK, GENERIC_NACK) => found.extend(Nack::try_from(body).map(Feedback::Nack)),
            (TRANSPORT_FEEDBACK, TRANSPORT_WIDE) => found.extend(arrivals(body).map(Feedback::Twcc)),
            _ => {}
        }
        compound = rest;
    }
}

/// Parses a [`TRANSPORT_WIDE`] message. `None` if it is malformed, or has a run of no packets, over which the engine's iterator panics.
fn arrivals(body: &[u8]) -> Option<Twcc> {
    let arrivals = Twcc::try_from(body).ok()?;
    let chunks = body[TRANSPORT_WIDE_HEADER..].chunks_exact(2).take(arrivals.chunks.len());
    let is_empty_run = |chunk: &[u8]| chunk[0] & 0x9F == 0 && chunk[1] == 0;
    (!chunks.into_iter().any(is_empty_run)).then_some(arrivals)
}

/// The cryptography of an engine, with ciphers that show SRTCP to [`read`].
pub(super) fn with_feedback(crypto: &CryptoProvider) -> CryptoProvider {
    /// The one provider and its ciphers. The engine wants them for the whole life of the process.
    static CIPHERS: OnceLock<Ciphers> = OnceLock::new();
    static PROVIDER: OnceLock<Provider> = OnceLock::new();
    let ciphers = CIPHERS.get_or_init(|| Ciphers(crypto.srtp_provider));
    CryptoProvider { srtp_provider: PROVIDER.get_or_init(|| Provider(ciphers)), ..crypto.clone() }
}

#[derive(Debug)]
struct Provider(&'static Ciphers);

impl SrtpProvider for Provider {
    fn aes_128_cm_sha1_80(&self) -> &'static dyn SupportedAes128CmSha1_80 {
        self.0
    }

    fn aead_aes_128_gcm(&self) -> &'static dyn SupportedAeadAes128Gcm {
        self.0
    }

    fn aead_aes_256_gcm(&self) -> &'static dyn SupportedAeadAes256Gcm {
        self.0
    }

    fn srtp_aes_128_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        self.0.0.srtp_aes_128_ecb_round(key, input, output);
    }

    fn srtp_aes_256_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        self.0.0.srtp_aes_256_ecb_round(key, input, output);
    }
}

/// The makers of ciphers. What encrypts is the engine's own.
#[derive(Debug)]
struct Ciphers(&'static dyn SrtpProvider);

impl SupportedAes128CmSha1_80 for Ciphers {
    fn create_cipher(&self, key: [u8; 16], encrypt: bool) -> Box<dyn Aes128CmSha1_80Cipher> {
        let cipher = self.0.aes_128_cm_sha1_80().create_cipher(key, encrypt);
        if encrypt { cipher } else { Box::new(Decrypting(cipher)) }
    }
}

impl SupportedAeadAes128Gcm for Ciphers {
    fn create_cipher(&self, key: [u8; 16], encrypt: bool) -> Box<dyn AeadAes128GcmCipher> {
        let cipher = self.0.aead_aes_128_gcm().create_cipher(key, encrypt);
        if encrypt { cipher } else { Box::new(Decrypting(cipher)) }
    }
}

impl SupportedAeadAes256Gcm for Ciphers {
    fn create_cipher(&self, key: [u8; 32], encrypt: bool) -> Box<dyn AeadAes256GcmCipher> {
        let cipher = self.0.aead_aes_256_gcm().create_cipher(key, encrypt);
        if encrypt { cipher } else { Box::new(Decrypting(cipher)) }
    }
}

/// A cipher that decrypts.
#[derive(Debug)]
struct Decrypting<C: ?Sized>(Box<C>);

impl<C: ?Sized> Decrypting<C> {
    /// Keeps the plain text if it is awaited.
    fn keep(plain: &[u8]) {
        if IS_AWAITED.replace(false) {
            PLAIN.with_borrow_mut(|kept| {
                kept.clear();
                kept.extend_from_slice(plain);
            });
        }
    }
}

impl Aes128CmSha1_80Cipher for Decrypting<dyn Aes128CmSha1_80Cipher> {
    fn encrypt(&mut self, iv: &[u8; 16], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        self.0.encrypt(iv, input, output)
    }

    /// The engine has checked the HMAC before.
    fn decrypt(&mut self, iv: &[u8; 16], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        self.0.decrypt(iv, input, output)?;
        Self::keep(&output[..input.len()]);
        Ok(())
    }
}

impl AeadAes128GcmCipher for Decrypting<dyn AeadAes128GcmCipher> {
    fn encrypt(
        &mut self,
        iv: &[u8; 12],
        aad: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.0.encrypt(iv, aad, input, output)
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        let length = self.0.decrypt(iv, aads, input, output)?;
        Self::keep(&output[..length]);
        Ok(length)
    }
}

impl AeadAes256GcmCipher for Decrypting<dyn AeadAes256GcmCipher> {
    fn encrypt(
        &mut self,
        iv: &[u8; 12],
        aad: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.0.encrypt(iv, aad, input, output)
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        let length = self.0.decrypt(iv, aads, input, output)?;
        Self::keep(&output[..length]);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use str0m::crypto::from_feature_flags;

    /// A receiver report without blocks, a NACK of 5 and 7 for stream 9, and its padded copy.
    const COMPOUND: [u8; 44] = [
        0x80, 201, 0, 1, 0, 0, 0, 1, 0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 9, 0, 5, 0, 2, 0xA1, 205, 0, 4, 0,
        0, 0, 1, 0, 0, 0, 9, 0, 5, 0, 2, 0, 0, 0, 4,
    ];

    fn parsed(compound: &[u8]) -> VecDeque<Feedback> {
        let mut found = VecDeque::new();
        parse(compound, &mut found);
        found
    }

    fn is_the_nack(feedback: &Feedback) -> bool {
        let Feedback::Nack(nack) = feedback else { return false };
        let entries: Vec<_> = nack.reports.iter().map(|entry| (entry.pid, entry.blp)).collect();
        *nack.ssrc == 9 && entries == [(5, 2)]
    }

    #[test]
    fn nacks_of_a_compound_packet_are_found_with_and_without_padding() {
        let found = parsed(&COMPOUND);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(is_the_nack), "{found:?}");
    }

    /// Arrivals of one packet: these chunks, and one large delta.
    fn transport_wide(chunks: [u16; 2]) -> Vec<u8> {
        let [[a, b], [c, d]] = chunks.map(u16::to_be_bytes);
        let header = [0x8F, TRANSPORT_FEEDBACK, 0, 6, 0, 0, 0, 1, 0, 0, 0, 9, 0, 5, 0, 1, 0, 0, 0, 0];
        [&header[..], &[a, b, c, d, 0, 4, 0, 0]].concat()
    }

    #[test]
    fn arrivals_with_a_run_of_no_packets_are_refused() {
        let (one_large, vector, empty_run) = (0x4001, 0xE000, 0x2000);
        assert_eq!(parsed(&transport_wide([one_large, 0])).len(), 1);
        assert_eq!(parsed(&transport_wide([vector, 0])).len(), 1);
        assert!(parsed(&transport_wide([empty_run, vector])).is_empty());
    }

    #[test]
    fn a_decrypted_packet_is_read_and_a_forged_one_is_not() {
        let crypto = with_feedback(&from_feature_flags());
        let (key, iv, aad) = ([7; 16], [3; 12], [0; 12]);
        let gcm = crypto.srtp_provider.aead_aes_128_gcm();
        let mut sealed = vec![0; COMPOUND.len() - CLEAR + 16];
        gcm.create_cipher(key, true).encrypt(&iv, &aad, &COMPOUND[CLEAR..], &mut sealed).unwrap();
        let mut cipher = gcm.create_cipher(key, false);
        let mut open = |sealed: &[u8]| {
            let mut plain = vec![0; sealed.len() - 16];
            let mut found = VecDeque::new();
            let handle = || cipher.decrypt(&iv, &[&aad], sealed, &mut plain).is_ok();
            (read(&COMPOUND[..CLEAR], &mut found, handle), found)
        };
        let (accepted, found) = open(&sealed);
        assert!(accepted && found.iter().all(is_the_nack) && found.len() == 2, "{found:?}");
        sealed[0] ^= 1;
        let (accepted, found) = open(&sealed);
        assert!(!accepted && found.is_empty(), "{found:?}");
    }

    #[test]
    fn a_packet_that_nobody_waits_for_is_not_kept() {
        let crypto = with_feedback(&from_feature_flags());
        let mut cipher = crypto.srtp_provider.aes_128_cm_sha1_80().create_cipher([7; 16], false);
        let mut output = [0; 64];
        cipher.decrypt(&[0; 16], &COMPOUND, &mut output).unwrap();
        let mut found = VecDeque::new();
        read(&COMPOUND, &mut found, || ());
        assert!(found.is_empty());
        assert!(PLAIN.with_borrow(Vec::is_empty));
    }

    proptest! {
        #[test]
        fn hostile_bytes_never_panic(bytes: Vec<u8>) {
            let _ = parsed(&bytes);
        }

        #[test]
        fn hostile_feedback_never_panics(format in 0_u8..32, body: Vec<u8>) {
            let words = u8::try_from(body.len() / 4).unwrap_or(u8::MAX);
            let packet = [&[0xA0 | format, TRANSPORT_FEEDBACK, 0, words], &body[..], &[0; 4]].concat();
            let _ = parsed(&packet);
        }
    }
}
