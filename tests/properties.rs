//! What holds for every archive, tried on made-up ones.
//!
//! The number of cases keeps the whole file under a minute in a debug build; `PROPTEST_CASES` (256 when unset) raises all of
//! them in proportion.

use crate::program::{Ran, files, run_on_a_day};
use crate::support::{Archive, Built, Files, build};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use referat::config::{self, Closed, Config};
use referat::diag::{Diagnostic, Reported};
use referat::parse::{self, Drafts, Settings};
use referat::pipeline::{Cache, Choices};
use referat::report::{self, Colour, Format};
use referat::source::{Position, Source, Span};
use std::fs;
use std::path::Path;

const MEETING: &str = "content/direktionen/2018/2018-05-22.md";

/// A share of the usual number of cases. What failed is printed, and becomes a case of its own; no folder of seeds is kept.
fn share(of_256: u32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    let cases = (u64::from(usual.cases) * u64::from(of_256)).div_ceil(256);
    ProptestConfig { cases: u32::try_from(cases).unwrap(), failure_persistence: None, ..usual }
}

/// Pieces that mean something somewhere: a random text of them gets deeper into the parsers than random bytes do.
const PIECES: &[&[u8]] = &[
    b"---\n",
    b"---\r\n",
    b"date: 2018-05-22\n",
    b"status: draft\n",
    b"closed_items:\n  1: { title: a }\n",
    b"items: { 2: { closed: true, cases: [17/1], outcome: approved } }\n",
    b"items:\n  1:\n    cases:\n    - 17/1\n",
    b"participants: [a, {name: b}]\n",
    "place: \"æøå\"\n".as_bytes(),
    b"corrections: [{date: 2018-05-22, text: a}]\n",
    b"? a\n: b\n",
    b"&a *a !t |\n",
    b"title: 'x\n",
    b"## Punkt 1: a\n",
    b"## Punkt 2: Lukket\n",
    b"## **Punkt 3: Lukkede veje**\n",
    "## 4a. Møde – lukket\n".as_bytes(),
    b"## ",
    b"### Beslutning\n",
    b"### Bilag\n\n- [a](2018-05-22/a.pdf)\n  - b\n",
    b"# ",
    b"###### ",
    b"17/16244\n\n",
    b"Sagsnr.: 17/1 og 17/2",
    b"Godkendt.",
    b"[a](b.md#punkt-1)",
    b"[a](javascript:x)",
    b"![a](https://a.example/b.png)",
    b"[^1]",
    b"\n[^1]: a\n",
    b"[^2]: [^1]\n",
    b"[a][b] [b]: c\n",
    b"```\n",
    b"~~~",
    b"| a | b |\n|--:|:-:|\n| c |\n",
    b"- [x] a\n",
    b"1. a\n   - b\n     > c\n",
    b"<b>&amp;<!-- x",
    b"&#76;ukket",
    b"*a **b* c**",
    b"\n\n",
    b"\n",
    b"\r",
    b"\t",
    b" ",
    b"\x0c",
    b"\0",
    b"\xe5",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    "\u{202e}\u{2028}\u{85}".as_bytes(),
    "æøå".as_bytes(),
    "e\u{301}".as_bytes(),
    b"title: A\n",
    b"cases: { pattern: \"#[0-9]+\", where: anywhere }\n",
    b"organizations:\n  direktionen: { name: a }\n",
    b"language: en\n",
    b"outputs: [serch]\n",
];

fn soup() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        12 => select(PIECES).prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 0..6),
        1 => "\\PC{0,6}".prop_map(String::into_bytes),
    ];
    vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Bytes that are likely to have a head.
fn file() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        soup(),
        (soup(), soup()).prop_map(|(head, body)| [b"---\ndate: 2018-05-22\n", &head[..], b"\n---\n", &body].concat()),
        soup().prop_map(|body| [b"---\ndate: 2018-05-22\n---\n\n## Punkt 1: a\n\n", &body[..]].concat()),
        vec(any::<u8>(), 0..200),
    ]
}

/// Every diagnostic stands inside its file, and can be printed in every form.
fn check(problems: &[Diagnostic]) -> Result<(), TestCaseError> {
    for problem in problems {
        let spans = std::iter::once((&problem.source, problem.span));
        for (source, span) in spans.chain(problem.labels.iter().map(|label| (&label.source, label.span))) {
            let (text, range) = (source.text(), span.range());
            let is_inside = range.start <= range.end
                && range.end <= text.len()
                && text.is_char_boundary(range.start)
                && text.is_char_boundary(range.end);
            // Where a line is quoted, it is its beginning that stands in it.
            let is_quoted =
                !text.contains('\n') && range.start <= range.end && source.first_line(span).start == span.start;
            prop_assert!(is_inside || is_quoted, "{} at {range:?} of {}", problem.code.name(), text.len());
        }
        prop_assert!(!problem.message.contains('\n') && !problem.hint.contains('\n'), "{}", problem.message);
    }
    for format in [Format::Human, Format::Json, Format::Github, Format::Sarif] {
        report::diagnostics(problems, Path::new("arkiv"), format, Colour::No);
    }
    Ok(())
}

proptest! {
    /// An excerpt has the places of its source, as a person would count them, and little of a long line.
    #[test]
    fn an_excerpt_has_the_places_of_its_source(
        lines in vec((select(&["a", "æ", "€", "😀", " b"][..]), 0..3000_usize), 1..4),
        at in any::<prop::sample::Index>(),
        length in 0..50_usize,
    ) {
        let text = lines.iter().map(|(piece, times)| piece.repeat(*times)).collect::<Vec<_>>().join("\n");
        let start = text.floor_char_boundary(at.index(text.len() + 1));
        let end = text.floor_char_boundary(start + length).max(start);
        let (before, span) = (&text[..start], Span::new(start..end));
        let line = before.rsplit('\n').next().unwrap_or_default();
        let counted = Position { line: before.matches('\n').count() + 1, column: line.chars().count() + 1 };
        let source = Source::new("a.md", text.as_str());
        let excerpt = source.excerpt(span);
        for source in [&source, &excerpt, &excerpt.excerpt(span)] {
            prop_assert_eq!(source.position(span.start), counted);
            prop_assert_eq!(source.slice(source.first_line(span)), text[start..end].split('\n').next().unwrap_or_default());
        }
        prop_assert!(excerpt.text().len() < 1000, "{}", excerpt.text().len());
    }
}

proptest! {
    #![proptest_config(share(512))]

    #[test]
    fn any_bytes_are_a_meeting_file_or_have_problems(bytes in file(), drafts: bool, numbers: bool) {
        let config = Config { closed: if numbers { Closed::CaseNumber } else { Closed::Stub }, ..Config::default() };
        let settings = Settings::new(&config, if drafts { Drafts::Taken } else { Drafts::Left });
        let source = Source::decode(MEETING, bytes);
        let Reported { diagnostics, .. } = parse::meeting(&source, &settings);
        check(&diagnostics)?;
        prop_assert_eq!(parse::blanked(&source, &settings).text().len(), source.text().len());
    }

    #[test]
    fn any_bytes_are_settings_or_have_problems(bytes in file()) {
        check(&config::read(&Source::decode(config::PATH, bytes)).diagnostics)?;
    }

    #[test]
    fn any_text_may_stand_in_any_place(
        [place, name, reason, title, heading, body, url] in [".{0,20}", ".{0,20}", ".{0,20}", ".{0,20}", ".{0,20}", ".{0,40}", ".{0,20}"],
        quoted: bool,
    ) {
        let value = |text: &str| if quoted { serde_json::to_string(text).unwrap() } else { text.to_owned() };
        let text = format!(
            "---\ndate: 2018-05-22\nplace: {}\nparticipants:\n  - name: {}\nclosed_items:\n  2: {{ reason: {} }}\n---\n\n## Punkt 1: {title}\n\n### {heading}\n\n{body} [{title}]({url})\n\n- <{url}>\n\n## Punkt 2: {body}\n",
            value(&place), value(&name), value(&reason),
        );
        let source = Source::decode(MEETING, text.into_bytes());
        check(&parse::meeting(&source, &Settings::new(&Config::default(), Drafts::Left)).diagnostics)?;
    }
}

proptest! {
    #![proptest_config(share(24))]

    #[test]
    fn any_archive_is_built_or_has_problems(site in file(), first in file(), second in file()) {
        let archive = Archive::new()
            .file("content/direktionen/2018/a.md", first)
            .file("content/byraadet/b.md", second)
            .file("content/direktionen/2018/2018-05-22/a.pdf", "a");
        for archive in [archive.clone(), archive.file("content/site.yaml", [b"title: A\n", &site[..]].concat())] {
            let built = archive.build();
            check(&built.0.diagnostics)?;
            built.pages();
        }
    }
}

/// All that anybody can see of a build.
#[derive(Debug, PartialEq)]
struct Seen {
    pages: Files,
    printed: [String; 4],
    has_errors: bool,
}

fn seen(built: &Built) -> Seen {
    let printed = [Format::Human, Format::Json, Format::Github, Format::Sarif].map(|format| built.printed(format));
    Seen { pages: built.pages(), printed, has_errors: built.0.has_errors() }
}

/// Names the first difference, since whole archives can't be read.
#[track_caller]
fn same(a: &Seen, b: &Seen) -> Result<(), TestCaseError> {
    prop_assert_eq!(a.pages.keys().collect::<Vec<_>>(), b.pages.keys().collect::<Vec<_>>());
    for (path, bytes) in &a.pages {
        let (a, b) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&b.pages[path]));
        prop_assert!(a == b, "{path}\n{a}\n{b}");
    }
    for (a, b) in a.printed.iter().zip(&b.printed) {
        prop_assert!(a == b, "{a}\n{b}");
    }
    prop_assert_eq!(a.has_errors, b.has_errors);
    Ok(())
}

const PATHS: &[&str] = &[
    "content/byraadet/2018/a.md",
    "content/byraadet/2018/b.md",
    "content/byraadet/2019/c.md",
    "content/oekonomiudvalget/2018/a.md",
    "content/oekonomiudvalget/2019/d.md",
    "content/Ældrerådet/e.md",
];

const BODIES: &[&str] = &[
    "17/16244\n\n### Beslutning\n\nGodkendt.",
    "17/16254\n\nJf. sag 17/16244 og 18/1.",
    "Sagsnr.: 18/1\n\n### Beslutning\n\nUdsat.",
    "Se [a](../2018/a.md#punkt-1) og [b](#punkt-9).",
    "[notat](2018-05-22/notat.pdf) og [mangler](2018-05-22/mangler.pdf)",
    "```\n17/16244",
    "Note[^1].\n\n[^1]: 17/16244",
    "| a |\n|--:|\n| 17/16244 |",
    "### Bilag\n\n- [notat](2018-05-22/notat.pdf)\n- Kort",
    "[x](javascript:x)",
];

/// What is said after a meeting file was built once. Some of it is about cases, files and decisions.
const SENTENCES: &[&str] = &[
    "En sætning mere.",
    "Jf. sag 17/16244.",
    "[notat](2018-05-22/notat.pdf)",
    "Se [a](../2018/a.md#punkt-1).",
    "### Beslutning\n\nUdsat.",
    "### Bilag\n\n- Kort",
    "## Punkt 9: Lukket",
    "Et langt afsnit.[^9]\n\n[^9]: Note",
];

/// A meeting file that is mostly in order.
fn meeting() -> impl Strategy<Value = String> {
    let dates = select(&["2018-05-22", "2018-06-12", "2019-01-08"][..]);
    let statuses = select(&["approved", "agenda", "draft", "preliminary"][..]);
    let titles = select(&["Budget", "Lukket", "Øvrige sager", "Lukkede veje", "17/16244"][..]);
    (dates, statuses, vec((titles, select(BODIES)), 0..4)).prop_map(|(date, status, items)| {
        let mut text = format!("---\ndate: {date}\nstatus: {status}\n---\n");
        for (number, (title, body)) in items.iter().enumerate() {
            text.push_str(&format!("\n## Punkt {}: {title}\n\n{body}\n", number + 1));
        }
        text
    })
}

const SITES: &[&str] = &[
    "title: A\n",
    "title: A\nbase_url: https://a.example/\noutputs: [search, feeds, calendar, data, oparl, akn]\n",
    "title: A\nlanguage: en\n",
    "title: A\nclosed: { show_case_number: true }\n",
    "title: A\ncases: { where: anywhere }\n",
    "title: A\norganizations: { byraadet: { name: Byrådet } }\n",
    "title: A\ntheme: nope\n",
    "title: B\n",
    "title: B\naccessibility_statement: https://b.example/\n",
];

fn archive() -> impl Strategy<Value = Archive> {
    (select(SITES), vec((select(PATHS), meeting()), 1..5)).prop_map(|(site, meetings)| {
        let archive = Archive::new().site(site).file("content/byraadet/2018/2018-05-22/notat.pdf", "notat");
        meetings.into_iter().fold(archive, |archive, (path, text)| archive.file(path, text))
    })
}

/// What happens to an archive between two builds.
#[derive(Clone, Debug)]
enum Edit {
    Write(&'static str, String),
    /// What most edits are: some more text under the last item.
    Say(prop::sample::Index, &'static str),
    Delete(prop::sample::Index),
    Rename(prop::sample::Index, &'static str),
    Settings(&'static str),
    Drafts,
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => (select(PATHS), meeting()).prop_map(|(path, text)| Edit::Write(path, text)),
        4 => (any::<prop::sample::Index>(), select(SENTENCES)).prop_map(|(index, text)| Edit::Say(index, text)),
        2 => any::<prop::sample::Index>().prop_map(Edit::Delete),
        2 => (any::<prop::sample::Index>(), select(PATHS)).prop_map(|(index, to)| Edit::Rename(index, to)),
        1 => select(SITES).prop_map(Edit::Settings),
        1 => Just(Edit::Drafts),
    ]
}

fn edited(mut archive: Archive, edit: &Edit) -> Archive {
    let meetings: Vec<String> = archive.files.keys().filter(|path| path.ends_with(".md")).cloned().collect();
    match edit {
        Edit::Write(path, text) => archive.file(path, text.as_str()),
        Edit::Say(index, text) if !meetings.is_empty() => {
            archive.files.get_mut(index.get(&meetings)).unwrap().extend(format!("\n{text}\n").bytes());
            archive
        }
        Edit::Delete(index) if !meetings.is_empty() => {
            archive.files.remove(index.get(&meetings));
            archive
        }
        Edit::Rename(index, to) if !meetings.is_empty() => match archive.files.remove(index.get(&meetings)) {
            Some(bytes) => archive.file(to, bytes),
            None => archive,
        },
        Edit::Say(..) | Edit::Delete(_) | Edit::Rename(..) => archive,
        Edit::Settings(site) => archive.site(site),
        Edit::Drafts => archive.drafts(),
    }
}

proptest! {
    #![proptest_config(share(16))]

    #[test]
    fn a_warm_build_is_a_clean_build(archive in archive(), edits in vec(edit(), 1..5)) {
        let mut cache = Cache::default();
        let mut archive = archive;
        archive.build_with(&mut cache);
        for edit in &edits {
            archive = edited(archive, edit);
            same(&seen(&archive.build_with(&mut cache)), &seen(&archive.build()))?;
        }
    }

    #[test]
    fn one_thread_builds_what_four_do(archive in archive()) {
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| seen(&archive.build()))
        };
        same(&on(1), &on(4))?;
    }

    #[test]
    fn a_draft_changes_nothing(archive in archive(), body in soup()) {
        let draft = [b"---\ndate: 2018-05-22\nstatus: draft\n---\n\n## Punkt 1: a\n\n17/16244\n\n", &body[..]].concat();
        let with = archive.clone().file("content/byraadet/2018/kladde.md", draft);
        same(&seen(&with.build()), &seen(&archive.build()))?;
    }

    #[test]
    fn the_order_of_the_files_does_not_matter(archive in archive(), seed in any::<u64>()) {
        let mut input = archive.input();
        let key = |path: &str| path.bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        input.files.sort_by_key(|file| key(&file.path));
        same(&seen(&build(&input, &mut Cache::default(), &Choices::default())), &seen(&archive.build()))?;
    }
}

/// A meeting, and what may become of it: what stands in the first text is replaced by the second.
const MINUTES: &str = "---\ndate: 2018-05-22\nstart: \"16:00\"\nplace: Salen\nparticipants:\n  - name: Asta Holm\n---\n\n\
    ## Punkt 1: Budget\n\n17/16244\n\n### Beslutning\n\nGodkendt. Jf. sag 17/16254.\n\n### Bilag\n\n- [notat](2018-05-22/notat.pdf)\n\n\
    ## Punkt 2: Veje\n\n17/16254\n\nSe [a](#punkt-1).\n";
const CHANGES: &[(&str, &str)] = &[
    ("Godkendt.", "Udsat."),
    ("Godkendt.", "Godkendt. Og mere.[^1]\n\n[^1]: Note"),
    ("## Punkt 1: Budget", "## Punkt 1: Lukket"),
    ("## Punkt 2: Veje", "## Punkt 2: Veje (lukket)"),
    ("place:", "closed_items: { 1: { reason: § 10 } }\nplace:"),
    ("## Punkt 1: Budget", "## Punkt 1: Regnskab"),
    ("## Punkt 1: Budget", "## Punkt 7: Budget"),
    ("17/16244", "18/1"),
    ("Jf. sag 17/16254", "Jf. sag 18/1"),
    ("Jf. sag 17/16254", "Jf. sag 17/16255"),
    ("(2018-05-22/notat.pdf)", "(2018-05-22/mangler.pdf)"),
    ("[notat](2018-05-22/notat.pdf)", "Notat"),
    ("(#punkt-1)", "(#punkt-9)"),
    ("### Bilag", "### Andet"),
    ("date: 2018-05-22", "date: 2018-05-23"),
    ("\"16:00\"", "\"08:00\""),
    ("Salen", "Kantinen"),
    ("Asta Holm", "Ida Lund"),
    ("place:", "title: Temamøde\nplace:"),
    ("place:", "slug: aften\nplace:"),
    ("place:", "status: agenda\nplace:"),
    ("place:", "status: draft\nplace:"),
    ("place:", "cancelled: true\nplace:"),
    ("place:", "organization: Et andet navn\nplace:"),
    ("place:", "published: 2018-06-01\nmodified: 2019-01-01\nplace:"),
    ("place:", "corrections:\n  - date: 2018-07-01\n    text: En fejl\nplace:"),
    ("place:", "aliases: [gammel.html]\nplace:"),
    ("place:", "retracted: { date: 2018-07-01, reason: En fejl }\nplace:"),
    ("place:", "absent:\n  - name: Ida Lund\nplace:"),
];

#[test]
fn a_warm_build_follows_every_kind_of_change() {
    let beside = "---\ndate: 2018-05-22\nstart: \"12:00\"\n---\n\n## Punkt 1: a\n\n17/16254\n\nJf. sag 17/16244.\n";
    let archive = |text: &str| {
        Archive::new()
            .site("title: A\nbase_url: https://a.example/\noutputs: [search, feeds, calendar, data, oparl, akn]\n")
            .file("content/byraadet/2018/2018-05-22/notat.pdf", "notat")
            .file("content/byraadet/2018/2018-05-22.md", text)
            .file("content/udvalget/2018/2018-05-22.md", beside)
    };
    let clean = seen(&archive(MINUTES).build());
    for (old, new) in CHANGES {
        assert!(MINUTES.contains(old), "{old}");
        let changed = archive(&MINUTES.replacen(old, new, 1));
        let mut cache = Cache::default();
        archive(MINUTES).build_with(&mut cache);
        let there = same(&seen(&changed.build_with(&mut cache)), &seen(&changed.build()));
        let back = same(&seen(&archive(MINUTES).build_with(&mut cache)), &clean);
        for result in [there, back] {
            result.unwrap_or_else(|error| panic!("{new}: {error}"));
        }
    }
}

/// The templates remember what the settings say.
#[test]
fn a_warm_build_follows_the_settings() {
    let archive = |site| Archive::new().site(site).file("content/byraadet/2018/2018-05-22.md", MINUTES);
    let clean: Vec<_> = SITES.iter().map(|site| seen(&archive(site).build())).collect();
    let mut cache = Cache::default();
    for (site, clean) in SITES.iter().zip(&clean).chain(SITES.iter().zip(&clean).rev()) {
        same(&seen(&archive(site).build_with(&mut cache)), clean).unwrap_or_else(|error| panic!("{site}: {error}"));
    }
}

/// A word that stands only in closed items.
const CANARY: &str = "kanariefugl";

/// How an item is closed. This much is public: the number, that it is closed, and what stands under `closed_items`.
#[derive(Clone, Copy, Debug)]
enum Closing {
    Title,
    ClosedItems,
    /// Under `closed_items`, and said not to be closed: an error that tells nothing either.
    Denied,
    Items,
}

#[derive(Clone, Debug)]
enum Slot {
    Open(&'static str, &'static str),
    Closed { by: Closing, lines: usize },
}

fn slot() -> impl Strategy<Value = Slot> {
    let closings = select(&[Closing::Title, Closing::ClosedItems, Closing::Denied, Closing::Items][..]);
    let titles = select(&["Budget", "Øvrige sager 17/16244", "*Kort*"][..]);
    prop_oneof![
        (titles, select(BODIES)).prop_map(|(title, body)| Slot::Open(title, body)),
        (closings, 0..6_usize).prop_map(|(by, lines)| Slot::Closed { by, lines }),
    ]
}

/// What stands under a closed item, and may be anything.
#[derive(Clone)]
struct Secret {
    title: String,
    heading: Vec<u8>,
    lines: Vec<Vec<u8>>,
    head: &'static str,
    line_break: &'static str,
}

impl std::fmt::Debug for Secret {
    /// As text: this is what a failure shows.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lines: Vec<_> = self.lines.iter().map(|line| line.escape_ascii().to_string()).collect();
        write!(f, "{:?} {} {lines:?} {:?}", self.title, self.heading.escape_ascii(), self.head)
    }
}

fn line() -> impl Strategy<Value = Vec<u8>> {
    const SECRETS: &[&[u8]] = &[
        b"kanariefugl",
        b"17/16244",
        b"17/16245",
        b"18/1",
        b"[kanariefugl](2018-05-22/kanariefugl.pdf)",
        b"[notat](2018-05-22/notat.pdf)",
        b"[x](mangler.pdf)",
        b"[x](../2018/mangler.md#punkt-1)",
        b"### Beslutning",
        b"Godkendt.",
        b"Note[^1].",
        b"[^1]: kanariefugl",
        b"[notat]: javascript:x",
        b"010190-1234 kanariefugl@gmail.com",
        "Fortroligt: må ikke offentliggøres".as_bytes(),
    ];
    let plain = |bytes: Vec<u8>| bytes.into_iter().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect::<Vec<u8>>();
    let piece = prop_oneof![
        select(SECRETS).prop_map(<[u8]>::to_vec),
        select(PIECES).prop_map(move |bytes| plain(bytes.to_vec())),
        vec(any::<u8>(), 0..4).prop_map(plain),
    ];
    vec(piece, 0..5).prop_map(|pieces| {
        let line = pieces.concat();
        // A line that begins an item is not under the closed one any more.
        if line.starts_with(b"#") { [b"x", &line[..]].concat() } else { line }
    })
}

fn secret() -> impl Strategy<Value = Secret> {
    let words = select(&["kanariefugl", "Køb af **grund** 17/16244", "<b>a</b> &amp;", "[a](b.pdf)", "x: y"][..]);
    let forms =
        select(&["Lukket: {}", "LUKKET SAG: {}", "{} (lukket)", "{} - LUKKET PUNKT", "**Lukket:** {}", "Lukket"][..]);
    let heads =
        select(&["", "cases: [17/16244]", "cases: [kanariefugl]", "outcome: kanariefugl", "cases: { a: b }"][..]);
    let titles = (words, forms).prop_map(|(words, form)| form.replace("{}", words));
    // As often as not its text begins like that of an open item: with the number of a case, perhaps of one that is public.
    let case = select(&["17/16244", "18/1", "Sagsnr.: 17/16254", "99/987654", "", "", "", ""][..]);
    (titles, line(), vec(line(), 6), case, heads, select(&["\n", "\r\n"][..])).prop_map(
        |(title, heading, mut lines, case, head, line_break)| {
            if !case.is_empty() {
                lines[..2].clone_from_slice(&[case.into(), Vec::new()]);
            }
            Secret { title, heading, lines, head, line_break }
        },
    )
}

/// A meeting file of public slots and what stands under the closed ones.
fn written(date: &str, slots: &[Slot], secrets: &[Secret]) -> Vec<u8> {
    let mut head = format!("---\ndate: {date}\nclosed_items:\n");
    let mut items = "items:\n".to_owned();
    let mut body: Vec<u8> = Vec::new();
    for (index, (slot, secret)) in slots.iter().zip(secrets).enumerate() {
        let number = index + 1;
        body.extend(format!("\n## Punkt {number}:").bytes());
        match slot {
            Slot::Open(title, text) => body.extend(format!(" {title}\n\n{text}\n").bytes()),
            Slot::Closed { by, lines } => {
                if matches!(by, Closing::ClosedItems | Closing::Denied) {
                    head.push_str(&format!("  {number}: {{ title: Personalesag }}\n"));
                }
                let closed = match by {
                    Closing::Items => "closed: true, ",
                    Closing::Denied => "closed: false, ",
                    Closing::Title | Closing::ClosedItems => "",
                };
                items.push_str(&format!("  {number}: {{ {closed}{} }}\n", secret.head));
                body.push(b' ');
                match by {
                    Closing::Title => body.extend(secret.title.bytes()),
                    _ if secret.heading.len() % 2 == 0 => body.extend(secret.title.bytes()),
                    _ => body.extend(&secret.heading),
                }
                for line in &secret.lines[..*lines] {
                    body.extend(secret.line_break.bytes());
                    body.extend(line);
                }
                body.push(b'\n');
            }
        }
    }
    [head.as_bytes(), items.as_bytes(), b"---\n\nIndledning.\n", &body].concat()
}

const HELD: [(&str, &str); 3] = [
    ("content/byraadet/2018/2018-05-22.md", "2018-05-22"),
    ("content/byraadet/2018/2018-06-12.md", "2018-06-12"),
    ("content/oekonomiudvalget/2018/2018-05-22.md", "2018-05-22"),
];

/// An archive of public slots, and a set of what stands under the closed ones.
fn with_secrets(slots: &[Vec<Slot>], secrets: &[Secret], attachment: bool) -> Archive {
    let site = "title: A\nbase_url: https://a.example/\noutputs: [search, feeds, calendar, data, oparl, akn]\n";
    let archive = Archive::new().site(site).file("content/byraadet/2018/2018-05-22/notat.pdf", "notat");
    let archive = HELD.iter().zip(slots).enumerate().fold(archive, |archive, (index, ((path, date), slots))| {
        archive.file(path, written(date, slots, &secrets[index * 5..]))
    });
    if attachment { archive.file("content/byraadet/2018/2018-05-22/kanariefugl.pdf", CANARY) } else { archive }
}

fn holds_canary(seen: &Seen) -> Option<String> {
    let holds = |text: &str| text.to_lowercase().contains(CANARY);
    let page = seen.pages.iter().find(|(path, bytes)| holds(path) || holds(&String::from_utf8_lossy(bytes)));
    let printed = seen.printed.iter().find(|text| holds(text));
    page.map(|(path, _)| path.clone()).or(printed.cloned())
}

proptest! {
    #![proptest_config(share(64))]

    #[test]
    fn nothing_under_a_closed_item_shows(
        slots in vec(vec(slot(), 0..5), 3),
        one in vec(secret(), 15),
        other in vec(secret(), 15),
        attachment: bool,
    ) {
        let first = seen(&with_secrets(&slots, &one, attachment).build());
        let second = seen(&with_secrets(&slots, &other, false).build());
        same(&first, &second)?;
        prop_assert_eq!(holds_canary(&first), None);
        // Nor after the one was built: what a build remembers is not what another shows.
        let mut cache = Cache::default();
        with_secrets(&slots, &one, attachment).build_with(&mut cache);
        same(&seen(&with_secrets(&slots, &other, false).build_with(&mut cache)), &second)?;
    }
}

/// What the commands say and write about an archive on disk: their words, how they end, and every file beside the content.
fn commanded(archive: &Archive) -> (Vec<Ran>, Files) {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in &archive.files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let commands: [&[&str]; 5] = [
        &["check", "--report", "kontrol.md"],
        &["record", "--at", "2018-06-20T10:00:00Z"],
        &["build", "--no-sync", "--bundle", "alt.zip", "--report", "kontrol2.md"],
        &["build", "--dry-run", "--output", "andet"],
        &["retract", "byraadet/2018/2018-06-12", "--reason", "Fejl", "--dry-run"],
    ];
    let ran = commands.iter().map(|arguments| run_on_a_day(folder.path(), arguments)).collect();
    let is_content = |path: &String| path.starts_with("content/") && path != "content/oparl.ledger";
    let mut written: Files = files(folder.path()).into_iter().filter(|(path, _)| !is_content(path)).collect();
    if let Some(receipt) = written.get_mut(".public.cache/build") {
        *receipt = without_inputs(receipt);
    }
    (ran, written)
}

/// What a build remembers, without what tells the next one whether the sources are the same: that they are not is what the
/// archives of a pair differ in.
fn without_inputs(receipt: &[u8]) -> Vec<u8> {
    let mut lines = std::str::from_utf8(receipt).unwrap().splitn(3, '\n').skip(1);
    let mut json: serde_json::Map<String, serde_json::Value> = serde_json::from_str(lines.next().unwrap()).unwrap();
    assert!(json.remove("input").is_some() && json.remove("unread").is_some());
    format!("{json:?}\n{}", lines.next().unwrap()).into_bytes()
}

proptest! {
    #![proptest_config(share(4))]

    #[test]
    fn no_command_tells_what_stands_under_a_closed_item(
        slots in vec(vec(slot(), 0..5), 3),
        one in vec(secret(), 15),
        other in vec(secret(), 15),
        attachment: bool,
    ) {
        let (said, written) = commanded(&with_secrets(&slots, &one, attachment));
        let (said_of_other, written_of_other) = commanded(&with_secrets(&slots, &other, false));
        for (one, other) in said.iter().zip(&said_of_other) {
            prop_assert_eq!(one, other);
            prop_assert!(!format!("{one:?}").to_lowercase().contains(CANARY), "{:?}", one);
        }
        prop_assert_eq!(written.keys().collect::<Vec<_>>(), written_of_other.keys().collect::<Vec<_>>());
        let differing: Vec<&String> = written.keys().filter(|path| written[*path] != written_of_other[*path]).collect();
        prop_assert!(differing.is_empty(), "{:?}", differing);
    }
}

/// A pair without faults, so that every command goes to its end; a random one seldom is.
#[test]
fn no_command_tells_what_stands_under_a_closed_item_of_a_good_archive() {
    let closings = [Closing::Title, Closing::ClosedItems, Closing::Items];
    let closed = closings.map(|by| Slot::Closed { by, lines: 3 });
    let slots = [&[Slot::Open("Budget", BODIES[0]), Slot::Open("Anlæg", BODIES[1])], &closed[..]].concat();
    let commanded = |title: &str, lines: [&str; 6], head: &'static str, attachment: bool| {
        let lines = lines.map(|line| line.as_bytes().to_vec()).to_vec();
        let title = format!("Lukket: {title}");
        let secret = Secret { heading: title.clone().into(), title, lines, head, line_break: "\n" };
        commanded(&with_secrets(&vec![slots.clone(); 3], &vec![secret; 15], attachment))
    };
    let (said, written) = commanded("Klage", ["17/16244", "", "Godkendt."].repeat(2).try_into().unwrap(), "", false);
    let other = ["18/1", "[kanariefugl](2018-05-22/kanariefugl.pdf)", CANARY];
    let (said_of_other, written_of_other) =
        commanded("Kanariefugl", other.repeat(2).try_into().unwrap(), "cases: [17/16244], outcome: kanariefugl", true);
    let codes: Vec<_> = said.iter().map(|ran| ran.code).collect();
    assert_eq!(codes, [Some(0); 5], "{said:?}");
    assert_eq!(said, said_of_other);
    let wanted = ["alt.zip", "kontrol2.md", "content/oparl.ledger", "public/oparl/papers.json"];
    assert!(wanted.iter().all(|path| written.contains_key(*path)), "{:?}", written.keys());
    assert_eq!(written.keys().collect::<Vec<_>>(), written_of_other.keys().collect::<Vec<_>>());
    let differing: Vec<&String> = written.keys().filter(|path| written[*path] != written_of_other[*path]).collect();
    assert!(differing.is_empty(), "{differing:?}");
}

/// Megabytes under a closed item weigh nothing outside.
#[test]
fn the_length_of_a_closed_item_does_not_show() {
    let text = |body: &str| {
        format!("---\ndate: 2018-05-22\n---\n\n## Punkt 1: Lukket\n{body}\n## Punkt 2: A\n\n[x](mangler.pdf)\n")
    };
    let built = |body: &str| seen(&Archive::new().file(MEETING, text(body)).build());
    same(&built(""), &built(&"kanariefugl 17/1 ".repeat(120_000))).unwrap();
}

/// More than may stand in an open item doesn't decide either, and is told of nobody.
#[test]
fn a_closed_item_may_be_longer_than_any_public_text() {
    let text = |body: &str| format!("---\ndate: 2018-05-22\n---\n\n## Punkt 1: {body}\n## Punkt 2: A\n\n\x0cTekst.\n");
    let built = |body: &str| seen(&Archive::new().file(MEETING, text(body)).build());
    let long = "kanariefugl 17/1\n".repeat(700_000);
    same(&built("Lukket\n"), &built(&format!("Lukket\n\n{long}"))).unwrap_err();
    let lines = "\n".repeat(long.matches('\n').count());
    same(&built(&format!("Lukket\n\n{lines}")), &built(&format!("Lukket\n\n{long}"))).unwrap();
    let open = Archive::new().file(MEETING, text(&format!("Aaben\n\n{long}"))).build();
    assert_eq!(open.codes(), ["file-too-large"]);
    assert!(!open.printed(Format::Human).contains("11900"), "{}", open.printed(Format::Human));
}

/// Nor is a draft heard of, however large it is and wherever it lies.
#[test]
fn a_draft_changes_nothing_whatever_is_wrong_with_it() {
    let archive = Archive::new().file(MEETING, "---\ndate: 2018-05-22\n---\n\n## Punkt 1: A\n");
    let clean = seen(&archive.build());
    let head = "---\ndate: 2018-05-22\nstatus: draft\n---\n\n";
    let long = |size: usize| [head.as_bytes(), &vec![b'a'; size]].concat();
    for (path, bytes) in [
        ("content/direktionen/2018/kladde.md", long(11 << 20)),
        ("content/direktionen/2018/kladde.md", long(41 << 20)),
        ("content/kladde.md", head.into()),
        ("content/kladde.md", long(41 << 20)),
        ("content/kladde.md", b"---\nstatus : draft\nplace: a: b\n---\n".to_vec()),
    ] {
        same(&seen(&archive.clone().file(path, bytes).build()), &clean)
            .unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    assert_eq!(archive.file("content/kladde.md", head).drafts().build().codes(), ["file-misplaced"]);
}

/// A meeting file under a name of another kind is told; another text is nobody's concern, nor is what stands beside a meeting.
#[test]
fn a_meeting_file_with_a_wrong_ending_is_told() {
    let archive = Archive::new().file(MEETING, "---\ndate: 2018-05-22\n---\n\n## Punkt 1: A\n");
    let head = "---\ndate: 2018-06-22\n---\n";
    for (path, text, codes) in [
        ("content/direktionen/2018/2018-06-22.MD", head, vec!["file-misnamed"]),
        ("content/direktionen/2018/2018-06-22.markdown", head, vec!["file-misnamed"]),
        ("content/2018-06-22.Md", head, vec!["file-misnamed"]),
        ("content/direktionen/2018/2018-06-22.MD", "---\ndate: 2018-06-22\nstatus: draft\n---\n", vec![]),
        ("content/direktionen/2018/laes.markdown", "Noter til os selv.\n", vec![]),
        ("content/direktionen/2018/2018-05-22/noter.MD", head, vec![]),
        ("content/direktionen/2018/.noter.MD", head, vec![]),
        ("content/direktionen/2018/2018-06-22.txt", head, vec![]),
    ] {
        assert_eq!(archive.clone().file(path, text).build().codes(), codes, "{path}");
    }
}

/// A Markdown file beside a meeting is a file like any other, unless it lies in the folder of a year.
#[test]
fn a_text_in_the_folder_of_a_meeting_is_no_meeting() {
    let archive = Archive::new().file(MEETING, "---\ndate: 2018-05-22\n---\n\n## Punkt 1: A\n");
    let clean = seen(&archive.build());
    let beside = "content/direktionen/2018/2018-05-22/noter/n.md";
    let with = archive.clone().file(beside, "kanariefugl").build();
    same(&seen(&with), &clean).unwrap();
    let unlinked: Vec<_> = with.0.unlinked().iter().map(|problem| problem.source.path().to_string()).collect();
    assert_eq!(unlinked, [beside]);
    let year = archive.file("content/direktionen/2018.md", "---\ndate: 2018-06-12\n---\n").build().clean();
    assert!(year.pages().contains_key("direktionen/2018/2018-05-22.html"));
}

/// Names mean the same files however their letters are stored.
#[test]
fn letters_may_be_composed_in_two_ways() {
    const COMPOSED: &str = "bl\u{e5}.txt";
    const APART: &str = "bla\u{30a}.txt";
    let text = |link: &str| format!("---\ndate: 2018-05-22\n---\n\n## Punkt 1: A\n\n[x](2018-05-22/{link})\n");
    let archive = |folder: &str, file: &str, link: &str| {
        Archive::new()
            .site("title: A\norganizations: { r\u{e5}det: { name: Sommerrådet } }\n")
            .file(&format!("content/{folder}/2018/2018-05-22.md"), text(link))
            .file(&format!("content/{folder}/2018/2018-05-22/{file}"), "Tekst")
    };
    let clean = seen(&archive("r\u{e5}det", COMPOSED, COMPOSED).build().clean());
    for folder in ["r\u{e5}det", "ra\u{30a}det"] {
        for file in [COMPOSED, APART] {
            for link in [COMPOSED, APART, "bl%C3%A5.txt", "bla%CC%8A.txt"] {
                let built = archive(folder, file, link).build().clean();
                assert!(built.page("raadet/2018/2018-05-22.html").contains("Sommerrådet"));
                assert_eq!(built.pages()["raadet/2018/2018-05-22/blaa.txt"], b"Tekst");
                same(&seen(&built), &clean).unwrap();
            }
        }
    }
    let folder = "content/r\u{e5}det/2018";
    let twice =
        archive("r\u{e5}det", COMPOSED, COMPOSED).file(&format!("{folder}/2018-05-22/{APART}"), "Andet").build();
    assert_eq!(twice.codes(), ["name-twice"]);
    let said = twice.printed(Format::Human);
    assert!(said.contains("bl<U+00E5>.txt") && said.contains("bla<U+030A>.txt"), "{said}");
    // Of what nobody links to nothing is said.
    archive("r\u{e5}det", "a.txt", "a.txt")
        .file(&format!("{folder}/2018-05-22/{APART}"), "Andet")
        .file(&format!("{folder}/2018-05-22/{COMPOSED}"), "Andet")
        .build()
        .clean();
    let meetings =
        archive("r\u{e5}det", "a.txt", "a.txt").file("content/ra\u{30a}det/2018/2018-05-22.md", text("a.txt"));
    assert_eq!(meetings.build().codes(), ["name-twice"]);
}

/// The control: what the properties look for is found where it may stand.
#[test]
fn a_word_in_an_open_item_shows() {
    for text in ["## Punkt 1: Kanariefugl", "## Punkt 1: a\n\nKanariefugl.", "## Punkt 1: a\n\n[a](kanariefugl.pdf)"] {
        let text = format!("---\ndate: 2018-05-22\n---\n\n{text}\n");
        assert!(holds_canary(&seen(&Archive::new().file(MEETING, text).build())).is_some());
    }
}

#[test]
fn a_case_number_of_a_closed_item_shows_where_it_is_asked_for_alone() {
    let text = "---\ndate: 2018-05-22\n---\n\n## Punkt 1: Lukket\n\nSagsnr.: 17/22734\n\n17/22735\n\n## Punkt 2: Budget\n\n17/1\n";
    let places = |site: &str| {
        let pages = Archive::new().site(site).file(MEETING, text).build().clean().pages();
        let holds = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains("17/22734");
        let found = pages.iter().filter(|(path, bytes)| holds(bytes) || path.contains("17-22734"));
        found.map(|(path, _)| path.clone()).collect::<Vec<_>>()
    };
    assert_eq!(places("title: A\n"), [""; 0]);
    assert_eq!(places("title: A\nclosed: { show_case_number: true }\n"), ["direktionen/2018/2018-05-22.html"]);
    let page = Archive::new()
        .site("title: A\nclosed: { show_case_number: true }\n")
        .file(MEETING, text)
        .build()
        .page("direktionen/2018/2018-05-22.html");
    assert!(!page.contains("17/22735") && !page.contains("17-22734"), "{page}");
}
