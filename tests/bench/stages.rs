//! The stages of a build one by one, on the sample archive: `cargo bench`. Whole programs are timed by `run.py`.

#![expect(clippy::unwrap_used, reason = "a benchmark may stop")]

use divan::{Bencher, black_box};
use referat::parse::{self, Drafts, Settings};
use referat::pipeline::{self, Build, Cache, Choices, Content, Input};
use referat::site::{Page, Route};
use referat::source::Source;
use std::path::Path;

fn main() {
    divan::main();
}

fn input() -> Input {
    referat::disk::input(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn build(cache: &mut Cache) -> Build {
    pipeline::build(&input(), cache, &Choices::default()).unwrap()
}

/// The address of the first page of a kind.
fn address(build: &Build, is_kind: impl Fn(&Page) -> bool) -> Route {
    let found = build.site.pages.iter().find(|(_, page)| is_kind(page));
    found.map(|(route, _)| route.clone()).unwrap()
}

fn render(bencher: Bencher<'_, '_>, is_kind: impl Fn(&Page) -> bool) {
    let build = build(&mut Cache::default());
    let route = address(&build, is_kind);
    bencher.bench_local(|| black_box(build.content(&route)));
}

#[divan::bench]
fn parse_a_meeting(bencher: Bencher<'_, '_>) {
    let input = input();
    let path = "content/byraadet/2023/2023-09-12.md";
    let bytes = input.reader.read(path).unwrap();
    let build = build(&mut Cache::default());
    let settings = Settings::new(build.config(), Drafts::default());
    bencher.bench_local(|| black_box(parse::meeting(&Source::decode(path, bytes.clone()), &settings)));
}

#[divan::bench]
fn archive_and_plan(bencher: Bencher<'_, '_>) {
    let mut cache = Cache::default();
    build(&mut cache);
    bencher.bench_local(|| black_box(build(&mut cache)));
}

#[divan::bench]
fn render_a_meeting(bencher: Bencher<'_, '_>) {
    render(bencher, |page| matches!(page, Page::Meeting(_)));
}

#[divan::bench]
fn render_a_case(bencher: Bencher<'_, '_>) {
    render(bencher, |page| matches!(page, Page::Case(_)));
}

#[divan::bench]
fn render_a_year(bencher: Bencher<'_, '_>) {
    render(bencher, |page| matches!(page, Page::Year(_)));
}

#[divan::bench]
fn index_for_the_search(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(|| build(&mut Cache::default())).bench_local_refs(|build| build.prepare());
}

#[divan::bench]
fn render_everything(bencher: Bencher<'_, '_>) {
    let build = build(&mut Cache::default());
    build.prepare();
    bencher.bench_local(|| {
        let length = |route| match build.content(route) {
            Some(Ok(Content::Bytes(bytes))) => bytes.len(),
            _ => 0,
        };
        black_box(build.routes().map(length).sum::<usize>())
    });
}

#[divan::bench]
fn write_everything(bencher: Bencher<'_, '_>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (input, read) = referat::disk::Recorder::record(input());
    let build = pipeline::build(&input, &mut Cache::default(), &Choices::default()).unwrap();
    bencher.with_inputs(|| tempfile::tempdir().unwrap()).bench_local_refs(|folder| {
        let public = folder.path().join("public");
        let written = referat::disk::publish(&build, root, &public, referat::disk::Sync::No, &read, |_| Ok(()));
        assert!(written.is_ok());
    });
}
