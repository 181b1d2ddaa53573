//! What the fuzzer has found worth keeping, tried again: the corpus of each target through the target's own function. The
//! README of `tests/fuzz` says how to search for more.

pub(crate) mod stages;

use crate::program::project;
use std::fs;

/// A target and its function.
type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 13] = [
    ("cpr", stages::cpr),
    ("front_matter", stages::front_matter),
    ("http", stages::http),
    ("image", stages::image),
    ("import", stages::import),
    ("markdown", stages::markdown),
    ("meeting", stages::meeting),
    ("office", stages::office),
    ("pdf", stages::pdf),
    ("search", stages::search),
    ("slug", stages::slug),
    ("url", stages::url),
    ("zip", stages::zip),
];

#[test]
fn the_corpus_holds() {
    let mut targets = Vec::new();
    for (name, target) in TARGETS {
        let mut files: Vec<_> = fs::read_dir(project().join("tests/fuzz/corpus").join(name))
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        files.sort();
        assert!(!files.is_empty(), "{name} has a corpus");
        for file in files {
            let bytes = fs::read(&file).unwrap();
            let ran = std::panic::catch_unwind(|| target(&bytes));
            assert!(ran.is_ok(), "{}", file.display());
        }
        targets.push(format!("{name}.rs"));
    }
    let mut written: Vec<_> = fs::read_dir(project().join("tests/fuzz/targets"))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    written.sort();
    assert_eq!(written, targets);
}
