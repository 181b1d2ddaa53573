//! What can be taken away: checksums, their verification, and the archive in one file.

use crate::program::{archive, files, run, say};
use std::fs;
use std::path::Path;
use std::process::Command;

const SITE: &str = "tests/sites/closed";

#[test]
fn checksums_are_those_of_every_file() {
    let folder = archive(SITE);
    assert_eq!(run(folder.path(), &["build", "--no-sync"]).code, Some(0));
    let public = folder.path().join("public");
    let sums = fs::read_to_string(public.join("SHA256SUMS")).unwrap();
    let listed: Vec<&str> = sums.lines().map(|line| &line[66..]).collect();
    let there = files(&public).into_keys().filter(|path| path != ".referat" && path != "SHA256SUMS");
    assert_eq!(listed, there.collect::<Vec<_>>());
    match Command::new("sha256sum").args(["--check", "--strict", "SHA256SUMS"]).current_dir(&public).output() {
        Ok(ran) => assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout)),
        Err(_) => say("skipped: sha256sum is not installed"),
    }
}

#[test]
fn verify_names_what_is_missing_changed_and_extra() {
    let folder = archive(SITE);
    assert_eq!(run(folder.path(), &["build", "--no-sync"]).code, Some(0));
    let public = folder.path().join("public");
    let whole = run(folder.path(), &["verify", "public"]);
    assert_eq!((whole.code, whole.out.as_str()), (Some(0), ""), "{}", whole.err);
    fs::remove_file(public.join("robots.txt")).unwrap();
    fs::write(public.join("404.html"), "andet").unwrap();
    fs::create_dir(public.join("ny")).unwrap();
    fs::write(public.join("ny/side.html"), "fremmed").unwrap();
    let ran = run(folder.path(), &["verify", "public"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (Some(1), "missing robots.txt\nchanged 404.html\nextra ny/side.html\n"),
        "{}",
        ran.err
    );
    // The next build mends what is ours and leaves the rest.
    assert_eq!(run(folder.path(), &["build", "--no-sync"]).code, Some(0));
    assert_eq!(run(folder.path(), &["verify", "public"]).out, "extra ny/side.html\n");
    fs::remove_file(public.join("SHA256SUMS")).unwrap();
    assert_eq!(run(folder.path(), &["verify", "public"]).code, Some(2));
    assert_eq!(run(folder.path(), &["build", "--no-sync"]).code, Some(0));
    assert!(public.join("SHA256SUMS").exists(), "a build brings the checksums back when nothing else changed");
}

#[test]
fn checksums_of_strangers_lead_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("other"), "x").unwrap();
    fs::create_dir(folder.path().join("copy")).unwrap();
    for path in ["../other", "/etc/hostname", ""] {
        fs::write(folder.path().join("copy/SHA256SUMS"), format!("{}  {path}\n", "0".repeat(64))).unwrap();
        let ran = run(folder.path(), &["verify", "copy"]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{path}");
        assert!(ran.err.contains("SHA256SUMS:1"), "{}", ran.err);
    }
}

#[test]
fn a_bundle_is_the_published_archive_and_the_same_wherever_it_is_made() {
    let build = |jobs: &str, file: &str| {
        let folder = archive(".");
        let ran = run(folder.path(), &["build", "--no-sync", "--jobs", jobs, "--bundle", file]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(ran.out.contains(file), "{}", ran.out);
        let bytes = fs::read(folder.path().join(file)).unwrap();
        (folder, bytes)
    };
    let (folder, first) = build("1", "arkiv.zip");
    let (_, second) = build("4", "ud/andet.zip");
    assert!(first == second, "two bundles of one archive differ");
    let out = folder.path().join("taget");
    if !unpack(&folder.path().join("arkiv.zip"), &out) {
        return say("skipped: python3 is not installed");
    }
    let mut published = files(&folder.path().join("public"));
    published.remove(".referat");
    assert!(files(&out) == published, "the bundle holds something else than the output");
    assert_eq!(run(folder.path(), &["verify", "taget"]).code, Some(0));
}

/// Unpacks with a program that we did not write.
fn unpack(bundle: &Path, to: &Path) -> bool {
    let ran = Command::new("python3").args(["-m", "zipfile", "-e"]).arg(bundle).arg(to).output();
    ran.is_ok_and(|ran| {
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        true
    })
}

#[test]
fn a_bundle_does_not_stand_in_the_folder_it_holds() {
    let folder = archive("tests/sites/smallest");
    let ran = run(folder.path(), &["build", "--no-sync", "--bundle", "public/arkiv.zip"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("outside public"), "{}", ran.err);
    assert!(!folder.path().join("public/arkiv.zip").exists());
    let ran = run(folder.path(), &["build", "--no-sync", "--report", "./public/new/konto.md"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("outside public") && !folder.path().join("public").exists(), "{}", ran.err);
    assert_eq!(run(folder.path(), &["build", "--bundle", "a.zip", "--dry-run"]).code, Some(2));
    assert_eq!(run(folder.path(), &["build", "--output", "far/away", "--dry-run"]).code, Some(0));
    assert!(!folder.path().join("far").exists(), "a dry run writes nothing");
}

/// What stands where the bundle is written first may be a link that leads anywhere.
#[test]
fn a_bundle_is_written_through_no_link() {
    let folder = archive("tests/sites/smallest");
    let path = folder.path();
    fs::write(path.join("mine.txt"), "mine").unwrap();
    std::os::unix::fs::symlink("mine.txt", path.join(".alt.zip.new")).unwrap();
    assert_eq!(run(path, &["build", "--no-sync", "--bundle", "alt.zip"]).code, Some(0));
    assert_eq!(fs::read_to_string(path.join("mine.txt")).unwrap(), "mine");
    assert!(!path.join("alt.zip").is_symlink() && !path.join(".alt.zip.new").is_symlink());
}
