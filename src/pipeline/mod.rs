//! From the files of an archive to its site, in memory: the place to start reading.
//!
//! ```text
//! Input ─parse▶ Meeting ─▶ Archive ─plan▶ Site ─render▶ Content
//! ```
//!
//! A build is a function of its [`Input`]: same files, same bytes. [`build`] reads, parses and plans, and says what is wrong;
//! [`Build::content`] renders one page at a time, so that the edge can write them in parallel, or only the one a browser asks
//! for. A [`Cache`] remembers parsed files between builds and changes nothing in the result.

mod input;
mod reread;

pub use input::{Input, InputFile, Reader};

use crate::archive::Archive;
use crate::attachment::MAX_ATTACHMENT;
use crate::check;
use crate::check::privacy::Words;
use crate::check::privacy::gate::{self, Found, Gate};
use crate::config::{self, Config, Output};
use crate::diag::{self, Code, Diagnostic, Reported, Severity};
use crate::export;
use crate::language::Language;
use crate::ledger::{self, Ledger};
use crate::listing::{Listing, Names, is_hidden};
use crate::model::{Meeting, MeetingId};
use crate::parse::{self, Drafts, Settings};
use crate::render::theme::{Compiled, Theme};
use crate::render::{self, Edition, Shared};
use crate::search::Search;
use crate::site::{self, IndexFile, Page, Route, Site};
use crate::source::{MAX_FILE, MAX_TEXT, Source, Sources, Span, is_bidi_control};
use input::renamed;
use jiff::Timestamp;
use jiff::civil::Date;
use rayon::prelude::*;
use reread::{Quoted, Reread};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::mem::{self, Discriminant};
use std::sync::Arc;

/// What the person who builds decides, beside the content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Whether drafts are taken.
    pub drafts: Drafts,
    /// The address the archive will stand at, in place of the one in site.yaml; ends in `/`.
    pub base_url: Option<String>,
    /// The day on which exceptions of the privacy gate are judged; without one, none has ended. It decides what is reported,
    /// and nothing that is built.
    pub today: Option<Date>,
    /// The meeting files that are looked at, by their paths; all where none is named. The others are read, so that links and
    /// cases are known, and nothing is said about them.
    pub only: BTreeSet<String>,
}

impl Choices {
    fn is_looked_at(&self, path: &str) -> bool {
        self.only.is_empty() || self.only.contains(path)
    }
}

/// What builds remember: parsed files, what the privacy rules found in files, the lines with something to report, and the
/// theme with its templates. Safe to lose.
#[derive(Default)]
pub struct Cache {
    settings: Option<Settings>,
    meetings: HashMap<Arc<str>, (u64, Parsed)>,
    attachments: HashMap<Arc<str>, (u64, gate::Cached)>,
    words: Option<(Option<Vec<String>>, Arc<Words>)>,
    quoted: Quoted,
    theme: Option<(Vec<InputFile>, Language, Arc<Theme>)>,
    compiled: Option<(Arc<Theme>, Compiled)>,
    planned: Option<Planned>,
}

/// The archive of the last build and the plan of its site, with what else they are made of.
struct Planned {
    archive: Archive,
    config: Config,
    assets: Vec<Box<str>>,
    ledger: Ledger,
    site: Arc<Site>,
}

impl Planned {
    /// The archive, where the meetings are others in nothing but running text.
    fn archive(&self, meetings: &[Arc<Meeting>], config: &Config) -> Option<Archive> {
        let known = &self.config;
        let is_same = (config.language, &config.organizations) == (known.language, &known.organizations);
        is_same.then(|| self.archive.with(meetings)).flatten()
    }

    /// The plan, where nothing it is made of is another. `archive` is one that [`Planned::archive`] gave.
    fn site(&self, archive: &Archive, config: &Config, assets: &[Box<str>], ledger: &Ledger) -> Option<Arc<Site>> {
        let is_same = self.config == *config && self.assets == assets && self.ledger == *ledger;
        (is_same && self.site.has_room_for(archive, config)).then(|| self.site.clone())
    }
}

/// How many files or pages a thread takes at a time, where there are thousands: with large shares, the last one to be done lets
/// the other threads wait.
pub const HANDFUL: usize = 8;

/// Room for most pages, in bytes.
const USUAL_PAGE: usize = 16 * 1024;

/// A site, ready to be rendered, and what is wrong with its content.
pub struct Build {
    /// What is wrong, in order.
    pub diagnostics: Vec<Diagnostic>,
    /// The plan.
    pub site: Arc<Site>,
    /// What the privacy rules found and what of it is allowed.
    pub gate: Gate,
    archive: Archive,
    config: Config,
    ledger: Ledger,
    theme: Arc<Theme>,
    shared: Shared,
    search: Search,
    reader: Arc<dyn Reader>,
    sizes: BTreeMap<Arc<str>, u64>,
    names: Arc<Names>,
}

/// What stands at an address.
#[derive(Debug, PartialEq, Eq)]
pub enum Content {
    /// Bytes to be written.
    Bytes(Vec<u8>),
    /// A file of the archive to be copied, by its path in the archive's folder as it is called there.
    File(Box<str>),
}

/// Builds an archive.
///
/// # Errors
/// A file that was listed can't be read: the archive changed meanwhile, or the disk fails.
pub fn build(input: &Input, cache: &mut Cache, choices: &Choices) -> io::Result<Build> {
    let names = Arc::new(Names::of(input.files.iter().map(|file| &file.path)));
    let renamed = renamed(input, &names);
    let input = renamed.as_ref().unwrap_or(input);
    let listing = Listing::new(input.files.iter().map(|file| &*file.path), &names);
    let (config, mut problems) = settings(input, choices)?;
    let settings = Settings::new(&config, choices.drafts);
    let words = match &cache.words {
        Some((known, words)) if *known == config.privacy.words => words.clone(),
        _ => {
            let words = Arc::new(Words::new(config.privacy.words.as_deref()));
            *cache = Cache { words: Some((config.privacy.words.clone(), words.clone())), ..Cache::default() };
            words
        }
    };
    let parsed = parse_all(input, cache, &settings, &words, choices, &listing)?;
    problems.par_extend(parsed.par_iter().flat_map_iter(|file| file.reported.diagnostics.iter().cloned()));
    let meetings: Vec<Arc<Meeting>> = parsed.iter().filter_map(|file| file.reported.value.clone()).collect();
    problems.extend(overlooked(input, &listing, choices.drafts)?);
    problems.extend(doubled(&names, &listing));
    let ledger = ledger(input, &mut problems)?;
    let (undated, meetings): (Vec<_>, Vec<_>) =
        meetings.into_iter().partition(|meeting| meeting.date == Meeting::UNDATED);
    let planned = cache.planned.take();
    let same = planned.as_ref().and_then(|planned| planned.archive(&meetings, &config));
    let is_same = same.is_some();
    let archive = same.unwrap_or_else(|| crate::archive::archive(meetings, &config));
    let sources = Reread::new(input, &settings, &listing, mem::take(&mut cache.quoted));
    let theme = theme(input, cache, &config, &sources, &mut problems)?;
    let sizes: BTreeMap<Arc<str>, u64> = input.files.iter().map(|file| (file.path.clone(), file.size)).collect();
    let assets: Vec<Box<str>> = theme.assets().map(Into::into).collect();
    let plan = || {
        let planned = planned.filter(|_| is_same);
        if let Some(site) = planned.and_then(|planned| planned.site(&archive, &config, &assets, &ledger)) {
            return (site, Vec::new());
        }
        let mut problems = Vec::new();
        (Arc::new(site::plan(&archive, &config, &assets, &ledger, &sources, &mut problems)), problems)
    };
    let ((site, in_plan), checked) =
        rayon::join(plan, || check::archive(&archive, &undated, &config, &listing, &sources));
    // What is wrong with a plan is said of it each time.
    cache.planned = in_plan.is_empty().then(|| Planned {
        archive: archive.clone(),
        config: config.clone(),
        assets: assets.clone(),
        ledger: ledger.clone(),
        site: site.clone(),
    });
    problems.extend(in_plan);
    problems.extend(checked);
    problems.extend(outputs(&config, &sources));
    let in_settings = gate::settings(&sources.source(config::PATH));
    let mut public = public_attachments(&archive, &site, choices);
    if choices.only.is_empty() {
        public.extend(theme_files(input, &config));
    }
    let in_attachments = attachments(input, cache, &public, &words)?;
    let found = parsed.iter().flat_map(|file| &file.found).chain(&in_settings);
    let found = found.chain(in_attachments.iter().flat_map(|found| found.iter()));
    let mut gate = gate::gate(
        found,
        &config,
        choices.today,
        |address| site.pages.contains_key(&Route::new(address)),
        || sources.source(config::PATH),
    );
    problems.extend(mem::take(&mut gate.diagnostics));
    cache.quoted = sources.remembered();
    let compiled = cache.compiled.take().filter(|(of, _)| Arc::ptr_eq(of, &theme)).map(|(_, compiled)| compiled);
    let shared = render::shared(&archive, &config, &theme, compiled);
    cache.compiled = Some((theme.clone(), shared.compiled.clone()));
    let mut build = Build {
        diagnostics: problems,
        site,
        gate,
        archive,
        config,
        ledger,
        theme,
        shared,
        search: Search::default(),
        reader: input.reader.clone(),
        sizes,
        names: names.clone(),
    };
    if choices.only.is_empty() {
        build.try_theme();
    }
    // What is wrong with the settings or the theme may be behind what is wrong with a file.
    let is_behind =
        |problem: &Diagnostic| problem.severity() == Severity::Error && !listing.is_meeting(problem.source.path());
    build.diagnostics.retain(|problem| choices.is_looked_at(problem.source.path()) || is_behind(problem));
    diag::sort(&mut build.diagnostics);
    Ok(build)
}

impl Build {
    /// Whether anything keeps it from being published.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|problem| problem.severity() == Severity::Error)
    }

    /// The archive it shows.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The ledger it was built with.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The ledger after a look at every object of the OParl interface.
    pub fn record(&self, now: Timestamp) -> Ledger {
        self.ledger.record(&export::seen(&self.edition()), now)
    }

    /// Every address, in order.
    pub fn routes(&self) -> impl Iterator<Item = &Route> {
        self.site.pages.keys()
    }

    /// What stands at an address; `None` where nothing does. It has passed the privacy gate.
    ///
    /// # Errors
    /// What is wrong with the theme's template, or a personal number that no source has.
    pub fn content(&self, route: &Route) -> Option<Result<Content, Box<Diagnostic>>> {
        let content = self.ungated(route)?;
        if let Some(Page::Index(IndexFile::Positions(_))) = self.site.pages.get(route) {
            // Where words stand, packed: there is nothing in it to read.
            return Some(content);
        }
        Some(content.and_then(|content| match &content {
            Content::Bytes(bytes) => self.gate.output(route.path(), bytes).map(|()| content),
            // It was looked into when the archive was read.
            Content::File(_) => Ok(content),
        }))
    }

    /// Renders everything, or the pages of some meetings and of their cases, writes nothing, and gives what keeps it from being
    /// published.
    pub fn try_outputs(&self, only: &BTreeSet<String>) -> Vec<Diagnostic> {
        let routes: Vec<&Route> = match only.is_empty() {
            true => {
                self.prepare();
                self.routes().collect()
            }
            false => {
                self.site.pages.iter().filter(|(_, page)| self.shows(page, only)).map(|(route, _)| route).collect()
            }
        };
        let problems = routes.par_iter().filter_map(|route| self.content(route)?.err().map(|problem| *problem));
        let mut problems = one_each(problems.collect());
        diag::sort(&mut problems);
        problems
    }

    /// Whether a page is that of one of these meeting files, or of a case that stands in one.
    fn shows(&self, page: &Page, files: &BTreeSet<String>) -> bool {
        let is_one = |id: MeetingId| files.contains(&*self.archive.meeting(id).path);
        match page {
            Page::Meeting(id) => is_one(*id),
            Page::Case(index) => {
                let paper = &self.archive.papers[*index];
                paper.consultations.iter().chain(&paper.mentions).any(|place| is_one(place.meeting))
            }
            _ => false,
        }
    }

    fn ungated(&self, route: &Route) -> Option<Result<Content, Box<Diagnostic>>> {
        let page = self.site.pages.get(route)?;
        Some(match page {
            Page::File(path) => Ok(Content::File(self.called(path).into())),
            Page::Asset(path) => Ok(Content::Bytes(self.theme.asset(path, self.config.accent).unwrap_or_default())),
            page => match export::file(&self.edition(), page) {
                Some(bytes) => Ok(Content::Bytes(bytes)),
                None => {
                    let mut out = Vec::with_capacity(USUAL_PAGE);
                    render::page(&self.edition(), route, page, &mut out).map(|()| Content::Bytes(out))
                }
            },
        })
    }

    /// Makes what several addresses share, in parallel. Whoever asks for content in parallel asks for this first.
    pub fn prepare(&self) {
        if self.config.outputs.contains(&Output::Search) {
            self.search.index(&self.archive, &self.site, &self.config);
        }
    }

    /// The bytes of a file of the archive.
    ///
    /// # Errors
    /// It can't be read.
    pub fn file(&self, path: &str) -> io::Result<Vec<u8>> {
        self.reader.read(path)
    }

    /// The files the privacy gate looked at: settings, meetings, attachments.
    pub fn looked_at(&self) -> Vec<String> {
        let meetings =
            self.archive.meetings.iter().chain(&self.archive.retracted).map(|meeting| meeting.path.to_string());
        let attachments = self.site.pages.values().filter_map(|page| match page {
            Page::File(path) => Some(path.to_string()),
            _ => None,
        });
        let mut paths: Vec<String> =
            std::iter::once(config::PATH.to_owned()).chain(meetings).chain(attachments).collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    /// What the file with a path of the archive is called in its folder: letters may be stored in another way there.
    pub fn called<'a>(&'a self, path: &'a str) -> &'a str {
        self.names.called(path)
    }

    /// The files below content/ that are not published, one remark each.
    pub fn unlinked(&self) -> Vec<Diagnostic> {
        let listing = Listing::new(self.sizes.keys().map(|path| &**path), &self.names);
        let mut problems = check::unlinked(&self.archive, &listing);
        diag::sort(&mut problems);
        problems
    }

    fn edition(&self) -> Edition<'_> {
        Edition {
            archive: &self.archive,
            site: &self.site,
            config: &self.config,
            theme: &self.theme,
            shared: &self.shared,
            search: Some(&self.search),
            sizes: &self.sizes,
        }
    }

    /// Renders pages of each kind when the archive has templates of its own: what is wrong with them shows only then. All pages
    /// of a kind share a template, so a few tell nearly everything; who publishes renders all.
    fn try_theme(&mut self) {
        if !self.theme.is_own() || self.has_errors() {
            return;
        }
        let mut counts: FxHashMap<Discriminant<Page>, usize> = FxHashMap::default();
        let mut is_tried = |page: &Page| {
            let count = counts.entry(mem::discriminant(page)).or_default();
            *count += 1;
            // Lists are long, and all their rows are alike.
            *count == 1 || matches!(page, Page::Meeting(_) | Page::Case(_)) && count.is_power_of_two()
        };
        let pages: Vec<_> = self.site.pages.iter().filter(|(_, page)| is_tried(page)).collect();
        let edition = Edition { search: None, ..self.edition() };
        let failed = |(route, page): &(&Route, &Page)| render::page(&edition, route, page, &mut Vec::new()).err();
        let problems: Vec<Diagnostic> = pages.par_iter().filter_map(failed).map(|problem| *problem).collect();
        self.diagnostics.extend(one_each(problems));
    }
}

/// Problems in order, of each place one: all pages of a kind share a template, so the same comes many times.
fn one_each(mut problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    problems.sort_by_key(|problem| (problem.source.path().clone(), problem.span, problem.message.clone()));
    problems.dedup_by_key(|problem| (problem.source.path().clone(), problem.span));
    problems
}

fn settings(input: &Input, choices: &Choices) -> io::Result<(Config, Vec<Diagnostic>)> {
    let Some(file) = input.files.iter().find(|file| &*file.path == config::PATH) else {
        let missing = Diagnostic::new(Code::SettingsMissing, &Source::new(config::PATH, ""), Span::new(0..0), &[]);
        return Ok((Config::default(), vec![missing]));
    };
    if file.size > MAX_TEXT {
        return Ok((Config::default(), vec![too_large(file)]));
    }
    let Reported { value: mut config, diagnostics } =
        config::read(&Source::decode(file.path.clone(), input.reader.read(&file.path)?));
    if choices.base_url.is_some() {
        config.base_url.clone_from(&choices.base_url);
    }
    Ok((config, diagnostics))
}

/// Meeting files that are not read: those in the folder of no organization, and those with a name of another kind.
fn overlooked(input: &Input, listing: &Listing<'_>, drafts: Drafts) -> io::Result<Vec<Diagnostic>> {
    let mut problems = Vec::new();
    for file in &input.files {
        let Some(below) = file.path.strip_prefix("content/") else { continue };
        let code = match below.rsplit_once('.') {
            Some((_, "md")) if !below.contains('/') => Code::FileMisplaced,
            Some((_, kind)) if is_like_md(kind) => Code::FileMisnamed,
            _ => continue,
        };
        if is_hidden(&file.path) || listing.is_beside(&file.path) {
            continue;
        }
        let start = start(input, file)?;
        let is_meant = code == Code::FileMisplaced || parse::has_head(&start);
        if is_meant && (drafts == Drafts::Taken || !parse::is_draft(&start)) {
            problems.push(Diagnostic::new(code, &Source::new(file.path.clone(), ""), Span::new(0..0), &[]));
        }
    }
    Ok(problems)
}

/// What a file begins with that is not read as a meeting: its head, if it has one.
fn start(input: &Input, file: &InputFile) -> io::Result<Source> {
    /// More than any head has, in bytes.
    const HEAD: usize = 1024 * 1024;
    Ok(Source::decode(file.path.clone(), input.reader.start(&file.path, HEAD)?))
}

/// Whether the kind of a file is one under which other programs save Markdown.
fn is_like_md(kind: &str) -> bool {
    kind != "md" && ["md", "markdown", "mdown", "mkd"].iter().any(|known| kind.eq_ignore_ascii_case(known))
}

/// Meeting files that have one name. Of attachments it is said where a link could mean either.
fn doubled<'a>(names: &'a Names, listing: &'a Listing<'_>) -> impl Iterator<Item = Diagnostic> + 'a {
    names.doubled().filter(|path| listing.is_meeting(path)).map(|path| {
        let [one, other] = names.twice(path).unwrap_or_default();
        let source = Source::new(path.clone(), "");
        let words: [&str; 3] = [path, &one, &other];
        Diagnostic::new(Code::NameTwice, &source, Span::new(0..0), &words).naming(words.map(Arc::from).into())
    })
}

/// Reports a sign in the name of a meeting file or of a folder it lies in that nobody may write in the file either: an
/// organization without another name has that of its folder.
fn odd_name(path: &Arc<str>) -> Option<Diagnostic> {
    let sign = path.chars().find(|character| character.is_control() || is_bidi_control(*character))?;
    let what = format!("U+{:04X} in the name of the file or of its folder", u32::from(sign));
    Some(Diagnostic::new(Code::FileControl, &Source::new(path.clone(), ""), Span::new(0..0), &[&what]))
}

/// A meeting file, read.
struct ParsedFile {
    reported: Reported<Option<Arc<Meeting>>>,
    found: Vec<Found>,
}
fn ledger(input: &Input, problems: &mut Vec<Diagnostic>) -> io::Result<Ledger> {
    let Some(file) = input.files.iter().find(|file| &*file.path == ledger::PATH) else { return Ok(Ledger::default()) };
    if file.size > MAX_TEXT {
        problems.push(too_large(file));
        return Ok(Ledger::default());
    }
    let Reported { value, diagnostics } =
        ledger::read(&Source::decode(file.path.clone(), input.reader.read(&file.path)?));
    problems.extend(diagnostics);
    Ok(value)
}

type Parsed = Arc<ParsedFile>;

fn parse_all(
    input: &Input,
    cache: &mut Cache,
    settings: &Settings,
    words: &Words,
    choices: &Choices,
    listing: &Listing<'_>,
) -> io::Result<Vec<Parsed>> {
    if cache.settings.as_ref() != Some(settings) {
        cache.meetings.clear();
        cache.quoted.clear();
        cache.settings = Some(settings.clone());
    }
    let files: Vec<&InputFile> = input.files.iter().filter(|file| listing.is_meeting(&file.path)).collect();
    let known = &cache.meetings;
    let parse = |file: &&InputFile| match known.get(&file.path) {
        Some((stamp, parsed)) if *stamp == file.stamp => Ok(parsed.clone()),
        _ => {
            let words = choices.is_looked_at(&file.path).then_some(words);
            parse_file(input, file, settings, words).map(Arc::new)
        }
    };
    let parsed: Vec<Parsed> = files.par_iter().with_max_len(HANDFUL).map(parse).collect::<io::Result<_>>()?;
    cache.meetings =
        files.iter().zip(&parsed).map(|(file, parsed)| (file.path.clone(), (file.stamp, parsed.clone()))).collect();
    Ok(parsed)
}

/// Reads a meeting file, and looks for what the privacy rules know where `words` are given.
fn parse_file(input: &Input, file: &InputFile, settings: &Settings, words: Option<&Words>) -> io::Result<ParsedFile> {
    if file.size > MAX_FILE {
        let is_left = settings.drafts == Drafts::Left && parse::is_draft(&start(input, file)?);
        let diagnostics = if is_left { Vec::new() } else { vec![parse::too_large(&file.path)] };
        return Ok(ParsedFile { reported: Reported { value: None, diagnostics }, found: Vec::new() });
    }
    let source = Source::decode(file.path.clone(), input.reader.read(&file.path)?);
    let (Reported { value, mut diagnostics }, public) = parse::read(&source, settings);
    // Of a draft nothing is said.
    let is_there = value.is_some() || !diagnostics.is_empty();
    diagnostics.extend(odd_name(&file.path).filter(|_| is_there));
    let found = words.map(|words| gate::source(&public, value.as_ref(), words)).unwrap_or_default();
    Ok(ParsedFile { reported: Reported { value: value.map(Arc::new), diagnostics }, found })
}

/// The attachments that will be published: all, or those of the meetings that are looked at.
fn public_attachments(archive: &Archive, site: &Site, choices: &Choices) -> BTreeSet<Box<str>> {
    if !choices.only.is_empty() {
        let meetings = archive.meetings.iter().filter(|meeting| choices.only.contains(&*meeting.path));
        return meetings.flat_map(|meeting| site::public_files(meeting)).map(Into::into).collect();
    }
    let file = |page: &Page| match page {
        Page::File(path) => Some(path.clone()),
        _ => None,
    };
    site.pages.values().filter_map(file).collect()
}

/// The files that a theme of the archive's own publishes as they are. Those of the built-in one are ours.
fn theme_files(input: &Input, config: &Config) -> impl Iterator<Item = Box<str>> {
    let folder = theme_folder(config);
    let is_published = move |path: &&str| path.strip_prefix(&folder).is_some_and(render::theme::is_asset);
    input.files.iter().map(|file| &*file.path).filter(is_published).map(Into::into)
}

/// Looks into attachments and the files of a theme, those that changed since the last build.
fn attachments(
    input: &Input,
    cache: &mut Cache,
    public: &BTreeSet<Box<str>>,
    words: &Words,
) -> io::Result<Vec<gate::Cached>> {
    let files: Vec<&InputFile> = input.files.iter().filter(|file| public.contains(&*file.path)).collect();
    let known = &cache.attachments;
    let look = |file: &&InputFile| match known.get(&file.path) {
        Some((stamp, found)) if *stamp == file.stamp => Ok(found.clone()),
        _ if file.size > MAX_ATTACHMENT => Ok(Arc::new(vec![gate::too_large(&file.path, file.size)])),
        _ => {
            let look = if file.path.starts_with("themes/") { gate::asset } else { gate::attachment };
            Ok(Arc::new(look(&file.path, &input.reader.read(&file.path)?, words)))
        }
    };
    let found: Vec<gate::Cached> = files.par_iter().with_max_len(1).map(look).collect::<io::Result<_>>()?;
    cache.attachments =
        files.iter().zip(&found).map(|(file, found)| (file.path.clone(), (file.stamp, found.clone()))).collect();
    Ok(found)
}

fn too_large(file: &InputFile) -> Diagnostic {
    let most = format!("at most {} MB are read", MAX_TEXT >> 20);
    Diagnostic::new(Code::FileTooLarge, &Source::new(file.path.clone(), ""), Span::new(0..0), &[&most])
}

fn theme_folder(config: &Config) -> String {
    format!("themes/{}/", config.theme.as_ref().map_or("default", |theme| &theme.name))
}

/// The theme, compiled again only when a file of it or the language changed.
fn theme(
    input: &Input,
    cache: &mut Cache,
    config: &Config,
    sources: &dyn Sources,
    problems: &mut Vec<Diagnostic>,
) -> io::Result<Arc<Theme>> {
    let folder = theme_folder(config);
    let mut files: Vec<InputFile> = input.files.iter().filter(|file| file.path.starts_with(&folder)).cloned().collect();
    // What is wrong is said of a theme that is remembered too.
    if let Some(theme) = config.theme.as_ref().filter(|_| files.is_empty()) {
        let settings = sources.source(config::PATH);
        let missing = Diagnostic::new(Code::ThemeMissing, &settings, theme.span, &[&theme.name]);
        problems.push(missing.naming(vec![format!("themes/{}/", theme.name).into()]));
    }
    problems.extend(files.extract_if(.., |file| file.size > MAX_TEXT).map(|file| too_large(&file)));
    if let Some((known, language, theme)) = &cache.theme
        && (known, language) == (&files, &config.language)
    {
        return Ok(theme.clone());
    }
    let mut read = Vec::with_capacity(files.len());
    for file in &files {
        let path = file.path.strip_prefix(&folder).unwrap_or(&file.path);
        read.push((path.to_owned(), file.path.to_string(), input.reader.read(&file.path)?));
    }
    match render::theme::theme(&read, config.language) {
        Ok(theme) => {
            let theme = Arc::new(theme);
            cache.theme = Some((files, config.language, theme.clone()));
            Ok(theme)
        }
        Err(errors) => {
            problems.extend(errors);
            // The built-in theme stands in, so that everything else is checked too. A test compiles it.
            let built_in = render::theme::theme(&[], config.language)
                .unwrap_or_else(|_| unreachable!("the built-in theme compiles"));
            Ok(Arc::new(built_in))
        }
    }
}

/// What is left out because nobody said where the archive will stand.
fn outputs(config: &Config, sources: &dyn Sources) -> Option<Diagnostic> {
    let needing = [
        (Output::Feeds, "feeds"),
        (Output::Data, "data/catalog.jsonld"),
        (Output::Oparl, "oparl"),
        (Output::Akn, "akn"),
    ];
    let left: Vec<&str> =
        needing.iter().filter(|(output, _)| config.outputs.contains(output)).map(|(_, name)| *name).collect();
    let words = std::iter::once("sitemap").chain(left).collect::<Vec<_>>().join(", ");
    let missing = config.base_url.is_none() && !config.is_base_url_refused && !config.title.is_empty();
    missing
        .then(|| Diagnostic::new(Code::OutputsNeedBaseUrl, &sources.source(config::PATH), Span::new(0..0), &[&words]))
}
