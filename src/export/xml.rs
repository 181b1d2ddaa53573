//! What all XML files need.

use std::borrow::Cow;

/// A text as XML can hold it: without the characters that no reader of XML 1.0 accepts (§ 2.2, production 2). None of them
/// can be seen.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    let is_allowed = |character: char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    // Nearly every text is fine, and bytes are looked at faster: what is not allowed has a small byte, or begins with 0xef.
    let is_suspect = |byte: u8| byte < b' ' || byte == 0xef;
    if !text.bytes().any(is_suspect) || text.chars().all(is_allowed) {
        return text.into();
    }
    text.chars().filter(|character| is_allowed(*character)).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn what_xml_cannot_hold_falls_away() {
        assert_eq!(text("a\u{0}b\u{1b}\tæ\u{ffff}\u{fffe}\u{fffd}\u{1f600}"), "ab\tæ\u{fffd}\u{1f600}");
        assert_eq!(text("almindelig"), "almindelig");
    }
}
