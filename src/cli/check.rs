use super::{Ending, all_problems, print, today};
use crate::attachment::MAX_ATTACHMENT;
use crate::check::privacy::Words;
use crate::check::privacy::account::Account;
use crate::check::privacy::gate::{self, Found};
use crate::config::{self, Config};
use crate::diag::{Diagnostic, Severity};
use crate::disk::{self, shown};
use crate::listing::{Listing, Names};
use crate::pipeline::{self, Cache, Choices, Input};
use crate::report::{self, Colour, Format};
use crate::source::{Source, composed};
use anyhow::bail;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

/// Report every problem in the content, and write nothing
///
/// The same problems as `build` reports, all in one run, ordered by file and place. With meeting files named, only those in
/// them, in less than half the time: for editors, and for what is about to be committed.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  referat -C archive check --deny warnings --format github\n  referat check --privacy old-archive --report control.md"
)]
pub(super) struct Arguments {
    /// Meeting files to look at, in place of the whole archive
    #[arg(value_name = "FILE", conflicts_with_all = ["unlinked", "privacy", "report"])]
    files: Vec<PathBuf>,
    /// How problems are printed
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// Take warnings for errors
    #[arg(long, value_name = "WHAT", value_parser = ["warnings"])]
    deny: Option<String>,
    /// Also list the files beside meetings that no public section links to
    #[arg(long)]
    unlinked: bool,
    /// Look for personal numbers and the like in every file of a folder, and at nothing else; no archive is needed
    #[arg(long, value_name = "DIR", conflicts_with = "unlinked")]
    privacy: Option<PathBuf>,
    /// Write down what was looked at, found, allowed and could not be read
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

pub(super) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<Ending> {
    if let Some(folder) = &arguments.privacy {
        return audit(folder, arguments);
    }
    let input = disk::input(root)?;
    if let Some(file) = &arguments.report {
        disk::refuse_source(file, root)?;
    }
    let only = named(root, &input, &arguments.files)?;
    let choices = Choices { today: Some(today()), only, ..Choices::default() };
    // The process ends with this: taking a large archive apart piece by piece would be work for nothing.
    let mut cache = Cache::default();
    let build = ManuallyDrop::new(pipeline::build(&input, &mut cache, &choices)?);
    // There is no next build, and what this one remembers is a tenth of its memory.
    rayon::spawn(move || drop(cache));
    let mut problems = all_problems(&build, &choices.only);
    if let Some(file) = &arguments.report {
        let account = Account::new(today(), build.looked_at(), &build.gate, &problems, build.config());
        disk::store(file, Account { outputs: Some(build.routes().count()), ..account }.text())?;
    }
    if arguments.unlinked {
        problems.extend(build.unlinked());
        crate::diag::sort(&mut problems);
    }
    let (meetings, cases) = (build.archive().meetings.len(), build.archive().papers.len());
    let nothing = match choices.only.len() {
        0 => format!("No errors: {}, {}.\n", report::counted(meetings, "meeting"), report::counted(cases, "case")),
        1 => "No errors in this file.\n".to_owned(),
        files => format!("No errors in these {files} files.\n"),
    };
    end(&problems, root, arguments, &nothing)
}

/// The paths in the archive's folder of files that were named from where the program was started.
fn named(root: &Path, input: &Input, files: &[PathBuf]) -> anyhow::Result<BTreeSet<String>> {
    let names = Names::default();
    let listing = Listing::new(input.files.iter().map(|file| &*file.path), &names);
    let path = |file: &PathBuf| {
        let path = disk::inside(root, file)?;
        let is_one = listing.is_meeting(&path) && listing.has(&path);
        if !is_one {
            bail!(
                "{} is no meeting file of the archive; those end in .md and lie in a folder below content/",
                shown(file)
            );
        }
        Ok(composed(&path).into_owned())
    };
    files.iter().map(path).collect()
}

/// Prints what is wrong, or that nothing is.
fn end(problems: &[Diagnostic], root: &Path, arguments: &Arguments, nothing: &str) -> anyhow::Result<Ending> {
    match arguments.format {
        Format::Human => print(problems, root),
        format => report::result(&report::diagnostics(problems, root, format, Colour::No))?,
    }
    let worst = if arguments.deny.is_some() { Severity::Warning } else { Severity::Error };
    if problems.iter().any(|problem| problem.severity() <= worst) {
        return Ok(Ending::ContentErrors);
    }
    if arguments.format == Format::Human {
        report::result(nothing)?;
    }
    Ok(Ending::Done)
}

/// Looks at every file of a folder. Nothing is left out, closed items neither: whoever has the folder may see them.
fn audit(folder: &Path, arguments: &Arguments) -> anyhow::Result<Ending> {
    let (config, words) = (Config::default(), Words::new(None));
    let (paths, others) = disk::files_below(folder)?;
    let look = |path: &PathBuf| -> anyhow::Result<Vec<Found>> {
        let name = shown(path);
        Ok(match disk::read_up_to(path, MAX_ATTACHMENT)? {
            Ok(bytes) => gate::attachment(&name, &bytes, &words),
            Err(size) => vec![gate::too_large(&name, size)],
        })
    };
    let found: Vec<Vec<Found>> = paths.par_iter().map(look).collect::<anyhow::Result<_>>()?;
    let others: Vec<Found> = others.iter().map(|path| gate::not_a_file(&shown(path))).collect();
    let found_in_all = found.iter().flatten().chain(&others);
    let mut gate = gate::gate(found_in_all, &config, None, |_| false, || Source::new(config::PATH, ""));
    let mut problems = std::mem::take(&mut gate.diagnostics);
    crate::diag::sort(&mut problems);
    if let Some(file) = &arguments.report {
        let files = paths.iter().map(|path| shown(path)).collect();
        disk::store(file, Account::new(today(), files, &gate, &problems, &config).text())?;
    }
    let nothing = format!("Nothing found in {}.\n", report::counted(paths.len(), "file"));
    end(&problems, Path::new(""), arguments, &nothing)
}
