use super::{Ending, today};
use crate::parse::Drafts;
use crate::serve::{Options, serve};
use std::path::Path;

/// Show the archive in a browser, and rebuild it on every change
///
/// Builds in memory and serves on this computer only; nothing is written. Open pages reload by themselves. While the content
/// has errors, browsers show them above the last version without any. Ctrl-C ends it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  referat -C archive serve --open")]
pub(super) struct Arguments {
    /// The port to serve on; 0 takes any free one
    #[arg(long, value_name = "N", default_value_t = 4000)]
    port: u16,
    /// Open the archive in the browser
    #[arg(long)]
    open: bool,
    /// Show drafts too
    #[arg(long)]
    drafts: bool,
}

pub(super) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<Ending> {
    let drafts = if arguments.drafts { Drafts::Taken } else { Drafts::Left };
    match serve(root, &Options { port: arguments.port, open: arguments.open, drafts, today: Some(today()) })? {}
}
