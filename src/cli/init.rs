use super::Ending;
use crate::disk::{self, shown};
use crate::report;
use anyhow::bail;
use std::path::PathBuf;

/// Make a new archive with a sample meeting, ready to build
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  referat init archive && referat -C archive serve --open")]
pub(super) struct Arguments {
    /// The folder to make
    directory: PathBuf,
    /// The language of the archive
    #[arg(long, value_name = "LANGUAGE", value_parser = ["da", "en"], default_value = "da")]
    language: String,
}

/// What a new archive holds, by language.
const DANISH: [(&str, &str); 2] = [
    ("content/site.yaml", include_str!("init/da/site.yaml")),
    ("content/byraadet/2026/2026-01-27.md", include_str!("init/da/2026-01-27.md")),
];
const ENGLISH: [(&str, &str); 2] = [
    ("content/site.yaml", include_str!("init/en/site.yaml")),
    ("content/board/2026/2026-01-27.md", include_str!("init/en/2026-01-27.md")),
];

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Ending> {
    let directory = &arguments.directory;
    let content = directory.join("content");
    // Empty folders may be what is left of one that could not be made.
    if disk::exists(&content) && !disk::files_below(&content)?.is_empty() {
        bail!("{} holds an archive already; it is left as it is", shown(directory));
    }
    let files = if arguments.language == "en" { ENGLISH } else { DANISH };
    let files = files.map(|(path, text)| (directory.join(path), text));
    disk::create_all(&files)?;
    let written: String = files.iter().map(|(path, _)| format!("{}\n", path.display())).collect();
    report::result(&written)?;
    report::message(&format!(
        "Next: `referat -C {} serve --open` shows the archive in your browser.\n",
        shown(directory)
    ));
    Ok(Ending::Done)
}
