use super::{Ending, plan, print, record, today};
use crate::diag::{Diagnostic, Severity};
use crate::disk;
use crate::ledger;
use crate::model::{AgendaItem, Disclosure, Link, Meeting, Number};
use crate::parse::{self, Taken};
use crate::pipeline::{self, Build, Cache, Choices, Content, Input, Reader};
use crate::report;
use crate::site::{Page, Route, public_files, route};
use anyhow::{anyhow, bail};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Take back what was public: a meeting, or one item of it
///
/// Writes the day and the reason into the head of the meeting file and changes no other byte of it; from the next build on
/// they stand at the old address, and nothing else anywhere. Prints the addresses that search engines should be asked to
/// forget: those that are gone, then those that show something else. With the OParl interface, what is gone is written into
/// content/oparl.ledger too. What stands in the history of the content's repository stays there.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  referat retract direktionen/2018/2018-05-22.html#3 --reason \"Names a citizen\" > forget.txt\n  referat build"
)]
pub(super) struct Arguments {
    /// The meeting: its address or its file; behind a `#` the number of an item
    #[arg(value_name = "MEETING[#ITEM]")]
    what: String,
    /// Why, in words for the public
    #[arg(long, value_parser = reason)]
    reason: String,
    /// Print the addresses, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<Ending> {
    let choices = Choices { today: Some(today()), ..Choices::default() };
    let before = plan(root, &choices)?;
    let (name, anchor) = match arguments.what.split_once('#') {
        Some((name, anchor)) => (name, Some(anchor)),
        None => (arguments.what.as_str(), None),
    };
    let meeting = meeting(&before, root, name)?;
    let item = anchor.map(|anchor| item(&before, meeting, anchor)).transpose()?;
    let number = item.map(|item| &item.number);
    let name = before.called(&meeting.path);
    let path = root.join(name);
    let Some(bytes) = changed(&before, &path, meeting, number, &arguments.reason)? else {
        return by_hand(&path);
    };
    // A head that can't be read keeps all items closed, so that was spoken of first.
    if let Some(closed) = item.filter(|item| matches!(item.disclosure, Disclosure::Closed(_))) {
        bail!("item {} is closed already", closed.number.printed());
    }
    let mut files = BTreeMap::from([(name.to_owned(), bytes)]);
    let has_ledger = record::is_asked_for(before.config());
    if has_ledger {
        files.insert(ledger::PATH.to_owned(), before.record(disk::now()).text().into_bytes());
    }
    let after = pipeline::build(&with(disk::input(root)?, &files), &mut Cache::default(), &choices)?;
    let fresh = fresh_errors(&before, &after);
    if !fresh.is_empty() {
        print(&fresh, root);
        report::message(&format!("Nothing is changed; {} is as it was.\n", disk::shown(&path)));
        return Ok(Ending::ContentErrors);
    }
    if !is_done(&after, meeting, number) {
        return by_hand(&path);
    }
    // Before anything is written: they can't be had once the meeting is gone.
    let (gone, changed) = addresses(&before, &after);
    let base = before.config().base_url.as_deref().unwrap_or_default();
    report::result(&gone.iter().chain(&changed).map(|route| format!("{base}{route}\n")).collect::<String>())?;
    if !arguments.dry_run {
        disk::store(&path, &files[name])?;
        if has_ledger {
            disk::store(&root.join(ledger::PATH), after.record(disk::now()).text())?;
        }
    }
    let kept: BTreeSet<&str> = files_of(meeting, number).filter(|file| is_published(&after, file)).collect();
    for file in kept {
        let file = disk::shown(&root.join(file));
        report::message(&format!("note: {file} stays public, since another item links to it\n"));
    }
    if let Some(folder) = index(&before) {
        report::message(&format!(
            "note: the files that the search reads, below {base}{folder}, change too; search engines don't show them, but empty any cache that keeps them\n"
        ));
    }
    let would = if arguments.dry_run { "would be" } else { "is" };
    let counts = format!("{} of the addresses above go, {} show something else", gone.len(), changed.len());
    report::message(&format!(
        "{} {would} changed. {counts}. Build and publish, then ask search engines to forget them.\n",
        disk::shown(&path)
    ));
    if after.has_errors() {
        print(&after.diagnostics, root);
        return Ok(Ending::ContentErrors);
    }
    Ok(Ending::Done)
}

/// A reason is what the public gets in the place of what is gone, so there is one.
fn reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err("say why, in words for the public".to_owned()) } else { Ok(text.to_owned()) }
}

/// The meeting of an address, with or without ending or the archive's own address in front, or of a file.
fn meeting<'a>(build: &'a Build, root: &Path, name: &str) -> anyhow::Result<&'a Meeting> {
    let base = build.config().base_url.as_deref().unwrap_or_default();
    let name = name.strip_prefix(base).unwrap_or(name);
    let is_it = |meeting: &Meeting| {
        let address = route::meeting(meeting);
        let address = address.path();
        name == &*meeting.path
            || Path::new(name) == root.join(&*meeting.path)
            || name == address
            || Some(name) == address.strip_suffix(".html")
            || meeting.aliases.iter().any(|alias| alias == name)
    };
    if build.archive().retracted.iter().any(|meeting| is_it(meeting)) {
        bail!("{name} is retracted already");
    }
    build.archive().meetings.iter().map(|meeting| &**meeting).find(|meeting| is_it(meeting)).ok_or_else(|| {
        anyhow!("there is no published meeting `{name}`; name its address, such as direktionen/2018/2018-05-22.html, or its file")
    })
}

/// An item, by its number or its anchor.
fn item<'a>(build: &Build, meeting: &'a Meeting, item: &str) -> anyhow::Result<&'a AgendaItem> {
    let is_it = |number: &Number| *number == Number::new(item) || route::item(build.config().language, number) == item;
    match meeting.items.iter().find(|other| is_it(&other.number)) {
        Some(found) => Ok(found),
        None if item.is_empty() => {
            bail!("behind the # stands no item; write its number, such as #3, or leave out the # for the whole meeting")
        }
        None => bail!("the meeting has no item {item}"),
    }
}

/// The meeting file as it shall be.
fn changed(
    build: &Build,
    path: &Path,
    meeting: &Meeting,
    number: Option<&Number>,
    reason: &str,
) -> anyhow::Result<Option<Vec<u8>>> {
    let language = build.config().language;
    let title = format!("{} {}", language.words().retracted_item, language.date(today()));
    let taken = match number {
        Some(number) => Taken::Item { number, title: &title, reason },
        None => Taken::Meeting { date: today(), reason },
    };
    Ok(parse::take_back(&meeting.path, &disk::read(path)?, taken))
}

fn by_hand(path: &Path) -> anyhow::Result<Ending> {
    bail!(
        "the head of {} is written in a way that can't be changed safely; write into it by hand an entry with `title` and `reason` under `closed_items`, or for the whole meeting `retracted` with `date` and `reason`",
        disk::shown(path)
    )
}

/// The archive with some files as they shall be: what would come of them is known before anything is written.
fn with(mut input: Input, files: &BTreeMap<String, Vec<u8>>) -> Input {
    for (path, bytes) in files {
        let size = bytes.len() as u64;
        match input.files.iter_mut().find(|file| *file.path == **path) {
            Some(file) => file.size = size,
            None => input.files.push(pipeline::InputFile { path: path.as_str().into(), size, stamp: 0 }),
        }
    }
    input.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Input { reader: Arc::new(Overlaid { below: input.reader, files: files.clone() }), ..input }
}

struct Overlaid {
    below: Arc<dyn Reader>,
    files: BTreeMap<String, Vec<u8>>,
}

impl Reader for Overlaid {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.files.get(path).map_or_else(|| self.below.read(path), |bytes| Ok(bytes.clone()))
    }

    fn start(&self, path: &str, most: usize) -> io::Result<Vec<u8>> {
        let start = |bytes: &Vec<u8>| Ok(bytes[..most.min(bytes.len())].to_vec());
        self.files.get(path).map_or_else(|| self.below.start(path, most), start)
    }
}

/// Errors that the change would bring, such as a personal number in the reason.
fn fresh_errors(before: &Build, after: &Build) -> Vec<Diagnostic> {
    let key = |problem: &Diagnostic| (problem.source.path().clone(), problem.code, problem.message.clone());
    let known: BTreeSet<_> = before.diagnostics.iter().map(key).collect();
    let errors = after.diagnostics.iter().filter(|problem| problem.severity() == Severity::Error);
    errors.filter(|problem| !known.contains(&key(problem))).cloned().collect()
}

/// Whether what should be gone is gone.
fn is_done(after: &Build, meeting: &Meeting, number: Option<&Number>) -> bool {
    let Some(number) = number else { return after.archive().retracted_at(&meeting.path).is_some() };
    let new = after.archive().meeting_at(&meeting.path).map(|id| after.archive().meeting(id));
    let same = |new: &Meeting| new.items.len() == meeting.items.len();
    let item = new.filter(|new| same(new)).and_then(|new| new.items.iter().find(|item| item.number == *number));
    item.is_some_and(|item| matches!(&item.disclosure, Disclosure::Closed(stub) if stub.reason.is_some()))
}

/// The folder of the files that the search reads, which hold every word of the archive.
fn index(build: &Build) -> Option<&str> {
    let (route, _) = build.site.pages.iter().find(|(_, page)| matches!(page, Page::Index(_)))?;
    route.path().rsplit_once('/').map(|(folder, _)| folder)
}

/// The addresses that are gone, and those that show something else from now on. One that led to either is among them.
fn addresses<'a>(before: &'a Build, after: &Build) -> (Vec<&'a Route>, Vec<&'a Route>) {
    before.prepare();
    after.prepare();
    let pages: Vec<(&Route, &Page)> = before.site.pages.iter().collect();
    let is_other = |route: &Route| match (shown(before, route), shown(after, route)) {
        (Some(before), Some(after)) => before != after,
        // What can't be built for the gate's sake may have been published before it looked.
        _ => true,
    };
    let touched: BTreeSet<&Route> = pages
        .par_iter()
        .filter(|(_, page)| !matches!(page, Page::Asset(_) | Page::Index(_)))
        .filter(|(route, _)| !after.site.pages.contains_key(*route) || is_other(route))
        .map(|(route, _)| *route)
        .collect();
    let leads_there = |page: &Page| matches!(page, Page::Redirect(target) if touched.contains(target));
    let all = pages.iter().filter(|(route, page)| touched.contains(route) || leads_there(page));
    all.map(|(route, _)| *route).partition(|route| !after.site.pages.contains_key(*route))
}

/// What stands at an address. What a page has below its main part is of the whole site, such as the day it was last changed.
fn shown(build: &Build, route: &Route) -> Option<Vec<u8>> {
    match build.content(route)?.ok()? {
        Content::Bytes(mut bytes) => {
            let end = memchr::memmem::rfind(&bytes, b"</main>").filter(|_| route.path().ends_with(".html"));
            bytes.truncate(end.unwrap_or(bytes.len()));
            Some(bytes)
        }
        Content::File(path) => Some(path.as_bytes().to_vec()),
    }
}

/// The files that the meeting or the item links to.
fn files_of<'a>(meeting: &'a Meeting, number: Option<&'a Number>) -> impl Iterator<Item = &'a str> {
    let of_item = meeting.items.iter().filter(move |item| Some(&item.number) == number).flat_map(|item| {
        let links = match &item.disclosure {
            Disclosure::Public(item) => item.links.as_slice(),
            Disclosure::Closed(_) => &[],
        };
        links.iter().filter_map(|mark| match &mark.link {
            Link::File(path) => Some(&**path),
            Link::Meeting(..) | Link::Anchor(_) => None,
        })
    });
    let of_meeting = number.is_none().then(|| public_files(meeting)).into_iter().flatten();
    of_meeting.chain(of_item)
}

fn is_published(build: &Build, file: &str) -> bool {
    build.site.pages.values().any(|page| matches!(page, Page::File(path) if **path == *file))
}
