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

/// A month as a sheet of days: seven columns from Monday, a square each; a small one in it for a meeting, a full one for several.
/// Size and not shade, as on a dark ground what stands out is lighter, and on paper all is grey.
pub(super) fn month(year: i16, month: i8, days: &[(i8, usize)]) -> String {
    let Ok(first) = Date::new(year, month, 1) else { return String::new() };
    let lead = first.weekday().to_monday_zero_offset();
    // Where the squares of a column and of a row begin, 12 units apart.
    const STARTS: [&str; 7] = ["1", "13", "25", "37", "49", "61", "73"];
    // Where the small squares within them do.
    const INNER: [&str; 7] = ["3.5", "15.5", "27.5", "39.5", "51.5", "63.5", "75.5"];
    let mut all = String::with_capacity(31 * "M73 73h10v10h-10z".len());
    let (mut one, mut several) = (String::new(), String::new());
    let cells = (usize::from(lead.unsigned_abs())..).zip(1..=first.days_in_month());
    for (cell, day) in cells {
        all.extend(["M", STARTS[cell % 7], " ", STARTS[cell / 7], "h10v10h-10z"]);
        match days.iter().find(|(held, _)| *held == day) {
            None => {}
            Some((_, 1)) => one.extend(["M", INNER[cell % 7], " ", INNER[cell / 7], "h5v5h-5z"]),
            Some(_) => several.extend(["M", STARTS[cell % 7], " ", STARTS[cell / 7], "h10v10h-10z"]),
        }
    }
    let rows = (i32::from(lead) + i32::from(first.days_in_month()) + 6) / 7;
    let path = |class: &str, d: &str| {
        if d.is_empty() { String::new() } else { format!("<path class=\"{class}\" d=\"{d}\"/>") }
    };
    format!(
        "<svg class=\"month\" viewBox=\"0 0 84 {}\" aria-hidden=\"true\" focusable=\"false\">{}{}{}</svg>",
        rows * 12,
        path("d0", &all),
        path("d1", &one),
        path("d2", &several)
    )
}

/// Above this many treatments their marks are small: 60 stay apart on a phone.
const MANY: usize = 20;
/// The least room for a year's name, in parts of a thousand: 46 pixels of the 288 on the narrowest phone.
const LABEL: i32 = 160;

/// The course of a case on a line of time, with a tick at each new year. `title` and `description` are text. All places are parts
/// of its width, so that it can be as wide as there is room while its text keeps the size of all text.
pub(super) fn strip(dates: &[Date], title: &str, description: &str) -> String {
    let (Some(first), Some(last)) = (dates.first(), dates.last()) else { return String::new() };
    // Half a year of room keeps two treatments in one week from filling it.
    let days = |date: Date| date.duration_since(Date::constant(1, 1, 1)).as_hours() / 24;
    let (start, end) = (days(*first), days(*last).max(days(*first) + 180));
    let place = |date: Date| i32::try_from(25 + (days(date) - start) * 950 / (end - start)).unwrap_or(0);
    // Put together by hand, as every case has one.
    let mut out = String::with_capacity(240 + title.len() + description.len() + dates.len() * 36);
    out.extend(["<svg class=\"strip\" role=\"img\"><title>", &escaped(title), "</title><desc>", &escaped(description)]);
    out.push_str("</desc><line class=\"axis\" x1=\"2.5%\" x2=\"97.5%\" y1=\"14\" y2=\"14\"/>");
    let label = |out: &mut String, at: i32, anchor: &str, year: i16| {
        let at = percent(at);
        out.push_str(&format!("<text x=\"{at}\" y=\"2.4em\" text-anchor=\"{anchor}\">{year}</text>"));
    };
    let mut labelled = -LABEL;
    for year in first.year() + 1..=last.year() {
        let Ok(date) = Date::new(year, 1, 1) else { continue };
        let at = percent(place(date));
        out.extend(["<line class=\"axis\" x1=\"", &at, "\" x2=\"", &at, "\" y1=\"8\" y2=\"20\"/>"]);
        if place(date) - labelled >= LABEL {
            label(&mut out, place(date).clamp(LABEL / 2, 1000 - LABEL / 2), "middle", year);
            labelled = place(date);
        }
    }
    if first.year() == last.year() {
        label(&mut out, 25, "start", first.year());
    }
    let radius = if dates.len() > MANY { "3" } else { "6" };
    for date in dates {
        out.extend(["<circle cx=\"", &percent(place(*date)), "\" cy=\"14\" r=\"", radius, "\"/>"]);
    }
    out.push_str("</svg>");
    out
}

/// Parts of a thousand as SVG writes them.
fn percent(parts: i32) -> String {
    format!("{}.{}%", parts / 10, parts % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_month_has_all_its_days() {
        let svg = month(2024, 2, &[(13, 1), (29, 2)]);
        let path = |class: &str| {
            let (_, rest) = svg.split_once(&format!("class=\"{class}\" d=\"")).unwrap_or_default();
            rest.split_once('"').unwrap_or_default().0
        };
        assert_eq!(path("d0").matches('M').count(), 29);
        assert_eq!(path("d1"), "M15.5 27.5h5v5h-5z", "13 February 2024 is the Tuesday of the third week");
        assert_eq!(path("d2"), "M37 49h10v10h-10z", "29 February 2024 is the Thursday of the fifth");
        assert!(svg.contains("viewBox=\"0 0 84 60\""));
    }

    #[test]
    fn a_strip_stays_inside_and_names_its_years() {
        let svg = strip(&[date(2023, 3, 8), date(2024, 4, 30), date(2025, 12, 16)], "a < b", "c");
        assert!(
            svg.contains("cx=\"2.5%\"")
                && svg.contains("cx=\"97.5%\"")
                && svg.contains(">2024<")
                && svg.contains("a &lt; b")
        );
        assert!(!svg.contains("viewBox"), "text that is drawn smaller with the picture can't be read on a phone");
        assert!(strip(&[], "", "").is_empty());
        assert!(strip(&[date(2024, 1, 1)], "", "").contains("cx=\"2.5%\""));
    }

    #[test]
    fn a_strip_within_one_year_names_it_and_many_treatments_stay_apart() {
        let within = strip(&[date(2024, 2, 1), date(2024, 11, 30)], "", "");
        assert!(within.contains(">2024<") && !within.contains(">2025<"), "{within}");
        let decades: Vec<_> = (1990..2025).map(|year| date(year, 6, 1)).collect();
        let labels = strip(&decades, "", "").matches("<text").count();
        assert!((4..=6).contains(&labels), "{labels} years in 288 pixels");
        let months =
            (0..60).filter_map(|month| jiff::civil::Date::new(2020 + month / 12, month as i8 % 12 + 1, 1).ok());
        assert!(strip(&months.collect::<Vec<_>>(), "", "").contains("r=\"3\""));
    }

    #[test]
    fn bars_are_of_the_largest() {
        assert!(bar(5, 10).contains("h500v"));
        assert!(bar(0, 0).contains("h0v"));
    }
}
