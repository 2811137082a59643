//! The reasons for which a file is not taken as an attachment.

/// Why a file is not taken as an attachment. Each reason is a sentence for the nurse who chose the file; only after
/// [`MachineBusy`](Self::MachineBusy) the file is kept, and checked once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Its SHA-256 is another one than was announced.
    #[error("its SHA-256 is another one")]
    Damaged,
    /// It is no plain picture, or has too many pixels.
    #[error("it is no plain WebP or JPEG")]
    PhotoKind,
    /// It is no voice in Opus and nothing else.
    #[error("it is no voice in Opus")]
    VoiceNoteKind,
    /// It is longer than a voice note may be.
    #[error("it is too long for a voice note")]
    VoiceNoteLong,
    /// It is no PDF.
    #[error("it is no PDF")]
    DocumentKind,
    /// It has no page, or more than a document may have.
    #[error("its number of pages is out of bounds")]
    DocumentPages,
    /// It opens only with a password.
    #[error("it opens only with a password")]
    DocumentEncrypted,
    /// Drawing it takes more time or memory than it may, or the drawing failed.
    #[error("it cannot be drawn within the limits")]
    DocumentTooHard,
    /// The machine had no time to draw it, which is no fault of the file.
    #[error("the machine had no time to draw it")]
    MachineBusy,
}
