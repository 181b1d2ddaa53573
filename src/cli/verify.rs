use super::Ending;
use crate::check::privacy;
use crate::disk::{self, shown};
use crate::report;
use std::path::PathBuf;

/// Compare a published folder, or a copy of one, with its checksums
///
/// Says which files are missing, changed or extra, one a line. Files that others put there count as extra.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  referat verify public")]
pub(super) struct Arguments {
    /// The folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Ending> {
    let found = disk::verify(&arguments.folder)?;
    let mut text = String::new();
    for (word, list) in [("missing", &found.missing), ("changed", &found.changed), ("extra", &found.extra)] {
        text.extend(list.iter().map(|path| format!("{word} {path}\n")));
    }
    // Names that others gave may hold anything.
    report::result(&privacy::masked(&text))?;
    let (missing, changed, extra) = (found.missing.len(), found.changed.len(), found.extra.len());
    let counts = format!("{} whole, {missing} missing, {changed} changed, {extra} extra", found.whole);
    report::message(&format!("{}: {counts}\n", shown(&arguments.folder)));
    Ok(if missing + changed + extra == 0 { Ending::Done } else { Ending::ContentErrors })
}
