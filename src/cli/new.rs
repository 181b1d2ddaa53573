use super::Ending;
use crate::check::privacy;
use crate::config::{self, Config};
use crate::disk;
use crate::format;
use crate::listing::{Listing, Names};
use crate::model::slug;
use crate::parse::{self, Drafts, Settings};
use crate::report;
use crate::source::{MAX_FILE, Source, composed};
use anyhow::{Context, anyhow, bail};
use jiff::civil::Date;
use std::path::Path;

/// Make a meeting file from a template
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  referat new byraadet 2026-02-24")]
pub(super) struct Arguments {
    /// The organization: its folder below content/, or its name
    organization: String,
    /// The day of the meeting, as YYYY-MM-DD
    #[arg(value_parser = date)]
    date: Date,
}

pub(super) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<Ending> {
    let settings = root.join(config::PATH);
    if !disk::exists(&settings) {
        bail!(
            "there is no archive in {}: {} is missing. `referat init` makes a new one",
            disk::shown(root),
            settings.display()
        );
    }
    let config = config::read(&Source::decode(config::PATH, disk::read(&settings)?)).value;
    let folders = folders(root, &config)?;
    let is_called = |name: &Option<String>| name.as_deref() == Some(&arguments.organization);
    // A folder that is named is meant, whatever another organization is called.
    let known = folders.iter().find(|(folder, _)| *folder == arguments.organization);
    let known = known.or_else(|| folders.iter().find(|(_, name)| is_called(name)));
    let folder = known.map_or_else(|| slug(&arguments.organization), |(folder, _)| folder.clone());
    if folder.is_empty() {
        return Err(anyhow!("`{}` gives no folder name; use letters or digits", arguments.organization));
    }
    let words = config.language.words();
    let is_year = folder.len() == 4 && folder.bytes().all(|byte| byte.is_ascii_digit());
    if is_year || [words.cases_address, words.search_address, "data"].contains(&folder.as_str()) {
        bail!("the archive has pages of its own in the folder {folder} of the site; name the organization otherwise");
    }
    // Where nothing says otherwise, an organization is called what its folder is.
    let is_named = folders.iter().any(|(known, _)| *known == folder) || folder == arguments.organization;
    let name = (!is_named).then_some(arguments.organization.as_str());
    let date = arguments.date;
    let path = root.join(format!("content/{folder}/{:04}/{date}.md", date.year()));
    if disk::exists(&path) {
        bail!(
            "{} is there already; a second meeting on one day needs a file of another name and a `slug:` in its head",
            path.display()
        );
    }
    disk::create(&path, &format::template(name, date, config.language))?;
    report::result(&privacy::masked(&format!("{}\n", path.display())))?;
    Ok(Ending::Done)
}

/// The folders of organizations, with what site.yaml and the heads of their meetings call each, drafts among them: the first
/// meeting of an organization is one until it was held.
fn folders(root: &Path, config: &Config) -> anyhow::Result<Vec<(String, Option<String>)>> {
    let named = config.organizations.iter();
    let mut folders: Vec<_> = named.map(|(folder, organization)| (folder.clone(), organization.name.clone())).collect();
    // One after the other: threads would gain nothing here, and what they do has another order in every run.
    let threads = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread();
    threads.build_global().context("can't start the threads")?;
    let (input, names) = (disk::input(root)?, Names::default());
    let listing = Listing::new(input.files.iter().map(|file| &*file.path), &names);
    let settings = Settings::new(config, Drafts::Taken);
    for file in input.files.iter().filter(|file| file.size <= MAX_FILE && listing.is_meeting(&file.path)) {
        let source = Source::decode(composed(&file.path), input.reader.read(&file.path)?);
        if let Some(meeting) = parse::meeting(&source, &settings).value {
            // The name in site.yaml is the one that counts.
            let is_settled = config.organizations.get(&meeting.organization).is_some_and(|known| known.name.is_some());
            folders.push((meeting.organization, meeting.organization_name.filter(|_| !is_settled)));
        }
    }
    Ok(folders)
}

fn date(text: &str) -> Result<Date, String> {
    let parsed = text.parse().ok().filter(|date: &Date| text.len() == "YYYY-MM-DD".len() && date.to_string() == text);
    parsed.ok_or_else(|| "write year, month and day as YYYY-MM-DD".to_owned())
}
