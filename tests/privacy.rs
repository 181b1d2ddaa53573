//! The privacy rules over a labelled corpus of our own.

use crate::program::project;
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
