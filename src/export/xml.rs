//! What all XML files need.

use std::borrow::Cow;

/// A text as XML can hold it: without the characters that no reader of XML 1.0 accepts (§ 2.2, production 2). None of them
/// can be seen.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    let is_allowed = |character: char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    if text.chars().all(is_allowed) {
        text.into()
    } else {
        text.chars().filter(|c| is_allowed(*c)).collect::<String>().into()
    }
}
