//! The built pages in Chromium and before the validators. The checks themselves lie in `tests/browser/checks`; here the
//! archives are built, and each check is a test of its own.
//!
//! Without Chromium, Node or Java a test says so and passes; with `CI=true` it fails.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the fences are for the program; a test reads files and the environment, and may stop"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::{env, fs, io::Write as _};

/// What all tests share: the archives, built once, and the packages, installed once.
struct Ground {
    /// The sample archive and each below `tests/sites` but those made to fail.
    sites: Vec<PathBuf>,
    /// An archive with 120 meetings in a year.
    busy: PathBuf,
}

static GROUND: LazyLock<Result<Ground, String>> = LazyLock::new(|| {
    missing()?;
    install()?;
    Ok(build())
});

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn tests() -> PathBuf {
    project().join("tests/browser")
}

/// Names the first program that isn't there.
fn missing() -> Result<(), String> {
    let chromium = env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    for (name, program, argument) in
        [("chromium", chromium.as_str(), "--version"), ("node", "node", "--version"), ("java", "java", "-version")]
    {
        let ran = Command::new(program).arg(argument).output();
        if !ran.is_ok_and(|ran| ran.status.success()) {
            return Err(format!("{name} is not installed"));
        }
    }
    let node = Command::new("node").arg("--version").output().unwrap();
    let node = String::from_utf8_lossy(&node.stdout).trim().to_owned();
    let major: u32 = node.trim_start_matches('v').split('.').next().and_then(|part| part.parse().ok()).unwrap_or(0);
    if major < 20 { Err(format!("node {node} is too old, the checks need 20")) } else { Ok(()) }
}

/// Installs the packages of the checks when they aren't there as the lock file names them.
fn install() -> Result<(), String> {
    let lock = fs::read(tests().join("package-lock.json")).unwrap();
    let stamp = tests().join("node_modules/.installed");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let npm = Command::new("npm").arg("ci").current_dir(tests()).env("PUPPETEER_SKIP_DOWNLOAD", "1").output();
    match npm {
        Ok(npm) if npm.status.success() => {
            fs::write(stamp, lock).unwrap();
            Ok(())
        }
        Ok(npm) => Err(format!("npm can't install the packages: {}", String::from_utf8_lossy(&npm.stderr).trim())),
        Err(_) => Err("npm is not installed".to_owned()),
    }
}

fn build() -> Ground {
    let others = fs::read_dir(project().join("tests/sites")).into_iter().flatten().flatten();
    let mut archives: Vec<(String, PathBuf)> = others
        .filter(|entry| {
            entry.path().join("content").is_dir() && !entry.file_name().to_string_lossy().starts_with("broken")
        })
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
        .collect();
    archives.sort();
    archives.insert(0, ("sample".to_owned(), project().to_owned()));
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
    let _ = fs::remove_dir_all(&target);
    let sites = archives.iter().map(|(name, archive)| publish(archive, &target.join(name))).collect();
    let busy = target.join("busy");
    write_busy_year(&busy);
    Ground { sites, busy: publish(&busy, &busy) }
}

/// Builds an archive into `public` below `target`.
fn publish(archive: &Path, target: &Path) -> PathBuf {
    fs::create_dir_all(target).unwrap();
    let output = target.join("public");
    let mut referat = Command::new(env!("CARGO_BIN_EXE_referat"));
    let built = referat.arg("-C").arg(archive).arg("build").arg("--no-sync").arg("--output").arg(&output).output();
    let built = built.unwrap();
    assert!(built.status.success(), "{}: {}", archive.display(), String::from_utf8_lossy(&built.stderr));
    output
}

/// 120 meetings in one year, in nine organizations, each with an open and a closed item.
fn write_busy_year(archive: &Path) {
    let mut organizations = String::new();
    for number in 0..9 {
        let _ = write!(organizations, "  udvalg-{number}:\n    name: Udvalget for anliggende {number}\n");
    }
    fs::create_dir_all(archive.join("content")).unwrap();
    let site = format!("title: Referater fra en travl kommune\norganizations:\n{organizations}");
    fs::write(archive.join("content/site.yaml"), site).unwrap();
    for number in 0..120 {
        let (month, day) = (number / 10 + 1, number % 10 * 2 + 3);
        let date = format!("2024-{month:02}-{day:02}");
        let folder = archive.join(format!("content/udvalg-{}/2024", number % 9));
        fs::create_dir_all(&folder).unwrap();
        let text = format!(
            "---\ndate: {date}\nstart: \"16:00\"\n---\n\n## Punkt 1: Budget {number}\n\n24/{}\n\n### Beslutning\n\nGodkendt.\n\n## Punkt 2: Lukket\n",
            1000 + number
        );
        fs::write(folder.join(format!("{date}.md")), text).unwrap();
    }
}

/// Says on the terminal, past what the test runner keeps to itself, why nothing was checked.
fn skip(why: &str) {
    assert!(env::var("CI").as_deref() != Ok("true"), "{why}, and CI must run the browser tests");
    let _ = std::io::stderr().write_all(format!("skipped: {why}\n").as_bytes());
}

/// Runs checks over sites; gives the exit code and everything printed.
fn run(checks: &[&str], sites: &[&PathBuf]) -> (Option<i32>, String) {
    let mut node = Command::new("node");
    node.current_dir(tests()).arg("run.mjs").args(checks);
    for site in sites {
        node.arg("--site").arg(site);
    }
    let ran = node.output().unwrap();
    (ran.status.code(), String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr))
}

/// One check over all archives must find nothing.
fn check(name: &str) {
    check_first(name, usize::MAX);
}

/// One check over the first archives, of which the sample is the very first, must find nothing.
fn check_first(name: &str, count: usize) {
    match &*GROUND {
        Err(why) => skip(why),
        Ok(ground) => {
            let (code, output) = run(&[name], &ground.sites.iter().take(count).collect::<Vec<_>>());
            assert!(code == Some(0), "{output}");
        }
    }
}

#[test]
fn axe_finds_nothing_in_any_state() {
    check("axe");
}

#[test]
fn contrast_holds_under_the_pointer_and_after_a_visit() {
    check("contrast");
}

#[test]
fn ibm_equal_access_finds_nothing() {
    check("ibm");
}

#[test]
fn qualweb_act_rules_find_nothing() {
    check("qualweb");
}

#[test]
fn html_of_every_page_is_valid() {
    check("html");
}

#[test]
fn keyboard_reaches_everything_in_order_with_a_visible_mark() {
    check("keyboard");
}

#[test]
fn layout_holds_at_every_size_and_spacing() {
    check("layout");
}

#[test]
fn offline_and_under_a_path_nothing_leaves_the_site() {
    check("offline");
}

#[test]
fn structure_of_every_page_can_be_heard() {
    check("structure");
}

#[test]
fn print_gives_tagged_documents() {
    check("print");
}

#[test]
fn budgets_hold() {
    check("budgets");
}

#[test]
fn budgets_hold_for_a_year_of_120_meetings() {
    match &*GROUND {
        Err(why) => skip(why),
        Ok(ground) => {
            let (code, output) = run(&["budgets"], &[&ground.busy]);
            assert!(code == Some(0), "{output}");
            assert!(output.contains("for 120 meetings"), "{output}");
        }
    }
}

#[test]
fn lighthouse_gives_100() {
    check_first("lighthouse", 1); // the slowest by far
}

/// A check that finds nothing is worth something only when it finds what is there.
#[test]
fn tools_find_planted_faults() {
    if let Err(why) = &*GROUND {
        return skip(why);
    }
    let checks = ["axe", "ibm", "qualweb", "html", "keyboard", "layout", "offline", "structure", "budgets", "contrast"];
    let (code, output) = run(&checks, &[&tests().join("faulty/public")]);
    assert!(code == Some(1), "{output}");
    for check in checks {
        let clean = format!("\n{check}: 0 findings");
        assert!(output.contains(&format!("\n{check}: ")) && !output.contains(&clean), "{check}: {output}");
    }
}
