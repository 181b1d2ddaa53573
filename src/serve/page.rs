//! Changes pages on their way to the browser: the script that reloads them, what is wrong, and a policy that allows the script.
//!
//! Built pages have none of it, and a theme may write its pages as it likes. So the tags are found by reading the page as far
//! as its body, and a page's own policy is widened by what the script needs, not exchanged for one that may forbid what the
//! page uses or allow more.

use super::answer::SCRIPT;
use std::ops::Range;

/// A page ready for the browser. `version` is what it was made from; `problems` is the text shown above it, if any.
pub(super) fn dress(page: &str, version: &str, problems: &str) -> String {
    let script = format!("<script src=\"{SCRIPT}\" data-version=\"{version}\" defer></script>\n");
    let banner = if problems.is_empty() { String::new() } else { banner(problems) };
    let mut out = String::with_capacity(page.len() + script.len() + banner.len() + 128);
    let (mut from, mut script, mut banner) = (0, Some(script), Some(banner));
    for tag in tags(page) {
        match tag.name.to_ascii_lowercase().as_str() {
            "meta" => {
                if let Some(policy) = policy(&page[tag.range.clone()]) {
                    let place = tag.range.start + policy.start..tag.range.start + policy.end;
                    let allowing = allow_reload(&unescape(unquoted(&page[place.clone()])));
                    out.push_str(&page[from..place.start]);
                    out.push_str(&format!("\"{}\"", escape(&allowing)));
                    from = place.end;
                }
            }
            "/head" => {
                out.push_str(&page[from..tag.range.start]);
                out.extend(script.take());
                from = tag.range.start;
            }
            "body" => {
                out.push_str(&page[from..tag.range.end]);
                from = tag.range.end;
                out.extend(banner.take());
                break;
            }
            _ => {}
        }
    }
    out.push_str(&page[from..]);
    // A page may leave out the tags that HTML lets it leave out.
    out.extend(banner.take());
    out.extend(script.take());
    out
}

/// A page with nothing in it, for problems to be shown on.
pub(super) fn bare(title: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'\">\n\
         <title>{title}</title>\n</head>\n<body>\n</body>\n</html>\n"
    )
}

/// What is wrong, in the language of the program, which need not be that of the page.
fn banner(problems: &str) -> String {
    format!(
        "\n<div role=\"alert\" id=\"referat-problems\" lang=\"en\">\n\
         <p>The newest version of the archive can't be shown. This page reloads by itself once it is mended.</p>\n\
         <pre>\n{}</pre>\n</div>\n",
        escape(problems)
    )
}

struct Tag<'a> {
    /// The name; that of an end tag with its slash.
    name: &'a str,
    /// From `<` to `>`.
    range: Range<usize>,
}

/// The tags of a page, in order, without what only looks like one: comments, and the text of scripts, styles and titles.
fn tags(page: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + page.get(at..)?.find('<')?;
            let rest = &page[start..];
            if rest.starts_with("<!--") {
                at = start + rest.find("-->")? + 3;
                continue;
            }
            if !rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!') {
                at = start + 1;
                continue;
            }
            let length = rest[1..].find(|c: char| !(c.is_ascii_alphanumeric() || c == '/')).unwrap_or(0);
            let end = start + tag_length(rest)?;
            at = end;
            let name = rest[1..1 + length].trim_end_matches('/');
            if ["script", "style", "title", "textarea"].iter().any(|raw| name.eq_ignore_ascii_case(raw)) {
                at = end + find_end(&page[end..], name)?;
            }
            return Some(Tag { name, range: start..end });
        }
    })
}

/// How long the tag is that a text begins with. A `>` in quotes doesn't end it.
fn tag_length(text: &str) -> Option<usize> {
    let mut quote = None;
    text.bytes()
        .position(|byte| {
            match (byte, quote) {
                (b'>', None) => return true,
                (b'"' | b'\'', None) => quote = Some(byte),
                (byte, Some(open)) if byte == open => quote = None,
                _ => {}
            }
            false
        })
        .map(|at| at + 1)
}

/// Where the end tag of a name begins.
fn find_end(text: &str, name: &str) -> Option<usize> {
    let is_end = |at: usize| {
        let rest = &text.as_bytes()[at..];
        rest.get(2..2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
    };
    text.match_indices("</").map(|(at, _)| at).find(|at| is_end(*at))
}

/// Where in a `meta` tag the content policy stands, if it is one.
fn policy(tag: &str) -> Option<Range<usize>> {
    let attributes = attributes(tag);
    let value = |wanted: &str| {
        attributes.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.clone())
    };
    let kind = value("http-equiv")?;
    unquoted(&tag[kind]).trim().eq_ignore_ascii_case("content-security-policy").then(|| value("content")).flatten()
}

/// The attributes of a tag: names, and where the values stand, with their quotes.
fn attributes(tag: &str) -> Vec<(&str, Range<usize>)> {
    let mut out = Vec::new();
    let mut at = tag.find(char::is_whitespace).unwrap_or(tag.len());
    while let Some(start) = tag[at..].find(|c: char| !c.is_whitespace() && !"=/>".contains(c)).map(|skip| at + skip) {
        let end =
            tag[start..].find(|c: char| c.is_whitespace() || "=/>".contains(c)).map_or(tag.len(), |end| start + end);
        at = end;
        if let Some(value) = tag[end..].trim_start().strip_prefix('=').map(str::trim_start) {
            let from = tag.len() - value.len();
            let length = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value[1..].find(quote).map(|end| end + 2),
                _ => value.find(|c: char| c.is_whitespace() || c == '>'),
            };
            at = from + length.unwrap_or(value.len());
            out.push((&tag[start..end], from..at));
        }
    }
    out
}

fn unquoted(value: &str) -> &str {
    let inner = |quote| value.strip_prefix(quote).and_then(|value| value.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}

/// A policy that allows what another one does, our script, and that it listens ("Content Security Policy Level 3", W3C).
fn allow_reload(policy: &str) -> String {
    let mut directives: Vec<Vec<String>> = policy
        .split(';')
        .map(|directive| directive.split_ascii_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .filter(|words| !words.is_empty())
        .collect();
    allow_self(&mut directives, &["script-src-elem", "script-src"]);
    allow_self(&mut directives, &["connect-src"]);
    directives.iter().map(|words| words.join(" ")).collect::<Vec<_>>().join("; ")
}

/// Adds this server to the directive that decides, the first of `names` that is there. Where none is, the default would
/// decide; it is left as it is for everything else.
fn allow_self(directives: &mut Vec<Vec<String>>, names: &[&str]) {
    let find = |directives: &[Vec<String>], name: &str| {
        directives.iter().position(|words| words[0].eq_ignore_ascii_case(name))
    };
    let at = match names.iter().find_map(|name| find(directives, name)) {
        Some(at) => at,
        None => {
            let (Some(default), Some(name)) = (find(directives, "default-src"), names.last()) else { return };
            let mut words = directives[default].clone();
            words[0] = (*name).to_owned();
            directives.push(words);
            directives.len() - 1
        }
    };
    let words = &mut directives[at];
    words.retain(|word| !word.eq_ignore_ascii_case("'none'") && !word.eq_ignore_ascii_case("'self'"));
    words.push("'self'".to_owned());
}

/// Text for HTML, in elements and in values with double quotes.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Undoes what templates do to the characters of a policy.
fn unescape(text: &str) -> String {
    ["&#39;", "&#x27;", "&apos;"]
        .iter()
        .fold(text.to_owned(), |text, quote| text.replace(quote, "'"))
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn policies_are_widened_by_what_the_script_needs() {
        let cases = [
            ("default-src 'none'", "default-src 'none'; script-src 'self'; connect-src 'self'"),
            ("", ""),
            ("style-src 'self'", "style-src 'self'"),
            ("default-src 'self'; img-src *", "default-src 'self'; img-src *; script-src 'self'; connect-src 'self'"),
            (
                "default-src https://a.example",
                "default-src https://a.example; script-src https://a.example 'self'; connect-src https://a.example 'self'",
            ),
            (
                "default-src 'none';script-src 'sha256-x='; connect-src 'none'",
                "default-src 'none'; script-src 'sha256-x=' 'self'; connect-src 'self'",
            ),
            (
                "Script-Src 'none'; script-src-elem 'NONE'; default-src 'none'; script-src *",
                "Script-Src 'none'; script-src-elem 'self'; default-src 'none'; script-src *; connect-src 'self'",
            ),
        ];
        for (policy, allowing) in cases {
            assert_eq!(allow_reload(policy), allowing, "{policy}");
        }
    }

    #[test]
    fn pages_are_dressed_however_their_theme_writes_them() {
        let allowed = "\"default-src 'none'; script-src 'self'; connect-src 'self'\"";
        let script = "<script src=\"/.referat/reload.js\" data-version=\"7\" defer></script>\n";
        let (top, end) = ("\n<div role=\"alert\"", "</div>\n");
        let cases = [
            ("<head></head><body class='>'><p>", "<head>S</head><body class='>'>B<p>"),
            ("<HEAD></HEAD><BODY><p>", "<HEAD>S</HEAD><BODY>B<p>"),
            ("<!doctype html><p>a < b", "<!doctype html><p>a < bBS"),
            (
                "<!-- </head><body> --><title></head></title></head><body>",
                "<!-- </head><body> --><title></head></title>S</head><body>B",
            ),
            ("<header></header><body>", "<header></header><body>BS"),
            (
                "<meta content='default-src &#39;none&#39;' HTTP-EQUIV=content-security-policy></head><body>",
                "<meta content=P HTTP-EQUIV=content-security-policy>S</head><body>B",
            ),
            (
                "<meta\nhttp-equiv = \"Content-Security-Policy\"\ncontent = \"default-src 'none'\"/></head><body>",
                "<meta\nhttp-equiv = \"Content-Security-Policy\"\ncontent = P/>S</head><body>B",
            ),
            (
                "<meta name=a content=\"default-src 'none'\"></head><body>",
                "<meta name=a content=\"default-src 'none'\">S</head><body>B",
            ),
            ("<meta =\"x\" = content></head><body>", "<meta =\"x\" = content>S</head><body>B"),
        ];
        for (page, dressed) in cases {
            let got = dress(page, "7", "1 < 2\n").replace(script, "S").replace(allowed, "P");
            let (from, to) = (got.find(top).unwrap(), got.rfind(end).unwrap() + end.len());
            assert!(got[from..to].contains("<pre>\n1 &lt; 2\n</pre>"), "{got}");
            assert_eq!(format!("{}B{}", &got[..from], &got[to..]), dressed, "{page}");
            assert!(!dress(page, "7", "").contains("alert"), "{page}");
        }
    }

    proptest! {
        #[test]
        fn any_page_gets_its_script(
            parts in proptest::collection::vec(proptest::sample::select(vec![
                "<", ">", "</", "meta", " ", "http-equiv", "=", "content", "\"", "'", "Content-Security-Policy", "/", "head",
                "body", "title", "script", "<!--", "-->", "default-src 'none'", ";", "æ", "\n", "!",
            ]), 0..40)
        ) {
            let page = parts.concat();
            prop_assert!(dress(&page, "7", "x").contains(SCRIPT));
        }
    }
}
