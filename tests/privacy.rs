//! The privacy rules over a labelled corpus of our own.

use crate::program::{project, run};
use referat::check::privacy::{Form, Words, all, masked};
use referat::diag::Severity;
use std::fs;

struct Case {
    line: usize,
    expected: String,
    form: Form,
    text: String,
}

fn corpus() -> Vec<Case> {
    let text = fs::read_to_string(project().join("tests/privacy/corpus.tsv")).unwrap();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
    let case = |(index, line): (usize, &str)| {
        let [expected, form, text] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("line {}", index + 1) };
        let form = match form {
            "plain" => Form::Plain,
            "markup" => Form::Markup,
            "markdown" => Form::Markdown,
            "json" => Form::Json,
            "calendar" => Form::Calendar,
            other => panic!("line {}: {other}", index + 1),
        };
        Case { line: index + 1, expected: expected.to_owned(), form, text: serde_json::from_str(text).unwrap() }
    };
    lines.map(case).collect()
}

fn worst(text: &str, form: Form, words: &Words) -> &'static str {
    let findings = all(text, form, words);
    findings.iter().map(|finding| finding.rule.code().severity()).min().map_or("none", Severity::word)
}

#[test]
fn every_string_of_the_corpus_is_judged_as_it_is_labelled() {
    let words = Words::new(None);
    let corpus = corpus();
    assert!(corpus.len() >= 400);
    let wrong: Vec<String> = corpus
        .iter()
        .filter_map(|case| {
            let found = worst(&case.text, case.form, &words);
            (found != case.expected)
                .then(|| format!("{}: {} is taken for {found}: {:?}", case.line, case.expected, case.text))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), corpus.len(), wrong.join("\n"));
}

/// A text around a number changes nothing in it: the scanner of stretches misses none.
#[test]
fn every_number_is_found_in_the_middle_of_a_long_page() {
    let words = Words::new(None);
    for case in corpus().iter().filter(|case| case.expected == "error") {
        for around in ["Lorem og æøå 17/22360 & mere. ", "a ", "<p>2018-05-22</p>\n"] {
            let filler = around.repeat(60);
            let text = format!("{filler}\n\n{}\n\n{filler}", case.text);
            assert_eq!(worst(&text, case.form, &words), "error", "line {}", case.line);
        }
    }
}

#[test]
fn what_is_masked_holds_no_number_and_keeps_its_places() {
    let words = Words::new(None);
    for case in corpus().iter().filter(|case| case.expected == "error") {
        let text = masked(&case.text);
        assert_eq!(text.len(), case.text.len(), "line {}", case.line);
        assert_eq!(text.matches('\n').count(), case.text.matches('\n').count(), "line {}", case.line);
        if matches!(case.form, Form::Plain | Form::Markdown) {
            assert_ne!(worst(&text, case.form, &words), "error", "line {}: {text}", case.line);
        }
    }
}

/// What the program says and writes about a folder holds no number, in any format.
#[test]
fn a_folder_of_documents_is_audited_and_no_number_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("ind")).unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join("ind").join(name), text).unwrap();
    write("referat.md", "## Punkt 1: Lukket\n\nAnsøger **120345**-5678, mobil 20 00 00 00\n");
    write("brev-120345-5678.txt", "Klage fra 120345-5679");
    write("gammel.doc", "\u{1}");
    for format in ["human", "json", "github", "sarif"] {
        let arguments = ["check", "--privacy", "ind", "--format", format, "--report", "kontrol.txt"];
        let ran = run(folder.path(), &arguments);
        assert_eq!(ran.code, Some(1), "{}", ran.err);
        let all = ran.out + &ran.err;
        assert!(all.contains("cpr") && all.contains("contact-private") && all.contains("unscannable"), "{all}");
        assert!(!all.contains("120345") && !all.contains("5678") && !all.contains("20 00 00"), "{all}");
    }
    let account = fs::read_to_string(folder.path().join("kontrol.txt")).unwrap();
    assert!(account.contains("| 3 files, no pages were made | 4 | 0 | 1 |"), "{account}");
    assert!(!account.contains("120345") && account.contains("gammel.doc:1:1"), "{account}");
}

/// A link may lead to anything: it isn't followed, and that is told.
#[cfg(unix)]
#[test]
fn a_link_in_a_folder_is_not_passed_over_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("ind")).unwrap();
    fs::write(folder.path().join("brev.txt"), "120345-5678").unwrap();
    std::os::unix::fs::symlink("../brev.txt", folder.path().join("ind/brev.txt")).unwrap();
    let ran = run(folder.path(), &["check", "--privacy", "ind"]);
    assert!(
        ran.code == Some(1) && ran.err.contains("[unscannable]") && ran.err.contains("ind/brev.txt"),
        "{}",
        ran.err
    );
    assert!(!ran.err.contains("[cpr]"), "{}", ran.err);
}

#[test]
fn an_exception_lets_one_finding_through_until_its_day() {
    let archive = |exception: &str| {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("content/udvalget")).unwrap();
        fs::write(folder.path().join("content/site.yaml"), format!("title: A\nprivacy:\n  - {exception}\n")).unwrap();
        let text = "---\ndate: 2024-02-12\n---\n\n## Punkt 1: A\n\n120345-5678\n\n## Punkt 2: B\n";
        fs::write(folder.path().join("content/udvalget/a.md"), text).unwrap();
        folder
    };
    let of = |item: u8, day: &str| {
        format!("{{ rule: cpr, file: content/udvalget/a.md, item: {item}, reason: a, name: b, expires: {day} }}")
    };
    let told = |exception: &str| {
        let folder = archive(exception);
        let ran = run(folder.path(), &["build", "--no-sync", "--report", "kontrol.md"]);
        let account = fs::read_to_string(folder.path().join("kontrol.md")).unwrap();
        assert!(!account.contains("120345") && !ran.err.contains("120345"));
        (ran.code, ran.err, account)
    };
    let (code, text, account) = told(&of(1, "2999-12-31"));
    assert_eq!(code, Some(0), "{text}");
    assert!(account.contains("Allowed by b until 2999-12-31"), "{account}");
    let (code, text, _) = told(&of(2, "2999-12-31"));
    assert!(code == Some(1) && text.contains("[cpr]") && text.contains("[exception-unused]"), "{text}");
    let (code, text, _) = told(&of(1, "2020-01-01"));
    assert!(code == Some(1) && text.contains("[cpr]") && text.contains("[exception-expired]"), "{text}");
    let (code, text, _) = told(&format!("{}\n  - {}", of(1, "2020-01-01"), of(1, "2999-12-31")));
    assert!(code == Some(0) && text.contains("[exception-expired]") && !text.contains("[exception-unused]"), "{text}");
    for (rule, file) in [("cpr", "contents/a.md"), ("cpr", "/"), ("cpr", "2024/no.html"), ("unscannable", "404.html")] {
        let elsewhere = format!("{{ rule: {rule}, file: {file}, reason: a, name: b, expires: 2999-12-31 }}");
        let (code, text, _) = told(&format!("{}\n  - {elsewhere}", of(1, "2999-12-31")));
        assert!(code == Some(0) && text.contains("[exception-unused]"), "{file}: {text}");
    }
    let (code, text, _) = told(&format!(
        "{}\n  - {{ rule: cpr, file: 404.html, reason: a, name: b, expires: 2999-12-31 }}",
        of(1, "2999-12-31")
    ));
    assert!(code == Some(0) && !text.contains("[exception-unused]"), "{text}");
}

/// A number that no source has, such as one that a theme writes, is met on the page.
#[test]
fn a_page_is_looked_at_as_it_is_made() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("content/udvalget")).unwrap();
    fs::create_dir_all(folder.path().join("themes/eget")).unwrap();
    fs::write(folder.path().join("content/site.yaml"), "title: A\ntheme: eget\n").unwrap();
    fs::write(folder.path().join("content/udvalget/a.md"), "---\ndate: 2024-02-12\n---\n\n## A\n").unwrap();
    for text in [
        "<p>Ring til 1203<b>45</b>&ndash;5678</p>\n",
        "<p>0102<b title=\"120345-5678\">03</b>1234</p>\n",
        "<!-- <b>120345</b>-5678 -->\n",
        "<p>5</p><!-- <i class=\"a\">120345</i>-5678 -->\n",
    ] {
        fs::write(folder.path().join("themes/eget/not-found.html"), text).unwrap();
        for command in ["check", "build"] {
            let ran = run(folder.path(), &[command]);
            assert!(ran.code == Some(1) && ran.err.contains("404.html:1:"), "{text}: {}", ran.err);
            assert!(!ran.err.contains("5678") && !folder.path().join("public").exists(), "{}", ran.err);
        }
    }
}

/// What the name of a page looks like doesn't keep the page from being read.
#[test]
fn a_page_with_a_strange_name_is_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("content/udvalget")).unwrap();
    fs::create_dir_all(folder.path().join("themes/eget")).unwrap();
    fs::write(folder.path().join("content/site.yaml"), "title: A\ntheme: eget\n").unwrap();
    let text = "---\ndate: 2024-02-12\nslug: '0102031234'\n---\n\n## A\n";
    fs::write(folder.path().join("content/udvalget/a.md"), text).unwrap();
    fs::write(folder.path().join("themes/eget/meeting.html"), "<p>120345-5678</p>\n").unwrap();
    let ran = run(folder.path(), &["build", "--no-sync"]);
    assert!(ran.code == Some(1) && ran.err.contains("[cpr]") && !ran.err.contains("5678"), "{}", ran.err);
}
