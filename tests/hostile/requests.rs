//! Requests to the preview that mean harm, spoken to the server without a socket: what it answers to each is known beforehand.
//! `tests/serve.rs` has the server on its port, with clients that are slow, silent or too many.

use crate::support::Archive;
use referat::serve::Rehearsal;
use std::sync::Arc;

const PORT: u16 = 8000;

fn server() -> Rehearsal {
    let meeting = "---\ndate: 2018-05-22\n---\n\n## Punkt 1: Tranevig\n";
    let built = Archive::new().file("content/a/2018/a.md", meeting).build().clean();
    Rehearsal::new(Arc::new(built.0), PORT).unwrap()
}

/// The status of each answer on a connection.
fn statuses(answered: &[u8]) -> Vec<u16> {
    let text = String::from_utf8_lossy(answered);
    let is_head = |line: &&str| line.starts_with("HTTP/1.");
    text.lines().filter(is_head).map(|line| line[9..12].parse().unwrap()).collect()
}

const HOST: &str = "Host: localhost:8000\r\n";

/// A request that is in order but for its target and what stands in its head.
fn get(target: &str, head: &str) -> Vec<u8> {
    format!("GET {target} HTTP/1.1\r\n{HOST}{head}\r\n").into_bytes()
}

/// What is sent, and the statuses of what comes back.
fn cases() -> Vec<(&'static str, Vec<u8>, &'static [u16])> {
    let bytes = |text: &str| text.as_bytes().to_vec();
    let host = |host: &str| format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n").into_bytes();
    let method = |method: &str| format!("{method} / HTTP/1.1\r\n{HOST}\r\n").into_bytes();
    let long = "x".repeat(64 * 1024);
    vec![
        // The control: what is in order is answered.
        ("the home page", get("/", ""), &[200]),
        ("two pages, one after the other", [get("/", ""), get("/a/2018/2018-05-22.html", "")].concat(), &[200, 200]),
        // Names.
        ("no name", bytes("GET / HTTP/1.1\r\n\r\n"), &[403]),
        ("another name", host("evil.example"), &[403]),
        ("another name with our port", host("evil.example:8000"), &[403]),
        ("our name before another", host("localhost:8000.evil.example"), &[403]),
        ("our name and a user", host("localhost:8000@evil.example"), &[403]),
        ("our name with a dot", host("localhost.:8000"), &[403]),
        ("our name with another port", host("localhost:80"), &[403]),
        ("our address in one number", host("2130706433:8000"), &[403]),
        ("our address in octal", host("0177.0.0.1:8000"), &[403]),
        ("our address cut short", host("127.1:8000"), &[403]),
        ("our address in IPv6", host("[::ffff:127.0.0.1]:8000"), &[403]),
        ("any address", host("0.0.0.0:8000"), &[403]),
        ("two names", get("/", "Host: evil.example\r\n"), &[403]),
        ("our name twice", get("/", HOST), &[403]),
        ("two names in one", host("localhost:8000, evil.example"), &[403]),
        ("a name forwarded", get("/", "X-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n"), &[200]),
        // Targets.
        ("a whole address elsewhere", get("http://evil.example/", ""), &[403]),
        ("a whole address here", get("http://localhost:8000/", ""), &[200]),
        ("a whole address with a user", get("http://a@localhost:8000/", ""), &[403]),
        ("a whole address of another kind", get("file:///etc/passwd", ""), &[400]),
        ("a way for others", bytes(&format!("CONNECT evil.example:443 HTTP/1.1\r\n{HOST}\r\n")), &[403]),
        ("an asterisk", bytes(&format!("OPTIONS * HTTP/1.1\r\n{HOST}\r\n")), &[405]),
        ("up", get("/../../etc/passwd", ""), &[404]),
        ("up, encoded", get("/%2e%2e/%2e%2e/etc/passwd", ""), &[404]),
        ("up, encoded twice", get("/%252e%252e/content/site.yaml", ""), &[404]),
        ("up, in too many bytes", get("/%c0%ae%c0%ae/content/site.yaml", ""), &[404]),
        ("up, the other way", get("/..\\..\\content\\site.yaml", ""), &[404]),
        ("a file of the archive", get("/content/a/2018/a.md", ""), &[404]),
        ("NUL, encoded", get("/index.html%00.pdf", ""), &[404]),
        ("NUL", get("/index.html\0", ""), &[400]),
        ("a line end, encoded", get("/a%0d%0aSet-Cookie:%20a=b", ""), &[404]),
        ("bytes that are no text", get("/%ff%fe", ""), &[404]),
        ("no slash", get("index.html", ""), &[403]),
        ("a long address", get(&format!("/{long}"), ""), &[431]),
        // Methods.
        ("a method that writes", method("PUT"), &[405]),
        ("a method that deletes", method("DELETE"), &[405]),
        ("a method that gives back the head", method("TRACE"), &[405]),
        ("a method that asks for permission", method("OPTIONS"), &[405]),
        ("a method nobody knows", method("REFERAT"), &[405]),
        ("a method in small letters", method("get"), &[405]),
        ("a method that is none", method("G<T"), &[400]),
        // Heads.
        ("a head that is too long", get("/", &format!("X: {long}\r\n")), &[431]),
        ("a head of too many lines", get("/", &"X: y\r\n".repeat(5_000)), &[431]),
        ("a folded line", get("/", "X: a\r\n b\r\n"), &[400]),
        ("a space before the colon", get("/", "X : a\r\n"), &[400]),
        ("a NUL in a line", get("/", "X: a\0b\r\n"), &[400]),
        ("a carriage return in a line", get("/", "X: a\rb\r\n"), &[400]),
        ("another origin", get("/", "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n"), &[403]),
        (
            "another origin asks for permission",
            bytes(&format!(
                "OPTIONS / HTTP/1.1\r\n{HOST}Origin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Private-Network: true\r\n\r\n"
            )),
            &[405],
        ),
        (
            "a web socket",
            get(
                "/.referat/events",
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nOrigin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: websocket\r\n",
            ),
            &[403],
        ),
        (
            "HTTP/2 over clear text",
            get("/", "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"),
            &[200],
        ),
        ("a part that is too much", get("/", "Range: bytes=0-0,0-0,0-0,0-18446744073709551615\r\n"), &[200]),
        // Bodies.
        (
            "a length that lies",
            bytes(&format!("POST / HTTP/1.1\r\n{HOST}Content-Length: 99999999999999999999999\r\n\r\n")),
            &[400],
        ),
        (
            "two lengths",
            bytes(&format!("POST / HTTP/1.1\r\n{HOST}Content-Length: 0\r\nContent-Length: 5\r\n\r\nabcde")),
            &[400],
        ),
        (
            "a length and chunks",
            bytes(&format!(
                "POST / HTTP/1.1\r\n{HOST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /a/ HTTP/1.1\r\n{HOST}\r\n"
            )),
            &[405],
        ),
        (
            "chunks in a coding nobody knows",
            bytes(&format!("POST / HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked, a\r\n\r\n0\r\n\r\n")),
            &[400],
        ),
        (
            "a request in a body",
            bytes(&format!(
                "GET / HTTP/1.1\r\n{HOST}Content-Length: 45\r\n\r\nGET /a/ HTTP/1.1\r\nHost: localhost:8000\r\n\r\n....."
            )),
            &[200],
        ),
        // Garbage.
        ("nothing", Vec::new(), &[]),
        ("a greeting of TLS", bytes("\x16\x03\x01\x02\0\x01\0\x01"), &[400]),
        ("a greeting of HTTP/2", bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), &[]),
        ("HTTP/0.9", bytes("GET /\r\n\r\n"), &[400]),
        ("HTTP/9.9", bytes("GET / HTTP/9.9\r\n\r\n"), &[400]),
        ("line ends alone", b"\r\n".repeat(50_000), &[431]),
        ("zeros", vec![0; 100_000], &[400]),
        ("ones", vec![0xff; 100_000], &[400]),
    ]
}

#[test]
fn each_request_gets_what_it_deserves() {
    let server = server();
    let cases = cases();
    assert!(cases.len() >= 40);
    let mut wrong = Vec::new();
    for (name, sent, expected) in cases {
        let answered = server.converse(&sent);
        let text = String::from_utf8_lossy(&answered).to_lowercase();
        let got = statuses(&answered);
        for words in ["access-control-", "set-cookie:", "evil.example", "root:"] {
            assert!(!text.contains(words), "{name}: {text}");
        }
        let is_refused = got.first().is_some_and(|status| [400, 403, 405, 414, 431].contains(status)) && got.len() == 1;
        assert!(!is_refused || !text.contains("<html"), "{name}: {text}");
        if got != expected {
            wrong.push(format!("{name}: {got:?}, not {expected:?}"));
        }
        assert_eq!(statuses(&server.converse(&get("/", ""))), [200], "after {name}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The page's own policy, widened by what the reload needs and by nothing else.
#[test]
fn the_policy_allows_the_reload_and_nothing_more() {
    let server = server();
    let answered = String::from_utf8(server.converse(&get("/a/2018/2018-05-22.html", ""))).unwrap();
    let built =
        Archive::new().file("content/a/2018/a.md", "---\ndate: 2018-05-22\n---\n\n## Punkt 1: Tranevig\n").build();
    let policy = |page: &str| {
        let page = scraper::Html::parse_document(page);
        let meta = scraper::Selector::parse("meta[http-equiv]").unwrap();
        let found: Vec<String> =
            page.select(&meta).map(|meta| meta.value().attr("content").unwrap().to_owned()).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].split(';').map(|directive| directive.trim().to_owned()).collect::<Vec<_>>()
    };
    let (own, shown) =
        (policy(&built.page("a/2018/2018-05-22.html")), policy(answered.split_once("\r\n\r\n").unwrap().1));
    let added: Vec<&String> = shown.iter().filter(|directive| !own.contains(directive)).collect();
    let allowed = ["script-src 'self'", "connect-src 'self'"];
    assert!(added.iter().all(|directive| allowed.contains(&directive.as_str())), "{own:?} became {shown:?}");
    let dropped: Vec<&String> = own.iter().filter(|directive| !shown.contains(directive)).collect();
    assert!(
        dropped.iter().all(|directive| directive.starts_with("script-src ") || directive.starts_with("connect-src ")),
        "{own:?} became {shown:?}"
    );
    assert!(shown.contains(&"default-src 'none'".to_owned()), "{shown:?}");
}
