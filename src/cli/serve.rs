use super::Ending;
use std::path::Path;

/// Show the archive in a browser, and rebuild it on every change
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {}

pub(super) fn run(_root: &Path, _arguments: &Arguments) -> anyhow::Result<Ending> {
    Ok(Ending::Done)
}
