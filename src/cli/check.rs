use super::{Ending, plan, print, today};
use crate::diag::Severity;
use crate::pipeline::Choices;
use crate::report::{self, Colour, Format};
use std::path::Path;

/// Report every problem in the content, and write nothing
///
/// The same problems as `build` reports, all in one run, ordered by file and place.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  referat -C archive check --deny warnings --format github")]
pub(super) struct Arguments {
    /// How problems are printed
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// Take warnings for errors
    #[arg(long, value_name = "WHAT", value_parser = ["warnings"])]
    deny: Option<String>,
    /// Also list the files beside meetings that no public section links to
    #[arg(long)]
    unlinked: bool,
}

pub(super) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<Ending> {
    let build = plan(root, &Choices { today: Some(today()), ..Choices::default() })?;
    let mut problems = build.diagnostics.clone();
    if !build.has_errors() {
        problems.extend(build.try_outputs());
        crate::diag::sort(&mut problems);
    }
    if arguments.unlinked {
        problems.extend(build.unlinked());
        crate::diag::sort(&mut problems);
    }
    match arguments.format {
        Format::Human => print(&problems, root),
        format => report::result(&report::diagnostics(&problems, root, format, Colour::No)),
    }
    let worst = if arguments.deny.is_some() { Severity::Warning } else { Severity::Error };
    if problems.iter().any(|problem| problem.severity() <= worst) {
        return Ok(Ending::ContentErrors);
    }
    if arguments.format == Format::Human {
        let (meetings, cases) = (build.archive().meetings.len(), build.archive().papers.len());
        report::result(&format!("No errors: {meetings} meetings, {cases} cases.\n"));
    }
    Ok(Ending::Done)
}
