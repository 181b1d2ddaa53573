use super::{Ending, all_problems, print, today};
use crate::check::privacy::account::Account;
use crate::config;
use crate::diag::Diagnostic;
use crate::disk::{self, Order, Published, Recorder, Refusal, Standing, Sync, shown};
use crate::parse::Drafts;
use crate::pipeline::{self, Build, Cache, Choices};
use crate::report;
use anyhow::Context;
use std::collections::BTreeSet;
use std::mem::{self, ManuallyDrop};
use std::path::{Path, PathBuf};

/// Build the archive into public/
///
/// Checks everything first; with any error nothing is published and the old version stays. Publishing is all or nothing:
/// a reader sees the old version or the new one.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  referat -C archive build --base-url https://referater.example/")]
pub(super) struct Arguments {
    /// The folder to publish to [default: public in the archive's folder]
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// The address where the archive will stand, in place of the one in site.yaml
    #[arg(long, value_name = "URL", value_parser = base_url)]
    base_url: Option<String>,
    /// Publish drafts too
    #[arg(long)]
    drafts: bool,
    /// How many threads to use [default: as many as there are processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Don't force the new version to the disk before it goes live; for builds that are thrown away
    #[arg(long)]
    no_sync: bool,
    /// Also write the published archive into one zip file; the same content gives the same bytes
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    bundle: Option<PathBuf>,
    /// Write down what the privacy gate looked at, found, allowed and could not read
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Say which pages would appear, change and vanish, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<Ending> {
    if let Some(jobs) = arguments.jobs {
        // More than this only wait for each other: a thousand took a hundred times as long as two on two processors.
        let most = std::thread::available_parallelism().map_or(1, usize::from) * 8;
        // The one that is there is one of them.
        let threads = rayon::ThreadPoolBuilder::new().num_threads(most.min(jobs.into())).use_current_thread();
        threads.build_global().context("can't start the threads")?;
    }
    let drafts = if arguments.drafts { Drafts::Taken } else { Drafts::Left };
    let choices = Choices { drafts, base_url: arguments.base_url.clone(), today: Some(today()), ..Choices::default() };
    let output = arguments.output.clone().unwrap_or_else(|| root.join("public"));
    let beside: Vec<&Path> = arguments.bundle.iter().chain(&arguments.report).map(PathBuf::as_path).collect();
    disk::refuse_same(&beside)?;
    for file in beside {
        disk::refuse_inside(file, &output)?;
        disk::refuse_source(file, root)?;
    }
    let order = Order {
        root: root.to_owned(),
        output: output.clone(),
        today: today().to_string(),
        choices: format!("{:?} {:?} {:?}", choices.drafts, choices.base_url, report::colour()),
    };
    let input = disk::input(root)?;
    // What is made of a build beside its output is made of a build.
    let is_plain = !arguments.dry_run && arguments.bundle.is_none() && arguments.report.is_none();
    if is_plain && let Some(Standing { messages, files }) = disk::standing(&input, &order)? {
        report::message(&messages);
        print_counts(&output, &Published { unchanged: files, ..Published::default() });
        return Ok(Ending::Done);
    }
    let (input, recorder) = Recorder::record(input);
    // The process ends with this: taking a large archive apart piece by piece would be work for nothing.
    let mut cache = Cache::default();
    let mut build = ManuallyDrop::new(pipeline::build(&input, &mut cache, &choices)?);
    // There is no next build, and what this one remembers is a tenth of its memory.
    rayon::spawn(move || drop(cache));
    let has_errors = build.has_errors();
    if has_errors {
        // Nothing is published, so whatever publishing would have met is told now.
        build.diagnostics = all_problems(&build, &BTreeSet::new());
    }
    let messages = report::told(&build.diagnostics, root);
    report::say(&messages);
    let mut problems = mem::take(&mut build.diagnostics);
    let control = |problems: &[Diagnostic], outputs: Option<usize>| {
        arguments.report.iter().try_for_each(|file| {
            let account = Account::new(today(), build.looked_at(), &build.gate, problems, build.config());
            disk::store(file, Account { outputs, ..account }.text())
        })
    };
    let nothing = || report::message(&format!("Nothing is published; {} is as it was.\n", shown(&output)));
    let outputs = Some(build.routes().count());
    if has_errors {
        control(&problems, outputs)?;
        nothing();
        return Ok(Ending::ContentErrors);
    }
    if arguments.report.is_none() {
        // They are told, and an old archive has tens of thousands.
        let told = mem::take(&mut problems);
        rayon::spawn(move || drop(told));
    }
    let done = if arguments.dry_run {
        dry_run(&build, root, &output, &recorder).and_then(|()| Ok(control(&problems, outputs)?))
    } else {
        let published = publish(&build, root, &output, &recorder, arguments, || control(&problems, outputs));
        published.map(|published| disk::remember(&build, &recorder, &order, &published, messages.text()))
    };
    match done {
        Ok(()) => Ok(Ending::Done),
        Err(Refusal::Content(rendered)) => {
            control(&[&problems[..], &rendered].concat(), outputs)?;
            print(&rendered, root);
            if !arguments.dry_run {
                nothing();
            }
            Ok(Ending::ContentErrors)
        }
        Err(Refusal::Environment(error)) => Err(error),
    }
}

/// The bundle and the account of the control are made before the new version goes live: once it is, nothing may fail any
/// more, or a script would take a site that is published for one that isn't.
fn publish(
    build: &Build,
    root: &Path,
    output: &Path,
    read: &Recorder,
    arguments: &Arguments,
    control: impl FnOnce() -> anyhow::Result<()>,
) -> Result<Published, Refusal> {
    let sync = if arguments.no_sync { Sync::No } else { Sync::Before };
    let mut size = 0;
    let published = disk::publish(build, root, output, sync, read, |version| {
        if let Some(file) = &arguments.bundle {
            size = disk::bundle(build, version, file)?;
        }
        control()
    })?;
    for warning in &published.warnings {
        report::message(&format!("warning: {warning}\n"));
    }
    print_counts(output, &published);
    if let Some(file) = &arguments.bundle {
        tell(&format!("{}: {} files in {size} bytes\n", shown(file), build.routes().count() + 1));
    }
    Ok(published)
}

fn print_counts(output: &Path, published: &Published) {
    let Published { written, unchanged, removed, .. } = published;
    tell(&format!("{}: {written} written, {unchanged} unchanged, {removed} removed\n", shown(output)));
}

/// Prints what was published. It is, whoever hears of it, so that this fails is no error any more.
fn tell(text: &str) {
    if let Err(error) = report::result(text) {
        report::message(&format!("warning: everything is published, but not told of: {error:#}\n"));
    }
}

fn dry_run(build: &Build, root: &Path, output: &Path, read: &Recorder) -> Result<(), Refusal> {
    let changes = disk::compare(build, root, output, read)?;
    let mut text = String::new();
    for (word, list) in [("appear", &changes.appear), ("change", &changes.change), ("vanish", &changes.vanish)] {
        text.extend(list.iter().map(|path| format!("{word} {path}\n")));
    }
    report::result(&text)?;
    let counts = format!(
        "{} would appear, {} change, {} vanish",
        changes.appear.len(),
        changes.change.len(),
        changes.vanish.len()
    );
    report::message(&format!("{}: {counts}\n", shown(output)));
    Ok(())
}

fn base_url(text: &str) -> Result<String, String> {
    config::base_url(text).ok_or_else(|| config::WEB_ADDRESS.to_owned())
}
