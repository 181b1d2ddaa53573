//! A build that would come to what stands there is not made, and nobody can tell that from what it says and leaves.

use crate::program::{Ran, archive, files, referat, run};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

const RECEIPT: &str = ".public.cache/build";
const MEETING: &str = "content/byraadet/2023/2023-10-10-ekstraordinaert.md";

fn build(folder: &Path, more: &[&str]) -> Ran {
    run(folder, &[&["build", "--no-sync"], more].concat())
}

/// The places and times of files and folders.
fn places(folder: &Path) -> BTreeMap<String, (u64, i64, i64)> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    let place = |entry: walkdir::DirEntry| {
        let metadata = entry.metadata().unwrap();
        (entry.path().display().to_string(), (metadata.ino(), metadata.mtime(), metadata.mtime_nsec()))
    };
    entries.map(place).collect()
}

/// Gives a file another content and leaves its length and its time as they were.
fn forge(path: &Path, from: &str, to: &str) {
    let time = fs::metadata(path).unwrap().modified().unwrap();
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from) && from.len() == to.len());
    fs::write(path, text.replacen(from, to, 1)).unwrap();
    fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

#[test]
fn the_same_build_again_writes_nothing_and_says_the_same() {
    let folder = archive(".");
    let text = "---\ndate: 2023-10-11\n---\n\n## Punkt 1: A\n\nDet er fortroligt.\n";
    fs::write(folder.path().join("content/byraadet/2023/2023-10-11.md"), text).unwrap();
    let first = build(folder.path(), &[]);
    assert_eq!(first.code, Some(0), "{}", first.err);
    assert!(first.err.contains("warning"), "{}", first.err);
    let before = places(&folder.path().join("public"));
    let cache = places(&folder.path().join(".public.cache"));
    let second = build(folder.path(), &[]);
    assert_eq!((second.code, &second.err), (Some(0), &first.err));
    let count = files(&folder.path().join("public")).len() - 2;
    assert_eq!(second.out, format!("public: 0 written, {count} unchanged, 0 removed\n"));
    assert!(places(&folder.path().join("public")) == before);
    assert!(places(&folder.path().join(".public.cache")) == cache, "it was not built again");
}

#[test]
fn whatever_is_another_is_built() {
    type Change = fn(&Path);
    let changes: [(&str, Change); 15] = [
        ("a word", |folder| forge(&folder.join(MEETING), "byrådsmøde", "byrådsmødE")),
        ("a meeting less", |folder| fs::remove_file(folder.join(MEETING)).unwrap()),
        ("a meeting elsewhere", |folder| {
            fs::rename(folder.join(MEETING), folder.join(MEETING.replace("ekstra", "extra"))).unwrap();
        }),
        ("a file beside", |folder| fs::write(folder.join(MEETING.replace(".md", ".txt")), "x").unwrap()),
        ("the settings", |folder| forge(&folder.join("content/site.yaml"), "Tranevig", "Tranevag")),
        ("a theme", |folder| {
            fs::create_dir_all(folder.join("themes/default")).unwrap();
            fs::write(folder.join("themes/default/not-found.html"), "Nothing.").unwrap();
        }),
        ("an attachment", |folder| {
            let path = folder.join("content/byraadet/2025/2025-12-16/moedeplan-2026.txt");
            let time = fs::metadata(&path).unwrap().modified().unwrap();
            let other = fs::read(&path).unwrap().to_ascii_uppercase();
            fs::write(&path, other).unwrap();
            fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
        }),
        ("a page by hand", |folder| forge(&folder.join("public/index.html"), "<title>", "<titlE>")),
        ("a page deleted", |folder| fs::remove_file(folder.join("public/index.html")).unwrap()),
        ("a page that is a link", |folder| {
            fs::rename(folder.join("public/index.html"), folder.join("index.html")).unwrap();
            symlink("../index.html", folder.join("public/index.html")).unwrap();
        }),
        ("a page that is a folder", |folder| {
            fs::remove_file(folder.join("public/404.html")).unwrap();
            fs::create_dir(folder.join("public/404.html")).unwrap();
        }),
        ("checksums by hand", |folder| {
            forge(&folder.join("public/index.html"), "<title>", "<titlE>");
            let sums = fs::read_to_string(folder.join("public/SHA256SUMS")).unwrap();
            let ran =
                std::process::Command::new("sha256sum").arg("index.html").current_dir(folder.join("public")).output();
            let new = String::from_utf8(ran.unwrap().stdout).unwrap();
            let line =
                |line: &str| if line.ends_with("  index.html") { new.trim().to_owned() } else { line.to_owned() };
            let sums: Vec<String> = sums.lines().map(line).collect();
            fs::write(folder.join("public/SHA256SUMS"), sums.join("\n") + "\n").unwrap();
        }),
        ("the marker", |folder| fs::write(folder.join("public/.referat"), "").unwrap()),
        ("no output", |folder| fs::remove_dir_all(folder.join("public")).unwrap()),
        ("a broken build", |folder| fs::create_dir(folder.join(".public.stage")).unwrap()),
    ];
    let folder = archive(".");
    assert_eq!(build(folder.path(), &[]).code, Some(0));
    for (name, change) in changes {
        let (warm, clean) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for to in [&warm, &clean] {
            crate::program::copy(folder.path(), to.path());
            change(to.path());
        }
        fs::remove_dir_all(clean.path().join(".public.cache")).unwrap();
        let (a, b) = (build(warm.path(), &[]), build(clean.path(), &[]));
        let nowhere = |text: String, folder: &Path| text.replace(folder.to_str().unwrap(), "");
        let (a_said, b_said) = (nowhere(a.err, warm.path()), nowhere(b.err, clean.path()));
        assert_eq!((a.code, a.out, a_said), (b.code, b.out, b_said), "{name}");
        assert!(files(&warm.path().join("public")) == files(&clean.path().join("public")), "{name}");
        assert!(!warm.path().join(".public.stage").exists(), "{name}");
    }
}

#[test]
fn another_order_is_another_build() {
    let folder = archive(".");
    let orders: [&[&str]; 4] = [&[], &["--drafts"], &["--base-url", "https://andre.example/"], &["--output", "out"]];
    for order in orders {
        assert_eq!(build(folder.path(), order).code, Some(0));
        let clean = archive(".");
        assert_eq!(build(clean.path(), order).code, Some(0));
        let of = |folder: &Path| files(&folder.join(if order.contains(&"out") { "out" } else { "public" }));
        assert!(of(folder.path()) == of(clean.path()), "{order:?}");
    }
}

#[test]
fn a_damaged_receipt_is_none() {
    let folder = archive(".");
    assert_eq!(build(folder.path(), &[]).code, Some(0));
    let receipt = fs::read(folder.path().join(RECEIPT)).unwrap();
    let said = build(folder.path(), &[]);
    for at in (0..receipt.len()).step_by(receipt.len() / 12) {
        let mut flipped = receipt.clone();
        flipped[at] ^= 1;
        for damaged in [&receipt[..at], &flipped] {
            fs::write(folder.path().join(RECEIPT), damaged).unwrap();
            let ran = build(folder.path(), &[]);
            assert_eq!((ran.code, ran.out, ran.err), (said.code, said.out.clone(), said.err.clone()), "{at}");
            assert!(fs::read(folder.path().join(RECEIPT)).unwrap() == receipt, "{at}");
        }
    }
}

#[test]
fn where_no_receipt_can_be_kept_the_build_is_none_the_worse() {
    let folder = archive(".");
    fs::write(folder.path().join(".public.cache"), "in the way").unwrap();
    for _ in 0..2 {
        let ran = build(folder.path(), &[]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(!ran.err.contains("cache"), "{}", ran.err);
    }
}

#[test]
fn an_exception_ends_on_its_day_though_nothing_changed() {
    let folder = archive(".");
    let settings = folder.path().join("content/site.yaml");
    let text = fs::read_to_string(&settings).unwrap();
    let exception = "\nprivacy:\n  exceptions:\n    - rule: cpr\n      file: content/byraadet/\n      reason: Et eksempel\n      name: Anna Holm\n      expires: 2024-06-30\n";
    fs::write(&settings, text + exception).unwrap();
    let on = |seconds: &str| {
        let out = referat(folder.path(), &["build", "--no-sync"]).env("SOURCE_DATE_EPOCH", seconds).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stderr).unwrap()
    };
    let (before, after) = (on("1719705600"), on("1719878400"));
    assert!(before != after, "{before}");
    assert_eq!(on("1719878400"), after);
    assert_eq!(on("1719705600"), before);
}

#[test]
fn receipts_stay_out_of_version_control_and_of_the_site() {
    let folder = archive(".");
    assert_eq!(build(folder.path(), &[]).code, Some(0));
    assert_eq!(fs::read_to_string(folder.path().join(".public.cache/.gitignore")).unwrap(), "*\n");
    assert!(fs::metadata(folder.path().join(RECEIPT)).unwrap().permissions().mode() & 0o111 == 0);
    assert!(!files(&folder.path().join("public")).keys().any(|path| path.contains("cache")));
}
