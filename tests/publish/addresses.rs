//! Two things with one address: what `check` says of each pair stands in `addresses.txt`.

use crate::program::compare;
use crate::support::Archive;
use referat::report::Format;
use std::fmt::Write;

/// A meeting file with something more in its head, and what it says.
fn meeting(head: &str, body: &str) -> String {
    format!("---\ndate: 2018-05-22\n{head}---\n\n## Punkt 1: A\n\n{body}\n")
}

/// An archive with one meeting.
fn of(head: &str, body: &str) -> Archive {
    Archive::new().file("content/byraadet/2018/a.md", meeting(head, body))
}

#[test]
fn two_things_with_one_address_are_named_both() {
    let feeds = "title: A\nbase_url: https://a.example/\n";
    let cases = "title: A\ncases:\n  pattern: '[A-Z][./][0-9]+'\n";
    let archives = [
        ("an old address below the style sheet", of("aliases: [style.css/x.html]\n", "")),
        ("below a meeting", of("aliases: [byraadet/2018/2018-05-22.html/x.html]\n", "")),
        ("below the list of checksums", of("aliases: [SHA256SUMS/x.html]\n", "")),
        ("below a feed", of("aliases: [feed.xml/x.html]\n", "").site(feeds)),
        ("below a table of data", of("aliases: [data/items.csv/x.html]\n", "")),
        ("below another old address", of("aliases: [g.html, g.html/x.html, g.html/y/]\n", "")),
        ("an old address that is a page", of("aliases: [sager/]\n", "")),
        (
            "one old address of two meetings",
            of("aliases: [g.html]\n", "").file("content/udvalg/2018/b.md", meeting("aliases: [g.html]\n", "")),
        ),
        (
            "an old address of a meeting that was taken back",
            of("aliases: [g.html]\n", "")
                .file("content/udvalg/2018/b.md", meeting("aliases: [g.html]\nretracted: { date: 2018-06-01 }\n", "")),
        ),
        (
            "two files of one meeting",
            of("", "[A](a/Notat%20A.txt) og [B](a/notat-a.txt)")
                .file("content/byraadet/2018/a/Notat A.txt", "A")
                .file("content/byraadet/2018/a/notat-a.txt", "B"),
        ),
        ("two cases", of("", "A.1, A/1").site(cases)),
        ("two cases with feeds", of("", "A.1, A/1").site(&format!("{cases}base_url: https://a.example/\n"))),
        ("two meetings of a day", of("", "").file("content/byraadet/2018/b.md", meeting("", ""))),
        (
            "an organization at the address of the cases",
            Archive::new().file("content/sager/2018/a.md", meeting("", "")),
        ),
        (
            "a file of the theme at the address of a feed",
            of("", "").site(&format!("{feeds}theme: mine\n")).file("themes/mine/byraadet/feed.xml", "<a/>"),
        ),
        (
            "a file of the theme at that of an organization",
            of("", "").site("title: A\ntheme: mine\n").file("themes/mine/byraadet", "a"),
        ),
        (
            "a file of the theme at that of the checksums",
            of("", "").site("title: A\ntheme: mine\n").file("themes/mine/SHA256SUMS", "a"),
        ),
        ("an old address that is the home page but for capitals", of("aliases: [Index.html]\n", "")),
        ("that of an organization", of("aliases: [Byraadet/]\n", "")),
        ("the page itself", of("aliases: [byraadet/2018/2018-05-22.HTML/x.html]\n", "")),
        (
            "old addresses of two meetings that differ in capitals",
            of("aliases: [Gl.html]\n", "").file("content/udvalg/2018/b.md", meeting("aliases: [gl.html]\n", "")),
        ),
        ("those of one meeting, as file and folder", of("aliases: [G.html, g.html/x.html]\n", "")),
        ("files of the theme", of("", "").site("title: A\ntheme: mine\n").file("themes/mine/Style.css", "a")),
        ("names of devices", of("aliases: [con.html, aux/x.html, a./b.html, com1.a.html, console.html]\n", "")),
    ];
    let mut account = String::new();
    for (name, archive) in archives {
        let built = archive.build();
        let is_one = |problem: &str| ["address-taken", "address-reserved"].iter().any(|code| problem.contains(code));
        assert!(built.codes().iter().any(|code| is_one(code)), "{name}: {:?}", built.codes());
        let said = built.printed(Format::Human);
        let said = said.split("\n\n").filter(|problem| is_one(problem)).collect::<Vec<_>>();
        writeln!(account, "# {name}\n\n{}\n", said.join("\n\n").trim_end()).unwrap();
    }
    compare("tests/publish/addresses.txt", &account);
}
