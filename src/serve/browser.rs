//! Opens the browser, by the means each system has for it.

use std::io;
use std::process::{Command, Stdio};

/// Opens an address and doesn't wait: the opener may live as long as the browser.
///
/// # Errors
/// The system's opener can't be started.
pub(super) fn open(address: &str) -> io::Result<()> {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "windows") {
        // `start` is a word of the shell; it takes its first quoted argument for a title.
        ("cmd", &["/C", "start", ""])
    } else if cfg!(target_os = "macos") {
        ("open", &[])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map(drop)
}
