use super::Ending;
use std::path::{Path, PathBuf};

/// Turn minutes as text into meeting files
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

pub(super) fn run(_root: &Path, _arguments: &Arguments) -> anyhow::Result<Ending> {
    Ok(Ending::Done)
}
