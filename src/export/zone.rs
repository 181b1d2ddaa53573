//! The site's time zone: days and times of day as moments, by the database of time zones that lies in the binary.

use crate::config::Config;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// A time zone.
pub(super) struct Zone(TimeZone);

/// A rule of a time zone: what the clocks show after each of its onsets, until another rule sets in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Observance {
    /// Whether it is summer time.
    pub daylight: bool,
    /// What is added to UTC before it sets in.
    pub from: Offset,
    /// What is added to UTC while it lasts.
    pub to: Offset,
    /// What it is called, such as `CEST`.
    pub name: String,
    /// When it sets in, by the clocks as they stood before. Never empty.
    pub onsets: Vec<DateTime>,
}

/// Midnight, when nothing is said of the time.
pub(super) const MIDNIGHT: Time = Time::constant(0, 0, 0, 0);

impl Zone {
    /// The zone of the settings.
    pub(super) fn of(config: &Config) -> Zone {
        Zone(config.zone())
    }

    /// A moment as the zone's clocks show it, with its offset (RFC 3339 § 5.6).
    pub(super) fn moment_rfc3339(&self, moment: Timestamp) -> String {
        let local = self.0.to_datetime(moment);
        format!("{}T{}{}", local.date(), local.time().strftime("%H:%M:%S"), offset(self.0.to_offset(moment)))
    }

    /// A moment with its offset from UTC in whole minutes (RFC 3339 § 5.6): `2018-05-22T11:30:00+02:00`.
    pub(super) fn rfc3339(&self, date: Date, time: Time) -> String {
        let offset = offset(self.0.to_offset(self.moment(date, time)));
        format!("{date}T{:02}:{:02}:00{offset}", time.hour(), time.minute())
    }

    /// The same in UTC (RFC 5545 § 3.3.5, "FORM #2"): `20180522T093000Z`.
    pub(super) fn utc(&self, date: Date, time: Time) -> String {
        Offset::UTC.to_datetime(self.moment(date, time)).strftime("%Y%m%dT%H%M%SZ").to_string()
    }

    /// The rules in force from one day to another.
    pub(super) fn observances(&self, first: Date, last: Date) -> Vec<Observance> {
        let (start, end) = (self.moment(first, MIDNIGHT), self.moment(last, Time::MAX));
        let before = self.0.preceding(start).next();
        let mut out = Vec::new();
        if before.is_none() {
            // A zone that never changed, or not yet by then: its rule sets in with the first day.
            let info = self.0.to_offset_info(start);
            let (to, name) = (info.offset(), info.abbreviation().to_owned());
            let onsets = vec![first.to_datetime(MIDNIGHT)];
            out.push(Observance { daylight: info.dst().is_dst(), from: to, to, name, onsets });
        }
        let during = self.0.following(start).take_while(|change| change.timestamp() <= end);
        for change in before.into_iter().chain(during) {
            let earlier = change.timestamp() - SignedDuration::from_secs(1);
            let (from, to) = (self.0.to_offset(earlier), change.offset());
            let onset = from.to_datetime(change.timestamp());
            let (daylight, name) = (change.dst().is_dst(), change.abbreviation().to_owned());
            let is_same =
                |rule: &&mut Observance| (rule.daylight, rule.from, rule.to, &rule.name) == (daylight, from, to, &name);
            match out.iter_mut().find(is_same) {
                Some(rule) => rule.onsets.push(onset),
                None => out.push(Observance { daylight, from, to, name, onsets: vec![onset] }),
            }
        }
        out
    }

    /// The moment of a time of day. One that the clocks left out or passed twice is taken as the earlier rules have it
    /// (RFC 5545 § 3.3.5, "FORM #3").
    fn moment(&self, date: Date, time: Time) -> Timestamp {
        let ambiguous = self.0.to_ambiguous_timestamp(date.to_datetime(time));
        ambiguous.compatible().unwrap_or_else(|_| {
            // Only the very first and the very last day of the calendar can be out of range.
            Offset::UTC.to_timestamp(date.to_datetime(time)).unwrap_or_default()
        })
    }
}

/// `+02:00`; the seconds that offsets had before zones were agreed on can't be written.
fn offset(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn copenhagen() -> Zone {
        Zone(TimeZone::get("Europe/Copenhagen").unwrap())
    }

    #[test]
    fn summer_and_winter() {
        let zone = copenhagen();
        let noon = Time::constant(12, 0, 0, 0);
        assert_eq!(zone.rfc3339(date(2018, 5, 22), noon), "2018-05-22T12:00:00+02:00");
        assert_eq!(zone.rfc3339(date(2018, 1, 22), noon), "2018-01-22T12:00:00+01:00");
        assert_eq!(zone.utc(date(2018, 5, 22), MIDNIGHT), "20180521T220000Z");
        // Half past two did not exist that night; it is taken by the rule from before.
        assert_eq!(zone.utc(date(2024, 3, 31), Time::constant(2, 30, 0, 0)), "20240331T013000Z");
    }

    #[test]
    fn rules_of_a_year_reach_back_to_the_one_in_force() {
        let rules = copenhagen().observances(date(2018, 5, 22), date(2019, 5, 22));
        let told: Vec<_> = rules
            .iter()
            .map(|rule| (rule.name.as_str(), rule.daylight, rule.onsets.len(), rule.onsets[0].date()))
            .collect();
        assert_eq!(told, [("CEST", true, 2, date(2018, 3, 25)), ("CET", false, 1, date(2018, 10, 28))]);
        let utc = Zone(TimeZone::UTC).observances(date(2018, 5, 22), date(2019, 5, 22));
        assert_eq!((utc.len(), utc[0].onsets.len(), utc[0].to), (1, 1, Offset::UTC));
    }
}
