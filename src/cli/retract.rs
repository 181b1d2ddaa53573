use super::{Ending, plan, print, today};
use crate::config::Config;
use crate::disk;
use crate::model::{Disclosure, Meeting, Number};
use crate::parse::{self, Drafts, Settings};
use crate::pipeline::{Build, Choices, Content};
use crate::report;
use crate::site::{Page, route};
use crate::source::Source;
use anyhow::{anyhow, bail};
use std::collections::BTreeSet;
use std::path::Path;

/// Take back what was public: a meeting, or one item of it
///
/// Writes the reason into the head of the meeting file; the next build leaves the reason and the day at the old address and
/// nothing else anywhere. Prints the addresses that search engines should be asked to forget, gone ones first. What stands
/// in the history of the content's repository stays there.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  referat retract direktionen/2018/2018-05-22.html#punkt-3 --reason \"Holdt oplysninger om en borger\""
)]
pub(super) struct Arguments {
    /// The meeting: its address or its file; after a `#` the number of an item
    #[arg(value_name = "MEETING[#ITEM]")]
    what: String,
    /// Why, in words for the public
    #[arg(long)]
    reason: String,
}

pub(super) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<Ending> {
    let choices = Choices { today: Some(today()), ..Choices::default() };
    let before = plan(root, &choices)?;
    let (name, item) = match arguments.what.split_once('#') {
        Some((name, item)) => (name, Some(item)),
        None => (arguments.what.as_str(), None),
    };
    let meeting = meeting(&before, root, name).ok_or_else(|| {
        anyhow!("there is no published meeting `{name}`; name its address, such as direktionen/2018/2018-05-22.html, or its file")
    })?;
    let number = item.map(|item| number(&before, meeting, item)).transpose()?;
    let path = root.join(&*meeting.path);
    let source = Source::decode(meeting.path.clone(), disk::read(&path)?);
    let text = match &number {
        Some(number) => closed(source.text(), number, &reason(&before, &arguments.reason)),
        None => taken_back(source.text(), &arguments.reason),
    };
    let text = text.filter(|text| is_done(&before, meeting, text, number.as_ref()));
    let Some(text) = text else {
        bail!(
            "the head of {} is written in a way that can't be changed safely; add the item under `closed_items` by hand, or `retracted` with `date` and `reason`",
            disk::shown(&path)
        );
    };
    disk::store(&path, &text)?;
    let after = plan(root, &choices)?;
    print(&after.diagnostics, root);
    report::result(&addresses(&before, &after));
    Ok(if after.has_errors() { Ending::ContentErrors } else { Ending::Done })
}

/// The meeting of an address, with or without ending, or of a file.
fn meeting<'a>(build: &'a Build, root: &Path, name: &str) -> Option<&'a Meeting> {
    let base = build.config().base_url.as_deref().unwrap_or_default();
    let name = name.strip_prefix(base).unwrap_or(name);
    let mut meetings = build.archive().meetings.iter().map(|meeting| &**meeting);
    meetings.find(|meeting| {
        let address = route::meeting(meeting);
        let address = address.path();
        name == &*meeting.path
            || Path::new(name) == root.join(&*meeting.path)
            || name == address
            || Some(name) == address.strip_suffix(".html")
    })
}

/// The number of an item, given as such or as its anchor.
fn number(build: &Build, meeting: &Meeting, item: &str) -> anyhow::Result<Number> {
    let is_it = |number: &Number| *number == Number::new(item) || route::item(build.config().language, number) == item;
    let found = meeting.items.iter().find(|other| is_it(&other.number));
    match found {
        Some(found) if matches!(found.disclosure, Disclosure::Public(_)) => Ok(found.number.clone()),
        Some(_) => bail!("item {item} is closed already"),
        None => bail!("the meeting has no item {item}"),
    }
}

/// What stands in the place of an item: that it was taken back, when, and why.
fn reason(build: &Build, reason: &str) -> String {
    let language = build.config().language;
    format!("{} {}: {reason}", language.words().retracted, language.date(today()))
}

/// A text as a YAML scalar in double quotes (YAML 1.2.2, section 7.3.1): JSON is a part of YAML.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The text of a meeting file with one more item under `closed_items`; `None` where that is not plain to do.
fn closed(text: &str, number: &Number, reason: &str) -> Option<String> {
    let entry = format!("{}: {{ reason: {} }}", quoted(number.printed()), quoted(reason));
    let end = end_of_head(text)?;
    let mut at = 0;
    for line in text[..end].split_inclusive('\n') {
        if let Some(rest) = line.strip_prefix("closed_items:") {
            let rest_at = at + "closed_items:".len();
            // Either the entries stand on lines of their own, or all on this one in braces.
            if rest.trim().is_empty() || rest.trim_start().starts_with('#') {
                let next = at + line.len();
                let indent: String = text[next..].chars().take_while(|character| *character == ' ').collect();
                return (!indent.is_empty()).then(|| format!("{}{indent}{entry}\n{}", &text[..next], &text[next..]));
            }
            let brace = rest.find('{').filter(|brace| rest[..*brace].trim().is_empty())?;
            let place = rest_at + brace + 1;
            return Some(format!("{} {entry},{}", &text[..place], &text[place..]));
        }
        at += line.len();
    }
    Some(format!("{}closed_items:\n  {entry}\n{}", &text[..end], &text[end..]))
}

/// The text of a meeting file that is taken back as a whole.
fn taken_back(text: &str, reason: &str) -> Option<String> {
    let end = end_of_head(text)?;
    let entry = format!("retracted: {{ date: {}, reason: {} }}\n", today(), quoted(reason));
    Some(format!("{}{entry}{}", &text[..end], &text[end..]))
}

/// Where the line that ends the head begins.
fn end_of_head(text: &str) -> Option<usize> {
    let mut at = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        match (index, line.trim_end() == "---") {
            (0, false) => return None,
            (0, true) | (_, false) => at += line.len(),
            (_, true) => return Some(at),
        }
    }
    None
}

/// Whether the new text says what it should, and is no worse than the old one: read before it is written.
fn is_done(build: &Build, meeting: &Meeting, text: &str, number: Option<&Number>) -> bool {
    let settings = Settings::new(build.config(), Drafts::Left);
    let parsed = parse::meeting(&Source::new(meeting.path.clone(), text), &settings);
    let Some(new) = parsed.value else { return false };
    let is_closed = |number: &Number| {
        new.items.iter().any(|item| {
            item.number == *number && matches!(&item.disclosure, Disclosure::Closed(stub) if stub.reason.is_some())
        })
    };
    number.map_or(new.retracted.is_some(), is_closed)
}

/// The addresses that changed: those that are gone, then those that show something else.
fn addresses(before: &Build, after: &Build) -> String {
    let base = config_base(before.config());
    let new: BTreeSet<&str> = after.routes().map(|route| route.path()).collect();
    let mut gone = String::new();
    let mut changed = String::new();
    before.prepare();
    after.prepare();
    for route in before.routes() {
        let is_page = route.path().ends_with(".html");
        if !new.contains(route.path()) {
            gone.push_str(&format!("{base}{route}\n"));
        } else if is_page && bytes(before, route) != bytes(after, route) {
            let is_left =
                matches!(after.site.pages.get(route), Some(Page::Retracted(_) | Page::Meeting(_) | Page::Case(_)));
            if is_left {
                changed.push_str(&format!("{base}{route}\n"));
            }
        }
    }
    gone + &changed
}

fn bytes(build: &Build, route: &crate::site::Route) -> Option<Vec<u8>> {
    match build.content(route) {
        Some(Ok(Content::Bytes(bytes))) => Some(bytes),
        _ => None,
    }
}

fn config_base(config: &Config) -> &str {
    config.base_url.as_deref().unwrap_or_default()
}
