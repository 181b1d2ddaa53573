//! Bombs: files that are small, or cheap to make, and want much time or memory. Each is given to the real program with bounded
//! memory (RLIMIT_AS, by `ulimit -v`) and time, and gets an answer: done, or a diagnostic.
//!
//! The bound on time is for the slowest machine; typical is well below a second in the release profile. That on memory is for
//! address space, of which the allocator and the threads' stacks take more than they use.
#![cfg(target_os = "linux")]

use crate::program::referat;
use flate2::Compression;
use flate2::write::{DeflateEncoder, ZlibEncoder};
use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write};
use std::process::Command;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Kilobytes of address space.
const MEMORY: u32 = 2 * 1024 * 1024;
/// Seconds.
const TIME: u32 = 60;

/// Where a bomb is put.
enum Place {
    Site,
    Head,
    Body,
    Attachment(&'static str),
}
use Place::{Attachment, Body, Head, Site};

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        out.start_file(*name, options).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn document(xml: &str) -> Vec<u8> {
    zipped(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", xml.as_bytes())])
}

/// A PDF file with one stream for a page, and how it is packed.
fn pdf(filter: &str, stream: &[u8]) -> Vec<u8> {
    let head = format!(
        "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n\
         3 0 obj\n<</Type/Page/Parent 2 0 R/Contents 4 0 R>>\nendobj\n4 0 obj\n<</Filter{filter}/Length {}>>\nstream\n",
        stream.len()
    );
    [head.as_bytes(), stream, b"\nendstream\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"].concat()
}

fn png(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in
        [(b"IHDR", &[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 16, 6, 0, 0, 0][..]), (kind, data), (b"IEND", b"")]
    {
        let mut sum = flate2::Crc::new();
        sum.update(&[&kind[..], data].concat());
        out.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        out.extend([&kind[..], data, &sum.sum().to_be_bytes()].concat());
    }
    out
}

/// Nine levels of ten times the level before, as YAML has it.
fn laughs() -> String {
    let mut out = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let before = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(out, "a{level}: &a{level} [{before}]").unwrap();
    }
    out
}

fn entities() -> String {
    let mut out = "<!DOCTYPE a [<!ENTITY e0 \"x\">".to_owned();
    for level in 1..10 {
        write!(out, "<!ENTITY e{level} \"{}\">", format!("&e{};", level - 1).repeat(10)).unwrap();
    }
    out + "]><a>&e9;</a>"
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

/// The bombs: name, place, bytes.
fn bombs() -> Vec<(&'static str, Place, Vec<u8>)> {
    let zeros = vec![b'0'; 12_000_000];
    let nested = {
        let mut inner = zipped(&[("a.txt", &zeros[..5_000_000])]);
        for _ in 0..6 {
            inner = zipped(&[("a.zip", &inner), ("b.zip", &inner), ("c.zip", &inner)]);
        }
        inner
    };
    let many: Vec<String> = (0..12_000).map(|number| format!("{number}.txt")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b"a"[..])).collect();
    let wide = format!("{}\n{}\n{}", "|a".repeat(600), "|-".repeat(600), "|b\n".repeat(600));
    let mut raw = DeflateEncoder::new(Vec::new(), Compression::best());
    raw.write_all(&zeros).unwrap();
    let text = |text: String| text.into_bytes();
    vec![
        ("YAML aliases in a head", Head, text(laughs())),
        ("YAML aliases in site.yaml", Site, text(laughs())),
        ("an alias of itself", Site, text("a: &a [*a, *a]\n".into())),
        ("YAML lists in lists", Site, text(format!("a: {}", "[".repeat(100_000)))),
        ("YAML maps in maps", Head, text(format!("place: {}", "{a: ".repeat(100_000)))),
        ("YAML blocks in blocks", Site, text(lines(1_500, |n| format!("{}a:\n", " ".repeat(n))))),
        ("YAML with many keys", Head, text(lines(30_000, |n| format!("k{n}: a\n")))),
        ("YAML with one key", Site, text("a: b\n".repeat(30_000))),
        ("a long scalar", Head, text(format!("place: \"{}\"\n", "æ".repeat(2_000_000)))),
        ("tags and merges", Site, text("<<: &a !!map {<<: *a}\n? ? ? ? ? !!set {? a}\n".into())),
        ("quotes in quotes", Body, text(format!("{} a", ">".repeat(50_000)))),
        ("lists in lists", Body, text(lines(800, |n| format!("{}- a\n", "  ".repeat(n))))),
        ("stars", Body, text("*a **b ".repeat(30_000))),
        ("stars without words", Body, text("*".repeat(200_000))),
        ("open brackets", Body, text("[".repeat(100_000))),
        ("open links", Body, text("[a](<".repeat(50_000))),
        ("pictures in pictures", Body, text(format!("{}{}", "![".repeat(20_000), "](a.png)".repeat(20_000)))),
        ("backticks of every length", Body, text(lines(1_500, |n| format!("e{}", "`".repeat(n))))),
        ("a long line of words", Body, text("fortroligt ".repeat(100_000))),
        ("a long line of numbers", Body, text("010190-1234 ".repeat(30_000))),
        ("a word of cases", Body, text("17/1,".repeat(200_000))),
        ("a word of cases in a table", Body, text(format!("|a|\n|-|\n|{}|\n", "17/1,".repeat(200_000)))),
        ("sections of many names", Body, text(lines(60_000, |n| format!("### {n}\n\na\n\n")))),
        ("many cases of one item", Body, text(format!("{}\n\na\n", lines(60_000, |n| format!("17/{n} "))))),
        ("many mentions in one item", Body, text(format!("17/1\n\nSe {}\n", lines(60_000, |n| format!("18/{n} "))))),
        ("links to nothing", Body, text(lines(20_000, |n| format!("[a]({n}.pdf)\n\n")))),
        ("a line of signs before a draft", Head, text(format!("place: a: b\n\"{}status", " #".repeat(2_000_000)))),
        ("a line of comments", Head, text(format!("items: {{}} {}", " #".repeat(2_000_000)))),
        ("a long line of cases", Body, text(format!("20/12345\n\n{}", "jf. 20/12346 ".repeat(50_000)))),
        ("a wide table", Body, text(wide)),
        ("footnotes", Body, text(lines(2_000, |n| format!("[^{n}]\n\n[^{n}]: [^{}]\n\n", n + 1)))),
        ("definitions", Body, text(lines(2_000, |n| format!("[{n}]: a.pdf\n\n[{n}]\n\n")))),
        ("tags without end", Body, text("<a ".repeat(50_000))),
        ("comments without end", Body, text("<!-- ".repeat(50_000))),
        ("items", Body, text(lines(20_000, |n| format!("## Punkt {}: a\n\n", n + 2)))),
        ("a number of figures", Body, text("0101701234".repeat(100_000))),
        ("a zip that unpacks to much", Attachment("a.docx"), zipped(&[("word/document.xml", &zeros), ("word/a.xml", &zeros), ("b.xml", &zeros)])),
        ("a zip in zips", Attachment("a.docx"), nested),
        ("a zip of many files", Attachment("a.docx"), zipped(&many)),
        ("XML entities", Attachment("a.docx"), document(&entities())),
        ("XML in XML", Attachment("a.docx"), document(&"<a>".repeat(300_000))),
        ("XML attributes", Attachment("a.docx"), document(&format!("<a {}>", lines(200_000, |n| format!("b{n}='c' "))))),
        ("a PDF stream that unpacks to much", Attachment("a.pdf"), pdf("/FlateDecode", &zlib(&zeros))),
        ("a PDF stream packed twice", Attachment("a.pdf"), pdf("[/FlateDecode/FlateDecode]", &zlib(&zlib(&zeros)))),
        ("PDF lists in lists", Attachment("a.pdf"), pdf("/None", &[b"[".repeat(1_000_000), b"<<".repeat(1_000_000)].concat())),
        ("a PDF tree that is a circle", Attachment("a.pdf"), text("%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[2 0 R 2 0 R 2 0 R]/Parent 2 0 R>>\nendobj\ntrailer\n<</Root 1 0 R/Prev 9>>\n%%EOF\n".into())),
        ("a gzip file called a text", Attachment("a.txt"), [b"\x1f\x8b\x08\0\0\0\0\0\0\x03", &*raw.finish().unwrap()].concat()),
        ("a picture with packed words", Attachment("a.png"), png(b"zTXt", &[b"a\0\0", &*zlib(&zeros)].concat())),
        ("a picture as large as can be", Attachment("a.png"), png(b"IDAT", &zlib(&zeros[..1_000_000]))),
        ("a picture of many segments", Attachment("a.jpg"), [b"\xff\xd8", &*b"\xff\xe1\x00\x08Exif\0\0".repeat(200_000)].concat()),
    ]
}

#[test]
fn each_bomb_gets_an_answer() {
    let bombs = bombs();
    assert!(bombs.len() >= 30);
    let mut wrong = Vec::new();
    for (name, place, bytes) in bombs {
        let folder = tempfile::tempdir().unwrap();
        let path = |path: &str| folder.path().join(path);
        fs::create_dir_all(path("content/a/2018")).unwrap();
        let (mut site, mut head, mut body) = (b"title: a\n".to_vec(), Vec::new(), Vec::new());
        match place {
            Site => site.extend(bytes),
            Head => head = bytes,
            Body => body = bytes,
            Attachment(file) => {
                body = format!("[a]({file})\n").into_bytes();
                fs::write(path("content/a/2018").join(file), bytes).unwrap();
            }
        }
        fs::write(path("content/site.yaml"), site).unwrap();
        let meeting = [b"---\ndate: 2018-05-22\n", &*head, b"\n---\n\n## Punkt 1: a\n\n", &body].concat();
        fs::write(path("content/a/2018/a.md"), meeting).unwrap();
        let plain = referat(folder.path(), &["check"]);
        let mut command = Command::new("timeout");
        command.args([&TIME.to_string(), "sh", "-c", &format!("ulimit -v {MEMORY}; exec \"$0\" check")]);
        let began = std::time::Instant::now();
        let ran =
            command.arg(plain.get_program()).current_dir(folder.path()).env("RAYON_NUM_THREADS", "2").output().unwrap();
        if std::env::var_os("REFERAT_TIMES").is_some() {
            crate::program::say(&format!("{:>6} ms  {:?}  {name}", began.elapsed().as_millis(), ran.status.code()));
        }
        let said = String::from_utf8_lossy(&ran.stderr);
        if !matches!(ran.status.code(), Some(0 | 1)) || said.contains("panicked") {
            wrong.push(format!("{name}: {:?} {}", ran.status, said.chars().take(300).collect::<String>()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A file that is larger than any text may be is not read: 100 MB without a block on the disk.
#[test]
fn files_of_a_hundred_megabytes_are_refused() {
    for file in [
        "content/site.yaml",
        "content/oparl.ledger",
        "content/a/2018/a.md",
        "content/a/2018/b.md",
        "themes/a/style.css",
        "themes/a/case.html",
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("content/a/2018")).unwrap();
        fs::create_dir_all(folder.path().join("themes/a")).unwrap();
        fs::write(folder.path().join("content/site.yaml"), "title: a\ntheme: a\n").unwrap();
        fs::write(folder.path().join("content/a/2018/a.md"), "---\ndate: 2018-05-22\n---\n\n## Punkt 1: a\n").unwrap();
        fs::File::create(folder.path().join(file)).unwrap().set_len(100_000_000).unwrap();
        let ran = crate::program::run(folder.path(), &["check"]);
        assert!(ran.code == Some(1) && ran.err.contains("error[file-too-large]"), "{file}: {ran:?}");
    }
}
