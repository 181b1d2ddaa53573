use super::Ending;
use crate::check::privacy;
use crate::disk;
use crate::model::slug;
use crate::report;
use crate::{config, format, source::Source};
use anyhow::{anyhow, bail};
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
    let named = |(folder, organization): &(&String, &config::OrganizationConfig)| {
        **folder == arguments.organization || organization.name.as_deref() == Some(&arguments.organization)
    };
    let folder = config
        .organizations
        .iter()
        .find(named)
        .map_or_else(|| slug(&arguments.organization), |(folder, _)| folder.clone());
    if folder.is_empty() {
        return Err(anyhow!("`{}` gives no folder name; use letters or digits", arguments.organization));
    }
    let words = config.language.words();
    let is_year = folder.len() == 4 && folder.bytes().all(|byte| byte.is_ascii_digit());
    if is_year || [words.cases_address, words.search_address, "data"].contains(&folder.as_str()) {
        bail!("the archive has pages of its own in the folder {folder} of the site; name the organization otherwise");
    }
    // Where nothing says otherwise, an organization is called what its folder is.
    let is_named = config.organizations.contains_key(&folder) || folder == arguments.organization;
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

fn date(text: &str) -> Result<Date, String> {
    let parsed = text.parse().ok().filter(|date: &Date| text.len() == "YYYY-MM-DD".len() && date.to_string() == text);
    parsed.ok_or_else(|| "write year, month and day as YYYY-MM-DD".to_owned())
}
