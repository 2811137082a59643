//! Time and memory of drawing a document; `docs/FIGURES.md` has the figures to beat.
//!
//! Each document of `tests/fixtures/documents` that can be drawn is drawn by this process as the server's process does it. Prints
//! the time of the fastest of five, the length of all pictures, and the peak memory of the process so far.
//! Run by `cargo bench -p teranga --bench documents`.

use std::{fs, path::Path};
use teranga::{attachment_check::render, clock::Clock};

fn main() {
    let clock = Clock::start();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/documents");
    for name in ["ecg.pdf", "twelve-pages.pdf"] {
        let document = fs::read(folder.join(name)).expect("the fixture is there");
        let mut fastest_ms = u128::MAX;
        let mut drawn = Vec::new();
        for _ in 0..5 {
            let begun = clock.now();
            drawn = render::draw(&document).expect("it can be drawn");
            fastest_ms = fastest_ms.min(clock.now().duration_since(begun).as_millis());
        }
        let bytes: usize = drawn.iter().map(Vec::len).sum();
        println!(
            "{name}: {} B, {} pages drawn in {fastest_ms} ms, pictures of {bytes} B, peak memory {}",
            document.len(),
            drawn.len(),
            peak_memory()
        );
    }
}

/// The greatest resident memory of this process so far, as the kernel tells it.
fn peak_memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.map_or_else(|| "unknown".to_owned(), |peak| peak.trim().to_owned())
}
