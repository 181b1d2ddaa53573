//! Charts, as inline SVG made at build time.
//!
//! Each stands beside its numbers as text or table, which are the alternative; so the pictures are hidden from screen
//! readers, but for the strip, whose list is further down and which says in words what it shows. Only classes and presentation
//! attributes are used: inline styles would be refused by the pages' own content policy.

use crate::model::escaped;
use jiff::civil::Date;

/// One bar of a row, 100 units wide at the largest value.
pub(super) fn bar(value: usize, largest: usize) -> String {
    let width = (value * 1000).checked_div(largest).unwrap_or_default();
    format!(
        "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\"><path d=\"M0 0h{width}v10H0z\"/></svg>"
    )
}

/// A month as a sheet of days: seven columns from Monday, a filled square for a day with meetings, a darker one for several.
pub(super) fn month(year: i16, month: i8, days: &[(i8, usize)]) -> String {
    let Ok(first) = Date::new(year, month, 1) else { return String::new() };
    let lead = first.weekday().to_monday_zero_offset();
    // Where the squares of a column and of a row begin, 12 units apart.
    const STARTS: [&str; 7] = ["1", "13", "25", "37", "49", "61", "73"];
    let mut none = String::with_capacity(31 * "M73 73h10v10h-10z".len());
    let (mut one, mut several) = (String::new(), String::new());
    let cells = (usize::from(lead.unsigned_abs())..).zip(1..=first.days_in_month());
    for (cell, day) in cells {
        let out = match days.iter().find(|(held, _)| *held == day) {
            None => &mut none,
            Some((_, 1)) => &mut one,
            Some(_) => &mut several,
        };
        for part in ["M", STARTS[cell % 7], " ", STARTS[cell / 7], "h10v10h-10z"] {
            out.push_str(part);
        }
    }
    let rows = (i32::from(lead) + i32::from(first.days_in_month()) + 6) / 7;
    let path = |class: &str, d: &str| {
        if d.is_empty() { String::new() } else { format!("<path class=\"{class}\" d=\"{d}\"/>") }
    };
    format!(
        "<svg class=\"month\" viewBox=\"0 0 84 {}\" aria-hidden=\"true\" focusable=\"false\">{}{}{}</svg>",
        rows * 12,
        path("d0", &none),
        path("d1", &one),
        path("d2", &several)
    )
}

/// The course of a case on a line of time, with a tick at each new year. `title` and `description` are text.
pub(super) fn strip(dates: &[Date], title: &str, description: &str) -> String {
    let (Some(first), Some(last)) = (dates.first(), dates.last()) else { return String::new() };
    // The strip is 400 units wide; half a year of room keeps two treatments in one week from filling it.
    let days = |date: Date| date.duration_since(Date::constant(1, 1, 1)).as_hours() / 24;
    let (start, end) = (days(*first), days(*last).max(days(*first) + 180));
    let x = |date: Date| 10 + (days(date) - start) * 380 / (end - start);
    // Put together by hand, as every case has one.
    let mut out = String::with_capacity(200 + title.len() + description.len() + dates.len() * 36);
    out.extend(["<svg class=\"strip\" viewBox=\"0 0 400 44\" role=\"img\"><title>", &escaped(title)]);
    out.extend(["</title><desc>", &escaped(description), "</desc><path class=\"axis\" d=\"M10 14H390\"/>"]);
    let mut labelled = -60;
    for year in first.year() + 1..=last.year() {
        let Ok(date) = Date::new(year, 1, 1) else { continue };
        out.extend(["<path class=\"axis\" d=\"M", &x(date).to_string(), " 8v12\"/>"]);
        if x(date) - labelled >= 44 {
            out.push_str(&format!(
                "<text x=\"{}\" y=\"38\" text-anchor=\"middle\">{year}</text>",
                x(date).clamp(20, 380)
            ));
            labelled = x(date);
        }
    }
    for date in dates {
        out.extend(["<circle cx=\"", &x(*date).to_string(), "\" cy=\"14\" r=\"6\"/>"]);
    }
    out.push_str("</svg>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_month_has_all_its_days() {
        let svg = month(2024, 2, &[(13, 1), (29, 2)]);
        assert_eq!(svg.matches("h10v10h-10z").count(), 29);
        assert!(svg.contains("class=\"d1\" d=\"M13 25h"), "13 February 2024 is the Tuesday of the third week: {svg}");
        assert!(svg.contains("viewBox=\"0 0 84 60\""));
    }

    #[test]
    fn a_strip_stays_inside_and_names_its_years() {
        let svg = strip(&[date(2023, 3, 8), date(2024, 4, 30), date(2025, 12, 16)], "a < b", "c");
        assert!(
            svg.contains("cx=\"10\"")
                && svg.contains("cx=\"390\"")
                && svg.contains(">2024<")
                && svg.contains("a &lt; b")
        );
        assert!(strip(&[], "", "").is_empty());
        assert!(strip(&[date(2024, 1, 1)], "", "").contains("cx=\"10\""));
    }

    #[test]
    fn bars_are_of_the_largest() {
        assert!(bar(5, 10).contains("h500v"));
        assert!(bar(0, 0).contains("h0v"));
    }
}
