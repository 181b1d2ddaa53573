//! The case numbers that stand under the heading of an item.

use crate::format::DraftCase;
use crate::language::{Language, minutes};
use crate::model::CasePattern;

/// A line under an item's heading, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CaseLine {
    /// The case numbers on it.
    pub cases: Vec<DraftCase>,
    /// What else it says, to be kept as text.
    pub rest: String,
}

/// Reads a line that holds nothing but case numbers, or fields with labels (`Sagsnr.: 18/1234  Dok.nr.: 5`). `None` where it is
/// another kind of line.
pub(super) fn case_line(line: &str, pattern: &CasePattern, language: Language) -> Option<CaseLine> {
    if line.len() > 400 {
        return None;
    }
    let mut found = CaseLine::default();
    let mut fields = 0;
    for field in fields_of(line, language) {
        fields += 1;
        if let Some(numbers) = known(field, pattern, language) {
            found.cases.extend(numbers.into_iter().map(DraftCase::Known));
        } else if let Some(number) = foreign(field, language) {
            found.cases.push(DraftCase::Foreign(number));
            add(&mut found.rest, field);
        } else if minutes::beside_case(language, field).is_some() {
            add(&mut found.rest, field);
        } else {
            return None;
        }
    }
    (fields > 0).then_some(found)
}

fn add(rest: &mut String, field: &str) {
    if !rest.is_empty() {
        rest.push_str(", ");
    }
    rest.push_str(field);
}

/// The fields of a line: parted by tabs, wide gaps, bars or semicolons, and where another label begins.
fn fields_of(line: &str, language: Language) -> Vec<&str> {
    let mut fields = Vec::new();
    let mut from = 0;
    let mut after_space = true;
    for (at, character) in line.char_indices() {
        let parts = matches!(character, '\t' | '|' | ';') || (after_space && character.is_whitespace() && at > 0);
        if parts || (after_space && at > from && begins_field(&line[at..], language)) {
            fields.push(&line[from..at]);
            from = at;
        }
        after_space = character.is_whitespace();
    }
    fields.push(&line[from..]);
    let edges = |mark: char| mark.is_whitespace() || matches!(mark, '|' | ';' | ',');
    fields.into_iter().map(|field| field.trim_matches(edges)).filter(|field| !field.is_empty()).collect()
}

fn begins_field(text: &str, language: Language) -> bool {
    minutes::beside_case(language, text).is_some()
        || label_length(text, language).is_some_and(|length| text[..length].trim_end().ends_with([':', '.']))
}

/// Numbers of the archive's pattern, when the field holds nothing else but labels and the words between them.
fn known(field: &str, pattern: &CasePattern, language: Language) -> Option<Vec<String>> {
    let filler = |gap: &str| {
        let gap = gap
            .trim_matches(|mark: char| mark.is_whitespace() || matches!(mark, ',' | ';' | '&' | '.' | ':' | '(' | ')'));
        gap.is_empty() || language.is_case_label(gap) || language.is_and(gap)
    };
    let mut numbers = Vec::new();
    let mut from = 0;
    for (range, reference) in pattern.find(field) {
        if !filler(&field[from..range.start]) {
            return None;
        }
        from = range.end;
        numbers.push(reference.printed().to_owned());
    }
    (!numbers.is_empty() && matches!(field[from..].trim(), "" | "." | "," | ";" | ")")).then_some(numbers)
}

/// A number of another form, where a label says that it is one of a case.
fn foreign(field: &str, language: Language) -> Option<String> {
    let length = label_length(field, language)?;
    let number = field[length..].trim().trim_end_matches(['.', ',']);
    is_case_form(number).then(|| number.to_owned())
}

/// How long the label of a case number at the start of a field is, with its colon.
fn label_length(field: &str, language: Language) -> Option<usize> {
    let ends = field.char_indices().take(24).filter(|(_, mark)| mark.is_whitespace() || *mark == ':');
    let label =
        ends.map(|(at, mark)| (at, at + mark.len_utf8())).filter(|(at, _)| language.is_case_label(&field[..*at]));
    let (_, end) = label.last()?;
    Some(end)
}

/// The forms of case numbers that are in use: `18/1234`, `EMN-2018-00123`, `330-2018-3619`, `2017-015327`, KLE keys such as
/// `00.01.00-P35-1-18`, `#123`, `owner/name#123`.
fn is_case_form(text: &str) -> bool {
    let allowed = |mark: char| mark.is_alphanumeric() || matches!(mark, '-' | '/' | '.' | '#' | '_');
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let parts = text.contains(['-', '/', '#']);
    let long = digits >= 4 || (text.contains('#') && digits > 0);
    text.len() <= 40 && text.chars().all(allowed) && parts && long && minutes::date(text).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<(Vec<String>, String)> {
        let shown = |case: &DraftCase| match case {
            DraftCase::Known(number) => number.clone(),
            DraftCase::Foreign(number) => format!("?{number}"),
        };
        case_line(line, &CasePattern::default(), Language::Da)
            .map(|found| (found.cases.iter().map(shown).collect(), found.rest))
    }

    #[test]
    fn case_lines() {
        for (line, cases, rest) in [
            ("17/22734", vec!["17/22734"], ""),
            ("Sag 17/22734 og 18/1", vec!["17/22734", "18/1"], ""),
            ("Sagsnr.: 18/1234", vec!["18/1234"], ""),
            (
                "Sagsnr. 18/1234   Dok.nr.: 99123-18   Initialer: bol",
                vec!["18/1234"],
                "Dok.nr.: 99123-18, Initialer: bol",
            ),
            ("Sagsid.: EMN-2018-00123", vec!["?EMN-2018-00123"], "Sagsid.: EMN-2018-00123"),
            ("Sagsnr. 330-2018-3619", vec!["?330-2018-3619"], "Sagsnr. 330-2018-3619"),
            ("Sag nr.: 2017-015327", vec!["?2017-015327"], "Sag nr.: 2017-015327"),
            ("Sagsnr: 00.01.00-P35-1-18", vec!["?00.01.00-P35-1-18"], "Sagsnr: 00.01.00-P35-1-18"),
            ("Dok.nr.: 17/22734", vec![], "Dok.nr.: 17/22734"),
        ] {
            assert_eq!(read(line), Some((cases.into_iter().map(str::to_owned).collect(), rest.to_owned())), "{line}");
        }
        for line in [
            "330-2018-3619",
            "26/2-2018",
            "Sagen 17/22734 udsættes",
            "2017/2018",
            "Sagsnr.: se bilag",
            "Sagsnr.: 22-05-2018",
            "",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
