//! The preview: a real server on a small archive, spoken to by hand. Nothing sleeps: each step waits for what it caused, for
//! as long as the slowest machine may need.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends where something is wrong")]
#![expect(clippy::disallowed_methods, reason = "tests make and change archives on disk")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;
use tempfile::TempDir;

/// How long anything may take before the test gives up.
const LIMIT: Duration = Duration::from_secs(120);

const MEETING: &str = "content/byraadet/2024/2024-04-30.md";
const PAGE: &str = "/byraadet/2024/2024-04-30.html";

fn meeting(title: &str) -> String {
    format!("---\ndate: 2024-04-30\n---\n\n## Punkt 1: {title}\n\n24/1001\n\n### Beslutning\n\nGodkendt.\n")
}

/// An archive of one meeting, in a folder beside which a test may put other things.
fn archive() -> TempDir {
    let folder = TempDir::new().unwrap();
    put(folder.path(), "content/site.yaml", "title: Tranevig\nbase_url: https://tranevig.example/\n");
    put(folder.path(), MEETING, meeting("Første udgave"));
    folder
}

/// Writes a file the way careful editors do: elsewhere, and then into its place in one step.
fn put(root: &Path, path: &str, text: impl AsRef<[u8]>) {
    let (beside, place) = (root.join("saving"), root.join(path));
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    fs::write(&beside, text).unwrap();
    fs::rename(beside, place).unwrap();
}

fn referat(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_referat"));
    command.arg("-C").arg(root).arg("serve").args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A running server.
struct Server {
    child: Child,
    /// `127.0.0.1:4000`
    host: String,
    terminal: Receiver<String>,
}

impl Server {
    #[track_caller]
    fn start(root: &Path) -> Server {
        Server::run(referat(root, &["--port", "0"]))
    }

    #[track_caller]
    fn run(mut command: Command) -> Server {
        let mut child = command.spawn().unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let host = address.trim().strip_prefix("http://").unwrap().trim_end_matches('/').to_owned();
        let (tell, terminal) = mpsc::channel();
        let errors = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || errors.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
        Server { child, host, terminal }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.host).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream.set_write_timeout(Some(LIMIT)).unwrap();
        stream
    }

    /// Sends bytes as they are, and reads whatever comes until the server closes.
    fn send(&self, request: &[u8]) -> Answer {
        let mut stream = self.connect();
        // The server may have heard enough before all is sent.
        stream.write_all(request).ok();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).ok();
        Answer::new(&bytes)
    }

    fn ask(&self, method: &str, path: &str, headers: &str) -> Answer {
        let host = &self.host;
        self.send(format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n").as_bytes())
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "")
    }

    /// Waits until the terminal says something.
    #[track_caller]
    fn says(&self, words: &str) {
        let mut seen = String::new();
        while !seen.contains(words) {
            match self.terminal.recv_timeout(LIMIT) {
                Ok(line) => seen.push_str(&format!("{line}\n")),
                Err(_) => panic!("the terminal never said `{words}`, but:\n{seen}"),
            }
        }
    }

    fn events(&self) -> Events {
        let mut stream = self.connect();
        let request = format!("GET /.referat/events HTTP/1.1\r\nHost: {}\r\n\r\n", self.host);
        stream.write_all(request.as_bytes()).unwrap();
        let mut events = Events(BufReader::new(stream));
        assert_eq!(events.next().0, "version");
        events
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn new(bytes: &[u8]) -> Answer {
        let split = bytes.windows(4).position(|end| end == b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
        let head = String::from_utf8_lossy(&bytes[..split]).to_lowercase();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Answer { status, head, body: bytes[split..].to_vec() }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    fn has(&self, words: &str) -> &Answer {
        assert!(self.text().contains(words), "`{words}` is not in\n{}{}", self.head, self.text());
        self
    }

    #[track_caller]
    fn lacks(&self, words: &str) -> &Answer {
        assert!(!self.text().contains(words), "`{words}` is in\n{}", self.text());
        self
    }
}

struct Events(BufReader<TcpStream>);

impl Events {
    /// The next event and its data.
    #[track_caller]
    fn next(&mut self) -> (String, String) {
        let mut event = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "the stream ended");
            if let Some(name) = line.strip_prefix("event: ") {
                event = name.trim().to_owned();
            } else if let Some(data) = line.strip_prefix("data: ") {
                return (event, data.trim().to_owned());
            }
        }
    }

    /// Waits for the next reload and gives the number of the version.
    #[track_caller]
    fn reload(&mut self) -> u64 {
        let (event, data) = self.next();
        assert_eq!(event, "reload");
        data.rsplit('-').next().unwrap().parse().unwrap()
    }

    /// Reloads until a page is as it should be, as a browser does.
    #[track_caller]
    fn until(&mut self, server: &Server, path: &str, is_done: impl Fn(&Answer) -> bool) {
        loop {
            self.reload();
            if is_done(&server.get(path)) {
                return;
            }
        }
    }
}

fn shows(words: &str) -> impl Fn(&Answer) -> bool {
    move |answer| answer.text().contains(words)
}

fn is_gone(answer: &Answer) -> bool {
    answer.status == 404
}

/// Every file of a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

#[test]
fn shows_pages_that_reload_and_writes_nothing() {
    let folder = archive();
    let before = files(folder.path());
    let server = Server::start(folder.path());
    let page = server.get(PAGE);
    assert_eq!(page.status, 200);
    page.has("Første udgave").has("<script src=\"/.referat/reload.js\" data-version=").lacks("role=\"alert\"");
    // The theme's own policy allows connections to the site already; what is added is the script.
    page.has("; script-src 'self'\">").has("; connect-src 'self'; ").has("content=\"default-src 'none'; ");
    for header in [
        "content-type: text/html; charset=utf-8",
        "x-content-type-options: nosniff",
        "cache-control: no-store",
        "cross-origin-resource-policy: same-origin",
    ] {
        assert!(page.head.contains(header), "{header} is not in {}", page.head);
    }
    assert!(!page.head.contains("access-control"), "{}", page.head);
    server.get("/.referat/reload.js").has("EventSource");
    assert_eq!(server.get("/").body, server.get("/index.html").body);
    // What the site says of its own address is about the preview.
    server.get("/sitemap.xml").has(&format!("<loc>http://{}/index.html</loc>", server.host));
    assert_eq!(files(folder.path()), before);
}

#[test]
fn one_save_is_one_reload() {
    let folder = archive();
    let server = Server::start(folder.path());
    let mut events = server.events();
    server.get(PAGE).has("Første udgave");
    for (number, title) in [(2, "Anden udgave"), (3, "Tredje udgave")] {
        put(folder.path(), MEETING, meeting(title));
        assert_eq!(events.reload(), number, "{title}");
        server.get(PAGE).has(title);
        server.says(&format!("{} changed: rebuilt in", folder.path().join(MEETING).display()));
    }
    // What editors keep beside the file is not the archive's, and what is not in the archive isn't either.
    put(folder.path(), "content/byraadet/2024/.2024-04-30.md.swp", "b0VIM");
    put(folder.path(), "public/index.html", "en anden");
    put(folder.path(), MEETING, meeting("Fjerde udgave"));
    assert_eq!(events.reload(), 4);
}

#[test]
fn hears_of_every_kind_of_change() {
    let folder = archive();
    let server = Server::start(folder.path());
    let mut events = server.events();
    fs::write(folder.path().join(MEETING), meeting("Skrevet på stedet")).unwrap();
    events.until(&server, PAGE, shows("Skrevet på stedet"));
    // New folders below new folders, all at once.
    let other = "content/teknik/2023/2023-01-10.md";
    put(folder.path(), other, "---\ndate: 2023-01-10\n---\n\n## Punkt 1: Broen\n");
    events.until(&server, "/teknik/2023/2023-01-10.html", shows("Broen"));
    put(folder.path(), other, "---\ndate: 2023-01-10\n---\n\n## Punkt 1: Færgen\n");
    events.until(&server, "/teknik/2023/2023-01-10.html", shows("Færgen"));
    fs::rename(folder.path().join("content/teknik"), folder.path().join("content/miljoe")).unwrap();
    events.until(&server, "/miljoe/2023/2023-01-10.html", shows("Færgen"));
    assert!(is_gone(&server.get("/teknik/2023/2023-01-10.html")));
    fs::remove_file(folder.path().join("content/miljoe/2023/2023-01-10.md")).unwrap();
    events.until(&server, "/miljoe/2023/2023-01-10.html", is_gone);
    // The folder of themes need not have been there from the beginning.
    put(folder.path(), "themes/egen/style.css", "body { color: teal }");
    put(folder.path(), "content/site.yaml", "title: Tranevig\ntheme: egen\n");
    events.until(&server, "/style.css", shows("teal"));
    put(folder.path(), "themes/egen/style.css", "body { color: navy }");
    events.until(&server, "/style.css", shows("navy"));
}

#[test]
fn errors_stand_above_the_last_good_version() {
    let folder = archive();
    let server = Server::start(folder.path());
    let mut events = server.events();
    put(folder.path(), MEETING, meeting("Anden <udgave>").replace("2024-04-30", "2024-13-30"));
    events.reload();
    server.says("browsers show this above the last version without errors");
    for path in [PAGE, "/", "/sager/24-1001.html", "/findes/ikke.html"] {
        let page = server.get(path);
        page.has("role=\"alert\"").has("error[").has(MEETING).has("date: 2024-13-30").lacks("\u{1b}[");
        assert!(page.text().find("role=\"alert\"") < page.text().find("<main"), "it comes first");
    }
    server.get(PAGE).has("Første udgave");
    server.get("/style.css").lacks("alert");
    // A page that is opened now hears of the mending too.
    put(folder.path(), MEETING, meeting("Tredje udgave"));
    events.reload();
    server.get(PAGE).has("Tredje udgave").lacks("role=\"alert\"");
}

#[test]
fn an_archive_that_begins_with_errors_is_shown_when_mended() {
    let folder = archive();
    put(folder.path(), "content/site.yaml", "titel: \"</pre><script>alert(1)</script>\"\n");
    let server = Server::start(folder.path());
    let mut events = server.events();
    let page = server.get(PAGE);
    assert_eq!(page.status, 500);
    page.has("role=\"alert\"").has("titel").has("/.referat/reload.js").has("script-src 'self'").lacks("<script>");
    put(folder.path(), "content/site.yaml", "title: Tranevig\n");
    events.reload();
    server.get(PAGE).has("Første udgave").lacks("role=\"alert\"");
}

#[test]
fn an_archive_that_goes_away_is_waited_for() {
    let folder = archive();
    let server = Server::start(folder.path());
    let mut events = server.events();
    fs::rename(folder.path().join("content"), folder.path().join("elsewhere")).unwrap();
    events.until(&server, PAGE, shows("no folder `content`"));
    server.get(PAGE).has("Første udgave").has("role=\"alert\"");
    fs::rename(folder.path().join("elsewhere"), folder.path().join("content")).unwrap();
    events.until(&server, PAGE, |answer| !answer.text().contains("role=\"alert\""));
    server.get(PAGE).has("Første udgave");
    // The folder is another one under the old name, and is watched all the same.
    put(folder.path(), MEETING, meeting("Anden udgave"));
    events.until(&server, PAGE, shows("Anden udgave"));
}

#[test]
fn closed_items_are_in_no_answer_and_not_in_the_terminal() {
    let folder = archive();
    let secret = "\n## Punkt 2: Lukket\n\n24/9999\n\nzqx7c013 [x](2024-04-30/zqxfil.pdf)\n\n## Punkt 2: Igen\n";
    put(folder.path(), MEETING, meeting("Første") + secret);
    let server = Server::start(folder.path());
    server.get(PAGE).has("role=\"alert\"").lacks("zqx").lacks("9999");
    server.get("/byraadet/2024/2024-04-30/zqxfil.pdf").lacks("zqx");
    while let Ok(line) = server.terminal.recv_timeout(LIMIT) {
        assert!(!line.contains("zqx") && !line.contains("9999"), "{line}");
        if line.contains("Built in") {
            return;
        }
    }
    panic!("the terminal says nothing");
}

#[test]
fn files_come_as_they_are_and_called_what_they_are() {
    let folder = archive();
    let files: [(&str, &[u8], &str); 4] = [
        ("notat.pdf", b"%PDF-1.4 \xff\x00", "application/pdf"),
        ("tal.csv", b"a;b\n", "text/csv; charset=utf-8"),
        ("brev.docx", b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("Stort Billede.png", b"\x89PNG", "image/png"),
    ];
    let mut text = meeting("Bilag") + "\n### Bilag\n\n";
    for (name, bytes, _) in files {
        put(folder.path(), &format!("content/byraadet/2024/2024-04-30/{name}"), bytes);
        text.push_str(&format!("- [{name}](<2024-04-30/{name}>)\n"));
    }
    put(folder.path(), "content/byraadet/2024/2024-04-30/hemmelig.pdf", "ingen linker");
    put(folder.path(), MEETING, text);
    // These can't be looked into, and somebody answers for the folder.
    let allowed = "rule: unscannable, file: content/byraadet/2024/2024-04-30/, reason: a, name: b, expires: 2999-12-31";
    put(folder.path(), "content/site.yaml", format!("title: Referater\nprivacy: [{{ {allowed} }}]\n"));
    let server = Server::start(folder.path());
    for (name, bytes, kind) in files {
        let name = name.to_lowercase().replace(' ', "-");
        let answer = server.get(&format!("/byraadet/2024/2024-04-30/{name}"));
        assert_eq!((answer.status, &*answer.body), (200, bytes), "{name}");
        assert!(answer.head.contains(&format!("content-type: {kind}\r\n")), "{}", answer.head);
    }
    assert_eq!(server.get("/byraadet/2024/2024-04-30/hemmelig.pdf").status, 404);
}

#[test]
fn answers_only_under_its_own_name() {
    let folder = archive();
    let server = Server::start(folder.path());
    let port = server.host.rsplit(':').next().unwrap();
    let own = |name: &str| format!("{name}:{port}");
    let cases = [
        (own("127.0.0.1"), 200),
        (own("localhost"), 200),
        (own("LocalHost"), 200),
        (own("[::1]"), 200),
        (own("evil.example"), 403),
        (own("127.0.0.1.evil.example"), 403),
        (own("localhost."), 403),
        (own("user@localhost"), 403),
        (own("0.0.0.0"), 403),
        ("localhost".to_owned(), 403),
        ("localhost:1".to_owned(), 403),
        (String::new(), 403),
        (format!("{}\r\nHost: evil.example", own("localhost")), 403),
    ];
    for (host, status) in cases {
        let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let answer = server.send(request.as_bytes());
        assert_eq!(answer.status, status, "Host: {host}");
        assert_eq!(answer.text().contains("Tranevig"), status == 200, "Host: {host}");
    }
    assert_eq!(server.send(b"GET / HTTP/1.0\r\n\r\n").status, 403);
    let absolute = format!("GET http://evil.example/ HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", server.host);
    assert_eq!(server.send(absolute.as_bytes()).status, 403);
}

#[test]
fn other_sites_may_link_and_nothing_else() {
    let folder = archive();
    let server = Server::start(folder.path());
    let cases = [
        ("same-origin", "cors", "empty", 200),
        ("same-origin", "no-cors", "style", 200),
        ("none", "navigate", "document", 200),
        ("cross-site", "navigate", "document", 200),
        ("cross-site", "navigate", "iframe", 403),
        ("cross-site", "no-cors", "script", 403),
        ("cross-site", "no-cors", "image", 403),
        ("cross-site", "cors", "empty", 403),
        ("same-site", "no-cors", "script", 403),
    ];
    for (site, mode, dest, status) in cases {
        let headers = format!("Sec-Fetch-Site: {site}\r\nSec-Fetch-Mode: {mode}\r\nSec-Fetch-Dest: {dest}\r\n");
        for path in [PAGE, "/.referat/reload.js", "/style.css"] {
            assert_eq!(server.ask("GET", path, &headers).status, status, "{path} {headers}");
        }
    }
    let events = server.ask("GET", "/.referat/events", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\n");
    assert_eq!(events.status, 403);
}

#[test]
fn only_shows() {
    let folder = archive();
    let server = Server::start(folder.path());
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"] {
        let answer = server.ask(method, PAGE, "Content-Length: 0\r\n");
        assert_eq!(answer.status, 405, "{method}");
        assert!(answer.head.contains("allow: get, head\r\n"), "{}", answer.head);
    }
    let (get, head) = (server.get(PAGE), server.ask("HEAD", PAGE, ""));
    assert_eq!((head.status, head.body.len()), (200, 0));
    let length = format!("content-length: {}\r\n", get.body.len());
    assert!(get.head.contains(&length) && head.head.contains(&length), "{}\n{}", get.head, head.head);
}

#[test]
fn paths_reach_the_plan_and_nothing_else() {
    let folder = archive();
    put(folder.path(), "Cargo.toml", "zqx");
    let server = Server::start(folder.path());
    for path in [
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/..%2fCargo.toml",
        "/byraadet/../../Cargo.toml",
        "/byraadet/%2e%2e/%2e%2e/Cargo.toml",
        "/..%5cCargo.toml",
        "/content/site.yaml",
        "/content/byraadet/2024/2024-04-30.md",
        "/byraadet/2024/2024-04-30.md",
        "/index.html%00",
        "/%00",
        "/%ff",
        "/%",
        "/%2",
        "//index.html",
        "//evil.example/",
        "/./index.html",
        "/index.html/",
        "/index.html::$DATA",
        "/INDEX.HTML",
        "/c:/windows/win.ini",
        "/etc/passwd",
        "/.referat/",
        "/.referat/../index.html",
        "/base.html",
        "/favicon.ico",
    ] {
        let answer = server.get(path);
        assert_eq!(answer.status, 404, "{path}");
        answer.has("Siden findes ikke").lacks("zqx");
    }
    for (path, to) in [("/byraadet", "/byraadet/"), ("/byraadet/2024?a=b", "/byraadet/2024/"), ("/sager", "/sager/")] {
        let answer = server.get(path);
        assert_eq!(answer.status, 302, "{path}");
        assert!(answer.head.contains(&format!("location: {to}\r\n")), "{}", answer.head);
        assert_eq!(server.get(to).status, 200);
    }
    assert_eq!(server.get("/byraadet/2024/?a=../..").status, 200);
    assert_eq!(server.get("/%62yraadet/2024/2024%2D04-30.html").status, 200);
}

#[test]
fn strange_clients_harm_nobody() {
    let folder = archive();
    let server = Server::start(folder.path());
    let long = format!("GET / HTTP/1.1\r\nHost: {}\r\nX: {}\r\n\r\n", server.host, "x".repeat(64 * 1024));
    let many = format!("GET / HTTP/1.1\r\nHost: {}\r\n{}\r\n", server.host, "X: y\r\n".repeat(5_000));
    let path = format!("GET /{} HTTP/1.1\r\nHost: {}\r\n\r\n", "x".repeat(64 * 1024), server.host);
    for bytes in [
        long.as_bytes(),
        many.as_bytes(),
        path.as_bytes(),
        b"\x00\xff\xfe\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzzzz\r\n",
    ] {
        let answer = server.send(bytes);
        assert!(answer.status == 0 || answer.status >= 400, "{:?}: {}", &bytes[..bytes.len().min(40)], answer.head);
        assert_eq!(server.get("/").status, 200);
    }
    // More than there may be at once, all of them silent, slow or deaf.
    let strangers: Vec<TcpStream> = (0..200)
        .map(|number| {
            let mut stream = server.connect();
            let start = format!("GET / HTTP/1.1\r\nHost: {}\r\n", server.host);
            let words = [String::new(), "G".to_owned(), start.clone(), format!("{start}\r\n")];
            // The server may have closed it already.
            stream.write_all(words[number % words.len()].as_bytes()).ok();
            stream
        })
        .collect();
    assert_eq!(server.get(PAGE).status, 200);
    put(folder.path(), MEETING, meeting("Anden udgave"));
    server.says("changed: rebuilt");
    server.get(PAGE).has("Anden udgave");
    drop(strangers);
}

#[test]
fn drafts_are_shown_on_request() {
    let folder = archive();
    put(folder.path(), MEETING, meeting("Kladden").replace("---\n\n##", "status: draft\n---\n\n##"));
    assert_eq!(Server::start(folder.path()).get(PAGE).status, 404);
    Server::run(referat(folder.path(), &["--port", "0", "--drafts"])).get(PAGE).has("Kladden");
}

#[test]
fn says_why_it_cannot_start() {
    let folder = archive();
    let first = Server::start(folder.path());
    let port = first.host.rsplit(':').next().unwrap();
    let (empty, missing) = (TempDir::new().unwrap(), folder.path().join("nowhere"));
    for (root, port, words) in [
        (folder.path(), port, "is taken by another program"),
        (empty.path(), "0", "there is no archive in"),
        (&missing, "0", "nowhere: it has no folder `content`"),
        (folder.path(), "65536", "65536"),
    ] {
        let output = referat(root, &["--port", port]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(words), "`{words}` is not in {said}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn opens_the_browser() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, tools) = (archive(), TempDir::new().unwrap());
    let (opener, opened) = (tools.path().join("xdg-open"), tools.path().join("opened"));
    // What it writes appears at once and whole, in a pipe somebody reads.
    assert!(Command::new("mkfifo").arg(&opened).status().unwrap().success());
    fs::write(&opener, format!("#!/bin/sh\necho \"$@\" > '{}'\n", opened.display())).unwrap();
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = referat(folder.path(), &["--port", "0", "--open"]);
    command.env("PATH", tools.path());
    let server = Server::run(command);
    assert_eq!(fs::read_to_string(&opened).unwrap(), format!("http://{}/\n", server.host));
    drop(server);
    let mut without = referat(folder.path(), &["--port", "0", "--open"]);
    without.env("PATH", "");
    let server = Server::run(without);
    server.says("can't open the browser");
    assert_eq!(server.get("/").status, 200);
}
