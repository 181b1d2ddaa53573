use super::{Ending, print};
use crate::check::privacy;
use crate::config::{self, Config};
use crate::diag::{Code, Diagnostic, Reported};
use crate::disk::{self, shown};
use crate::format::{self, Draft};
use crate::import::{self, Settings};
use crate::model::slug;
use crate::report;
use crate::source::{Source, Span};
use anyhow::bail;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Turn minutes as text or Markdown into meeting files
///
/// Each document becomes content/ORGANIZATION/YEAR/DATE.md. What could not be understood is reported with its line,
/// and its text is in the meeting file all the same. Documents that are not minutes are skipped. Read the result before you
/// publish it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  referat -C archive import minutes/*.txt\n  referat -C archive import --dry-run --format json minutes/"
)]
pub(super) struct Arguments {
    /// Documents, or folders of them (.txt and .md)
    #[arg(required = true, value_name = "FILE|DIR")]
    documents: Vec<PathBuf>,
    /// The organization, in place of the one the documents name
    #[arg(long, value_name = "NAME")]
    organization: Option<String>,
    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Replace meeting files that are there already
    #[arg(long)]
    force: bool,
    /// How the result is printed
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A line for each document.
    Human,
    /// One array of JSON, with everything that was found.
    Json,
}

/// A document, read and understood.
struct Document {
    /// As it was given.
    name: String,
    source: Source,
    reported: Reported<Option<Draft>>,
    /// Where its meeting file belongs.
    target: Option<PathBuf>,
}

pub(super) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<Ending> {
    if !arguments.dry_run && !disk::exists(&root.join(".")) {
        bail!("there is no folder {}; `referat init` makes a new archive", shown(root));
    }
    let config = settings(root)?;
    let mut documents = Vec::new();
    for path in named(&arguments.documents)? {
        documents.push(read(&path, root, &config, arguments)?);
    }
    settle(&mut documents, arguments);
    let written = if arguments.dry_run { 0 } else { write(&documents, &config, arguments)? };
    let problems: Vec<Diagnostic> =
        documents.iter().flat_map(|document| document.reported.diagnostics.iter().cloned()).collect();
    match arguments.format {
        Format::Json => {
            let records: Vec<_> =
                documents.iter().map(|document| import::record(&document.name, &document.reported)).collect();
            report::result(&format!(
                "{:#}\n",
                serde_json::Value::from_iter(records.iter().map(|record| serde_json::json!(record)))
            ))?;
        }
        Format::Human => {
            print(&problems, Path::new(""));
            // A file may be named after whom it is about.
            report::result(&privacy::masked(&account(&documents, arguments, written)))?;
        }
    }
    let failed = documents.iter().any(|document| document.target.is_none());
    Ok(if failed { Ending::ContentErrors } else { Ending::Done })
}

/// The settings of the archive that is imported into; a dry run needs none.
fn settings(root: &Path) -> anyhow::Result<Config> {
    let path = root.join(config::PATH);
    if !disk::exists(&path) {
        return Ok(config::read(&Source::new(config::PATH, "title: -\n")).value);
    }
    let Reported { value, diagnostics } = config::read(&Source::decode(config::PATH, disk::read(&path)?));
    if !diagnostics.is_empty() {
        print(&diagnostics, root);
    }
    Ok(value)
}

/// The documents that were named: files as they are, folders with the text files below them.
fn named(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let is_text = |path: &PathBuf| {
        path.extension().is_some_and(|kind| kind.eq_ignore_ascii_case("txt") || kind.eq_ignore_ascii_case("md"))
    };
    let mut out = Vec::new();
    for path in paths {
        let files = disk::files_below(path)?;
        let is_folder = files.first() != Some(path);
        out.extend(files.into_iter().filter(|file| !is_folder || is_text(file)));
    }
    if out.is_empty() {
        bail!("there are no documents (.txt or .md) in what was named");
    }
    Ok(out)
}

fn read(path: &Path, root: &Path, config: &Config, arguments: &Arguments) -> anyhow::Result<Document> {
    let name = path.display().to_string();
    let source = Source::decode(name.as_str(), disk::read(path)?);
    let settings = Settings {
        language: config.language,
        pattern: &config.cases.pattern,
        organization: arguments.organization.as_deref(),
    };
    let mut reported = import::document(&source, &settings);
    let target = reported.value.as_ref().and_then(|draft| target(draft, config)).map(|target| root.join(target));
    if reported.value.is_some() && target.is_none() {
        reported.diagnostics.push(Diagnostic::new(Code::ImportOrganization, &source, Span::new(0..0), &[]));
    }
    Ok(Document { name, source, reported, target })
}

/// Where a meeting file belongs, in the archive's folder; `None` where nobody knows who met.
fn target(draft: &Draft, config: &Config) -> Option<String> {
    let name = draft.organization.as_deref()?;
    let known = config.organizations.iter().find(|(_, organization)| organization.name.as_deref() == Some(name));
    let folder = known.map_or_else(|| slug(name), |(folder, _)| folder.clone());
    (!folder.is_empty()).then(|| format!("content/{folder}/{:04}/{}.md", draft.date.year(), draft.date))
}

/// Keeps back what would overwrite a meeting file, or one of the same import.
fn settle(documents: &mut [Document], arguments: &Arguments) {
    let mut taken: BTreeMap<PathBuf, String> = BTreeMap::new();
    for document in documents {
        let Some(target) = &document.target else { continue };
        let start = Span::new(0..0);
        let problem = match taken.get(target) {
            Some(first) => Some(Diagnostic::new(Code::ImportConflict, &document.source, start, &[first])),
            None if disk::exists(target) && !arguments.force => {
                Some(Diagnostic::new(Code::ImportExists, &document.source, start, &[&shown(target)]))
            }
            None => None,
        };
        match problem {
            Some(problem) => {
                document.reported.diagnostics.push(problem);
                document.target = None;
            }
            None => drop(taken.insert(target.clone(), document.name.clone())),
        }
    }
}

fn write(documents: &[Document], config: &Config, arguments: &Arguments) -> anyhow::Result<usize> {
    let mut written = 0;
    for document in documents {
        let (Some(draft), Some(target)) = (&document.reported.value, &document.target) else { continue };
        let text = format::meeting_file(draft, config.language);
        // Somebody may have written one since it was looked for.
        if arguments.force { disk::store(target, text) } else { disk::create(target, &text) }?;
        written += 1;
    }
    Ok(written)
}

/// A line for each document, and their number.
fn account(documents: &[Document], arguments: &Arguments, written: usize) -> String {
    let mut out = String::new();
    for document in documents {
        let name = &document.name;
        match (&document.reported.value, &document.target) {
            (Some(draft), Some(target)) => {
                let count =
                    |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
                let closed = draft.items.iter().filter(|item| item.closed).count();
                let closed = if closed > 0 { format!(" ({closed} closed)") } else { String::new() };
                out.push_str(&format!("{name} -> {}: {}{closed}\n", shown(target), count(draft.items.len(), "item")));
            }
            (Some(_), None) => out.push_str(&format!("{name}: not written\n")),
            (None, _) => out.push_str(&format!("{name}: not minutes, skipped\n")),
        }
    }
    let would = if arguments.dry_run { "would be written" } else { "written" };
    let number =
        if arguments.dry_run { documents.iter().filter(|document| document.target.is_some()).count() } else { written };
    let skipped = documents.iter().filter(|document| document.reported.value.is_none()).count();
    let kept = documents.len() - number - skipped;
    out.push_str(&format!("{} documents: {number} {would}, {skipped} skipped, {kept} kept back.\n", documents.len()));
    out
}
