//! What a request gets: a function of its head and of what is shown now.
//!
//! A path is looked up in the plan and nowhere else, so `..`, encoded or not, is a name like any other that nothing has. Who
//! may ask is settled first: every program on this computer can, and every page in the browser can make the browser ask.

use super::{Showing, page};
use crate::model::FileKind;
use crate::pipeline::{Build, Content};
use crate::report::{self, Colour, Format};
use crate::site::{Route, route};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::path::Path;

/// Where pages hear of changes. No address of a site begins with a dot.
pub(super) const EVENTS: &str = "/.referat/events";

/// Where the script is that listens.
pub(super) const SCRIPT: &str = "/.referat/reload.js";

/// Why a request is refused before its path is looked at; `None` when it is not.
pub(super) fn refusal(head: &Parts, port: u16) -> Option<Response<Vec<u8>>> {
    if !is_ours(head, port) {
        return Some(text(StatusCode::FORBIDDEN, "This server answers only under its own name.\n"));
    }
    if is_foreign(head) {
        return Some(text(StatusCode::FORBIDDEN, "Other sites may link to this server, and nothing else.\n"));
    }
    if head.method != Method::GET && head.method != Method::HEAD {
        let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "This server only shows pages.\n");
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return Some(response);
    }
    None
}

/// Whether the client thinks that it talks to us. A site elsewhere can give its own name our address (DNS rebinding) and
/// then read what we answer, but it can't change the name the browser sends.
fn is_ours(head: &Parts, port: u16) -> bool {
    let mut hosts = head.headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    let target = head.uri.authority().map(|authority| authority.as_str().as_bytes());
    is_our_name(host.as_bytes(), port) && target.is_none_or(|target| is_our_name(target, port))
}

fn is_our_name(host: &[u8], port: u16) -> bool {
    let host = host.to_ascii_lowercase();
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| {
        // Browsers leave out the port that HTTP has by itself.
        host == format!("{name}:{port}").as_bytes() || (port == 80 && host == name.as_bytes())
    })
}

/// Whether a page of another origin made the browser ask ("Fetch Metadata Request Headers", W3C), other than by a link
/// somebody followed: such a page shows in its own tab, where the other one can't read it. Another port of this computer is
/// another origin too. Programs that are no browsers send nothing of the kind.
fn is_foreign(head: &Parts) -> bool {
    let says = |name: &str, value: &str| head.headers.get(name).is_some_and(|header| header == value);
    let from_elsewhere = head.headers.contains_key("sec-fetch-site")
        && !says("sec-fetch-site", "same-origin")
        && !says("sec-fetch-site", "none");
    let follows_link = says("sec-fetch-mode", "navigate") && says("sec-fetch-dest", "document");
    from_elsewhere && !follows_link
}

/// What stands at a path, which begins with `/` and is still encoded.
pub(super) fn answer(path: &str, showing: &Showing) -> Response<Vec<u8>> {
    if path == SCRIPT {
        return whole(StatusCode::OK, "text/javascript; charset=utf-8", include_bytes!("reload.js").to_vec());
    }
    let Some(build) = &showing.build else {
        // Nothing is wrong with the request, and the address may well be one once the content is mended.
        return html(StatusCode::INTERNAL_SERVER_ERROR, page::bare("Errors"), showing);
    };
    match find(path, build) {
        Found::Page(route) => content(StatusCode::OK, &route, build, showing),
        Found::Folder(route) => moved(&route),
        Found::Nothing => content(StatusCode::NOT_FOUND, &route::not_found(), build, showing),
    }
}

enum Found {
    Page(Route),
    /// The path is that of a folder without the slash at the end; this is its page.
    Folder(Route),
    Nothing,
}

fn find(path: &str, build: &Build) -> Found {
    let path = path.strip_prefix('/').unwrap_or(path);
    let Ok(path) = percent_decode_str(path).decode_utf8() else { return Found::Nothing };
    let stands = |path: &str| Some(Route::new(path)).filter(|route| build.site.pages.contains_key(route));
    if path.is_empty() || path.ends_with('/') {
        return stands(&format!("{path}index.html")).map_or(Found::Nothing, Found::Page);
    }
    let page = stands(&path).map(Found::Page);
    page.or_else(|| stands(&format!("{path}/index.html")).map(Found::Folder)).unwrap_or(Found::Nothing)
}

/// Leads to a folder with its slash, without which relative links would lead astray. The address is made from the plan, not
/// from the request.
fn moved(route: &Route) -> Response<Vec<u8>> {
    const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    let folder = route.path().strip_suffix("index.html").unwrap_or(route.path());
    let to = format!("/{}", utf8_percent_encode(folder, PLAIN));
    // Not a permanent one: browsers would remember it for the next archive at this address.
    let mut response = text(StatusCode::FOUND, &format!("{to}\n"));
    response.headers_mut().extend(HeaderValue::from_str(&to).ok().map(|to| (header::LOCATION, to)));
    response
}

fn content(status: StatusCode, route: &Route, build: &Build, showing: &Showing) -> Response<Vec<u8>> {
    let kind = content_type(route.path());
    let bytes = match build.content(route) {
        None => return text(status, "There is nothing at this address.\n"),
        Some(Ok(Content::Bytes(bytes))) => bytes,
        Some(Ok(Content::File(path))) => match build.file(&path) {
            Ok(bytes) => bytes,
            Err(error) => return text(StatusCode::INTERNAL_SERVER_ERROR, &format!("{error}\n")),
        },
        Some(Err(problem)) => {
            let problems = report::diagnostics(&[*problem], Path::new(""), Format::Human, Colour::No);
            let showing = Showing { problems: problems.into(), ..showing.clone() };
            return html(StatusCode::INTERNAL_SERVER_ERROR, page::bare("Errors"), &showing);
        }
    };
    match String::from_utf8(bytes) {
        Ok(text) if kind == HTML => html(status, text, showing),
        Ok(text) => whole(status, kind, text.into_bytes()),
        Err(error) => whole(status, kind, error.into_bytes()),
    }
}

const HTML: &str = "text/html; charset=utf-8";

/// What a file is, by the ending of its address as every server of static files has it.
fn content_type(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => HTML,
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "txt" | "md" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "json" => "application/json",
        "jsonld" => "application/ld+json",
        "webmanifest" => "application/manifest+json",
        "zip" => "application/zip",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => FileKind::of(name).map_or("application/octet-stream", |kind| kind.media_type),
    }
}

fn html(status: StatusCode, text: String, showing: &Showing) -> Response<Vec<u8>> {
    whole(status, HTML, page::dress(&text, &showing.name(), &showing.problems).into_bytes())
}

/// A short answer in plain text.
pub(super) fn text(status: StatusCode, text: &str) -> Response<Vec<u8>> {
    whole(status, "text/plain; charset=utf-8", text.as_bytes().to_vec())
}

fn whole(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let length = HeaderValue::from(response.body().len());
    response.headers_mut().extend(headers(kind));
    response.headers_mut().insert(header::CONTENT_LENGTH, length);
    response
}

/// What every answer says: take it for what it is called, don't keep it, and let no other origin have it.
pub(super) fn headers(kind: &'static str) -> HeaderMap {
    let all: [(HeaderName, &'static str); 4] = [
        (header::CONTENT_TYPE, kind),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    all.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect()
}
