//! Documents as they come, and the meeting files and records they become: `tests/import/NAME.txt` or `.md` gives
//! `NAME.out.md` and `NAME.json`. Names that begin with `en-` are English. `UPDATE=1` rewrites what is expected.
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "tests read their cases from disk, and may stop there"
)]

use proptest::prelude::*;
use referat::config::Config;
use referat::diag::{Reported, Severity};
use referat::format::{Draft, meeting_file};
use referat::import::{Settings, document, record};
use referat::language::Language;
use referat::model::{CasePattern, Disclosure, Meeting};
use referat::parse::{self, Drafts};
use referat::source::Source;
use std::path::{Path, PathBuf};

fn read(path: &str, bytes: &[u8], language: Language) -> Reported<Option<Draft>> {
    let pattern = CasePattern::default();
    let settings = Settings { language, pattern: &pattern, organization: None };
    document(&Source::decode(path, bytes.to_vec()), &settings)
}

/// The meeting of a meeting file; every error in it is one of import.
#[track_caller]
fn parsed(file: &str, language: Language) -> Meeting {
    let config = Config { language, ..Config::default() };
    let source = Source::new("content/udvalget/2018/2018-05-22.md", file);
    let meeting = parse::meeting(&source, &parse::Settings::new(&config, Drafts::Taken));
    let errors: Vec<_> = meeting.diagnostics.iter().filter(|problem| problem.severity() == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}\n{file}");
    meeting.value.expect("a meeting")
}

fn documents() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import");
    let entries = std::fs::read_dir(folder).expect("the folder of cases");
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    found.retain(|path| {
        let name = path.to_string_lossy();
        (name.ends_with(".txt") || name.ends_with(".md")) && !name.ends_with(".out.md")
    });
    found.sort();
    found
}

fn expect(path: &Path, found: &str) {
    if std::env::var_os("UPDATE").is_some() {
        if found.is_empty() {
            let _ = std::fs::remove_file(path);
        } else {
            std::fs::write(path, found).expect("the expectation");
        }
        return;
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    assert!(expected == found, "{} differs; this was found:\n{found}", path.display());
}

#[test]
fn documents_become_meeting_files() {
    let documents = documents();
    assert!(documents.len() >= 14);
    for path in documents {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let language = if name.starts_with("en-") { Language::En } else { Language::Da };
        let outcome = read(&name, &std::fs::read(&path).expect("the document"), language);
        let file = outcome.value.as_ref().map(|draft| meeting_file(draft, language)).unwrap_or_default();
        let record = serde_json::to_string_pretty(&record(&name, &outcome)).expect("a record");
        expect(&path.with_extension("out.md"), &file);
        expect(&path.with_extension("json"), &format!("{record}\n"));
        if let Some(draft) = &outcome.value {
            reads_back(draft, &file, language);
        }
    }
}

/// What the parser makes of the meeting file is what the draft says.
#[track_caller]
fn reads_back(draft: &Draft, file: &str, language: Language) {
    let meeting = parsed(file, language);
    assert_eq!((meeting.date, meeting.start, meeting.end), (draft.date, draft.start, draft.end));
    assert_eq!(
        (&meeting.place, &meeting.participants, &meeting.absent),
        (&draft.place, &draft.participants, &draft.absent)
    );
    assert_eq!((&meeting.organization_name, meeting.cancelled), (&draft.organization, draft.cancelled));
    assert_eq!(meeting.items.len(), draft.items.len(), "{file}");
    for (item, drafted) in meeting.items.iter().zip(&draft.items) {
        assert_eq!(item.number, drafted.number);
        let Disclosure::Public(public) = &item.disclosure else {
            assert!(drafted.closed, "{file}");
            continue;
        };
        assert!(!drafted.closed, "{file}");
        assert_eq!(
            public.title.split_whitespace().collect::<Vec<_>>(),
            drafted.title.split_whitespace().collect::<Vec<_>>()
        );
        let headings = |headings: Vec<&str>| {
            headings.into_iter().filter(|heading| !heading.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(
            headings(public.sections.iter().map(|section| &*section.heading).collect()),
            headings(drafted.sections.iter().map(|section| section.heading.as_str()).collect()),
            "{file}"
        );
    }
}

/// A slide deck, a letter and an agenda without items are not minutes, and it is said why.
#[test]
fn what_is_not_minutes() {
    for name in ["slides", "letter", "agenda-without-items"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/import/{name}.txt"));
        let outcome = read(name, &std::fs::read(path).expect("the document"), Language::Da);
        assert!(outcome.value.is_none(), "{name}");
        assert_eq!(outcome.diagnostics.len(), 1, "{name}");
    }
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let outcome = read("a.txt", b"REFERAT Byr\xe5det d. 01-02-2018\n\nPunkt 1: A\n\n17/1\n", Language::Da);
    assert!(outcome.value.is_none());
    assert_eq!(outcome.diagnostics[0].code.name(), "file-encoding");
}

/// Documents of one thing each: none may take time by its square.
#[test]
fn time_is_linear() {
    let began = std::time::Instant::now();
    for unit in [
        "Punkt 1: A\n",
        "# Punkt 1: A\n\n",
        "*a ",
        "[a](",
        "- a\n",
        "1. a\n",
        "a\tb\n",
        "|a|\n|-|\n",
        "`",
        "\n",
        "Afbud:\n",
        "a\n\n",
        "Side 1 af 2\n",
        "**",
        "\u{c}a\n",
    ] {
        let text =
            format!("REFERAT Byrådet d. 01-02-2018\n\nPunkt 1: A\n\n17/1\n\n{}", unit.repeat(30_000 / unit.len()));
        if let Some(draft) = read("a.txt", text.as_bytes(), Language::Da).value {
            meeting_file(&draft, Language::Da);
        }
        let headless = unit.repeat(30_000 / unit.len());
        let _ = read("a.md", headless.as_bytes(), Language::Da);
    }
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}

/// Lines as minutes have them, and lines as they shouldn't.
fn line() -> impl Strategy<Value = String> {
    let word = "[a-zæøåA-ZÆØÅ]{1,8}";
    prop_oneof![
        4 => prop::collection::vec(word, 1..9).prop_map(|words| words.join(" ")),
        1 => Just(String::new()),
        1 => Just("Beslutning".to_owned()),
        1 => Just("Bilag".to_owned()),
        1 => (0_u8..12, word).prop_map(|(number, word)| format!("{number}. {word}")),
        1 => (0_u8..12, word).prop_map(|(number, word)| format!("Punkt {number}: {word}")),
        1 => prop::collection::vec(word, 1..5).prop_map(|words| words.join("\t")),
        1 => ("[-*+•–>#|=_`~ ]{1,4}", word).prop_map(|(mark, word)| format!("{mark}{word}")),
        1 => ("[-*+•] {0,3}", word).prop_map(|(mark, word)| format!("  {mark}{word}")),
        1 => "[ -~æøå]{0,30}",
    ]
}

fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|token| !token.is_empty())
}

proptest! {
    /// Whatever a line of text is, it shows as itself: as a title, as a heading and as a paragraph.
    #[test]
    fn text_shows_as_itself(text in "[-!-~ æøå*_\\[\\]<>&;#|`\\\\]{1,40}", number in 0_u8..3) {
        let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
        prop_assume!(folded.chars().any(char::is_alphanumeric));
        let lead = ["", "1. ", "- "][usize::from(number)];
        let (title, line) = (referat::format::markdown::heading(&folded), referat::format::markdown::line(&format!("{lead}{folded}")));
        let file = format!("---\ndate: 2018-05-22\n---\n\n## Punkt 1: x{title}\n\n### x{title}\n\n{line}\n");
        let meeting = parsed(&file, Language::Da);
        let Disclosure::Public(public) = &meeting.items[0].disclosure else { panic!("closed") };
        prop_assert_eq!(&*public.title, format!("x{folded}"));
        prop_assert_eq!(&*public.sections[0].heading, format!("x{folded}"));
        prop_assert_eq!(public.sections[0].body.text(), format!("{lead}{folded}"));
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read("a.txt", &bytes, Language::Da);
        read("a.md", &bytes, Language::En);
    }

    #[test]
    fn every_word_is_kept(lines in prop::collection::vec(line(), 0..25), markdown in any::<bool>()) {
        let body = lines.join("\n");
        let text = format!("REFERAT Byrådet d. 01-02-2018\n\nMødedato: 1. februar 2018\n\n# Punkt 1: Første\n\n17/1\n\nTekst først.\n\n{body}\n");
        let path = if markdown { "a.md" } else { "a.txt" };
        let outcome = read(path, text.as_bytes(), Language::Da);
        let draft = outcome.value.expect("minutes");
        let file = meeting_file(&draft, Language::Da);
        let shown = file.replace('\\', "");
        let written: std::collections::HashSet<&str> = tokens(&shown).collect();
        for token in tokens(&body) {
            // An entity in Markdown is kept, an address that can't be published is not.
            let lost = outcome.diagnostics.iter().any(|problem| problem.message.contains(token));
            prop_assert!(written.contains(token) || lost || shown.contains(token), "{token} is missing in\n{file}");
        }
        reads_back(&draft, &file, Language::Da);
    }
}

/// What `new` writes is a meeting file without errors.
#[test]
fn the_template_parses() {
    for language in [Language::Da, Language::En] {
        let meeting = parsed(&referat::format::template(None, jiff::civil::date(2026, 2, 24), language), language);
        assert_eq!((meeting.items.len(), meeting.date), (1, jiff::civil::date(2026, 2, 24)));
    }
}

/// The name the user gives goes before the one in the document.
#[test]
fn an_organization_can_be_given() {
    let pattern = CasePattern::default();
    let settings = Settings { language: Language::Da, pattern: &pattern, organization: Some("Havnerådet") };
    let source = Source::new("a.txt", "REFERAT Byrådet d. 01-02-2018\n\nPunkt 1: A\n\n17/1\n");
    let draft = document(&source, &settings).value.expect("minutes");
    assert_eq!(draft.organization.as_deref(), Some("Havnerådet"));
}
