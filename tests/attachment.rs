//! What the gate sees inside attachments: one small file of our own for every place where a number can hide, and for every
//! way in which a file can't be read. Numbers are of people born from 2037 on.

use crate::program::run;
use flate2::Compression;
use flate2::write::{DeflateEncoder, ZlibEncoder};
use referat::attachment;
use referat::check::privacy::Words;
use referat::check::privacy::gate;
use std::fs;
use std::io::Write;

const NUMBER: &str = "120345-5678";
const HEXED: &str = "3132303334352D35363738";

/// The rules that a file breaks.
fn judged(name: &str, bytes: &[u8]) -> Vec<&'static str> {
    let found = gate::attachment(&format!("content/udvalget/{name}"), bytes, &Words::new(None));
    let mut rules: Vec<_> = found.iter().map(|found| found.rule().name()).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut out = DeflateEncoder::new(Vec::new(), Compression::best());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut out = ZlibEncoder::new(Vec::new(), Compression::best());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

/// A zip file. `flags` and `method` go into every entry.
fn zip_with(entries: &[(&str, Vec<u8>)], flags: u16) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in entries {
        let (packed, start) = (deflate(bytes), out.len());
        let sizes = [0, packed.len(), bytes.len()].map(|size| u32::try_from(size).unwrap().to_le_bytes()).concat();
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        let head =
            [&20u16.to_le_bytes()[..], &flags.to_le_bytes(), &8u16.to_le_bytes(), &[0; 4], &sizes, &length, &[0; 2]]
                .concat();
        out.extend([b"PK\x03\x04", &head[..], name.as_bytes(), &packed].concat());
        let start = u32::try_from(start).unwrap().to_le_bytes();
        directory.extend([b"PK\x01\x02", &20u16.to_le_bytes()[..], &head, &[0; 10], &start, name.as_bytes()].concat());
    }
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    let places = [directory.len(), out.len()].map(|size| u32::try_from(size).unwrap().to_le_bytes()).concat();
    [&out[..], &directory, b"PK\x05\x06\0\0\0\0", &count, &count, &places, &[0; 2]].concat()
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    zip_with(&entries.iter().map(|(name, bytes)| (*name, bytes.to_vec())).collect::<Vec<_>>(), 0)
}

/// A zip file of the text "a", with what may stand around it: before it, as its name there, after its packed data, after it where
/// its sizes may stand, and as its comment.
fn around(before: &[u8], name: &str, more: &[u8], after: &[u8], comment: &str) -> Vec<u8> {
    let packed = [&deflate(b"a"), more].concat();
    let sizes = [0, packed.len(), 1].map(|size| u32::try_from(size).unwrap().to_le_bytes()).concat();
    let flags = if after.is_empty() { 0 } else { 8u16 };
    let head =
        [&20u16.to_le_bytes()[..], &flags.to_le_bytes(), &8u16.to_le_bytes(), &[0; 4], &sizes, &[5, 0, 0, 0]].concat();
    let file = [before, b"PK\x03\x04", &head[..], name.as_bytes(), &packed, after].concat();
    let [start, length] = [before.len(), comment.len()].map(|size| u32::try_from(size).unwrap().to_le_bytes());
    let directory =
        [b"PK\x01\x02\x14\0", &head[..], &length[..2], &[0; 8], &start, b"a.txt", comment.as_bytes()].concat();
    let places = [directory.len(), file.len()].map(|size| u32::try_from(size).unwrap().to_le_bytes()).concat();
    [&file[..], &directory, b"PK\x05\x06\0\0\0\0\x01\0\x01\0", &places, &[0; 2]].concat()
}

fn office(part: &str, xml: &str) -> Vec<u8> {
    zip(&[("[Content_Types].xml", b"<Types/>"), (part, xml.as_bytes())])
}

/// A PDF of these objects, the first of which has the number 1.
fn pdf(objects: &[&[u8]]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    for (index, object) in objects.iter().enumerate() {
        out.extend(format!("{} 0 obj\n", index + 1).bytes().chain(object.iter().copied()).chain(*b"\nendobj\n"));
    }
    out.extend(b"trailer <</Root 1 0 R>>\nstartxref\n0\n%%EOF\n");
    out
}

fn stream(dict: &str, data: &[u8]) -> Vec<u8> {
    [format!("<</Length {} {dict}>>\nstream\n", data.len()).as_bytes(), data, b"\nendstream"].concat()
}

const CATALOG: &[u8] = b"<</Type/Catalog/Pages 2 0 R>>";
const PAGES: &[u8] = b"<</Type/Pages/Kids[3 0 R]/Count 1>>";
const PAGE: &[u8] = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/XObject<</X 6 0 R>>>>>>";
const FONT: &[u8] = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>";

/// A PDF of one page with this content, and more objects from number 6 on.
fn page(content: &[u8], more: &[&[u8]]) -> Vec<u8> {
    let content = stream("", content);
    pdf(&[&[CATALOG, PAGES, PAGE, &content, FONT][..], more].concat())
}

/// A PDF of one page of A4 with these resources, and objects from number 5 on.
fn page_with(resources: &str, content: &[u8], more: &[&[u8]]) -> Vec<u8> {
    let page = format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<{resources}>>>>");
    pdf(&[&[CATALOG, PAGES, page.as_bytes(), &stream("", content)][..], more].concat())
}

fn with_font(content: &[u8], font: &[u8], more: &[&[u8]]) -> Vec<u8> {
    let content = stream("", content);
    pdf(&[&[CATALOG, PAGES, PAGE, &content, font][..], more].concat())
}

fn exif(directory: u16) -> Vec<u8> {
    let entry = |tag: u16, value: u32| {
        [&tag.to_be_bytes()[..], &4u16.to_be_bytes(), &1u32.to_be_bytes(), &value.to_be_bytes()].concat()
    };
    let places = [&1u16.to_be_bytes()[..], &entry(2, 1), &[0; 4]].concat();
    [b"MM\0\x2a\0\0\0\x08", &1u16.to_be_bytes()[..], &entry(directory, 26), &[0; 4], &places].concat()
}

/// Exif data with one entry that lies behind its directory.
fn exif_text(tag: u16, kind: u16, value: &[u8]) -> Vec<u8> {
    let count = u32::try_from(value.len()).unwrap().to_le_bytes();
    let entry = [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count, &26u32.to_le_bytes()].concat();
    [b"II\x2a\0\x08\0\0\0", &1u16.to_le_bytes()[..], &entry, &[0; 4], value].concat()
}

fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker][..], &length, data].concat()
}

/// The head of a scan, and its packed pixels: one looks like a marker, and they begin again once.
const SCAN: &[u8] = b"\xff\xda\0\x02a\xff\0b\xff\xd0c";

/// A picture of these pieces between its beginning and its end.
fn picture(pieces: &[&[u8]]) -> Vec<u8> {
    [b"\xff\xd8", &pieces.concat()[..], b"\xff\xd9"].concat()
}

fn jpeg(marker: u8, data: &[u8]) -> Vec<u8> {
    picture(&[&segment(marker, data), SCAN])
}

fn chunk(kind: &[u8], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], kind, data, &[0; 4]].concat()
}

fn png(kind: &[u8], data: &[u8]) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n", &chunk(kind, data)[..], &chunk(b"IEND", b"")].concat()
}

/// A block of metadata as ImageMagick keeps it in PNG.
fn raw_profile(kind: &str, data: &[u8]) -> Vec<u8> {
    let digits: String = data.iter().map(|byte| format!("{byte:02x}")).collect();
    let lines: Vec<&str> = (0..digits.len()).step_by(72).map(|at| &digits[at..digits.len().min(at + 72)]).collect();
    let text = format!("\n{kind}\n{:8}\n{}\n", data.len(), lines.join("\n"));
    png(b"zTXt", &[format!("Raw profile type {kind}\0\0").as_bytes(), &zlib(text.as_bytes())].concat())
}

const WORD: &str = "word/document.xml";

fn body(text: &str) -> String {
    format!("<w:document><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>")
}

fn text_map(pairs: &str) -> Vec<u8> {
    stream("", format!("begincmap 1 begincodespacerange <00> <FF> endcodespacerange {pairs} endcmap").as_bytes())
}

type File = (&'static str, &'static str, Vec<u8>);

fn utf16(text: &str) -> Vec<u8> {
    [vec![0xfe, 0xff], text.encode_utf16().flat_map(u16::to_be_bytes).collect()].concat()
}

fn little(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Every place in PDF: a name, the rule, the file.
fn pdfs() -> Vec<File> {
    let show = |text: &str| format!("BT /F 12 Tf 50 700 Td {text} ET").into_bytes();
    let shown = show(&format!("({NUMBER}) Tj"));
    let nothing = show("(Referat) Tj");
    let string = |dict: &str| page(&nothing, &[dict.as_bytes()]);
    let mut split = Vec::new();
    for (at, digit) in NUMBER.chars().enumerate() {
        split.extend(format!("BT /F 12 Tf 1 0 0 1 {} 700 Tm ({digit}) Tj ET ", 50 + 6 * at).bytes());
    }
    let one_by_one: String = NUMBER.chars().map(|digit| format!("({digit}) Tj 6 0 Td ")).collect();
    let wide: String = NUMBER.chars().map(|digit| format!("{:04X}", u32::from(digit))).collect();
    let named = "<</Type/Font/Subtype/Type1/BaseFont/ABCDEF+A/Encoding<</Differences[1/one/two/zero/three/four/five/hyphen/six/seven/eight]>>>>";
    let pairs = "10 beginbfchar <01><0031> <02><0032> <03><0030> <04><0033> <05><0034> <06><0035> <07><002D> <08><0036> <09><0037> <0A><0038> endbfchar";
    let coded = show("<0102030405060706080809> Tj");
    let coded_by_name = show("<01020304050607060809 0A> Tj");
    let packed =
        |data: &[u8], filter: &str| pdf(&[CATALOG, PAGES, PAGE, &stream(&format!("/Filter{filter}"), data), FONT]);
    let mut lzw_free = b"<</Type/ObjStm/N 1/First 4".to_vec();
    let inner = zlib(format!("9 0 <</Type/Annot/Contents({NUMBER})>>").as_bytes());
    lzw_free.extend(format!("/Filter/FlateDecode/Length {}>>\nstream\n", inner.len()).into_bytes());
    lzw_free.extend([&inner[..], b"\nendstream"].concat());
    let attached = |name: &str, data: &[u8]| {
        let file = stream("/Type/EmbeddedFile/Filter/FlateDecode", &zlib(data));
        page(&nothing, &[b"null", &file, format!("<</Type/Filespec/F({name})/EF<</F 7 0 R>>>>").as_bytes()])
    };
    let mut revised = page(&shown, &[]);
    revised.extend(
        [b"4 0 obj\n", &stream("", &nothing)[..], b"\nendobj\ntrailer <</Root 1 0 R/Prev 0>>\n%%EOF\n"].concat(),
    );
    let mut page_gone = page(&shown, &[]);
    page_gone.extend(
        [
            b"3 0 obj\n<</Type/Page/Parent 2 0 R/Contents 8 0 R>>\nendobj\n8 0 obj\n",
            &stream("", &nothing)[..],
            b"\nendobj\n%%EOF\n",
        ]
        .concat(),
    );
    let form = stream("/Type/XObject/Subtype/Form/Resources<</Font<</F 5 0 R>>>>", &shown);
    let image = |side: usize| {
        stream(&format!("/Type/XObject/Subtype/Image/Width {side}/Height {side}/Filter/DCTDecode"), b"\xff\xd8\xff\xd9")
    };
    let scan = |width: usize, height: usize| {
        stream(&format!("/Type/XObject/Subtype/Image/Width {width}/Height {height}/Filter/CCITTFaxDecode"), b"a")
    };
    let strip = scan(1700, 220);
    let strips: Vec<&[u8]> = [&[FONT][..], &[&strip[..]; 10]].concat();
    let names: String = (0..10).map(|index| format!("/X{index} {} 0 R", 6 + index)).collect();
    let shown_strips: String =
        (0..10).map(|index| format!("q 595 0 0 84 0 {} cm /X{index} Do Q ", 84 * index)).collect();
    let pictured = |picture: &[u8], content: &str| {
        page_with("/Font<</F 5 0 R>>/XObject<</X 6 0 R>>", content.as_bytes(), &[FONT, picture])
    };
    let whole_page = "q 595 0 0 842 0 0 cm /X Do Q";
    let line = |text: &str| format!("BT /F 12 Tf 50 700 Td ({text}) Tj ET");
    let minutes = "Byraadet godkendte budgettet for det kommende aar. ".repeat(6);
    // Two fonts: of one the letters are known, of the other nobody can tell.
    let riddle = b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[7 0 R]>>";
    let drawn =
        b"<</Type/Font/Subtype/Type3/Encoding<</Differences[97/g1/g2/g3/g4/g5/g6/g7/g8/g9/g10/g11]>>/CharProcs<<>>>>";
    let two_fonts = |font: &[u8], content: &str| {
        page_with(
            "/Font<</F 5 0 R/G 6 0 R>>",
            content.as_bytes(),
            &[
                FONT,
                font,
                b"<</Type/Font/Subtype/CIDFontType2>>",
                &text_map("1 beginbfrange <01><20><E001> endbfrange"),
            ],
        )
    };
    let measured = b"<</Type/Font/Subtype/TrueType/BaseFont/Calibri/FirstChar 32/Widths[226 0 0 0 0 0 0 0 0 0 0 0 0 306 252 386 507 507 507 507 507 507 507 507 507 507]/Encoding/WinAnsiEncoding>>";
    let letter = "0 0 m 10 10 20 20 30 10 c 10 10 l 20 5 l 5 7 l f ";
    let table = "0 0 m 0 700 l S 10 10 500 20 re S ".repeat(200);
    let mut form_gone = page(b"/X Do", &[&form]);
    form_gone
        .extend([b"6 0 obj\n", &stream("/Type/XObject/Subtype/Form", &nothing)[..], b"\nendobj\n%%EOF\n"].concat());
    let parameters = "/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 1048576/Colors 32/BitsPerComponent 16>>";
    let row = stream(parameters, &zlib(&[b"\x02", &shown[..]].concat()));
    let long_rows = pdf(&[&[CATALOG, PAGES, PAGE, &row, FONT][..], &[&row[..]; 30]].concat());
    let again = format!("<</Type/Page/Parent 2 0 R/Contents[{}]>>", "4 0 R ".repeat(1000));
    let again = pdf(&[CATALOG, PAGES, again.as_bytes(), &stream("", &vec![b' '; 200_000])]);
    let pattern = stream("/PatternType 1/Resources<</XObject<</X 6 0 R>>>>", whole_page.as_bytes());
    let widefont = "<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/ToUnicode 6 0 R>>";
    let map = text_map("1 beginbfrange <0020><007E><0020> endbfrange");
    vec![
        ("pdf: text", "cpr", page(&shown, &[])),
        ("pdf: text in hexadecimal", "cpr", page(&show(&format!("<{HEXED}> Tj")), &[])),
        ("pdf: text with octal escapes", "cpr", page(&show("(\\061\\062\\060345\\0555678) Tj"), &[])),
        ("pdf: text in pieces", "cpr", page(&show("[(120) -20 (345) 15 (-56) -3 (78)] TJ"), &[])),
        ("pdf: letters one by one", "cpr", page(&show(&one_by_one), &[])),
        ("pdf: letters placed one by one", "cpr", page(&split, &[])),
        ("pdf: over two lines", "cpr", page(&show("(120345-) Tj 0 -14 Td (5678) Tj"), &[])),
        ("pdf: next line by its operator", "cpr", page(&show("(120345-) Tj (5678) '"), &[])),
        ("pdf: font with differences", "cpr", with_font(&coded_by_name, named.as_bytes(), &[])),
        (
            "pdf: font with a table",
            "cpr",
            with_font(
                &coded_by_name,
                b"<</Type/Font/Subtype/TrueType/BaseFont/ABCDEF+A/ToUnicode 6 0 R>>",
                &[&text_map(pairs)],
            ),
        ),
        ("pdf: font of two bytes", "cpr", with_font(&show(&format!("<{wide}> Tj")), widefont.as_bytes(), &[&map])),
        ("pdf: packed by Flate", "cpr", packed(&zlib(&shown), "/FlateDecode")),
        (
            "pdf: packed in hexadecimal",
            "cpr",
            packed(shown.iter().map(|byte| format!("{byte:02x}")).collect::<String>().as_bytes(), "/ASCIIHexDecode"),
        ),
        (
            "pdf: packed by runs",
            "cpr",
            packed(&[&[u8::try_from(shown.len() - 1).unwrap()], &shown[..], &[128]].concat(), "/RunLengthDecode"),
        ),
        (
            "pdf: packed twice",
            "cpr",
            packed(
                &zlib(shown.iter().map(|byte| format!("{byte:02x}")).collect::<String>().as_bytes()),
                "[/FlateDecode/ASCIIHexDecode]",
            ),
        ),
        ("pdf: form on the page", "cpr", page(b"/X Do", &[&form])),
        ("pdf: form on no page", "cpr", page(&nothing, &[b"null", &form])),
        ("pdf: annotation", "cpr", string(&format!("<</Type/Annot/Subtype/Text/Contents({NUMBER})>>"))),
        (
            "pdf: annotation in UTF-16",
            "cpr",
            page(&nothing, &[&[b"<</Type/Annot/Contents(", &utf16(NUMBER)[..], b")>>"].concat()]),
        ),
        ("pdf: form field", "cpr", string(&format!("<</FT/Tx/T(cpr)/V({NUMBER})>>"))),
        ("pdf: properties", "cpr", string(&format!("<</Title(Klage fra {NUMBER})/Author(N)>>"))),
        ("pdf: bookmark", "cpr", string(&format!("<</Title(Bilag {NUMBER})/Parent 1 0 R>>"))),
        ("pdf: address of a link", "cpr", string(&format!("<</S/URI/URI(https://a.example/?cpr={NUMBER})>>"))),
        ("pdf: text read aloud", "cpr", page(&show(&format!("/Span <</ActualText({NUMBER})>> BDC (x) Tj EMC")), &[])),
        (
            "pdf: metadata",
            "cpr",
            page(
                &nothing,
                &[
                    b"null",
                    &stream(
                        "/Type/Metadata/Subtype/XML",
                        format!("<x:xmpmeta><dc:title>{NUMBER}</dc:title></x:xmpmeta>").as_bytes(),
                    ),
                ],
            ),
        ),
        ("pdf: script", "cpr", page(&nothing, &[b"null", &stream("", format!("this.cpr = '{NUMBER}'").as_bytes())])),
        ("pdf: object in a stream", "cpr", page(&nothing, &[b"null", &lzw_free])),
        ("pdf: attached text", "cpr", attached("note.txt", NUMBER.as_bytes())),
        ("pdf: attached document", "cpr", attached("note.docx", &office(WORD, &body(NUMBER)))),
        ("pdf: attached PDF", "cpr", attached("note.pdf", &page(&shown, &[]))),
        ("pdf: name of an attached file", "cpr", attached("klage 120345-5678.txt", b"a")),
        ("pdf: content of an earlier revision", "cpr", revised),
        ("pdf: page of an earlier revision", "cpr", page_gone),
        (
            "pdf: without a table of objects",
            "cpr",
            page(&shown, &[])
                .split(|byte| *byte == b't')
                .next()
                .map(<[u8]>::to_vec)
                .map(|head| [head, page(&shown, &[])].concat())
                .unwrap(),
        ),
        ("pdf: a number that is none", "", page(&show("(Sag 17/22360, tlf. 99 99 99 99) Tj"), &[])),
        ("pdf: with a small picture", "", page(&show("(Godkendt i byraadet) Tj /X Do"), &[&image(100)])),
        ("pdf: encrypted", "unscannable", [&pdf(&[CATALOG, PAGES])[..], b"trailer <</Encrypt 9 0 R>>"].concat()),
        ("pdf: scanned", "unscannable", page(b"/X Do", &[&image(1000)])),
        ("pdf: scanned, with a stamp", "unscannable", page(&show("(Side 1 af 2) Tj ET /X Do BT"), &[&image(1000)])),
        ("pdf: a picture in the content", "unscannable", page(b"BI /W 9 /H 9 ID abc EI", &[])),
        (
            "pdf: letters nobody can tell",
            "unscannable",
            with_font(&coded, b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H>>", &[]),
        ),
        (
            "pdf: numbered letters",
            "unscannable",
            with_font(
                &coded,
                b"<</Type/Font/Subtype/Type1/BaseFont/A/Encoding<</Differences[1/g1/g2/g3/g4/g5/g6/g7/g8/g9]>>>>",
                &[],
            ),
        ),
        (
            "pdf: a line of letters nobody can tell",
            "unscannable",
            two_fonts(riddle, &format!("{} BT /G 12 Tf <0014001800130015001700 1a> Tj ET", line(&minutes))),
        ),
        (
            "pdf: half a number nobody can tell",
            "unscannable",
            two_fonts(riddle, "BT /F 12 Tf (Klage fra borger 120345-) Tj /G 12 Tf <00140018> Tj <00130015> Tj ET"),
        ),
        (
            "pdf: marks of a list nobody can tell",
            "",
            two_fonts(
                riddle,
                &"BT /G 12 Tf <0078> Tj 12 0 Td /F 12 Tf (Godkendt 12.03.2024, 14 stemmer) Tj -12 -14 Td ET "
                    .repeat(20),
            ),
        ),
        (
            "pdf: ticks of a table nobody can tell",
            "",
            two_fonts(riddle, &format!("{} BT /G 12 Tf {} ET", line(&minutes), "<0078> Tj 60 0 Td ".repeat(9))),
        ),
        (
            "pdf: drawn letters without names",
            "unscannable",
            two_fonts(drawn, &format!("{} BT /G 12 Tf (abcdefghijk) Tj ET", line(&minutes))),
        ),
        (
            "pdf: signs that only the font has",
            "unscannable",
            two_fonts(
                b"<</Type/Font/Subtype/TrueType/BaseFont/ABCDEF+A/ToUnicode 8 0 R>>",
                &format!("{} BT /G 12 Tf <01020304050607060708> Tj ET", line(&minutes)),
            ),
        ),
        (
            "pdf: scanned in strips, with a stamp",
            "unscannable",
            page_with(
                &format!("/Font<</F 5 0 R>>/XObject<<{names}>>"),
                format!("{shown_strips}{}", line("Side 1")).as_bytes(),
                &strips,
            ),
        ),
        (
            "pdf: scanned coarsely, with a stamp",
            "unscannable",
            pictured(&scan(600, 800), &format!("{whole_page} {}", line("1"))),
        ),
        ("pdf: shown small, with a stamp", "unscannable", pictured(&scan(600, 800), &format!("/X Do {}", line("1")))),
        (
            "pdf: scanned, signed and filed",
            "unscannable",
            pictured(
                &scan(1700, 2200),
                &format!(
                    "{whole_page} {}",
                    line(
                        "Penneo dokumentnoegle: 2ZBQK-8C5LE-DX6OO-EJ1SA-XQ3B7-K2WWE - Sag 17/22360, bilag 3, side 1 af 12"
                    )
                ),
            ),
        ),
        (
            "pdf: a picture in the content, with a stamp",
            "unscannable",
            page(
                format!("q 595 0 0 842 0 0 cm BI /W 800 /H 900 /BPC 1 ID abc EI Q {}", line("Side 1")).as_bytes(),
                &[],
            ),
        ),
        (
            "pdf: a picture as a pattern",
            "unscannable",
            page_with(
                "/Font<</F 5 0 R>>/Pattern<</P 7 0 R>>",
                format!("/Pattern cs /P scn 0 0 595 842 re f {}", line("Side 1")).as_bytes(),
                &[FONT, &scan(1700, 2200), &pattern],
            ),
        ),
        (
            "pdf: a photo beside text",
            "",
            pictured(&scan(3000, 2000), &format!("q 400 0 0 300 0 0 cm /X Do Q {}", line(&minutes))),
        ),
        ("pdf: a picture behind text", "", pictured(&scan(3000, 2000), &format!("{whole_page} {}", line(&minutes)))),
        (
            "pdf: an emblem above a title",
            "",
            pictured(
                &scan(400, 400),
                &format!("q 80 0 0 80 0 0 cm /X Do Q {}", line("Referat af moedet 12. marts 2024")),
            ),
        ),
        ("pdf: a page coloured by one pixel", "", pictured(&scan(1, 1), &format!("{whole_page} {}", line("Bilag 3")))),
        ("pdf: letters as paths", "unscannable", page(letter.repeat(40).as_bytes(), &[])),
        (
            "pdf: letters as paths, with a stamp",
            "unscannable",
            page(format!("{} {}", letter.repeat(400), line("Side 1 af 2")).as_bytes(), &[]),
        ),
        (
            "pdf: a drawn emblem above a title",
            "",
            page(format!("{} {}", letter.repeat(300), line("Referat af moedet 12. marts 2024")).as_bytes(), &[]),
        ),
        ("pdf: a drawing beside text", "", page(format!("{} {}", letter.repeat(4000), line(&minutes)).as_bytes(), &[])),
        ("pdf: lines of a table", "", page(format!("{table} {}", line("Bilag 3")).as_bytes(), &[])),
        ("pdf: a blank page", "", page(b"", &[])),
        ("pdf: a page of lines to write on", "", page(table.as_bytes(), &[])),
        ("pdf: a move inside a date", "cpr", page(&show("(12) Tj 12 0 Td (0345-5678) Tj"), &[])),
        ("pdf: a move to a place on the page", "cpr", page(&show("(12) Tj 1 0 0 1 63.3 700 Tm (0345-5678) Tj"), &[])),
        (
            "pdf: moves in a font of its own measure",
            "cpr",
            with_font(
                &show("(120) Tj 1 0 0 1 68.3 700 Tm (345-) Tj 21.9 0 Td (56) Tj 12.2 0 Td (78) Tj"),
                measured,
                &[],
            ),
        ),
        (
            "pdf: moves by a matrix",
            "cpr",
            page(b"q .1 0 0 .1 0 0 cm BT /F 120 Tf 500 7000 Td (120) Tj 200 0 Td (345-5678) Tj ET Q", &[]),
        ),
        ("pdf: moves upwards", "cpr", page(b"BT /F 12 Tf 0 1 -1 0 50 700 Tm (120) Tj 20 0 Td (345-5678) Tj ET", &[])),
        (
            "pdf: columns of figures",
            "",
            page(&show("(12) Tj 40 0 Td (0345) Tj 40 0 Td (5679) Tj -80 -14 Td (1203) Tj 40 0 Td (455679) Tj"), &[]),
        ),
        ("pdf: form of an earlier revision", "cpr", form_gone),
        ("pdf: cut off", "unscannable", page(&shown, &[])[..260].to_vec()),
        ("pdf: nothing in it", "unscannable", b"%PDF-1.7\n%%EOF\n".to_vec()),
        ("pdf: by its name alone", "unscannable", b"a".to_vec()),
        ("pdf: a bomb", "unscannable", packed(&zlib(&vec![b' '; 60 * 1024 * 1024]), "/FlateDecode")),
        (
            "pdf: a bomb in a bomb",
            "unscannable",
            packed(&zlib(&zlib(&vec![b' '; 60 * 1024 * 1024])), "[/FlateDecode/FlateDecode]"),
        ),
        ("pdf: rows longer than the file", "cpr", long_rows),
        ("pdf: one content a thousand times", "unscannable", again),
        ("pdf: attached program", "unscannable", attached("a.exe", b"MZ\x90\0")),
    ]
}

/// A number that is split by something an editor puts between two letters, which doesn't show.
fn split() -> Vec<File> {
    let mut files: Vec<File> = Vec::new();
    // Of ECMA-376 part 1: properties of runs (17.3.2), marks of places (17.13), symbols and notes (17.3.3, 17.11).
    for between in [
        "</w:t></w:r><w:r><w:rPr><w:spacing w:val=\"2\"/></w:rPr><w:t>",
        "</w:t></w:r><w:r><w:rPr><w:strike/></w:rPr><w:t>",
        "</w:t></w:r><w:r><w:rPr><w:caps/><w:smallCaps/><w:kern w:val=\"2\"/></w:rPr><w:t>",
        "</w:t></w:r><w:r><w:rPr><w:shd w:val=\"clear\"/><w:bdr w:val=\"single\"/></w:rPr><w:t>",
        "</w:t></w:r><w:r><w:rPr><w:vanish/><w:webHidden/></w:rPr><w:t>",
        "</w:t></w:r><w:r><w:rPr><w:position w:val=\"2\"/><w:em w:val=\"dot\"/><w:rtl/></w:rPr><w:t>",
        "</w:t></w:r><w:r><w:rPr><w:effect w:val=\"none\"/><w:snapToGrid/><w:w w:val=\"90\"/></w:rPr><w:t>",
        "</w:t></w:r><w:r><w:rPr><w14:ligatures w14:val=\"all\"/></w:rPr><w:t>",
        "</w:t></w:r><w:permStart w:id=\"1\"/><w:r><w:t>",
        "</w:t></w:r><w:r><w:footnoteReference w:id=\"2\"/></w:r><w:r><w:t>",
        "</w:t></w:r><w:r><w:commentReference w:id=\"2\"/></w:r><w:r><w:t>",
        "</w:t></w:r><w:r><w:sym w:char=\"F0E0\"/></w:r><w:r><w:t>",
        "</w:t></w:r>\n  <w:r>\n    <w:rPr>\n      <w:b/>\n    </w:rPr>\n    <w:t>",
        "</w:t><w:softHyphen/><w:t>",
        "<!-- a -->",
        "</w:t></w:r><w:r><w:drawing><wp:anchor><wp:posOffset>77</wp:posOffset></wp:anchor></w:drawing></w:r><w:r><w:t>",
        "</w:t></w:r><w:r><w:pict><v:textbox><w:txbxContent><w:p><w:r><w:t>77</w:t></w:r></w:p></w:txbxContent></v:textbox></w:pict></w:r><w:r><w:t>",
        "</w:t></w:r><w:r><w:instrText> PAGE 7 </w:instrText></w:r><w:r><w:t>",
        "</w:t></w:r><w:del w:id=\"1\"><w:r><w:delText>77</w:delText></w:r></w:del><w:r><w:t>",
        "</w:t></w:r><w:ins w:id=\"1\"><w:r><w:t>xx</w:t></w:r></w:ins><w:r><w:t>",
        "</w:t></w:r><w:ins w:id=\"1\"><w:r><w:t>xx</w:t></w:r></w:ins><w:del w:id=\"1\"><w:r><w:delText>45-5</w:delText></w:r></w:del><w:r><w:t>678</w:t></w:r></w:p><w:p><w:r><w:t>",
    ] {
        files.push(("docx: split", "cpr", office(WORD, &body(&format!("1203{between}45-5678")))));
    }
    // Properties of runs in shared text (18.4), and how it is said.
    for between in ["", "<rFont val=\"Calibri\"/><family val=\"2\"/><scheme val=\"minor\"/>"] {
        let text = format!("<sst><si><r><t>1203</t></r><r><rPr>{between}</rPr><t>45-5678</t></r></si></sst>");
        files.push(("xlsx: split", "cpr", office("xl/sharedStrings.xml", &text)));
    }
    let spoken = "<sst><si><t>1203</t><rPh sb=\"0\" eb=\"1\"><t>77</t></rPh><t>45-5678</t></si></sst>";
    files.push(("xlsx: split", "cpr", office("xl/sharedStrings.xml", spoken)));
    // Properties of runs on slides (21.1.2.3).
    for between in [
        "<a:solidFill><a:schemeClr val=\"tx1\"/></a:solidFill>",
        "<a:solidFill><a:sysClr val=\"windowText\"/></a:solidFill>",
        "<a:ln><a:noFill/></a:ln>",
        "<a:hlinkClick r:id=\"a\"/>",
        "<a:effectLst/>",
        "<a:sym typeface=\"Symbol\"/>",
    ] {
        let text =
            format!("<a:p><a:r><a:t>1203</a:t></a:r><a:r><a:rPr>{between}</a:rPr><a:t>45-5678</a:t></a:r></a:p>");
        files.push(("pptx: split", "cpr", office("ppt/slides/slide1.xml", &text)));
    }
    // The content of paragraphs of OpenDocument 1.3 part 3, 6.
    for between in [
        "<text:bookmark text:name=\"a\"/>",
        "<text:bookmark-start text:name=\"a\"/>",
        "<text:change-start text:change-id=\"a\"/>",
        "<text:soft-page-break/>",
        "<text:reference-mark-start text:name=\"a\"/>",
        "<text:alphabetical-index-mark-start/>",
        "<text:note><text:note-citation>7</text:note-citation><text:note-body><text:p>En note</text:p></text:note-body></text:note>",
        "<office:annotation><dc:creator>N.</dc:creator><dc:date>2020-01-01</dc:date><text:p>7</text:p></office:annotation>",
        "<draw:frame><draw:text-box><text:p>7</text:p></draw:text-box><svg:title>7</svg:title></draw:frame>",
        "<draw:rect><text:p>7</text:p></draw:rect>",
    ] {
        files.push((
            "odt: split",
            "cpr",
            office("content.xml", &format!("<office:text><text:p>1203{between}45-5678</text:p></office:text>")),
        ));
    }
    files
}

/// What stands beside each other and is no number.
fn apart() -> Vec<File> {
    let of = |part: &str, xml: &str| office(part, xml);
    let cell = |text: &str| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
    let of_text = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    vec![
        ("docx: two cells", "", of(WORD, &format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl>", cell("120345"), cell("5678")))),
        (
            "docx: two paragraphs",
            "",
            of(WORD, "<w:p><w:r><w:t>120345</w:t></w:r></w:p><w:p><w:r><w:t>5678</w:t></w:r></w:p>"),
        ),
        ("docx: two columns", "", of(WORD, &body("120345</w:t><w:tab/><w:t>5678"))),
        (
            "docx: place of a picture",
            "",
            of(
                WORD,
                &body(
                    "1203</w:t></w:r><w:r><w:drawing><wp:posOffset>455679</wp:posOffset></w:drawing></w:r><w:r><w:t>",
                ),
            ),
        ),
        (
            "docx: counts",
            "",
            of("docProps/app.xml", "<Properties><Words>1203</Words><Characters>455679</Characters></Properties>"),
        ),
        (
            "docx: a note",
            "",
            of(
                "word/footnotes.xml",
                "<w:footnote w:id=\"2\"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>Se sag 17/22360 af 12.03.45, side 5678</w:t></w:r></w:p></w:footnote>",
            ),
        ),
        (
            "docx: numbers of things",
            "",
            of(
                WORD,
                "<w:p><wp:docPr id=\"1502475653\" name=\"Billede 1\"/><w:sdtPr><w:id w:val=\"-1502475653\"/></w:sdtPr><w:bookmarkStart w:id=\"1502475653\"/></w:p>",
            ),
        ),
        ("docx: blocks of a web page", "", of("word/webSettings.xml", "<w:divs><w:div w:id=\"1502475653\"/></w:divs>")),
        (
            "pptx: numbers of things",
            "",
            of(
                "ppt/slides/slide1.xml",
                "<p14:creationId val=\"1502475653\"/><a16:rowId val=\"1502475653\"/><a16:colId val=\"1502475653\"/><c:axId val=\"1502475653\"/>",
            ),
        ),
        ("odt: number of a list", "", of("content.xml", "<text:list xml:id=\"list1502475653\"/>")),
        ("xlsx: two texts", "", of("xl/sharedStrings.xml", "<sst><si><t>120345</t></si><si><t>5678</t></si></sst>")),
        (
            "pptx: two cells",
            "",
            of(
                "ppt/slides/slide1.xml",
                "<a:tr><a:tc><a:txBody><a:p><a:r><a:t>120345</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>5678</a:t></a:r></a:p></a:txBody></a:tc></a:tr>",
            ),
        ),
        (
            "odt: two cells",
            "",
            of("content.xml", &format!("<table:table-row>{}{}</table:table-row>", of_text("120345"), of_text("5678"))),
        ),
        (
            "odt: a note",
            "",
            of(
                "content.xml",
                "<text:p>Sag 120345<text:note><text:note-citation>7</text:note-citation><text:note-body><text:p>5678 kr.</text:p></text:note-body></text:note></text:p>",
            ),
        ),
        (
            "ods: figures",
            "",
            of(
                "content.xml",
                "<table:table-row><table:table-cell office:value=\"120345\"><text:p>120.345</text:p></table:table-cell><table:table-cell office:value=\"5678\"><text:p>5.678</text:p></table:table-cell></table:table-row>",
            ),
        ),
    ]
}

/// Every place in documents, sheets and slides.
fn documents() -> Vec<File> {
    let in_part = |part: &str, xml: String| office(part, &xml);
    let runs = "<w:p><w:r><w:t>1203</w:t></w:r><w:proofErr/><w:r><w:rPr><w:b/></w:rPr><w:t>45-56</w:t></w:r><w:r><w:t>78</w:t></w:r></w:p>";
    let sheet = |cell: &str| format!("<worksheet><sheetData><row><c>{cell}</c></row></sheetData></worksheet>");
    let book = office("xl/worksheets/sheet1.xml", &sheet(&format!("<is><t>{NUMBER}</t></is>")));
    let deep = |levels: usize| (0..levels).fold(book.clone(), |inner, _| zip(&[("a.zip", &inner)]));
    let twice = zip(&[(WORD, body("a").as_bytes()), ("WORD/document.xml", body(NUMBER).as_bytes())]);
    let mut lying = office(WORD, &body("a"));
    // The stated size is not what comes out.
    let at = lying.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
    lying[at + 24] ^= 1;
    let mut told = book.clone();
    told.truncate(told.len() - 2);
    told.extend([&[11, 0], NUMBER.as_bytes()].concat());
    // A sum and the sizes of a text, packed and not.
    let packed = u8::try_from(deflate(b"a").len()).unwrap();
    let sizes = [b"PK\x07\x08", &[0; 4], &[packed, 0, 0, 0, 1, 0, 0, 0][..]].concat();
    vec![
        ("docx: text", "cpr", in_part(WORD, body(NUMBER))),
        ("docx: runs", "cpr", in_part(WORD, runs.to_owned())),
        ("docx: entities", "cpr", in_part(WORD, body("120345&#8211;5678"))),
        ("docx: comment", "cpr", in_part("word/comments.xml", body(NUMBER))),
        ("docx: footnote", "cpr", in_part("word/footnotes.xml", body(NUMBER))),
        ("docx: header", "cpr", in_part("word/header1.xml", body(NUMBER))),
        ("docx: deleted text", "cpr", in_part(WORD, format!("<w:p><w:del w:author=\"N\"><w:r><w:delText>{NUMBER}</w:delText></w:r></w:del></w:p>"))),
        ("docx: hidden text", "cpr", in_part(WORD, format!("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{NUMBER}</w:t></w:r></w:p>"))),
        ("docx: name of an author", "cpr", in_part(WORD, format!("<w:p><w:ins w:author=\"N {NUMBER}\"/></w:p>"))),
        ("docx: properties", "cpr", in_part("docProps/core.xml", format!("<cp:coreProperties><dc:title>{NUMBER}</dc:title></cp:coreProperties>"))),
        ("docx: own properties", "cpr", in_part("docProps/custom.xml", format!("<property><vt:lpwstr>{NUMBER}</vt:lpwstr></property>"))),
        ("docx: custom data", "cpr", in_part("customXml/item1.xml", format!("<a><b>{NUMBER}</b></a>"))),
        ("docx: address of a link", "cpr", in_part("word/_rels/document.xml.rels", format!("<Relationship Target=\"https://a.example/{NUMBER}\"/>"))),
        ("docx: number of data", "cpr", in_part("customXml/item1.xml", "<a><person id=\"1502475653\"/><id val=\"1\"/></a>".to_owned())),
        ("docx: address of an own kind", "cpr", in_part(WORD, format!("<wp:docPr id=\"{NUMBER}\"/>"))),
        ("docx: alternative text", "cpr", in_part(WORD, format!("<wp:docPr descr=\"Brev fra {NUMBER}\"/>"))),
        ("docx: two cells beside each other", "cpr", in_part(WORD, "<w:tr><w:tc><w:p><w:r><w:t>CPR 120345</w:t></w:r></w:p></w:tc></w:tr><w:p><w:r><w:t>cpr 1203455678</w:t></w:r></w:p>".to_owned())),
        ("docx: embedded workbook", "cpr", zip(&[(WORD, body("a").as_bytes()), ("word/embeddings/book.xlsx", &book)])),
        ("docx: cache of a chart", "cpr", in_part("word/charts/chart1.xml", format!("<c:strCache><c:pt><c:v>{NUMBER}</c:v></c:pt></c:strCache>"))),
        ("docx: name of a part", "cpr", in_part("word/media/120345-5678.xml", body("a"))),
        ("docx: picture that knows where", "image-location", zip(&[(WORD, body("a").as_bytes()), ("word/media/a.jpg", &jpeg(0xe1, &[b"Exif\0\0", &exif(0x8825)[..]].concat()))])),
        ("xlsx: shared text", "cpr", in_part("xl/sharedStrings.xml", format!("<sst><si><t>{NUMBER}</t></si></sst>"))),
        ("xlsx: hidden sheet", "cpr", book.clone()),
        ("xlsx: a number of ten digits", "cpr-possible", in_part("xl/worksheets/sheet2.xml", sheet("<v>1203455679</v>"))),
        ("xlsx: a number without its 0", "cpr", in_part("xl/worksheets/sheet2.xml", sheet("<v>cpr</v></c><c><v>101455678</v>"))),
        ("xlsx: a number with an exponent", "cpr", in_part("xl/worksheets/sheet2.xml", sheet("<v>cpr</v></c><c><v>1.203455678E9</v>"))),
        ("xlsx: comment", "cpr", in_part("xl/comments1.xml", format!("<comment><text><r><t>{NUMBER}</t></r></text></comment>"))),
        ("xlsx: name of a sheet", "cpr", in_part("xl/workbook.xml", format!("<sheet name=\"{NUMBER}\" state=\"veryHidden\"/>"))),
        ("xlsx: cache of a pivot table", "cpr", in_part("xl/pivotCache/pivotCacheDefinition1.xml", format!("<s v=\"{NUMBER}\"/>"))),
        ("xlsx: link to another book", "cpr", in_part("xl/externalLinks/externalLink1.xml", format!("<cell><v>{NUMBER}</v></cell>"))),
        ("xlsx: figures", "", in_part("xl/worksheets/sheet1.xml", sheet("<v>120345</v></c><c><v>5678</v>"))),
        ("xlsx: settings of a printer", "", zip(&[("xl/printerSettings/printerSettings1.bin", b"\0P\0r\0")])),
        ("pptx: slide", "cpr", in_part("ppt/slides/slide1.xml", format!("<a:p><a:r><a:t>{}</a:t></a:r><a:r><a:t>{}</a:t></a:r></a:p>", &NUMBER[..4], &NUMBER[4..]))),
        ("pptx: notes", "cpr", in_part("ppt/notesSlides/notesSlide1.xml", format!("<a:p><a:r><a:t>{NUMBER}</a:t></a:r></a:p>"))),
        ("pptx: workbook behind a chart", "cpr", zip(&[("ppt/embeddings/Microsoft_Excel_Sheet1.xlsx", &book)])),
        ("odt: text", "cpr", in_part("content.xml", format!("<text:p>1203<text:span>45-5</text:span>678</text:p><text:p>{NUMBER}</text:p>"))),
        ("ods: value", "cpr", in_part("content.xml", "<table:table-cell office:value=\"1502475653\"><text:p>cpr 1203455678</text:p></table:table-cell>".to_owned())),
        ("odt: properties", "cpr", in_part("meta.xml", format!("<dc:title>{NUMBER}</dc:title>"))),
        ("docx: a dash that doesn't break", "cpr", in_part(WORD, body("120345</w:t><w:noBreakHyphen/><w:t>5678"))),
        ("docx: a dash before a tab", "cpr", in_part(WORD, body("120345-</w:t><w:tab/><w:t>5678"))),
        ("docx: in a box", "cpr", in_part(WORD, body(&format!("a</w:t></w:r><w:r><w:pict><w:txbxContent>{}</w:txbxContent></w:pict></w:r><w:r><w:t>", body(NUMBER))))),
        ("docx: code of a field", "cpr", in_part(WORD, body("a</w:t><w:instrText>LINK \"1203</w:instrText><w:instrText>45-5678\"</w:instrText><w:t>"))),
        ("docx: comment of XML", "cpr", in_part(WORD, format!("{}<!-- {NUMBER} -->", body("a")))),
        ("docx: instruction", "cpr", in_part(WORD, format!("<?a it's {NUMBER}?>{}", body("a")))),
        ("docx: entity of its own", "unscannable", in_part(WORD, format!("<!DOCTYPE a [<!ENTITY e \"47-1234\">]>{}", body("1502&e;")))),
        ("odt: the document type of an old program", "", in_part("META-INF/manifest.xml", "<!DOCTYPE manifest:manifest PUBLIC \"-//OpenOffice.org//DTD Manifest 1.0//EN\" \"Manifest.dtd\"><manifest:manifest/>".to_owned())),
        ("docx: UTF-16", "cpr", zip(&[(WORD, &utf16(&body(NUMBER)))])),
        ("docx: UTF-16 without a mark", "cpr", zip(&[(WORD, &utf16(&body(NUMBER))[2..])])),
        ("docx: UTF-32", "unscannable", zip(&[(WORD, &body(NUMBER).chars().flat_map(|c| u32::from(c).to_le_bytes()).collect::<Vec<_>>())])),
        ("docx: no XML", "unscannable", in_part(WORD, "a".to_owned())),
        ("ods: a number without its 0", "cpr", in_part("content.xml", "<table:table-cell office:value=\"101455678\"><text:p>101455678</text:p></table:table-cell>".to_owned())),
        ("ods: a number with dots", "cpr", in_part("content.xml", "<table:table-cell><text:p>cpr</text:p></table:table-cell><table:table-cell office:value=\"1502475653\"><text:p>1.203.455.678</text:p></table:table-cell>".to_owned())),
        ("ods: an empty cell", "cpr", in_part("content.xml", "<table:table-cell office:value=\"101455678\"/>".to_owned())),
        ("xlsx: cached without its 0", "cpr", in_part("xl/pivotCache/pivotCacheRecords1.xml", "<r><n v=\"101455678\"/></r>".to_owned())),
        ("zip: nothing around", "", around(b"", "a.txt", b"", b"", "")),
        ("zip: comment", "cpr", told),
        ("zip: name of a folder", "cpr", zip(&[("brev/120345-5678/", b"")])),
        ("zip: folder", "", zip(&[("brev/", b"")])),
        ("zip: comment of a file", "cpr", around(b"", "a.txt", b"", b"", NUMBER)),
        ("zip: sizes after a file", "", around(b"", "a.txt", b"", &sizes, "")),
        ("zip: room after a file", "", around(b"", "a.txt", b"", &[0; 30], "")),
        ("zip: something after a file", "unscannable", around(b"", "a.txt", b"", &[b"a", &sizes[1..]].concat(), "")),
        ("zip: something after its data", "unscannable", around(b"", "a.txt", b"a", b"", "")),
        ("zip: another name before it", "unscannable", around(b"", "b.txt", b"", b"", "")),
        ("zip: a file that isn't in the directory", "unscannable", around(&book, "a.txt", b"", b"", "")),
        ("zip: something at the end", "unscannable", [&around(b"", "a.txt", b"", b"", "")[..], b"a"].concat()),
        ("zip: three deep", "cpr", deep(2)),
        ("zip: four deep", "unscannable", deep(4)),
        ("docx: encrypted", "unscannable", zip_with(&[(WORD, body("a").into_bytes())], 1)),
        ("docx: an old program's object", "unscannable", zip(&[("word/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0")])),
        ("docx: one name twice", "unscannable", twice),
        ("docx: another size than stated", "unscannable", lying),
        ("docx: by its name alone", "unscannable", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec()),
        ("docx: cut off", "unscannable", office(WORD, &body(NUMBER))[..60].to_vec()),
        ("docx: a bomb", "unscannable", zip_with(&[(WORD, vec![b' '; 60 * 1024 * 1024])], 0)),
    ]
}

/// Texts and pictures.
fn others() -> Vec<File> {
    let xmp = format!("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><dc:creator>{NUMBER}</dc:creator></x:xmpmeta>");
    let place = "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta exif:GPSLatitude=\"55,40.1N\"/>";
    vec![
        ("txt: UTF-8", "cpr", NUMBER.into()),
        ("txt: UTF-16", "cpr", utf16(NUMBER)),
        ("txt: Windows-1252", "cpr", b"Ans\xf8ger 120345\x965678".to_vec()),
        ("csv: a cell", "cpr", b"navn;nummer\nN.N.;120345-5678\n".to_vec()),
        ("csv: a column of a word for it", "cpr", b"navn;cpr\nN.N.;1203455679\n".to_vec()),
        ("csv: figures", "", b"konto;beloeb\n120345;5678\n".to_vec()),
        ("txt: another kind of file", "unscannable", b"a\0b".to_vec()),
        ("txt: a document under another name", "cpr", office(WORD, &body(NUMBER))),
        ("jpg: place", "image-location", jpeg(0xe1, &[b"Exif\0\0", &exif(0x8825)[..]].concat())),
        ("jpg: no place", "", jpeg(0xe1, &[b"Exif\0\0", &exif(0x8769)[..]].concat())),
        ("jpg: place in words", "image-location", jpeg(0xe1, place.as_bytes())),
        ("jpg: metadata", "cpr", jpeg(0xe1, xmp.as_bytes())),
        ("jpg: comment", "cpr", jpeg(0xfe, NUMBER.as_bytes())),
        (
            "jpg: title that Windows gave",
            "cpr",
            jpeg(0xe1, &[b"Exif\0\0", &exif_text(0x9c9b, 1, &little(NUMBER))[..]].concat()),
        ),
        (
            "jpg: subject with another dash",
            "cpr",
            jpeg(0xe1, &[b"Exif\0\0", &exif_text(0x9c9f, 1, &little("120345\u{2013}5678"))[..]].concat()),
        ),
        (
            "jpg: comment of a user",
            "cpr",
            jpeg(
                0xe1,
                &[b"Exif\0\0", &exif_text(0x9286, 7, &[b"UNICODE\0", &little(NUMBER)[..]].concat())[..]].concat(),
            ),
        ),
        (
            "jpg: comment of a user, the other way round",
            "cpr",
            jpeg(
                0xe1,
                &[b"Exif\0\0", &exif_text(0x9286, 7, &[b"UNICODE\0", &utf16(NUMBER)[2..]].concat())[..]].concat(),
            ),
        ),
        (
            "jpg: metadata in UTF-16",
            "cpr",
            jpeg(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", &utf16(&format!("<x a=\"{NUMBER}\"/>"))[..]].concat()),
        ),
        (
            "jpg: another dash between lengths",
            "cpr",
            jpeg(0xed, b"Photoshop 3.0\x008BIM\x04\x04\0\x0d\xff\xfe120345\xe2\x80\x935678"),
        ),
        ("jpg: behind a byte that fills", "cpr", picture(&[b"\xff\xff", &segment(0xfe, NUMBER.as_bytes()), SCAN])),
        (
            "jpg: behind bytes of no segment",
            "cpr",
            picture(&[&segment(0xe0, b"a"), b"\0\0", &segment(0xfe, NUMBER.as_bytes()), SCAN]),
        ),
        ("jpg: bytes of no segment", "cpr", picture(&[&segment(0xe0, b"a"), NUMBER.as_bytes(), SCAN])),
        ("jpg: its first segment", "cpr", jpeg(0xe0, NUMBER.as_bytes())),
        ("jpg: segment of a program", "cpr", jpeg(0xec, NUMBER.as_bytes())),
        (
            "jpg: between two scans",
            "cpr",
            picture(&[SCAN, &segment(0xc4, b"a"), &segment(0xfe, NUMBER.as_bytes()), SCAN]),
        ),
        ("jpg: behind the end", "cpr", [picture(&[SCAN]), NUMBER.into()].concat()),
        (
            "jpg: a second picture behind the end",
            "cpr",
            [picture(&[SCAN]), vec![0; 9], jpeg(0xfe, NUMBER.as_bytes())].concat(),
        ),
        ("jpg: a document behind the end", "cpr", [picture(&[SCAN]), office(WORD, &body(NUMBER))].concat()),
        (
            "jpg: a film behind the end",
            "unscannable",
            [picture(&[SCAN]), (0..9000u32).map(|at| (at * at % 251) as u8).collect()].concat(),
        ),
        ("jpg: a segment without an end", "unscannable", picture(&[b"\xff\xfe\xff\xff", NUMBER.as_bytes()])),
        (
            "jpg: pixels that look like a number",
            "",
            picture(&[SCAN, NUMBER.as_bytes(), b"\xff\xd1", NUMBER.as_bytes()]),
        ),
        ("jpg: no end", "", [b"\xff\xd8", SCAN].concat()),
        ("png: place", "image-location", png(b"eXIf", &exif(0x8825))),
        ("png: text", "cpr", png(b"tEXt", format!("Title\0{NUMBER}").as_bytes())),
        ("png: packed text", "cpr", png(b"zTXt", &[b"Title\0\0", &zlib(NUMBER.as_bytes())[..]].concat())),
        (
            "png: packed text with a language",
            "cpr",
            png(b"iTXt", &[b"Title\0\x01\0da\0Titel\0", &zlib(NUMBER.as_bytes())[..]].concat()),
        ),
        ("png: text with a language", "cpr", png(b"iTXt", format!("Title\0\0\0da\0Titel\0{NUMBER}").as_bytes())),
        (
            "png: Exif of ImageMagick",
            "cpr",
            raw_profile("exif", &[b"Exif\0\0", &exif_text(0x9c9b, 1, &little(NUMBER))[..]].concat()),
        ),
        (
            "png: place of ImageMagick",
            "image-location",
            raw_profile("APP1", &[b"Exif\0\0", &exif(0x8825)[..]].concat()),
        ),
        ("png: IPTC of ImageMagick", "cpr", raw_profile("iptc", format!("8BIM\x04\x04\0\0{NUMBER}").as_bytes())),
        ("png: a block without digits", "unscannable", png(b"tEXt", b"Raw profile type exif\0\nexif\n 2\n45xy\n")),
        ("png: name of its colours", "cpr", png(b"iCCP", &[NUMBER.as_bytes(), b"\0\0", &zlib(b"a")].concat())),
        ("png: its colours", "cpr", png(b"iCCP", &[b"a\0\0", &zlib(&utf16(NUMBER))[..]].concat())),
        ("png: a chunk of its own", "cpr", png(b"prVt", NUMBER.as_bytes())),
        ("png: a chunk of its own in UTF-16", "cpr", png(b"prVt", &little(NUMBER))),
        (
            "png: a large chunk of its own",
            "unscannable",
            png(b"mkBT", &(0..9000u32).map(|at| (at * at % 251) as u8).collect::<Vec<_>>()),
        ),
        ("png: behind the end", "cpr", [png(b"tIME", &[0; 7]), NUMBER.into()].concat()),
        ("png: text that can't be unpacked", "unscannable", png(b"zTXt", b"Title\0\0\xff\xff\xff\xff")),
        ("png: a chunk without an end", "unscannable", [&png(b"tIME", &[0; 7])[..27], b"\xff\0\0\0tEXta"].concat()),
        ("png: pixels that look like a number", "", png(b"IDAT", NUMBER.as_bytes())),
        ("png: nothing", "", png(b"tIME", &[0; 7])),
        ("png: by its name alone", "unscannable", b"GIF89a".to_vec()),
    ]
}

#[test]
fn every_place_in_an_attachment_is_looked_at() {
    let all: Vec<File> = [pdfs(), documents(), split(), apart(), others()].concat();
    assert!(all.len() >= 60);
    let wrong: Vec<String> = all
        .iter()
        .filter_map(|(what, rule, bytes)| {
            let ending = what.split(':').next().unwrap();
            let rules = judged(&format!("fil.{ending}"), bytes);
            let is_right = if rule.is_empty() { rules.is_empty() } else { rules.contains(rule) };
            (!is_right).then(|| format!("{what}: {rules:?} in place of {rule:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), all.len(), wrong.join("\n"));
}

/// What a theme publishes beside its text; fonts have no readers, and every theme has them.
#[test]
fn files_of_a_theme_are_looked_into() {
    let shown = format!("BT /F 12 Tf 50 700 Td ({NUMBER}) Tj ET");
    let packed = pdf(&[CATALOG, PAGES, PAGE, &stream("/Filter/FlateDecode", &zlib(shown.as_bytes())), FONT]);
    let files: &[(&str, &str, Vec<u8>)] = &[
        ("assets/a.docx", "cpr", office(WORD, &body(NUMBER))),
        ("assets/b.jpg", "cpr", jpeg(0xfe, &little(NUMBER))),
        ("assets/c.pdf", "cpr", packed),
        ("assets/d.svg", "cpr", utf16(&format!("<svg><text>{NUMBER}</text></svg>"))),
        ("assets/e.pdf", "unscannable", b"\xff".to_vec()),
        ("assets/f.woff2", "", b"wOF2\xff\0\0".to_vec()),
        ("assets/g.svg", "", b"<svg><text>Ring 20 00 00 00</text></svg>".to_vec()),
        ("assets/h.ico", "", b"\0\0\x01\0\xff".to_vec()),
        ("screenshot.png", "", png(b"tEXt", NUMBER.as_bytes())),
    ];
    for (path, rule, bytes) in files {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, bytes: &[u8]| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        };
        write("content/site.yaml", b"title: A\ntheme: eget\n");
        write("content/udvalget/a.md", b"---\ndate: 2024-02-12\n---\n\n## A\n");
        write(&format!("themes/eget/{path}"), bytes);
        let ran = run(folder.path(), &["build", "--no-sync"]);
        let place = format!("themes/eget/{path}:1:1");
        let is_right = match rule.is_empty() {
            true => ran.code == Some(0) && !ran.err.contains("themes/eget"),
            false => ran.code == Some(1) && ran.err.contains(&format!("[{rule}]")) && ran.err.contains(&place),
        };
        assert!(is_right && !ran.err.contains("5678"), "{path}: {}", ran.err);
    }
}

#[test]
fn a_number_in_a_name_is_found() {
    assert_eq!(judged("klage-120345-5678.txt", b"a"), ["cpr"]);
}

#[test]
fn whatever_a_file_holds_reading_it_ends() {
    // Every file, cut off anywhere and with any byte changed.
    for (what, _, bytes) in
        [pdfs(), documents(), split(), apart(), others()].concat().iter().filter(|(_, _, bytes)| bytes.len() < 4000)
    {
        let ending = what.split(':').next().unwrap();
        for at in (0..bytes.len()).step_by(37) {
            judged(&format!("fil.{ending}"), &bytes[..at]);
            let mut other = bytes.clone();
            other[at] = other[at].wrapping_add(97);
            judged(&format!("fil.{ending}"), &other);
        }
    }
    assert!(attachment::read("a.pdf", b"").unreadable.is_empty());
}
