use super::{Ending, plan, print};
use crate::config::{Config, Output};
use crate::disk;
use crate::ledger;
use crate::pipeline::{Build, Choices};
use crate::report;
use anyhow::bail;
use jiff::Timestamp;
use std::path::Path;

/// Write down which objects of the OParl interface are new, changed or gone
///
/// Run it before a build that goes public, and keep content/oparl.ledger with the content: builds take from it when each
/// object was made and last changed, and leave a sign where one was removed. It holds no word of the content.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  referat -C archive record && referat -C archive build")]
pub(super) struct Arguments {
    /// The moment to write down, such as 2024-05-22T10:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
}

pub(super) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<Ending> {
    let build = plan(root, &Choices::default())?;
    if build.has_errors() {
        print(&build.diagnostics, root);
        report::message("Nothing is recorded.\n");
        return Ok(Ending::ContentErrors);
    }
    if !is_asked_for(build.config()) {
        bail!("there is nothing to record: site.yaml has no `oparl` under `outputs`, or no `base_url`");
    }
    let ledger = build.record(arguments.at.unwrap_or_else(disk::now));
    disk::store(&root.join(ledger::PATH), ledger.text())?;
    report::result(&told(&build, &ledger))?;
    Ok(Ending::Done)
}

/// Whether the archive has an OParl interface.
pub(super) fn is_asked_for(config: &Config) -> bool {
    config.outputs.contains(&Output::Oparl) && config.base_url.is_some()
}

fn told(build: &Build, ledger: &ledger::Ledger) -> String {
    let old = build.ledger();
    let is_there =
        |ledger: &ledger::Ledger, id| ledger.entries.get(id).is_some_and(|entry: &ledger::Entry| entry.state.is_some());
    let (mut new, mut changed, mut gone) = (0, 0, 0);
    for (id, entry) in &ledger.entries {
        match (is_there(old, id), entry.state) {
            (false, Some(_)) => new += 1,
            (true, None) => gone += 1,
            (true, Some(_)) if old.entries.get(id) != Some(entry) => changed += 1,
            _ => {}
        }
    }
    format!("{}: {new} new, {changed} changed, {gone} gone\n", ledger::PATH)
}
