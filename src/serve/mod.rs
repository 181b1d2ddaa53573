//! The preview: the archive in a browser, built again on every change.
//!
//! [`serve`] is a loop that builds, shows and waits. It doesn't know what kind of file changed: it lists the archive, and
//! when the list is another it builds with the same [`Cache`], which knows what need not be parsed again. `watch` only says
//! that it is time to look. The site stays a plan in memory; a page is rendered when a browser asks for it (`answer`) and
//! gets the script that reloads it on the way out (`page`). `http` keeps strange clients from doing harm.
#![expect(
    clippy::disallowed_methods,
    reason = "people like to know how long a build took; nothing built depends on it"
)]

mod answer;
mod browser;
mod http;
mod page;
mod watch;

#[doc(hidden)]
pub use http::Rehearsal;

use crate::diag::{Diagnostic, Severity};
use crate::disk;
use crate::parse::Drafts;
use crate::pipeline::{self, Build, Cache, Choices, InputFile};
use crate::report::{self, Colour, Format};
use jiff::civil::Date;
use std::collections::HashSet;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch::Sender;

/// What the person who serves decides.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The port on this computer; 0 takes any free one.
    pub port: u16,
    /// Whether the browser is opened.
    pub open: bool,
    /// Whether drafts are shown.
    pub drafts: Drafts,
    /// The day on which exceptions of the privacy gate are judged.
    pub today: Option<Date>,
}

/// Serves the archive in a folder until the program is ended.
///
/// # Errors
/// The folder holds no archive, the port is taken, or the folder can't be watched. Later problems are shown and outlived.
pub fn serve(root: &Path, options: &Options) -> anyhow::Result<Infallible> {
    // What is no archive is told of in the words of every command.
    disk::input(root)?;
    let mut changes = watch::watch(root)?;
    let listener = http::bind(options.port)?;
    let address = http::address(&listener)?;
    let mut workshop = Workshop {
        root: root.to_owned(),
        choices: Choices {
            drafts: options.drafts,
            base_url: Some(address.clone()),
            today: options.today,
            ..Choices::default()
        },
        cache: Cache::default(),
        seen: None,
        failures: 0,
    };
    let browsers = http::start(listener)?;
    announce(&address, options)?;
    loop {
        let news = workshop.rebuild();
        // Taking an archive apart takes time, and nobody waits for it.
        let before = show(&news, root, &browsers);
        tell(&news, before.as_deref(), root);
        drop(before);
        changes.wait(news.patience());
    }
}

/// What browsers are shown.
#[derive(Clone, Default)]
struct Showing {
    /// Counts what was shown; 0 until there is something.
    version: u64,
    /// The last build without errors.
    build: Option<Arc<Build>>,
    /// What keeps a newer one from being shown, as text for people; empty when nothing does.
    problems: Arc<str>,
}

impl Showing {
    /// A name of this version that no other one has, not even of an earlier run at the same address.
    fn name(&self) -> String {
        format!("{}-{}", std::process::id(), self.version)
    }
}

/// What came of looking at the archive.
enum News {
    /// It is what it was.
    Same,
    /// It is another, and this is its build.
    Built(Box<Built>),
    /// It couldn't be read, for the first time in a row: a file may have gone away between listing and reading.
    Interrupted,
    /// It couldn't be read again and again.
    Failed(anyhow::Error),
}

struct Built {
    build: Arc<Build>,
    changed: Vec<Arc<str>>,
    took: Duration,
}

impl News {
    /// How long to wait for a change before looking again anyway. After a failure nothing may ever be heard: what failed need
    /// not be what changed.
    fn patience(&self) -> Option<Duration> {
        match self {
            News::Same | News::Built(_) => None,
            News::Interrupted => Some(Duration::from_millis(50)),
            News::Failed(_) => Some(Duration::from_secs(1)),
        }
    }
}

/// Where builds are made, with what is kept between them.
struct Workshop {
    root: PathBuf,
    choices: Choices,
    cache: Cache,
    /// The files of the last build; `None` when there was none.
    seen: Option<Vec<InputFile>>,
    failures: usize,
}

impl Workshop {
    fn rebuild(&mut self) -> News {
        match self.try_rebuild() {
            Ok(news) => {
                self.failures = 0;
                news
            }
            Err(error) => {
                self.seen = None;
                self.failures += 1;
                if self.failures == 1 { News::Interrupted } else { News::Failed(error) }
            }
        }
    }

    fn try_rebuild(&mut self) -> anyhow::Result<News> {
        let start = Instant::now();
        let input = disk::input(&self.root)?;
        let files = visible(&input.files);
        if self.seen.as_ref() == Some(&files) {
            return Ok(News::Same);
        }
        let build = Arc::new(pipeline::build(&input, &mut self.cache, &self.choices)?);
        let changed = self.seen.as_deref().map(|seen| difference(seen, &files)).unwrap_or_default();
        self.seen = Some(files);
        Ok(News::Built(Box::new(Built { build, changed, took: start.elapsed() })))
    }
}

/// The files whose change is worth a build. Editors keep hidden files beside the one they edit, and write them while
/// somebody types.
fn visible(files: &[InputFile]) -> Vec<InputFile> {
    files.iter().filter(|file| !file.path.split('/').any(|part| part.starts_with('.'))).cloned().collect()
}

/// The paths that only one of two lists has, or that differ. Both are in the order of their paths.
fn difference(old: &[InputFile], new: &[InputFile]) -> Vec<Arc<str>> {
    let lacks = |list: &[InputFile], file: &InputFile| {
        list.binary_search_by(|other| other.path.cmp(&file.path)).map_or(true, |at| list[at] != *file)
    };
    let mut paths: Vec<Arc<str>> = old.iter().filter(|file| lacks(new, file)).map(|file| file.path.clone()).collect();
    paths.extend(new.iter().filter(|file| lacks(old, file)).map(|file| file.path.clone()));
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// Says where the archive is. The address alone is the result: programs read it.
fn announce(address: &str, options: &Options) -> anyhow::Result<()> {
    report::message("Serving the archive on this computer; Ctrl-C ends it.\n");
    report::result(&format!("{address}\n"))?;
    if options.open
        && let Err(error) = browser::open(address)
    {
        report::message(&format!("warning: can't open the browser: {error}\n"));
    }
    Ok(())
}

/// Tells the browsers, and gives what they were shown before.
fn show(news: &News, root: &Path, browsers: &Sender<Showing>) -> Option<Arc<Build>> {
    let (build, problems) = match news {
        News::Same | News::Interrupted => return None,
        News::Built(built) if built.build.has_errors() => (None, text(&built.build.diagnostics, root)),
        News::Built(built) => (Some(&built.build), String::new()),
        News::Failed(error) => (None, format!("error: {error:#}\n")),
    };
    let mut before = None;
    browsers.send_if_modified(|showing| {
        before.clone_from(&showing.build);
        if build.is_none() && *problems == *showing.problems {
            return false;
        }
        showing.version += 1;
        showing.problems = problems.into();
        if let Some(build) = build {
            showing.build = Some(build.clone());
        }
        true
    });
    before
}

/// How many errors a page shows. More than anybody mends at once; the terminal has all.
const SHOWN: usize = 50;

/// The errors as a page shows them. Warnings don't keep anything from being shown, so they stay in the terminal.
fn text(problems: &[Diagnostic], root: &Path) -> String {
    let mut errors: Vec<Diagnostic> =
        problems.iter().filter(|problem| problem.severity() == Severity::Error).cloned().collect();
    let count = errors.len();
    errors.truncate(SHOWN);
    let mut text = report::diagnostics(&errors, root, Format::Human, Colour::No);
    if count > SHOWN {
        text.push_str(&format!("and {} more errors, in the terminal\n", count - SHOWN));
    }
    text
}

/// Tells the person at the terminal: every error, and of the rest what is new since the build before or in a file that changed.
/// An old archive may have thousands of warnings that nobody wants to see at every save.
fn tell(news: &News, before: Option<&Build>, root: &Path) {
    match news {
        News::Same | News::Interrupted => {}
        News::Built(built) => {
            let name = |problem: &Diagnostic| (problem.code, problem.source.path().clone(), problem.message.clone());
            let known: HashSet<_> = before.iter().flat_map(|build| &build.diagnostics).map(name).collect();
            let is_told = |problem: &&Diagnostic| {
                problem.severity() == Severity::Error
                    || built.changed.contains(problem.source.path())
                    || !known.contains(&name(problem))
            };
            let problems: Vec<Diagnostic> = built.build.diagnostics.iter().filter(is_told).cloned().collect();
            report::message(&report::diagnostics(&problems, root, Format::Human, report::colour()));
            report::message(&format!("{}\n", account(built, root)));
        }
        News::Failed(error) => report::message(&format!("error: {error:#}; trying again\n")),
    }
}

/// One line about a build: what changed, how long it took, how it went.
fn account(built: &Built, root: &Path) -> String {
    let cause = match &built.changed[..] {
        [] => "Built".to_owned(),
        [path] => format!("{} changed: rebuilt", disk::shown(&root.join(&**path))),
        paths => format!("{} files changed: rebuilt", paths.len()),
    };
    let summary = report::summary(&built.build.diagnostics);
    let outcome = match (built.build.has_errors(), summary.is_empty()) {
        (true, _) => format!("{summary}; browsers show this above the last version without errors"),
        (false, true) => format!("{} addresses", built.build.routes().count()),
        (false, false) => format!("{} addresses, {summary}", built.build.routes().count()),
    };
    format!("{cause} in {} ms: {outcome}.", built.took.as_millis())
}
