//! Runs the real program on archives that go away.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The program, in a folder, without what the person who runs the tests has in their environment.
pub(crate) fn referat(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_referat"));
    command.current_dir(folder).args(arguments).env_remove("NO_COLOR");
    command
}

/// Runs it and gives what it said.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Ran {
    said(&mut referat(folder, arguments))
}

/// The same on the 8th of June 2024, whatever day it is.
pub(crate) fn run_on_a_day(folder: &Path, arguments: &[&str]) -> Ran {
    said(referat(folder, arguments).env("SOURCE_DATE_EPOCH", "1717848000"))
}

fn said(command: &mut Command) -> Ran {
    let Output { status, stdout, stderr } = command.output().unwrap();
    Ran { code: status.code(), out: String::from_utf8(stdout).unwrap(), err: String::from_utf8(stderr).unwrap() }
}

/// What a run said.
#[derive(Debug, PartialEq)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The project's own folder.
pub(crate) fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Copies a folder.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A folder with a copy of an archive of the project.
pub(crate) fn archive(path: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&project().join(path).join("content"), &folder.path().join("content"));
    if project().join(path).join("themes").is_dir() && path != "." {
        copy(&project().join(path).join("themes"), &folder.path().join("themes"));
    }
    folder
}

/// Every file below a folder and its bytes, by path.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut open: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                open.push(entry.path());
            } else if kind.is_file() {
                let name = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                out.insert(name, fs::read(entry.path()).unwrap());
            }
        }
    }
    out
}

/// Compares a text with the one kept in a file; `UPDATE=1` keeps the new one.
#[track_caller]
pub(crate) fn compare(path: &str, actual: &str) {
    let file = project().join(path);
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, actual).unwrap();
        return;
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert!(expected == actual, "{path} differs; UPDATE=1 cargo test keeps this instead:\n{actual}");
}

/// Says something to whoever runs the tests.
#[expect(clippy::disallowed_macros, reason = "a test that is skipped says so")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}
