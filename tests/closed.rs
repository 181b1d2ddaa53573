//! Nothing under a closed item gets out: words of five kinds in forty closed items, looked for in everything that is written
//! or said, in fifteen encodings; and what happens when items are closed and opened again. That archives which differ only
//! there build to the same bytes is a property in `properties.rs`.

use crate::program::{files, run};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const ITEMS: usize = 40;
const SITE: &str =
    "title: Tranevig\nbase_url: https://tranevig.example/\noutputs: [search, feeds, calendar, data, oparl, akn]\n";

/// The five kinds of words of an item.
fn canaries(item: usize) -> [String; 5] {
    [
        format!("zqxkanarie{item:03}"),
        format!("Zæxqøjå-{item:03}"),
        format!("99/987{item:03}"),
        format!("zqxfil{item:03}"),
        format!("19{:02}-03-13", 40 + item),
    ]
}

fn open(item: usize) -> String {
    let [word, name, case, file, date] = canaries(item);
    format!(
        "{word} og {name}\n\n{case}\n\n### {name} {word}\n\nDen {date} {word} {name}, jf. [{word}](2024-03-05/{file}.txt).\n\n### Bilag\n\n- [{name}](2024-03-05/{file}.txt)\n"
    )
}

enum Kind {
    Closed,
    Open,
}

fn archive(kind: &Kind) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let year = folder.path().join("content/udvalget/2024");
    fs::create_dir_all(year.join("2024-03-05")).unwrap();
    fs::write(folder.path().join("content/site.yaml"), SITE).unwrap();
    write(folder.path(), kind);
    for item in 1..=ITEMS {
        let [word, _, _, file, _] = canaries(item);
        fs::write(year.join(format!("2024-03-05/{file}.txt")), word).unwrap();
    }
    // A public attachment lies beside the closed ones.
    fs::write(year.join("2024-03-05/budget.txt"), "Budget").unwrap();
    folder
}

fn write(folder: &Path, kind: &Kind) {
    let mut text = "---\ndate: 2024-03-05\nparticipants: [A]\n".to_owned();
    if matches!(kind, Kind::Closed) {
        text.push_str("items:\n");
        text.extend((1..=ITEMS).map(|item| format!("  {item}: {{ closed: true, cases: [{}] }}\n", canaries(item)[2])));
    }
    text.push_str("---\n\nIndledning.\n");
    text.extend((1..=ITEMS).map(|item| format!("\n## Punkt {item}: {}", open(item))));
    text.push_str("\n## Punkt 41: Budget\n\n24/1\n\n[Budget](2024-03-05/budget.txt)\n");
    fs::write(folder.join("content/udvalget/2024/2024-03-05.md"), text).unwrap();
}

/// A word in fifteen encodings.
fn encoded(word: &str) -> Vec<Vec<u8>> {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    use unicode_normalization::UnicodeNormalization;
    let lower = word.to_lowercase();
    let folded = lower.replace('æ', "ae").replace('ø', "oe").replace('å', "aa");
    let latin: Vec<u8> = word.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let entities: String =
        word.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("&#{};", u32::from(c)) }).collect();
    let escapes: String =
        word.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) }).collect();
    let rot13 = |c: char| match c {
        'a'..='m' | 'A'..='M' => char::from_u32(u32::from(c) + 13).unwrap(),
        'n'..='z' | 'N'..='Z' => char::from_u32(u32::from(c) - 13).unwrap(),
        c => c,
    };
    let base64 = |offset: usize| {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let bytes = [&vec![0; offset], word.as_bytes()].concat();
        let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
        let letters: Vec<u8> = bits
            .chunks_exact(6)
            .map(|six| LETTERS[six.iter().fold(0, |value, bit| value << 1 | usize::from(*bit))])
            .collect();
        // What hangs on the bytes before is left out.
        letters[(offset * 8).div_ceil(6)..].to_vec()
    };
    vec![
        word.into(),
        lower.clone().into(),
        word.to_uppercase().into(),
        word.nfd().collect::<String>().into(),
        folded.clone().into(),
        folded.replace(|c: char| !c.is_ascii_alphanumeric(), "-").into(),
        entities.into(),
        escapes.into(),
        utf8_percent_encode(word, NON_ALPHANUMERIC).to_string().into(),
        latin,
        base64(0),
        [base64(1), base64(2)].concat(),
        hex(word.as_bytes()).into(),
        lower.chars().rev().collect::<String>().into(),
        lower.chars().map(rot13).collect::<String>().into(),
        word.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        hex(&Sha256::digest(word))[..16].into(),
    ]
}

/// Everything that is written or said by every command that looks at the archive.
fn everything(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for arguments in [
        &["build", "--no-sync", "--bundle", "alt.zip", "--report", "kontrol.md"][..],
        &["build", "--dry-run", "--output", "andet"],
        &["check"],
        &["check", "--format", "json"],
        &["check", "--format", "github"],
        &["check", "--format", "sarif"],
        &["record"],
    ] {
        let ran = run(folder, arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}\n{}", ran.err);
        all.insert(format!("said by {}", arguments.join(" ")), (ran.out + &ran.err).into_bytes());
    }
    // Whatever stands beside the content: the output, the bundle, the account, caches and what was left behind.
    all.extend(files(folder).into_iter().filter(|(path, _)| !path.starts_with("content/udvalget/")));
    all
}

/// Where a word is found, by the number of its encoding.
fn found(all: &BTreeMap<String, Vec<u8>>, word: &str) -> Vec<(String, usize)> {
    let mut out = Vec::new();
    for (at, encoding) in encoded(word).iter().enumerate().filter(|(_, encoding)| encoding.len() >= 6) {
        for (path, bytes) in all {
            let is_there = memchr::memmem::find(bytes, encoding).is_some()
                || memchr::memmem::find(path.as_bytes(), encoding).is_some();
            out.extend(is_there.then(|| (path.clone(), at)));
        }
    }
    out
}

#[test]
fn no_word_of_forty_closed_items_is_found_in_any_encoding() {
    let folder = archive(&Kind::Closed);
    let all = everything(folder.path());
    assert!(all.keys().any(|path| path.ends_with("budget.txt")), "the public attachment is there");
    let leaks: Vec<_> = (1..=ITEMS).flat_map(canaries).flat_map(|word| found(&all, &word)).collect();
    assert!(leaks.is_empty(), "{:?}", &leaks[..leaks.len().min(20)]);
}

/// The control: the same words in open items are found in every kind of output, or the search above is blind.
#[test]
fn the_same_words_in_open_items_are_found() {
    let folder = archive(&Kind::Open);
    let all = everything(folder.path());
    let paths: Vec<String> =
        (1..=3).flat_map(canaries).flat_map(|word| found(&all, &word)).map(|(path, _)| path).collect();
    for kind in [".html", "zqxfil001.txt", ".json", ".csv", "sager/", "/data/", "akn", "oparl/"] {
        assert!(paths.iter().any(|path| path.contains(kind)), "no word is found in {kind}: {paths:?}");
    }
    let without: Vec<String> =
        (1..=ITEMS).map(|item| canaries(item)[0].clone()).filter(|word| found(&all, word).is_empty()).collect();
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn closing_and_opening_again_leaves_no_trace() {
    let folder = archive(&Kind::Open);
    everything(folder.path());
    let ledger = folder.path().join("content/oparl.ledger");
    write(folder.path(), &Kind::Closed);
    fs::remove_file(&ledger).unwrap();
    let warm = everything(folder.path());
    let clean = archive(&Kind::Closed);
    let fresh = everything(clean.path());
    let published = |all: &BTreeMap<String, Vec<u8>>| -> BTreeMap<String, Vec<u8>> {
        all.iter()
            .filter(|(path, _)| path.starts_with("public/"))
            .map(|(path, bytes)| (path.clone(), bytes.clone()))
            .collect()
    };
    assert_eq!(published(&warm).keys().collect::<Vec<_>>(), published(&fresh).keys().collect::<Vec<_>>());
    assert!(published(&warm) == published(&fresh));
    for word in (1..=ITEMS).flat_map(canaries) {
        assert_eq!(found(&warm, &word), []);
    }
    // And back: nothing of the time when they were closed is left either.
    write(folder.path(), &Kind::Open);
    fs::remove_file(&ledger).unwrap();
    let opened = everything(folder.path());
    let never_closed = everything(archive(&Kind::Open).path());
    assert!(published(&opened) == published(&never_closed));
}
