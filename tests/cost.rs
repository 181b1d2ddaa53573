//! What a build costs in figures that no machine changes: allocations and their bytes on one thread, and calls to the
//! system, for the sample archive. `UPDATE=1` writes the figures; a tenth more than they say fails.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the fences are for the program; a test reads files and the environment, and may stop"
)]

use referat::pipeline::{self, Cache, Choices};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compares figures with the committed ones.
fn hold(figures: &[(&str, usize)]) {
    let path = project().join("tests/cost.txt");
    let text = fs::read_to_string(&path).unwrap_or_default();
    let mut known: BTreeMap<String, usize> = text
        .lines()
        .filter_map(|line| line.rsplit_once(": "))
        .map(|(name, figure)| (name.to_owned(), figure.parse().unwrap()))
        .collect();
    if env::var("UPDATE").is_ok() {
        known.extend(figures.iter().map(|(name, figure)| ((*name).to_owned(), *figure)));
        let text: String = known.iter().map(|(name, figure)| format!("{name}: {figure}\n")).collect();
        fs::write(&path, text).unwrap();
        return;
    }
    for (name, figure) in figures {
        let most = known.get(*name).map_or(0, |known| known + known / 10);
        assert!(
            *figure <= most,
            "{name}: {figure}, at most {most}; if it is worth it, UPDATE=1 cargo test --test cost"
        );
    }
}

#[test]
fn a_build_allocates_no_more_than_it_did() {
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().unwrap();
    let input = referat::disk::input(project()).unwrap();
    // Once before, so that what is made once a program isn't counted.
    let build = || pipeline::build(&input, &mut Cache::default(), &Choices::default()).unwrap();
    drop(build());
    let region = Region::new(ALLOCATOR);
    let built = build();
    let reading = region.change();
    let region = Region::new(ALLOCATOR);
    built.prepare();
    let indexing = region.change();
    let region = Region::new(ALLOCATOR);
    for route in built.routes() {
        assert!(built.content(route).is_some_and(|content| content.is_ok()));
    }
    let rendering = region.change();
    hold(&[
        ("allocations of reading", reading.allocations),
        ("bytes allocated by reading", reading.bytes_allocated),
        ("allocations of indexing", indexing.allocations),
        ("bytes allocated by indexing", indexing.bytes_allocated),
        ("allocations of rendering", rendering.allocations),
        ("bytes allocated by rendering", rendering.bytes_allocated),
    ]);
}

#[test]
fn a_build_calls_the_system_no_more_than_it_did() {
    let has_strace = Command::new("strace").arg("-V").output().is_ok_and(|ran| ran.status.success());
    if !has_strace {
        assert!(env::var("CI").as_deref() != Ok("true"), "strace is not installed, and CI must count calls");
        let _ = std::io::stderr().write_all(b"skipped: strace is not installed\n");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let calls = |output: &str| {
        let log = folder.path().join("calls");
        let ran = Command::new("strace")
            .args(["-f", "-qq", "-e", "trace=%file,%desc", "-o"])
            .arg(&log)
            .arg(env!("CARGO_BIN_EXE_referat"))
            .arg("-C")
            .arg(project())
            .args(["build", "--jobs", "1", "--no-sync", "--output"])
            .arg(folder.path().join(output))
            .output()
            .unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        fs::read_to_string(&log).unwrap().lines().filter(|line| !line.contains("resumed")).count()
    };
    let (cold, unchanged) = (calls("public"), calls("public"));
    hold(&[("calls of a cold build", cold), ("calls of an unchanged build", unchanged)]);
}
