//! What is fuzzed: a function of any bytes for each stage, which panics where a promise is broken. The fuzzer's targets and
//! the replay of the corpus in the ordinary tests are both these functions.

use referat::attachment;
use referat::check::privacy::{self, Form, Rule, Words};
use referat::config::Config;
use referat::diag::Diagnostic;
use referat::format;
use referat::model::{Disclosure, Link, Markup, slug as slugged};
use referat::parse::{self, Drafts, Settings};
use referat::pipeline::{Build, Cache, Choices, Input, InputFile, Reader, build};
use referat::report::{self, Colour, Format};
use referat::serve::Rehearsal;
use referat::source::Source;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

const MEETING: &str = "content/direktionen/2018/2018-05-22.md";

thread_local! {
    // What a run of the program makes once is made once here too: patterns and lists of words take longer than most inputs.
    static SETTINGS: Settings = Settings::new(&Config::default(), Drafts::Taken);
    static CONFIG: Config = Config::default();
    static WORDS: Words = Words::new(None);
    static CACHE: RefCell<Cache> = RefCell::default();
}

/// A meeting file: its problems stand inside it and can be printed, and blanking moves nothing.
pub(crate) fn meeting(bytes: &[u8]) {
    let source = Source::decode(MEETING, bytes.to_vec());
    SETTINGS.with(|settings| {
        let reported = parse::meeting(&source, settings);
        printable(&reported.diagnostics);
        assert_eq!(parse::blanked(&source, settings).text().len(), source.text().len());
    });
}

/// The head of a meeting file.
pub(crate) fn front_matter(bytes: &[u8]) {
    meeting(&[b"---\n", bytes, b"\n---\n\n## Punkt 1: a\n"].concat());
}

/// The text of an item: a sanitiser finds nothing to remove in what is made of it.
pub(crate) fn markdown(bytes: &[u8]) {
    harmless(&String::from_utf8_lossy(bytes));
}

/// A link: what is left of it begins with an allowed scheme, or names a file below content/.
pub(crate) fn url(bytes: &[u8]) {
    let url = String::from_utf8_lossy(bytes);
    match parse::link_target(&url, MEETING) {
        None => {}
        Some(parse::Target::Web(url)) => {
            // As a browser sees it ("URL", WHATWG, 4.4).
            let seen: String =
                url.trim_matches(|c: char| c <= ' ').chars().filter(|c| !"\t\n\r".contains(*c)).collect();
            let scheme = seen.split(':').next().unwrap_or_default().to_ascii_lowercase();
            assert!(["http", "https", "mailto", "tel"].contains(&&*scheme), "{url:?}");
        }
        Some(parse::Target::Local(Link::File(path) | Link::Meeting(path, _))) => {
            let is_inside =
                path.starts_with("content/") && !path.split('/').any(|part| matches!(part, "" | "." | ".."));
            assert!(is_inside && !path.contains(['\\', '\0']), "{path:?}");
        }
        Some(parse::Target::Local(Link::Anchor(_))) => {}
    }
}

/// A name in an address.
pub(crate) fn slug(bytes: &[u8]) {
    let slug = slugged(&String::from_utf8_lossy(bytes));
    let is_plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    assert!(slug.bytes().all(is_plain) && slug.len() <= 80, "{slug:?}");
    assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"), "{slug:?}");
    assert_eq!(slugged(&slug), slug);
}

/// Personal numbers in a text of any form: each stands in it, and none is left when it is masked.
pub(crate) fn cpr(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for form in [Form::Plain, Form::Markup, Form::Markdown, Form::Json, Form::Calendar] {
        for finding in WORDS.with(|words| privacy::all(&text, form, words)) {
            assert!(text.get(finding.range.clone()).is_some_and(|found| !found.is_empty()), "{finding:?}");
        }
    }
    let masked = privacy::masked(&text);
    let left = privacy::numbers(&masked, Form::Markdown);
    assert!(left.iter().all(|finding| finding.rule != Rule::Cpr), "{masked}");
}

/// A document that is imported, as text and as Markdown.
pub(crate) fn import(bytes: &[u8]) {
    use referat::import::{Settings, document, record};
    CONFIG.with(|config| {
        for name in ["a.txt", "a.md"] {
            let settings = Settings { language: config.language, pattern: &config.cases.pattern, organization: None };
            let source = Source::decode(name, bytes.to_vec());
            let reported = document(&source, &settings);
            printable(&reported.diagnostics);
            record(name, &reported);
            // What is written is a meeting file like any other.
            if let Some(draft) = &reported.value {
                meeting(format::meeting_file(draft, config.language).as_bytes());
            }
        }
    });
}

/// A zip file, as it comes.
pub(crate) fn zip(bytes: &[u8]) {
    attachment::read("a.zip", bytes);
    attachment::read("a.docx", &[b"PK\x03\x04", bytes].concat());
}

/// A file of Office whose parts are what the bytes say, split at NUL.
pub(crate) fn office(bytes: &[u8]) {
    let names = ["word/document.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "_rels/.rels", "content.xml"];
    let mut file = ::zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    let stored = ::zip::write::SimpleFileOptions::default().compression_method(::zip::CompressionMethod::Stored);
    file.start_file("[Content_Types].xml", stored).unwrap();
    for (name, part) in names.iter().zip(bytes.split(|byte| *byte == 0)) {
        file.start_file(*name, stored).unwrap();
        file.write_all(part).unwrap();
    }
    attachment::read("a.docx", file.finish().unwrap().get_ref());
}

/// A PDF file.
pub(crate) fn pdf(bytes: &[u8]) {
    attachment::read("a.pdf", &[b"%PDF-1.4\n", bytes].concat());
}

/// Pictures, and texts of every kind.
pub(crate) fn image(bytes: &[u8]) {
    attachment::read("a.jpg", &[b"\xff\xd8\xff", bytes].concat());
    attachment::read("a.png", &[b"\x89PNG\r\n\x1a\n", bytes].concat());
    for name in ["a.txt", "a.xml", "a.json", "a.md"] {
        attachment::read(name, bytes);
    }
}

/// An item that is searched: the index is made, and is a script that only calls a function.
pub(crate) fn search(bytes: &[u8]) {
    let text = [b"---\ndate: 2018-05-22\n---\n\n## Punkt 1: a\n\n", bytes].concat();
    let built = archive(&[("content/site.yaml", b"title: a\noutputs: [search]\n"), (MEETING, &text)]);
    for route in built.routes().filter(|route| route.path().starts_with("soeg/data/")) {
        if let Some(Ok(referat::pipeline::Content::Bytes(bytes))) = built.content(route) {
            let text = String::from_utf8(bytes).unwrap();
            let call = text.strip_prefix("referat(").and_then(|text| text.trim_end().strip_suffix(')')).unwrap();
            // JSON is a part of ECMAScript but for these two.
            assert!(serde_json::from_str::<Vec<serde_json::Value>>(&format!("[{call}]")).is_ok(), "{text}");
            assert!(!text.contains(['\u{2028}', '\u{2029}']), "{text}");
        }
    }
}

/// What a client sends to the preview: it is answered in HTTP or not at all, and no answer says more than it may.
pub(crate) fn http(bytes: &[u8]) {
    thread_local!(static SERVER: OnceCell<Rehearsal> = const { OnceCell::new() });
    let small = || {
        let meeting = b"---\ndate: 2018-05-22\n---\n\n## Punkt 1: a\n\n17/16244\n";
        let built = archive(&[("content/site.yaml", b"title: a\n"), (MEETING, meeting)]);
        Rehearsal::new(Arc::new(built), 8000).unwrap()
    };
    let answered = SERVER.with(|server| server.get_or_init(small).converse(bytes));
    assert!(answered.is_empty() || answered.starts_with(b"HTTP/1."), "{}", answered.escape_ascii());
    let head = String::from_utf8_lossy(&answered).to_lowercase();
    assert!(!head.contains("access-control-"), "{head}");
}

/// An archive in memory, built.
fn archive(files: &[(&str, &[u8])]) -> Build {
    struct Memory(BTreeMap<String, Vec<u8>>);
    impl Reader for Memory {
        fn read(&self, path: &str) -> io::Result<Vec<u8>> {
            self.0.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
        }
    }
    // A file of the same bytes is the same file, so that settings are read once.
    let stamp = |bytes: &[u8]| {
        let mut hasher = DefaultHasher::new();
        hasher.write(bytes);
        hasher.finish()
    };
    CACHE.with_borrow_mut(|cache| {
        let listed = files.iter().map(|(path, bytes)| InputFile {
            path: (*path).into(),
            size: bytes.len() as u64,
            stamp: stamp(bytes),
        });
        let held = files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
        let input = Input { files: listed.collect(), reader: Arc::new(Memory(held)) };
        build(&input, cache, &Choices::default()).unwrap()
    })
}

/// Every problem stands in its file and can be printed, here in a form that hangs on the place of the last.
fn printable(problems: &[Diagnostic]) {
    if problems.is_empty() {
        return;
    }
    for problem in problems {
        let spans = std::iter::once((&problem.source, problem.span));
        for (source, span) in spans.chain(problem.labels.iter().map(|label| (&label.source, label.span))) {
            assert!(source.text().get(span.range()).is_some(), "{} at {:?}", problem.code.name(), span.range());
        }
        assert!(!problem.message.contains('\n') && !problem.hint.contains('\n'), "{}", problem.message);
    }
    let place = problems.last().map_or(0, |problem| problem.span.range().start);
    let format = [Format::Human, Format::Json, Format::Github, Format::Sarif][place % 4];
    report::diagnostics(problems, Path::new("arkiv"), format, Colour::No);
}

/// Reads a text as that of an item, and lets a sanitiser judge every piece of HTML that comes of it: what the sanitiser gives
/// back is what it got, both read and written by the same hand.
pub(crate) fn harmless(text: &str) {
    let source = Source::decode(MEETING, format!("---\ndate: 2018-05-22\n---\n\n## Punkt 1: a\n\n{text}").into_bytes());
    let Some(meeting) = SETTINGS.with(|settings| parse::meeting(&source, settings).value) else { return };
    judged(&meeting.preamble);
    for item in &meeting.items {
        let Disclosure::Public(public) = &item.disclosure else { continue };
        public.heading.iter().chain(&public.footnotes).for_each(|markup| judged(markup));
        for section in &public.sections {
            section.title.iter().for_each(|title| judged(title));
            judged(&section.body);
        }
    }
}

fn judged(markup: &Markup) {
    if markup.html.split("href=\"").skip(1).any(|rest| is_no_name(rest.split('"').next().unwrap_or_default())) {
        return;
    }
    thread_local!(static JUDGE: ammonia::Builder<'static> = judge());
    let read = |html: &str| scraper::Html::parse_fragment(html).root_element().inner_html();
    let judged = JUDGE.with(|judge| judge.clean(&markup.html).to_string());
    let (given, left) = (read(&markup.html), read(&judged));
    assert!(given == left, "{given}\nof which is harmless\n{left}");
}

/// Whether an address names a machine by letters that no name of a machine may have (RFC 5891). The sanitiser drops what it
/// can't parse; to a reader such a link is a dead one.
fn is_no_name(href: &str) -> bool {
    let href = href.replace("&#x27;", "'").replace("&amp;", "&");
    matches!(ammonia::Url::parse(&href), Err(ammonia::url::ParseError::IdnaError))
}

/// Everything the archive's Markdown can make, and no more.
fn judge() -> ammonia::Builder<'static> {
    let mut judge = ammonia::Builder::empty();
    let plain = [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "em",
        "strong",
        "del",
        "sup",
        "pre",
        "blockquote",
        "ul",
        "li",
        "hr",
        "br",
        "table",
        "thead",
        "tbody",
        "tr",
    ];
    judge.add_tags(plain).add_url_schemes(["http", "https", "mailto", "tel"]);
    judge.link_rel(None);
    for (tag, attributes) in [
        ("a", &["href", "id", "aria-label"][..]),
        ("img", &["src", "alt"]),
        ("ol", &["start", "class"]),
        ("li", &["id"]),
        ("code", &["class"]),
        ("div", &["class", "role", "tabindex", "aria-label"]),
        ("th", &["scope", "class"]),
        ("td", &["class"]),
    ] {
        judge.add_tags([tag]).add_tag_attributes(tag, attributes);
    }
    judge
}
