//! Nothing under a closed item gets out: words of five kinds in forty closed items, looked for in everything that is written
//! or said, in eighteen encodings; and what happens when items are closed and opened again, renamed and deleted. That archives
//! which differ only there build to the same bytes is a property in `properties.rs`.

use crate::program::{files, run_on_a_day};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::Path;
use tempfile::TempDir;

const SITE: &str =
    "title: Tranevig\nbase_url: https://tranevig.example/\noutputs: [search, feeds, calendar, data, oparl, akn]\n";
const ITEMS: usize = 40;
const PER_MEETING: usize = 10;
/// Folder and day of each meeting.
const MEETINGS: [(&str, &str); 4] =
    [("udvalget", "2024-03-05"), ("udvalget", "2024-04-09"), ("byraadet", "2024-03-05"), ("byraadet", "2025-01-14")];

/// What only the text of one item has: a word, a name with Danish letters, a case number, a file name and a date. Words have
/// their own letters at the end, where the search's list of words leaves out what they share at the beginning.
fn canaries(item: usize) -> [String; 5] {
    let mut seed = item * 7919 + 17;
    let mut letters = |count: usize| -> String {
        (0..count)
            .map(|_| {
                seed = (seed * 1_103_515_245 + 12345) % (1 << 31);
                char::from(b"bcdfghjklmnpqrstvwxz"[(seed >> 16) % 20])
            })
            .collect()
    };
    [
        format!("zqx{}", letters(7)),
        format!("Zæ{}øå", letters(5)),
        format!("99/987{item:03}"),
        format!("zqxfil{}", letters(6)),
        format!("19{:02}-03-13", 40 + item),
    ]
}

/// How the text of items may be seen.
#[derive(Clone, Copy, PartialEq)]
enum Items {
    Open,
    Closed,
    /// Closed in another way: those that were closed by their title are by the head, and the other way round.
    ClosedOtherwise,
    Deleted,
}

/// What stands under an item.
fn text(item: usize, day: &str) -> String {
    let [word, name, case, file, date] = canaries(item);
    // One digit off, which `check` tells of a number in an open item.
    let slip = case.replace("/987", "/988");
    format!(
        "{case}\n\n### {name} {word}\n\nDen {date} {word} {name}, jf. [{word}]({day}/{file}.txt) og sag {slip}.\n\n| {word} | {name} |\n|--|--|\n| {date} | {case} |\n\nNote[^1].\n\n[^1]: {word}\n\n### Beslutning\n\nGodkendt, {word} {name}.\n\n### Bilag\n\n- [{name}]({day}/{file}.txt)\n- {word}\n"
    )
}

/// What would be an error or a warning under an open item, and an open fence at the end.
fn traps(item: usize, day: &str) -> String {
    let [word, name, _, file, _] = canaries(item);
    format!(
        "\n[x](javascript:{word}) [x]({day}/{word}.pdf) [x](../2024/{word}.md#punkt-1) ![{name}]({day}/{file}.png) [y]({day}/{file}-cpr.txt)\n\n<!-- {word} --> 010190-1234 {word}@gmail.com Fortroligt: {name}\n\n[^1]: {name}\n\n```\n{word}\n"
    )
}

/// The title of an item that is closed, and what the head says of it.
fn closing(item: usize, items: Items) -> (String, String, String) {
    let [word, name, case, ..] = canaries(item);
    let all = format!("closed: true, cases: [{word}, {case}], outcome: {word}");
    let by_title = |title: String| (title, String::new(), format!("cases: [{case}]"));
    match item % 8 + if items == Items::ClosedOtherwise { 1 } else { 0 } {
        0 => by_title(format!("Lukket: {word}")),
        1 => (format!("{word} og {name}"), String::new(), all),
        2 => by_title(format!("{name} {word} (lukket)")),
        3 => (format!("Lukkede {word}"), String::new(), all),
        4 => by_title(format!("**LUKKET SAG:** {word} {name}")),
        5 => (format!("{word} {case}"), "title: Personalesag, reason: Forvaltningslovens § 27".to_owned(), all),
        6 => by_title(format!("{name} - LUKKET PUNKT")),
        7 => (name, "decision: Godkendt.".to_owned(), String::new()),
        _ => by_title("Lukket".to_owned()),
    }
}

/// A meeting file of ten items and a public one, whose file a closed item of the first meeting links to as well.
fn meeting(at: usize, items: Items) -> String {
    let (_, day) = MEETINGS[at];
    let (mut stubs, mut entries, mut body) = (String::new(), String::new(), String::new());
    let numbers = at * PER_MEETING + 1..=(at + 1) * PER_MEETING;
    for item in numbers.filter(|_| items != Items::Deleted) {
        let [word, name, ..] = canaries(item);
        if items == Items::Open {
            body.push_str(&format!("\n## Punkt {item}: {word} og {name}\n\n{}", text(item, day)));
            continue;
        }
        let (title, stub, entry) = closing(item, items);
        body.push_str(&format!("\n## Punkt {item}: {title}\n\n{}{}", text(item, day), traps(item, day)));
        if at == 0 {
            body.push_str("\n[fælles](../../byraadet/2025/2025-01-14/faelles.txt)\n");
        }
        if !stub.is_empty() {
            stubs.push_str(&format!("  {item}: {{ {stub} }}\n"));
        }
        if !entry.is_empty() {
            entries.push_str(&format!("  {item}: {{ {entry} }}\n"));
        }
    }
    let key = |name: &str, list: &str| if list.is_empty() { String::new() } else { format!("{name}:\n{list}") };
    let head = format!("date: {day}\nparticipants: [A]\n{}{}", key("closed_items", &stubs), key("items", &entries));
    let shared = if at == 3 { " [fælles](2025-01-14/faelles.txt)" } else { "" };
    format!(
        "---\n{head}---\n\nIndledning.\n{body}\n## Punkt 99: Budget\n\n24/{}\n\n[Budget]({day}/budget.txt){shared}\n",
        at + 1
    )
}

/// An archive with the text of all items, and a file of each beside those that are public.
fn archive(items: Items) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (at, (organization, day)) in MEETINGS.iter().enumerate() {
        let beside = folder.path().join(format!("content/{organization}/{}/{day}", &day[..4]));
        fs::create_dir_all(&beside).unwrap();
        fs::write(beside.join("budget.txt"), "Budget").unwrap();
        fs::write(beside.join("faelles.txt"), "Budget for begge").unwrap();
        for [word, name, _, file, _] in (at * PER_MEETING + 1..=(at + 1) * PER_MEETING).map(canaries) {
            fs::write(beside.join(format!("{file}.txt")), format!("{word} {name}")).unwrap();
            // What the privacy gate would not let out, did it look.
            fs::write(beside.join(format!("{file}-cpr.txt")), format!("{name} 010190-1234")).unwrap();
        }
    }
    fs::write(folder.path().join("content/site.yaml"), SITE).unwrap();
    write(folder.path(), items);
    folder
}

fn write(folder: &Path, items: Items) {
    for (at, (organization, day)) in MEETINGS.iter().enumerate() {
        fs::write(folder.join(format!("content/{organization}/{}/{day}.md", &day[..4])), meeting(at, items)).unwrap();
    }
}

/// The encodings a word is looked for in, by name. What an encoding leaves as it is stands there once.
fn encoded(word: &str) -> Vec<(&'static str, Vec<u8>)> {
    use percent_encoding::{NON_ALPHANUMERIC, percent_encode, utf8_percent_encode};
    use unicode_normalization::UnicodeNormalization;
    let lower = word.to_lowercase();
    let folded = lower.replace('æ', "ae").replace('ø', "oe").replace('å', "aa");
    let latin: Vec<u8> = word.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let written = |with: &dyn Fn(u32) -> String| -> String {
        word.chars().map(|c| if c.is_ascii() { c.to_string() } else { with(c.into()) }).collect()
    };
    let rot13 = |c: char| match c {
        'a'..='m' => char::from(c as u8 + 13),
        'n'..='z' => char::from(c as u8 - 13),
        c => c,
    };
    let skipped = if lower.is_ascii() { 3 } else { "zæ".len() };
    let id = |kind: &str| hex(&Sha256::digest(format!("{kind} {word}")))[..16].to_owned();
    vec![
        ("raw", word.into()),
        ("lower", lower.clone().into()),
        ("upper", word.to_uppercase().into()),
        ("decomposed", word.nfd().collect::<String>().into()),
        ("folded", folded.clone().into()),
        ("slug", folded.replace(|c: char| !c.is_ascii_alphanumeric(), "-").into()),
        ("tail", lower[skipped..].into()),
        ("entities", written(&|c| format!("&#{c};")).into()),
        ("escapes", written(&|c| format!("\\u{c:04x}")).into()),
        ("percent", utf8_percent_encode(word, NON_ALPHANUMERIC).to_string().into()),
        ("percent of Latin-1", percent_encode(&latin, NON_ALPHANUMERIC).to_string().into()),
        ("Latin-1", latin),
        ("UTF-16", word.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("base64", base64(word, 0)),
        ("base64, shifted", base64(word, 1)),
        ("base64, shifted twice", base64(word, 2)),
        ("hex", hex(word.as_bytes()).into()),
        ("reversed", lower.chars().rev().collect::<String>().into()),
        ("rot13", lower.chars().map(rot13).collect::<String>().into()),
        ("SHA-256", hex(&Sha256::digest(word))[..16].into()),
        ("id of a case", id("Paper").into()),
        ("id of a person", id("Person").into()),
    ]
}

/// The letters of base64 (RFC 4648 § 4) that hang on a word alone when so many bytes stand before it.
fn base64(word: &str, before: usize) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bytes = [&vec![0; before], word.as_bytes()].concat();
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let letter = |six: &[u8]| LETTERS[six.iter().fold(0, |value, bit| value << 1 | usize::from(*bit))];
    bits.chunks_exact(6).skip((before * 8).div_ceil(6)).map(letter).collect()
}

#[test]
fn words_are_encoded_as_they_should() {
    let told: Vec<String> =
        encoded("Zæb-1").iter().map(|(name, bytes)| format!("{name}: {}", bytes.escape_ascii())).collect();
    let expected = "raw: Z\\xc3\\xa6b-1|lower: z\\xc3\\xa6b-1|upper: Z\\xc3\\x86B-1|decomposed: Z\\xc3\\xa6b-1|folded: zaeb-1|slug: zaeb-1|tail: b-1|entities: Z&#230;b-1|escapes: Z\\\\u00e6b-1|percent: Z%C3%A6b%2D1|percent of Latin-1: Z%E6b%2D1|Latin-1: Z\\xe6b-1|UTF-16: Z\\x00\\xe6\\x00b\\x00-\\x001\\x00|base64: WsOmYi0x|base64, shifted: rDpmItM|base64, shifted twice: aw6ZiLT|hex: 5ac3a6622d31|reversed: 1-b\\xc3\\xa6z|rot13: m\\xc3\\xa6o-1";
    assert_eq!(told[..told.len() - 3].join("|"), expected);
    assert!(told[told.len() - 3].starts_with("SHA-256: ") && told[told.len() - 3].len() == 25, "{told:?}");
}

/// What the head says of a closed item beyond its stub, and comments beside it, in heads that can be read and in heads that
/// can't; none of it is quoted for what is wrong there.
#[test]
fn no_diagnostic_quotes_what_a_head_says_of_a_closed_item() {
    const HEADS: &[&str] = &[
        "items: {2: \"Zqx\"}",
        "items: {2: [Zqx]}",
        "items: {2: {Zqx: x}}",
        "items: {2: {[Zqx]: x}, 3: y}",
        "items: {2: {closed: Zqx}}",
        "items: {2: {closed: true, closed: Zqx}}",
        "items: {2: {closed: true, cases: [Zqx]}, 3: x, 4: {}}",
        "items: [{2: Zqx}]",
        "items: {[Zqx]: x}",
        "items: Zqx",
        "\"items\": {2: Zqx, 3: {x: y}}",
        "closed_items: {2: Zqx}",
        "closed_items: [Zqx]",
        "closed_items: {2: {note: Zqx}}",
        "closed_items: {2: {titel: a}} # Zqx",
        "items: # Zqx\n  3: x # Zqx\n  2: {} # Zqx\n# Zqx\n  4: x",
        "plads: a # Punkt 2 er Zqx",
        "items :\n  2: {closed: true, cases: [Zqx}",
        "items:\n  2: {closed: true, cases: [Zqx}\nplace: a",
        "items:\n2: Zqx: x\nZqx: [",
        "\"items\" : {2: {cases: [Zqx}}",
        "'items': {2: {cases: [Zqx}}",
        "? items\n: {2: {cases: [Zqx}}",
        "&a items: {2: {cases: [Zqx}}",
        "place: a: b # Zqx",
        "# Zqx\nplace: a: b",
    ];
    let heads = HEADS.iter().map(|head| format!("---\ndate: 2018-05-22\n{head}\n---\n"));
    let in_brackets = ["items: {2: {cases: [Zqx}}", "\"items\": {2: [Zqx,\nplace: Zqx"];
    let in_brackets = in_brackets.iter().map(|head| format!("---\n{{date: 2018-05-22, {head}\n---\n"));
    let open = ["---\nitems: {2: Zqx", "items: {2: Zqx}\n---\n"].map(|head| format!("{head}\n"));
    for head in heads.chain(in_brackets).chain(open) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("content/a/2018")).unwrap();
        fs::write(folder.path().join("content/site.yaml"), "title: a\n").unwrap();
        let text = format!("{head}\n## Punkt 2: Lukket\n\nZqx\n\n## Punkt 3: Budget\n\n## Punkt 4: Veje\n");
        fs::write(folder.path().join("content/a/2018/a.md"), text).unwrap();
        for format in ["human", "json", "github", "sarif"] {
            let ran = run_on_a_day(folder.path(), &["check", "--format", format]);
            assert!(!(ran.out + &ran.err).contains("Zqx"), "{head}\n{}", run_on_a_day(folder.path(), &["check"]).err);
        }
    }
}

/// Everything that is written or said by the commands that look at the archive.
fn everything(folder: &Path, commands: &[&[&str]]) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for arguments in commands {
        let ran = run_on_a_day(folder, arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}\n{}", ran.err);
        all.insert(format!("said by {}", arguments.join(" ")), (ran.out + &ran.err).into_bytes());
    }
    // Whatever stands beside the content: the output, the bundle, the account, caches and what was left behind.
    all.extend(files(folder).into_iter().filter(|(path, _)| path == "content/oparl.ledger" || !is_content(path)));
    if let Some(bundle) = all.remove("alt.zip") {
        let mut bundle = zip::ZipArchive::new(std::io::Cursor::new(bundle)).unwrap();
        for index in 0..bundle.len() {
            let mut file = bundle.by_index(index).unwrap();
            let (name, mut bytes) = (format!("alt.zip/{}", file.name().unwrap()), Vec::new());
            file.read_to_end(&mut bytes).unwrap();
            all.insert(name, bytes);
        }
    }
    all
}

fn is_content(path: &str) -> bool {
    path.starts_with("content/")
}

const COMMANDS: [&[&str]; 7] = [
    &["record"],
    &["build", "--no-sync", "--bundle", "alt.zip", "--report", "kontrol.md"],
    &["build", "--dry-run", "--output", "andet"],
    &["check", "--report", "kontrol2.md"],
    &["check", "--format", "json"],
    &["check", "--format", "github"],
    &["check", "--format", "sarif"],
];

/// Where words of items are found: the file, the kind of word and the encoding.
fn found(
    all: &BTreeMap<String, Vec<u8>>,
    items: std::ops::RangeInclusive<usize>,
) -> BTreeSet<(&str, usize, &'static str)> {
    let mut patterns: BTreeMap<Vec<u8>, (usize, &'static str)> = BTreeMap::new();
    for (kind, word) in items.flat_map(|item| canaries(item).into_iter().enumerate().collect::<Vec<_>>()) {
        for (encoding, bytes) in encoded(&word).into_iter().filter(|(_, bytes)| bytes.len() >= 6) {
            patterns.entry(bytes).or_insert((kind, encoding));
        }
    }
    let names: Vec<_> = patterns.values().copied().collect();
    let search = aho_corasick::AhoCorasick::new(patterns.keys()).unwrap();
    let mut out = BTreeSet::new();
    for (path, bytes) in all {
        for place in [path.as_bytes(), bytes] {
            out.extend(search.find_overlapping_iter(place).map(|hit| {
                let (kind, encoding) = names[hit.pattern().as_usize()];
                (path.as_str(), kind, encoding)
            }));
        }
    }
    out
}

#[test]
fn no_word_of_forty_closed_items_is_found_in_any_encoding() {
    let folder = archive(Items::Closed);
    let all = everything(folder.path(), &COMMANDS);
    let leaks: Vec<_> = found(&all, 1..=ITEMS).into_iter().take(20).collect();
    assert_eq!(leaks, []);
    // What is public is there: the file that an open item links to, not its namesakes beside other meetings.
    let texts: Vec<&String> = all.keys().filter(|path| path.starts_with("public/") && path.ends_with(".txt")).collect();
    assert_eq!(
        texts,
        [
            "public/byraadet/2024/2024-03-05/budget.txt",
            "public/byraadet/2025/2025-01-14/budget.txt",
            "public/byraadet/2025/2025-01-14/faelles.txt",
            "public/robots.txt",
            "public/udvalget/2024/2024-03-05/budget.txt",
            "public/udvalget/2024/2024-04-09/budget.txt"
        ]
    );
    let said = String::from_utf8_lossy(&all["said by check --report kontrol2.md"]);
    assert!(said.contains("remark[closed-bare]") && !said.contains("warning[") && !said.contains("error["), "{said}");
}

/// The control: the same words in open items are found in every kind of output, or the search above is blind.
#[test]
fn the_same_words_in_open_items_are_found() {
    let folder = archive(Items::Open);
    let all = everything(folder.path(), &COMMANDS);
    let found = found(&all, 1..=PER_MEETING);
    let mut wrong = Vec::new();
    // Pieces of a path, and which of the five kinds of words stand there at least.
    for (place, kinds) in [
        ("public/udvalget/2024/2024-03-05.html", "01234"),
        ("public/udvalget/2024/2024-03-05.akn.xml", "0124"),
        ("public/udvalget/2024/2024-03-05/zqxfil", "013"),
        ("public/sager/1999/index.html", "012"),
        ("public/sager/99-987001.html", "01"),
        ("public/sager/99-987001.xml", "01"),
        ("public/soeg/z.html", "01"),
        ("public/soeg/data/w", "01"),
        ("public/soeg/data/d", "012"),
        ("public/feed.xml", "01"),
        ("public/udvalget/feed.xml", "01"),
        ("public/udvalget/2024/2024-03-05.ics", "01"),
        ("public/data/items.csv", "012"),
        ("public/data/cases.csv", "2"),
        ("public/oparl/agenda-items.json", "01"),
        ("public/oparl/papers.json", "012"),
        ("public/oparl/files.json", "03"),
        ("public/sitemap.xml", "2"),
        ("public/SHA256SUMS", "23"),
        ("public/.referat", "23"),
        ("alt.zip/", "01234"),
        ("content/oparl.ledger", "2"),
        ("kontrol.md", "3"),
        ("said by build --dry-run", "23"),
        ("said by check --report", "2"),
        ("said by check --format json", "2"),
        ("said by check --format github", "2"),
        ("said by check --format sarif", "2"),
    ] {
        let there: BTreeSet<usize> =
            found.iter().filter(|(path, ..)| path.contains(place)).map(|(_, kind, _)| *kind).collect();
        assert!(!there.is_empty() || all.keys().any(|path| path.contains(place)), "there is no {place}");
        let missing: Vec<char> =
            kinds.chars().filter(|kind| !there.contains(&(kind.to_digit(10).unwrap() as usize))).collect();
        if !missing.is_empty() {
            wrong.push(format!("{place}: no word of the kinds {missing:?}, only {there:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for encoding in ["raw", "slug", "tail", "id of a case"] {
        assert!(found.iter().any(|(.., other)| *other == encoding), "nothing is found as {encoding}");
    }
}

/// What is built over an older version is what is built for the first time, and holds nothing of what is closed.
#[test]
fn closing_opening_renaming_and_deleting_leave_no_trace() {
    const BUILD: [&[&str]; 1] = [&["build", "--no-sync"]];
    let published = |all: &BTreeMap<String, Vec<u8>>| -> BTreeMap<String, Vec<u8>> {
        let public = all.iter().filter(|(path, _)| path.starts_with("public/"));
        public.map(|(path, bytes)| (path.clone(), bytes.clone())).collect()
    };
    let clean = |items: Items| published(&everything(archive(items).path(), &BUILD));
    let (open, closed) = (clean(Items::Open), clean(Items::Closed));
    let warm = archive(Items::Open);
    let path = warm.path();
    let step = |what: &str, expected: &BTreeMap<String, Vec<u8>>, may_tell: bool| {
        let all = everything(path, &BUILD);
        let public = published(&all);
        assert_eq!(public.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{what}");
        let other: Vec<&String> = public.keys().filter(|path| public[*path] != expected[*path]).collect();
        assert!(other.is_empty(), "{what}: {other:?} differ from a clean build");
        let found = found(&all, 1..=PER_MEETING);
        assert_eq!(!found.is_empty(), may_tell, "{what}: {found:?}");
    };
    step("open", &open, true);
    write(path, Items::Closed);
    step("open, then closed", &closed, false);
    write(path, Items::Open);
    step("closed, then open", &open, true);
    write(path, Items::ClosedOtherwise);
    step("closed in another way", &clean(Items::ClosedOtherwise), false);
    write(path, Items::Closed);
    let rename = |from: &str, to: &str| {
        for (organization, day) in MEETINGS {
            let folder = path.join(format!("content/{organization}/{}", &day[..4]));
            fs::rename(folder.join(format!("{day}{from}.md")), folder.join(format!("{day}{to}.md"))).unwrap();
        }
    };
    // The name of a meeting file is nothing public, so another one changes nothing.
    rename("", "-referat");
    step("renamed", &closed, false);
    rename("-referat", "");
    write(path, Items::Open);
    step("open again", &open, true);
    write(path, Items::Deleted);
    step("deleted", &clean(Items::Deleted), false);
}
