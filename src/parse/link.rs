//! Where the links of minutes may lead.

use crate::diag::Code;
use crate::model::{FileKind, Link};
use crate::source::{composed, is_bidi_control, is_invisible};
use core::net::{Ipv4Addr, Ipv6Addr};

/// Where a link may lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Out of the archive; an address with an allowed scheme.
    Web(String),
    /// To something in the archive.
    Local(Link),
}

/// Where a link of a meeting file at `path` leads; `None` where it may not be one.
pub fn link_target(url: &str, path: &str) -> Option<Target> {
    target(url, path).ok()
}

/// Judges a link of a file at `path`. Browsers drop control characters and white space from addresses, so the scheme is
/// judged without them (WHATWG URL, 4.1).
pub(super) fn target(url: &str, path: &str) -> Result<Target, (Code, Vec<String>)> {
    let url: String = url.chars().filter(|character| !character.is_control() && !is_invisible(*character)).collect();
    let url = url.trim();
    let form = || (Code::LinkForm, vec![url.to_owned()]);
    let head = url.split(['/', '?', '#']).next().unwrap_or_default();
    if let Some((scheme, rest)) = head.split_once(':') {
        let allowed = ["http", "https", "mailto", "tel"].contains(&scheme.to_ascii_lowercase().as_str());
        let web = scheme.to_ascii_lowercase().starts_with("http");
        let complete =
            if web { url[scheme.len()..].strip_prefix("://").is_some_and(is_authority) } else { !rest.is_empty() };
        return if allowed && complete { Ok(Target::Web(url.to_owned())) } else { Err(form()) };
    }
    // What stands after `#` goes into an attribute as it is, and no anchor of ours has such a character.
    if url.split_once('#').is_some_and(|(_, anchor)| anchor.contains(['"', '\'', '<', '>', '&', '`'])) {
        return Err(form());
    }
    if let Some(anchor) = url.strip_prefix('#') {
        return Ok(Target::Local(Link::Anchor(anchor.into())));
    }
    if url.is_empty() || url.starts_with(['/', '\\']) || url.contains(['\\', '?']) {
        return Err(form());
    }
    let (file, anchor) = url.split_once('#').map_or((url, None), |(file, anchor)| (file, Some(anchor)));
    let file = percent_encoding::percent_decode_str(file).decode_utf8().map_err(|_| form())?;
    // Encoded, what is refused above: on some systems it is a way out, and nowhere is it in a name that is published.
    if file.contains(|character: char| character == '\\' || character.is_control() || is_bidi_control(character)) {
        return Err(form());
    }
    let Some(file) = resolve(path, &composed(&file)) else { return Err((Code::LinkOutside, vec![url.to_owned()])) };
    let kind = file
        .rsplit('/')
        .next()
        .and_then(|name| name.rsplit_once('.'))
        .map(|(_, kind)| kind.to_lowercase())
        .unwrap_or_default();
    if kind == "md" {
        return Ok(Target::Local(Link::Meeting(file.into(), anchor.map(Into::into))));
    }
    if FileKind::of(&file).is_none() {
        return Err((Code::LinkFileType, vec![url.to_owned(), FileKind::ALL.map(|kind| kind.ending).join(", ")]));
    }
    Ok(Target::Local(Link::File(file.into())))
}

/// Whether a link of a file at `path` leads to a file that may be attached.
pub(super) fn names_file(url: &str, path: &str) -> bool {
    matches!(target(url, path), Ok(Target::Local(Link::File(_))))
}

/// Whether what follows `://` begins with the name of a machine, and with a port if it names one. Browsers open nothing
/// else, and each in its own way (WHATWG URL, 3.2 and 4.4).
fn is_authority(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let is_port =
        |port: &str| port.is_empty() || port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    if let Some((address, after)) = host.strip_prefix('[').and_then(|host| host.split_once(']')) {
        let port = if after.is_empty() { Some("") } else { after.strip_prefix(':') };
        return address.parse::<Ipv6Addr>().is_ok() && port.is_some_and(is_port);
    }
    let (name, port) = host.split_once(':').unwrap_or((host, ""));
    is_port(port) && percent_encoding::percent_decode_str(name).decode_utf8().is_ok_and(|name| is_domain(&name))
}

/// Whether a name can be one of a machine: none of the characters that a host may not have, and no number that isn't an
/// address.
fn is_domain(name: &str) -> bool {
    let is_forbidden = |character: char| character.is_control() || " #/:<>?@[\\]^|%".contains(character);
    let last = name.strip_suffix('.').unwrap_or(name).rsplit('.').next().unwrap_or_default();
    let is_number =
        last.strip_prefix("0x").map_or(!last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()), |hex| {
            hex.bytes().all(|byte| byte.is_ascii_hexdigit())
        });
    !name.is_empty() && !name.contains(is_forbidden) && (!is_number || name.parse::<Ipv4Addr>().is_ok())
}

/// The path in the archive that a relative path names from a file; `None` where it leaves the content folder.
fn resolve(from: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
                if parts.is_empty() {
                    return None;
                }
            }
            part => parts.push(part),
        }
    }
    (parts.len() > 1).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_judged() {
        let from = "content/direktionen/2018/2018-05-22.md";
        let judge = |url: &str| match target(url, from) {
            Ok(Target::Web(url)) => format!("web {url}"),
            Ok(Target::Local(Link::File(path))) => format!("file {path}"),
            Ok(Target::Local(Link::Meeting(path, anchor))) => format!("meeting {path} {}", anchor.unwrap_or_default()),
            Ok(Target::Local(Link::Anchor(anchor))) => format!("anchor {anchor}"),
            Err((code, _)) => code.name().to_owned(),
        };
        for (url, expected) in [
            ("https://a.example/x", "web https://a.example/x"),
            ("HTTP://a.example", "web HTTP://a.example"),
            ("mailto:a@b.example", "web mailto:a@b.example"),
            ("tel:+4570000000", "web tel:+4570000000"),
            ("2018-05-22/notat.pdf", "file content/direktionen/2018/2018-05-22/notat.pdf"),
            ("./2018-05-22/f%C3%A6lles%20notat.PDF", "file content/direktionen/2018/2018-05-22/fælles notat.PDF"),
            ("../../faelles/plan.pdf", "file content/faelles/plan.pdf"),
            ("2018-06-12.md#punkt-3", "meeting content/direktionen/2018/2018-06-12.md punkt-3"),
            ("#punkt-3", "anchor punkt-3"),
            ("../../../site.pdf", "link-outside"),
            ("../../../../etc/passwd.txt", "link-outside"),
            ("kort.svg", "link-file-type"),
            ("side.html", "link-file-type"),
            ("javascript:alert(1)", "link-form"),
            ("java\tscript:alert(1)", "link-form"),
            ("\u{200b}JavaScript:alert(1)", "link-form"),
            ("data:text/html,x", "link-form"),
            ("file:///etc/passwd", "link-form"),
            ("//evil.example/x.pdf", "link-form"),
            ("\\\\server\\x.pdf", "link-form"),
            ("https:x", "link-form"),
            ("/x.pdf", "link-form"),
            ("", "link-form"),
            ("a%07.pdf", "link-form"),
            ("a%E2%80%AEfdp.pdf", "link-form"),
            ("x.pdf?y", "link-form"),
        ] {
            assert_eq!(judge(url), expected, "{url}");
        }
    }
}
