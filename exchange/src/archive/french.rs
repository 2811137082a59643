//! The French words that several copies use.

use super::manuscript::{Block, Proof};
use aws_lc_rs::digest::{SHA256, digest};
use std::fmt::Write as _;

/// The sex of a patient, by its letter; empty if it is unknown.
pub(super) fn sex(letter: &str) -> &'static str {
    match letter {
        "F" => "Féminin",
        "M" => "Masculin",
        _ => "",
    }
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Says what is attached, with its digest, so that a printed copy can be compared with the file.
pub(super) fn attached(proof: &Proof) -> Block {
    let sha256 = hex(digest(&SHA256, &proof.bytes).as_ref());
    Block::Remark(format!("Pièce jointe à ce PDF : {} — {}. SHA-256 : {sha256}", proof.file, proof.what))
}
