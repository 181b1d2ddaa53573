//! The site's time zone: days and times of day as moments, by the database of time zones that lies in the binary.

use crate::config::Config;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};

/// A time zone.
pub(super) struct Zone(TimeZone);

/// Midnight, when nothing is said of the time.
pub(super) const MIDNIGHT: Time = Time::constant(0, 0, 0, 0);

impl Zone {
    /// The zone of the settings, whose name was checked when they were read.
    pub(super) fn of(config: &Config) -> Zone {
        Zone(TimeZone::get(&config.time_zone).unwrap_or(TimeZone::UTC))
    }

    /// A moment with its offset from UTC in whole minutes (RFC 3339 § 5.6): `2018-05-22T11:30:00+02:00`.
    pub(super) fn rfc3339(&self, date: Date, time: Time) -> String {
        let offset = self.0.to_offset(self.moment(date, time));
        let minutes = offset.seconds() / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
        format!("{date}T{:02}:{:02}:00{sign}{hours:02}:{minutes:02}", time.hour(), time.minute())
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
