//! Calendars: past and coming meetings of the archive, of an organization, or one alone (RFC 5545).
//!
//! The lines are our own: of the two libraries for the job, both fold at 76 octets where the standard says 75, and one gives
//! a time zone an id and the time of the clock.

use super::zone::{MIDNIGHT, Observance, Zone};
use crate::language::Words;
use crate::model::{AgendaItem, Disclosure, Meeting, MeetingId, Status};
use crate::render::Edition;
use crate::site::{Route, Scope, route};
use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use sha2::{Digest, Sha256};

/// The most octets on a line, without its end (RFC 5545 § 3.1).
const LIMIT: usize = 75;

/// A calendar.
pub(super) fn calendar(edition: &Edition<'_>, scope: Scope) -> Vec<u8> {
    let archive = edition.archive;
    let title = &edition.config.title;
    match scope {
        Scope::Organization(index) => {
            let group = &archive.organizations[index];
            write(edition, &format!("{} – {title}", group.organization.name), &group.meetings)
        }
        Scope::Meeting(id) => write(edition, title, &[id]),
        Scope::Archive | Scope::Case(_) => {
            let all: Vec<MeetingId> = (0..).zip(&archive.meetings).map(|(id, _)| id).collect();
            write(edition, title, &all)
        }
    }
}

fn write(edition: &Edition<'_>, name: &str, ids: &[MeetingId]) -> Vec<u8> {
    let mut out = Lines(String::new());
    out.value("BEGIN", "VCALENDAR");
    out.value("VERSION", "2.0");
    out.value("PRODID", "-//referat//referat//EN");
    out.value("CALSCALE", "GREGORIAN");
    // NAME is the standard's (RFC 7986 § 5.1), the other the one that programs read.
    out.text("NAME", name);
    out.text("X-WR-CALNAME", name);
    let zone = Zone::of(edition.config);
    let timed = || ids.iter().map(|id| edition.archive.meeting(*id)).filter(|meeting| meeting.start.is_some());
    if let (Some(first), Some(last)) = (timed().next(), timed().next_back()) {
        out.time_zone(&edition.config.time_zone, &zone.observances(first.date, last.date));
    }
    for id in ids {
        out.value("BEGIN", "VEVENT");
        out.event(edition, &zone, *id);
        let meeting = edition.archive.meeting(*id);
        // Among many meetings only coming ones tell their agenda: with all of them every refresh of a subscription is large.
        if (ids.len() == 1 || meeting.status == Status::Agenda) && !meeting.items.is_empty() {
            out.text("DESCRIPTION", &agenda(meeting, edition.config.language.words()));
        }
        out.value("END", "VEVENT");
    }
    out.value("END", "VCALENDAR");
    out.0.into_bytes()
}

/// Content lines (RFC 5545 § 3.1).
struct Lines(String);

impl Lines {
    /// A property whose value needs no escapes: a date, a number, an address.
    fn value(&mut self, name: &str, value: &str) {
        self.fold(&format!("{name}:{value}"));
    }

    /// A property whose value is text (§ 3.3.11).
    fn text(&mut self, name: &str, text: &str) {
        let mut line = format!("{name}:");
        for character in text.chars() {
            match character {
                '\\' | ';' | ',' => line.extend(['\\', character]),
                '\n' => line.push_str("\\n"),
                // No other control character may stand in a text.
                character if character.is_control() => line.push(' '),
                character => line.push(character),
            }
        }
        self.fold(&line);
    }

    /// Breaks a line where it would be too long, never inside a character. The space that begins what follows counts too.
    fn fold(&mut self, mut line: &str) {
        let mut room = LIMIT;
        while line.len() > room {
            let (before, rest) = line.split_at(line.floor_char_boundary(room));
            self.0.push_str(before);
            self.0.push_str("\r\n ");
            line = rest;
            room = LIMIT - 1;
        }
        self.0.push_str(line);
        self.0.push_str("\r\n");
    }

    /// The rules of the time zone (§ 3.6.5).
    fn time_zone(&mut self, name: &str, rules: &[Observance]) {
        self.value("BEGIN", "VTIMEZONE");
        self.text("TZID", name);
        for rule in rules {
            let kind = if rule.daylight { "DAYLIGHT" } else { "STANDARD" };
            self.value("BEGIN", kind);
            for (at, onset) in rule.onsets.iter().enumerate() {
                self.value(if at == 0 { "DTSTART" } else { "RDATE" }, &local(onset.date(), onset.time()));
            }
            self.value("TZOFFSETFROM", &offset(rule.from));
            self.value("TZOFFSETTO", &offset(rule.to));
            self.text("TZNAME", &rule.name);
            self.value("END", kind);
        }
        self.value("END", "VTIMEZONE");
    }

    fn event(&mut self, edition: &Edition<'_>, zone: &Zone, id: MeetingId) {
        let (archive, words) = (edition.archive, edition.config.language.words());
        let meeting = archive.meeting(id);
        let organization = &archive.organization(id).organization;
        self.value("UID", &uid(edition.config.base_url.as_deref(), &route::meeting(meeting)));
        // When the content was last touched, not when it was built (§ 3.8.7.2, for calendars without a METHOD).
        self.value("DTSTAMP", &zone.utc(meeting.changed(), MIDNIGHT));
        if let Some(published) = meeting.published {
            self.value("CREATED", &zone.utc(published, MIDNIGHT));
        }
        self.value("SEQUENCE", &meeting.corrections.len().to_string());
        self.value("STATUS", if meeting.cancelled { "CANCELLED" } else { "CONFIRMED" });
        self.when(meeting, &edition.config.time_zone);
        let name = meeting.title.as_deref().unwrap_or(&organization.name);
        // Programs that subscribe seldom show the status.
        let called_off = if meeting.cancelled { format!("{}: ", words.cancelled) } else { String::new() };
        self.text("SUMMARY", &format!("{called_off}{name}"));
        if let Some(place) = &meeting.place {
            self.text("LOCATION", place);
        }
        if let Some(base) = &edition.config.base_url {
            self.value("URL", &format!("{base}{}", route::meeting(meeting)));
        }
        // A council's meetings are no time of the reader's own.
        self.value("TRANSP", "TRANSPARENT");
    }

    /// From when to when: times of day where they are known, else the whole day (§ 3.6.1).
    fn when(&mut self, meeting: &Meeting, zone: &str) {
        let Some(start) = meeting.start else {
            return self.value("DTSTART;VALUE=DATE", &meeting.date.strftime("%Y%m%d").to_string());
        };
        self.value(&format!("DTSTART;TZID={zone}"), &local(meeting.date, start));
        // An end before the start is reported as a slip, and the standard has no way to write it.
        if let Some(end) = meeting.end.filter(|end| *end > start) {
            self.value(&format!("DTEND;TZID={zone}"), &local(meeting.date, end));
        }
    }
}

fn agenda(meeting: &Meeting, words: &Words) -> String {
    let rows: Vec<String> = meeting.items.iter().map(|item| row(item, words)).collect();
    rows.join("\n")
}

/// A line of the agenda.
fn row(item: &AgendaItem, words: &Words) -> String {
    let title = match &item.disclosure {
        Disclosure::Public(public) => &public.title,
        Disclosure::Closed(stub) => stub.title.as_deref().unwrap_or(words.closed_item),
    };
    format!("{}. {title}", item.number.printed())
}

/// The id of a meeting: a UUID, as RFC 7986 § 5.3 wants it, made of its address by a digest (RFC 9562 § 5.8). The host the archive
/// stands at goes in, since two councils meet on one day and somebody may take both into one calendar. What can be said
/// otherwise tomorrow, such as titles, does not.
fn uid(base_url: Option<&str>, meeting: &Route) -> String {
    let host = base_url.and_then(|base| base.split('/').nth(2)).unwrap_or_default();
    let digest = Sha256::digest([host, "/", meeting.path()].concat());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    // Version 8, and the variant of the standard.
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = format!("{:032x}", u128::from_be_bytes(bytes));
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

/// By the clocks of the zone (RFC 5545 § 3.3.5, "FORM #1").
fn local(date: Date, time: Time) -> String {
    date.to_datetime(time).strftime("%Y%m%dT%H%M%S").to_string()
}

/// RFC 5545 § 3.3.14: hours, minutes, and seconds where there are any, as before zones were agreed on.
fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.abs();
    let rest = if seconds % 60 == 0 { String::new() } else { format!("{:02}", seconds % 60) };
    format!("{sign}{:02}{:02}{rest}", seconds / 3600, seconds / 60 % 60)
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn lines_are_folded_at_75_octets_between_characters() {
        for length in 60..240 {
            let mut lines = Lines(String::new());
            lines.text("X", &"aø".repeat(length));
            let (first, rest) = lines.0.split_once("\r\n").unwrap();
            assert!(first.len() <= 75 && rest.split("\r\n").all(|line| line.len() <= 75), "{}", lines.0);
            assert_eq!(lines.0.replace("\r\n ", ""), format!("X:{}\r\n", "aø".repeat(length)));
        }
    }

    #[test]
    fn text_is_escaped() {
        let mut lines = Lines(String::new());
        lines.text("X", "a;b,c\\d\ne\rf");
        assert_eq!(lines.0, "X:a\\;b\\,c\\\\d\\ne f\r\n");
    }
}
