//! The settings of an archive, from `content/site.yaml`.

use crate::diag::{Code, Diagnostic, Reported};
use crate::language::Language;
use crate::model::{CasePattern, Colour};
use crate::source::{FaultKind, Source, Span, composed};
use crate::yaml::{Fields, Place, Yaml, nearest};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Where the settings lie, in the archive's folder.
pub const PATH: &str = "content/site.yaml";

/// The settings of an archive.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// The title of the site.
    pub title: String,
    /// The language of the pages and of the meeting files.
    pub language: Language,
    /// Where the archive will stand, ending in `/`.
    pub base_url: Option<String>,
    /// Whether site.yaml names an address for that which can't be used.
    pub is_base_url_refused: bool,
    /// The theme; `None` for the built-in one.
    pub theme: Option<ThemeConfig>,
    /// The one colour a municipality sets.
    pub accent: Option<Colour>,
    /// What is said of organizations, by folder.
    pub organizations: BTreeMap<String, OrganizationConfig>,
    /// What case numbers look like.
    pub cases: Cases,
    /// What is shown of closed items.
    pub closed: Closed,
    /// The zone of all times of day, a name of the IANA time zone database.
    pub time_zone: String,
    /// Whom to write to.
    pub contact: Contact,
    /// The address of the accessibility statement.
    pub accessibility_statement: Option<String>,
    /// Under which terms the minutes may be used.
    pub license: Option<String>,
    /// What the privacy gate listens for and lets through.
    pub privacy: Privacy,
    /// What to make beside the pages.
    pub outputs: Vec<Output>,
}

/// Which theme the pages have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeConfig {
    /// The folder below themes/.
    pub name: String,
    /// Its place in site.yaml.
    pub span: Span,
}

/// What the privacy gate listens for and lets through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Privacy {
    /// Words that are not for the public, in place of the language's own.
    pub words: Option<Vec<String>>,
    /// What was looked at by a person and may stand.
    pub exceptions: Vec<Exception>,
}

/// Something the privacy gate found and a person allows. It never holds what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// Which kind of finding.
    pub rule: Code,
    /// The file it is in, by its path in the archive's folder; a folder when it ends in `/`.
    pub file: String,
    /// The number of the item it stands in.
    pub item: Option<String>,
    /// Why it may stand.
    pub reason: String,
    /// Who says so.
    pub name: String,
    /// The last day it counts.
    pub expires: Date,
    /// Its place in site.yaml.
    pub span: Span,
}

/// What an exception can be for.
const RULES: [Code; 6] =
    [Code::Cpr, Code::CprPossible, Code::ContactPrivate, Code::Confidential, Code::ImageLocation, Code::Unscannable];

/// What site.yaml says of an organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganizationConfig {
    /// Its name.
    pub name: Option<String>,
    /// What it is and does.
    pub description: Option<String>,
    /// What kind of body it is.
    pub classification: Option<String>,
}

/// How cases are known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cases {
    /// The word before a number on the pages, where it isn't the language's own.
    pub label: Option<String>,
    /// What a number looks like.
    pub pattern: CasePattern,
    /// Where a number makes its item a treatment of the case.
    pub place: CasePlace,
}

/// Where a case number makes its item a treatment of the case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CasePlace {
    /// In the first paragraph of the item, alone.
    #[default]
    Item,
    /// Anywhere in the item's text.
    Anywhere,
}

/// What is shown of closed items beside what stands under `closed_items`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Closed {
    /// Nothing.
    #[default]
    Stub,
    /// The case number, as text, on the meeting's page alone.
    CaseNumber,
}

/// Whom to write to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// A line of text.
    pub text: Option<String>,
    /// A mail address.
    pub email: Option<String>,
    /// A telephone number.
    pub phone: Option<String>,
    /// A postal address.
    pub address: Option<String>,
}

/// Something made beside the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the word in site.yaml")]
pub enum Output {
    Search,
    Feeds,
    Calendar,
    Data,
    Oparl,
    Akn,
}

impl Output {
    const NAMES: [(&'static str, Output); 6] = [
        ("search", Output::Search),
        ("feeds", Output::Feeds),
        ("calendar", Output::Calendar),
        ("data", Output::Data),
        ("oparl", Output::Oparl),
        ("akn", Output::Akn),
    ];

    /// All but the two that are asked for: the OParl interface is some 25 files a meeting.
    const DEFAULT: [Output; 4] = [Output::Search, Output::Feeds, Output::Calendar, Output::Data];
}

impl Config {
    /// The time zone, whose name was checked when it was read.
    pub fn zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(&self.time_zone).unwrap_or(jiff::tz::TimeZone::UTC)
    }
}

/// The keys of site.yaml, as the README lists them.
pub const KEYS: &[&str] = &[
    "title",
    "language",
    "base_url",
    "theme",
    "accent",
    "organizations",
    "cases",
    "closed",
    "time_zone",
    "contact",
    "accessibility_statement",
    "license",
    "privacy",
    "outputs",
];

/// Reads site.yaml.
pub fn read(source: &Source) -> Reported<Config> {
    let mut problems = Vec::new();
    encoding(source, &mut problems);
    let mut config =
        Config { time_zone: "Europe/Copenhagen".to_owned(), outputs: Output::DEFAULT.to_vec(), ..Config::default() };
    match Yaml::parse(source, Span::new(0..source.text().len())) {
        Ok(yaml) => settings(&yaml.root(), &mut config, source, &mut problems),
        Err(error) => problems.push(error),
    }
    Reported { value: config, diagnostics: problems }
}

/// Reports what in a file is no text.
pub fn encoding(source: &Source, problems: &mut Vec<Diagnostic>) {
    for fault in source.faults() {
        let (code, what) = match fault.kind {
            FaultKind::NotUtf8(value) => (Code::FileEncoding, format!("a byte of value {value:#04x}")),
            FaultKind::Utf16 => (Code::FileEncoding, "the file is in UTF-16".to_owned()),
            FaultKind::Control(character) => (Code::FileControl, format!("U+{:04X}", u32::from(character))),
        };
        problems.push(Diagnostic::new(code, source, fault.at, &[&what]));
    }
}

fn settings(root: &Place<'_>, config: &mut Config, source: &Source, problems: &mut Vec<Diagnostic>) {
    let fields = root.fields(KEYS, problems);
    match fields.text("title", problems) {
        Some(title) => config.title = title,
        // What has no keys at all is reported as that.
        None if fields.get("title").is_none() && (root.is_map() || root.is_empty()) => {
            problems.push(Diagnostic::new(
                Code::TextMissing,
                source,
                fields.empty("title").unwrap_or_default(),
                &["title", "Referater fra Vestby Kommune"],
            ));
        }
        None => {}
    }
    if let Some(place) = fields.get("language")
        && let Some(tag) = place.text(problems)
    {
        match Language::from_tag(&tag) {
            Some(language) => config.language = language,
            None => problems.push(place.report(Code::ValueUnknown, &[&tag, "language", &nearest(&tag, &["da", "en"])])),
        }
    }
    config.base_url = web_address(&fields, "base_url", problems, base_url);
    config.is_base_url_refused = config.base_url.is_none() && fields.get("base_url").is_some();
    let statement = |text: &str| is_web_address(text).then(|| text.to_owned());
    config.accessibility_statement = web_address(&fields, "accessibility_statement", problems, statement);
    config.theme = theme(&fields, problems);
    config.accent = accent(&fields, problems);
    config.license = fields.text_if_any("license", problems);
    if let Some(place) = fields.get("time_zone")
        && let Some(zone) = place.text(problems)
    {
        match jiff::tz::TimeZone::get(&zone) {
            Ok(_) => config.time_zone = zone,
            Err(_) => problems.push(place.report(
                Code::ValueInvalid,
                &[&zone, "a time zone", "write its name as the IANA database has it, such as Europe/Copenhagen"],
            )),
        }
    }
    if let Some(place) = fields.get("organizations") {
        config.organizations = place
            .entries(problems)
            .iter()
            .map(|(key, value)| (composed(key.name()).into_owned(), organization(value, problems)))
            .collect();
    }
    if let Some(place) = fields.get("cases") {
        config.cases = cases(place, problems);
    }
    if let Some(place) = fields.get("closed") {
        let closed = place.fields(&["show_case_number"], problems);
        if closed.get("show_case_number").and_then(|place| place.flag(problems)) == Some(true) {
            config.closed = Closed::CaseNumber;
        }
    }
    if let Some(place) = fields.get("contact") {
        config.contact = contact(place, problems);
    }
    if let Some(place) = fields.get("privacy") {
        config.privacy = privacy(place, problems);
    }
    if let Some(place) = fields.get("outputs") {
        config.outputs = outputs(place, problems);
    }
}

fn web_address(
    fields: &Fields<'_>,
    key: &str,
    problems: &mut Vec<Diagnostic>,
    usable: impl Fn(&str) -> Option<String>,
) -> Option<String> {
    let place = fields.get(key)?;
    let text = place.text(problems)?;
    let address = usable(&text);
    if address.is_none() {
        problems.push(place.report(Code::ValueInvalid, &[&text, "a web address", WEB_ADDRESS]));
    }
    address
}

/// What to do about an address that can't be used.
pub const WEB_ADDRESS: &str = "write it in full, such as https://referater.example/";

/// The address an archive stands at, ending in `/`: a web address without query or fragment, since paths are put behind it.
pub fn base_url(text: &str) -> Option<String> {
    let usable = is_web_address(text) && !text.contains(['?', '#']);
    let (scheme, rest) = text.split_once("://").filter(|_| usable)?;
    let end = if rest.ends_with('/') { "" } else { "/" };
    Some(format!("{}://{rest}{end}", scheme.to_ascii_lowercase()))
}

/// Whether a text is a full address of the web that can stand in a page. Its scheme may be in capitals (RFC 3986, section 3.1).
fn is_web_address(text: &str) -> bool {
    let is_of_web = |scheme: &str| ["https", "http"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let rest = text.split_once("://").filter(|(scheme, _)| is_of_web(scheme)).map(|(_, rest)| rest);
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let is_odd = |character: char| {
        character.is_whitespace() || character.is_control() || matches!(character, '"' | '<' | '>' | '\\')
    };
    !host.is_empty() && !text.contains(is_odd)
}

fn theme(fields: &Fields<'_>, problems: &mut Vec<Diagnostic>) -> Option<ThemeConfig> {
    let place = fields.get("theme")?;
    let name = place.text(problems)?;
    // The name becomes a part of a path, so it may not lead elsewhere.
    let usable = name.chars().all(|character| character.is_alphanumeric() || matches!(character, '-' | '_'));
    if !usable {
        problems.push(place.report(
            Code::ValueInvalid,
            &[&name, "the name of a theme", "use letters, digits and hyphens: it is a folder below themes/"],
        ));
    }
    (usable && name != "default").then(|| ThemeConfig { name, span: place.span() })
}

fn accent(fields: &Fields<'_>, problems: &mut Vec<Diagnostic>) -> Option<Colour> {
    let place = fields.get("accent")?;
    let text = place.text(problems)?;
    let Some(colour) = Colour::parse(&text) else {
        let form = "write it as six hexadecimal digits in quotes, such as \"#1d4f7c\"";
        problems.push(place.report(Code::ValueInvalid, &[&text, "a colour", form]));
        return None;
    };
    if !colour.is_readable() {
        problems.push(place.report(Code::AccentContrast, &[&text, &colour.readable().to_string()]));
    }
    Some(colour)
}

fn organization(place: &Place<'_>, problems: &mut Vec<Diagnostic>) -> OrganizationConfig {
    let fields = place.fields(&["name", "description", "classification"], problems);
    OrganizationConfig {
        name: fields.text_if_any("name", problems),
        description: fields.text_if_any("description", problems),
        classification: fields.text_if_any("classification", problems),
    }
}

fn cases(place: &Place<'_>, problems: &mut Vec<Diagnostic>) -> Cases {
    let fields = place.fields(&["label", "pattern", "where"], problems);
    let mut cases = Cases { label: fields.text_if_any("label", problems), ..Cases::default() };
    if let Some(place) = fields.get("pattern")
        && let Some(pattern) = place.text(problems)
    {
        match CasePattern::new(&pattern) {
            Ok(pattern) => cases.pattern = pattern,
            Err(reason) => problems.push(place.report(Code::PatternInvalid, &[&reason])),
        }
    }
    if let Some(place) = fields.get("where") {
        match place.text(problems).as_deref() {
            Some("item") | None => {}
            Some("anywhere") => cases.place = CasePlace::Anywhere,
            Some(other) => problems
                .push(place.report(Code::ValueUnknown, &[other, "where", &nearest(other, &["item", "anywhere"])])),
        }
    }
    cases
}

fn contact(place: &Place<'_>, problems: &mut Vec<Diagnostic>) -> Contact {
    if !place.is_map() {
        return Contact { text: place.text_if_any(problems), ..Contact::default() };
    }
    let fields = place.fields(&["text", "email", "phone", "address"], problems);
    Contact {
        text: fields.text_if_any("text", problems),
        email: fields.text_if_any("email", problems),
        phone: fields.text_if_any("phone", problems),
        address: fields.text_if_any("address", problems),
    }
}

fn privacy(place: &Place<'_>, problems: &mut Vec<Diagnostic>) -> Privacy {
    let exceptions = |place: &Place<'_>, problems: &mut Vec<Diagnostic>| -> Vec<Exception> {
        place.list().iter().filter_map(|entry| exception(entry, problems)).collect()
    };
    // A list is the exceptions alone.
    if !place.is_map() {
        return Privacy { exceptions: exceptions(place, problems), words: None };
    }
    let fields = place.fields(&["words", "exceptions"], problems);
    let words =
        fields.get("words").map(|place| place.list().iter().filter_map(|word| word.text(problems)).collect::<Vec<_>>());
    Privacy { words, exceptions: fields.get("exceptions").map(|place| exceptions(place, problems)).unwrap_or_default() }
}

fn exception(place: &Place<'_>, problems: &mut Vec<Diagnostic>) -> Option<Exception> {
    let fields = place.fields(&["rule", "file", "item", "reason", "name", "expires"], problems);
    let mut required = |key: &'static str, example: &str| {
        let value = fields.text(key, problems);
        if value.is_none() && fields.get(key).is_none() {
            problems.push(place.report(Code::TextMissing, &[key, example]));
        }
        value
    };
    let rule = required("rule", "unscannable");
    let file = required("file", "content/byraadet/2018/2018-05-22/brev.pdf");
    let file = file.map(|file| composed(&file).into_owned());
    let reason = required("reason", "Gennemset side for side");
    let name = required("name", "Anna Holm");
    let expires = required("expires", "2027-01-01");
    let item = fields.text("item", problems);
    let known = |name: &String| RULES.into_iter().find(|code| code.name() == name);
    let code = rule.as_ref().and_then(known);
    if let (Some(rule), None, Some(place)) = (&rule, code, fields.get("rule")) {
        let near = nearest(rule, &RULES.map(Code::name));
        problems.push(place.report(Code::ValueUnknown, &[rule, "rule", &near]));
    }
    let day = expires.as_ref().and_then(|text| text.parse::<Date>().ok());
    if let (Some(text), None, Some(place)) = (&expires, day, fields.get("expires")) {
        problems.push(place.report(Code::DateInvalid, &[text]));
    }
    Some(Exception { rule: code?, file: file?, item, reason: reason?, name: name?, expires: day?, span: place.span() })
}

fn outputs(place: &Place<'_>, problems: &mut Vec<Diagnostic>) -> Vec<Output> {
    let mut outputs = Vec::new();
    for entry in place.list() {
        let Some(name) = entry.text(problems) else { continue };
        match Output::NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, output)) => outputs.push(*output),
            None => problems.push(entry.report(
                Code::ValueUnknown,
                &[&name, "outputs", &nearest(&name, &Output::NAMES.map(|(known, _)| known))],
            )),
        }
    }
    outputs.sort_unstable();
    outputs.dedup();
    outputs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reported(text: &str) -> (Config, Vec<(&'static str, usize)>) {
        let Reported { value, diagnostics } = read(&Source::new(PATH, text));
        let codes = diagnostics
            .iter()
            .map(|problem| (problem.code.name(), problem.source.position(problem.span.start).line))
            .collect();
        (value, codes)
    }

    #[test]
    fn only_the_title_is_required() {
        let (config, problems) = reported("title: Referater\n");
        assert!(problems.is_empty());
        assert_eq!((config.title.as_str(), config.language, config.outputs.len()), ("Referater", Language::Da, 4));
        assert_eq!(reported("language: en\n").1, [("text-missing", 1)]);
        assert_eq!(reported("language: en\ntitle:\n").1, [("text-missing", 2)], "at its key, where that stands there");
        assert_eq!(reported("title: A\noutputs: []\n").0.outputs, []);
    }

    #[test]
    fn an_empty_text_is_a_forgotten_value_where_something_hangs_on_it() {
        for line in [
            "title: \" \"",
            "title: A\nlanguage: \"\"",
            "title: A\nbase_url: \"\"",
            "title: A\ntheme: \"\"",
            "title: A\naccent: \"\"",
            "title: A\ntime_zone: \"\"",
            "title: A\ncases: { pattern: \"\" }",
            "title: A\ncases: { where: \"\" }",
            "title: A\noutputs: [\"\"]",
            "title: A\nprivacy: { words: [\"\"] }",
        ] {
            assert_eq!(reported(line).1, [("text-empty", line.lines().count())], "{line}");
        }
        let empty =
            "title: A\nlicense: \"\"\ncontact: \"\"\norganizations: { a: { name: \"\" } }\ncases: { label: \"\" }\n";
        assert_eq!(reported(empty).1, []);
    }

    #[test]
    fn a_list_is_called_what_its_file_is() {
        let problems = read(&Source::new(PATH, "- title: A\n")).diagnostics;
        let said: Vec<&str> = problems.iter().map(|problem| &*problem.message).collect();
        assert_eq!(said, ["`site.yaml` should be keys with values, but this is a list"]);
    }

    #[test]
    fn a_scheme_may_be_in_capitals() {
        for (text, expected) in [
            ("HTTPS://referater.example", Some("https://referater.example/")),
            ("Http://referater.example/A/", Some("http://referater.example/A/")),
            ("ftp://referater.example/", None),
            ("https:///", None),
            ("https://", None),
        ] {
            assert_eq!(base_url(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn all_problems_in_one_go() {
        let (_, problems) = reported(
            "title: A\nlanguage: dk\nbase_url: referater.example\ntheme: ../x\naccent: blue\ncases:\n  pattern: '['\n  where: nowhere\noutputs: [serch]\ntitel: B\ntime_zone: Europa/København\n",
        );
        let expected = [
            ("key-unknown", 10),
            ("value-unknown", 2),
            ("value-invalid", 3),
            ("value-invalid", 4),
            ("value-invalid", 5),
            ("pattern-invalid", 7),
            ("value-unknown", 8),
            ("value-unknown", 9),
        ];
        let expected = [&expected[..5], &[("value-invalid", 11)], &expected[5..]].concat();
        assert_eq!(problems, expected);
    }
}
