//! Has documents drawn by a process of their own, and ends the process when it takes too long.

use super::{refusal::Refusal, render};
use std::{io, path::PathBuf, process::Stdio, time::Duration};
use teranga_clinic::attachment_rules::PAGES;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
    time::timeout,
};

/// The renderer of documents. It is cheap to clone.
#[derive(Clone, Debug)]
pub struct DocumentRenderer(Program);

#[derive(Clone, Debug)]
enum Program {
    /// The server's own binary, which knows the subcommand.
    Process(PathBuf),
    /// This process, in tests, whose binary does not know it.
    #[cfg(test)]
    Here,
}

impl DocumentRenderer {
    /// A renderer that starts this binary.
    pub fn new(binary: PathBuf) -> Self {
        Self(Program::Process(binary))
    }

    /// A renderer that starts the running binary again, even if the file was replaced by another version meanwhile.
    pub fn of_this_binary() -> Self {
        Self::new(PathBuf::from("/proc/self/exe"))
    }

    #[cfg(test)]
    pub(crate) fn here() -> Self {
        Self(Program::Here)
    }

    /// The pictures of a document's pages.
    ///
    /// # Errors
    /// The reason for which the document is refused.
    pub async fn render(&self, document: Vec<u8>) -> Result<Vec<Vec<u8>>, Refusal> {
        match &self.0 {
            Program::Process(binary) => draw(binary, &document, LONGEST).await,
            #[cfg(test)]
            Program::Here => render::draw(&document),
        }
    }
}

async fn draw(binary: &PathBuf, document: &[u8], longest: Duration) -> Result<Vec<Vec<u8>>, Refusal> {
    let process = start(binary).inspect_err(|error| tracing::warn!(%error, "no document can be drawn"));
    let process = process.map_err(|_| Refusal::MachineBusy)?;
    let Ok(answer) = timeout(longest, ask(process, document)).await else {
        tracing::warn!("a document was not drawn in time");
        return Err(Refusal::MachineBusy);
    };
    render::read_answer(&answer.unwrap_or_else(|error| {
        tracing::warn!(%error, "a document could not be drawn");
        Vec::new()
    }))
}

/// Starts a process that ends when it is dropped.
fn start(binary: &PathBuf) -> io::Result<Child> {
    Command::new(binary)
        .arg(SUBCOMMAND)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
}

/// Sends a document to a process, and reads all of its answer. The process ends with this call, whatever happens.
async fn ask(mut process: Child, document: &[u8]) -> io::Result<Vec<u8>> {
    let (input, output) = (process.stdin.take(), process.stdout.take());
    let (mut input, output) = input.zip(output).ok_or_else(|| io::Error::other("it has no streams"))?;
    input.write_all(document).await?;
    drop(input);
    let mut answer = Vec::new();
    output.take(ANSWER_BYTES).read_to_end(&mut answer).await?;
    if process.wait().await?.success() { Ok(answer) } else { Err(io::Error::other("it was ended")) }
}

/// The hidden subcommand of the binary.
pub const SUBCOMMAND: &str = "render-document";

/// The time that drawing a document may take, where the calls of a busy server leave little of a processor.
const LONGEST: Duration = Duration::from_mins(1);

/// The longest answer, bytes: a megabyte a page.
const ANSWER_BYTES: u64 = PAGES as u64 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use std::{env, fs, os::unix::fs::PermissionsExt, process};

    async fn drawn(program: PathBuf) -> Result<Vec<Vec<u8>>, Refusal> {
        draw(&program, b"%PDF-1.7", Duration::from_millis(300)).await
    }

    #[tokio::test]
    async fn a_machine_without_time_is_no_fault_of_the_document() {
        let slow = env::temp_dir().join(format!("teranga-slow-{}", process::id()));
        fs::write(&slow, "#!/bin/sh\nexec sleep 20\n").unwrap();
        fs::set_permissions(&slow, fs::Permissions::from_mode(0o700)).unwrap();
        assert_eq!(drawn(slow.clone()).await, Err(Refusal::MachineBusy), "it is not drawn in time");
        fs::remove_file(slow).unwrap();
        assert_eq!(
            drawn("/there/is/none".into()).await,
            Err(Refusal::MachineBusy),
            "no process can be started"
        );
        assert_eq!(drawn("/bin/false".into()).await, Err(Refusal::DocumentTooHard), "the process died");
    }
}
