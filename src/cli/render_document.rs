//! `teranga render-document`: the process in which the server draws a document that somebody attached. It is not meant for
//! people.

use super::Failure;
use crate::attachment_check::render;

/// Draws the document of the standard input.
pub(super) fn run() -> Result<(), Failure> {
    Ok(render::run_process()?)
}
