//! The server's log with the second of the window in front of each line.

use std::{cell::Cell, fmt, time::Duration};
use tracing_subscriber::fmt::{format::Writer, time::FormatTime};

thread_local! {
    static SECOND_OF_WINDOW: Cell<f64> = const { Cell::new(0.0) };
}

/// Tells the log what time it is.
pub(super) fn set(at: Duration) {
    SECOND_OF_WINDOW.set(at.as_secs_f64());
}

/// Prints the log of the media crate from now on.
pub(super) fn log_in_virtual_time() {
    let log =
        tracing_subscriber::fmt().with_env_filter("teranga_media=trace").with_timer(Window).with_ansi(false);
    log.with_target(false).try_init().ok();
}

struct Window;

impl FormatTime for Window {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        write!(writer, "{:>5.1}", SECOND_OF_WINDOW.get())
    }
}
