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

/// Runs the search over a site; gives the exit code and everything printed.
fn search(mode: &str, site: &Path, file: Option<&Path>) -> (Option<i32>, String) {
    let mut node = Command::new("node");
    let ran = node.current_dir(tests()).args(["search.mjs", mode]).arg(site).args(file).output().unwrap();
    (ran.status.code(), String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr))
}

#[test]
fn search_gives_the_right_first_hit_from_disk_and_from_a_server() {
    match &*GROUND {
        Err(why) => skip(why),
        Ok(ground) => {
            let (code, output) = search("pairs", &ground.sites[0], Some(&project().join("tests/search/sample.txt")));
            assert!(code == Some(0), "{output}");
        }
    }
}

#[test]
fn search_writes_dates_as_the_pages_do() {
    match &*GROUND {
        Err(why) => skip(why),
        Ok(ground) => {
            for (site, word) in [("sample", "skole"), ("association", "tables")] {
                let root = ground.sites.iter().find(|root| root.ends_with(format!("{site}/public"))).unwrap();
                let (code, output) = search("dates", root, Some(Path::new(word)));
                assert!(code == Some(0), "{output}");
            }
        }
    }
}

#[test]
fn search_answers_labelled_queries() {
    match &*GROUND {
        Err(why) => skip(why),
        Ok(ground) => {
            let (code, output) = search("quality", &ground.sites[0], Some(&project().join("tests/search/labels.txt")));
            assert!(code == Some(0), "{output}");
        }
    }
}

#[test]
fn search_holds_its_state_in_the_address() {
    match &*GROUND {
        Err(why) => skip(why),
        Ok(ground) => {
            let (code, output) = search("history", &ground.sites[0], None);
            assert!(code == Some(0), "{output}");
        }
    }
}

#[test]
fn search_results_are_accessible() {
    match &*GROUND {
        Err(why) => skip(why),
        Ok(ground) => {
            let (code, output) = search("accessible", &ground.sites[0], None);
            assert!(code == Some(0), "{output}");
        }
    }
}

#[test]
fn search_survives_every_string() {
    match &*GROUND {
        Err(why) => skip(why),
        Ok(ground) => {
            let (code, output) = search("strings", &ground.sites[0], None);
            assert!(code == Some(0), "{output}");
        }
    }
}

/// Builds an archive of one organization, a meeting for every ten items, each a title and a text.
fn archive_of(name: &str, items: &[(String, String)]) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser").join(name);
    let _ = fs::remove_dir_all(&target);
    let folder = target.join("content/udvalg/2024");
    fs::create_dir_all(&folder).unwrap();
    fs::write(target.join("content/site.yaml"), "title: Ord\n").unwrap();
    for (number, items) in (1..).zip(items.chunks(10)) {
        let mut text = format!("---\ndate: 2024-{:02}-{:02}\n---\n", number / 28 + 1, number % 28 + 1);
        for (place, (title, body)) in (1..).zip(items) {
            let _ = write!(text, "\n## Punkt {place}: {title}\n\n{body}\n");
        }
        fs::write(folder.join(format!("{number}.md")), text).unwrap();
    }
    publish(&target, &target)
}

/// The address of an item of [`archive_of`].
fn address_of(item: usize) -> String {
    let number = item / 10 + 1;
    format!("udvalg/2024/2024-{:02}-{:02}.html#punkt-{}", number / 28 + 1, number % 28 + 1, item % 10 + 1)
}

/// Words of many scripts and forms by chance, always the same chance. Every word finds its item; the halves of a compound,
/// which stand alone in one item, find the other where they stand together, and the compound finds what has both.
#[test]
fn search_finds_every_word_and_every_half() {
    if let Err(why) = &*GROUND {
        return skip(why);
    }
    let mut seed = 7_u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    let scripts = [
        "abcdefghijklmnoprstuvyæøå",
        "aeiou",
        "bdfgklmnrst",
        "ABCÆØÅÉÜ",
        "0123456789",
        "αβγςΣ",
        "абвгд",
        "日本語東京",
        "𝒜𝒷𝔠",
        "ñçžłőßœ",
        "ابتث",
        "a\u{30a}o\u{308}",
    ];
    let mut word = |scripts: &[&str], length: usize| -> String {
        let mut out = String::new();
        let letters: Vec<char> = scripts[random(scripts.len())].chars().collect();
        while out.chars().count() < length {
            out.push(letters[random(letters.len())]);
        }
        // A mark can't begin a word.
        out.trim_start_matches(['\u{30a}', '\u{308}']).to_owned()
    };
    let mut items = Vec::new();
    let mut pairs: Vec<(String, String)> = Vec::new();
    for item in 0..90 {
        let words: Vec<String> =
            (0..6).map(|at| word(&scripts, 1 + (item + at) % 9)).filter(|word| !word.is_empty()).collect();
        pairs.extend(words.iter().map(|word| (word.clone(), address_of(item))));
        let (title, body) = words.split_at(2);
        items.push((format!("Emne {}", title.join(" ")), format!("Tekst {}.", body.join(", "))));
    }
    for _ in 0..15 {
        let half = |text: &mut dyn FnMut(&[&str], usize) -> String| {
            format!("{}{}{}", text(&["bdfgklmnrst"], 1), text(&["aeiouæøå"], 1), text(&["bdfgklmnrt"], 3))
        };
        let (first, second) = (half(&mut word), half(&mut word));
        let compound = format!("{first}{second}");
        let linked = format!("{first}s{second}erne");
        let at = items.len();
        items.push((format!("Om {first}"), "Alene.".to_owned()));
        items.push((format!("Om {second}"), "Alene.".to_owned()));
        items.push(("Sammensat".to_owned(), format!("Her er {compound} skrevet.")));
        items.push(("Bøjet".to_owned(), format!("Her er {linked} skrevet.")));
        items.push(("Begge".to_owned(), format!("Både {first} og {second}.")));
        for query in [&first, &second] {
            pairs.extend([2, 3].map(|place| (query.clone(), address_of(at + place))));
        }
        pairs.push((compound.to_uppercase(), address_of(at + 2)));
        pairs.push((format!("{first}e{second}"), address_of(at + 4)));
    }
    let site = archive_of("words", &items);
    let file = site.with_file_name("words.json");
    fs::write(&file, serde_json::to_string(&pairs).unwrap()).unwrap();
    let (code, output) = search("words", &site, Some(&file));
    assert!(code == Some(0), "{output}");
}

#[test]
fn search_shows_hostile_titles_as_text() {
    if let Err(why) = &*GROUND {
        return skip(why);
    }
    let titles = [
        "Fjendtlig </script><script>alert(1)</script>",
        "Fjendtlig \" ' ` \\ ${x} */ --> ]]>",
        "Fjendtlig \u{2028} \u{2029} linje",
        "Fjendtlig \u{200f}\u{5e9}\u{5dc}\u{5d5}\u{5dd} tekst",
        "Fjendtlig <img src=x onerror=alert(1)>",
        "Fjendtlig &lt;b&gt; &amp;amp;",
        "Fjendtlig javascript:alert(1)",
    ];
    let items: Vec<(String, String)> = titles.iter().map(|title| ((*title).to_owned(), "Tekst.".to_owned())).collect();
    let site = archive_of("hostile", &items);
    let data = fs::read_to_string(site.join("soeg/data/d0.js")).unwrap();
    assert!(!data.contains('<'), "no index file holds a sign that could end a script element: {data}");
    // The titles as the minutes mean them: Markdown takes entities and escapes away.
    let shown = [
        titles[0],
        "Fjendtlig \" ' ` \\ ${x} */ --> ]]>",
        titles[2],
        titles[3],
        titles[4],
        "Fjendtlig <b> &amp;",
        titles[6],
    ];
    let file = site.with_file_name("titles.json");
    fs::write(&file, serde_json::to_string(&shown).unwrap()).unwrap();
    let (code, output) = search("hostile", &site, Some(&file));
    assert!(code == Some(0), "{output}");
}

#[test]
fn search_notices_files_of_another_build() {
    if let Err(why) = &*GROUND {
        return skip(why);
    }
    let site = archive_of("stale", &[("Skole".to_owned(), "Tekst.".to_owned())]);
    let (code, output) = search("stale", &site, None);
    assert!(code == Some(0), "{output}");
}

/// What is published is the small form of what is read here. `UPDATE=1` makes it anew.
#[test]
fn search_script_is_made_from_its_source() {
    if let Err(why) = &*GROUND {
        return skip(why);
    }
    let (source, small) = (project().join("src/search/search.js"), project().join("src/search/search.min.js"));
    let mut node = Command::new("node");
    node.current_dir(tests()).arg("node_modules/terser/bin/terser").arg(source);
    let ran = node.args(["--compress", "passes=3,ecma=2022", "--mangle", "--ecma", "2022"]).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let made = String::from_utf8(ran.stdout).unwrap();
    if env::var("UPDATE").is_ok() {
        fs::write(&small, &made).unwrap();
    }
    assert!(fs::read_to_string(&small).unwrap() == made, "run UPDATE=1 cargo test --test browser search_script");
    assert!(made.len() <= 12_000, "the script is {} bytes", made.len());
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
