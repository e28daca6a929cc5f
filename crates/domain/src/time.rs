//! Instants and days as the API and the law count them: Japan Standard Time, which has no summer
//! time.

use std::fmt;

use jiff::civil;
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const JST: Offset = Offset::constant(9);
const MS_PER_DAY: i64 = 86_400_000;
const JST_MS: i64 = 9 * 3_600_000;

/// An instant, in whole milliseconds since 1970 UTC.
///
/// Written as RFC 3339 with milliseconds and `+09:00`, so that text order is time order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant `millis` milliseconds after 1970 UTC.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970 UTC.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970 UTC.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Reads RFC 3339 with any offset.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|t| Self(t.as_millisecond()))
    }

    /// `seconds` later (earlier when negative).
    #[must_use]
    pub const fn plus_s(self, seconds: i64) -> Self {
        Self(self.0 + seconds * 1000)
    }

    /// `days` times 24 hours later.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0 + days * MS_PER_DAY)
    }

    /// Whole seconds from `earlier` to here, rounded up; 0 when it is not earlier.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        if self.0 <= earlier.0 { 0 } else { (self.0 - earlier.0 + 999) / 1000 }
    }

    /// The day in Japan.
    pub fn day(self) -> Day {
        Day(civil::date(1970, 1, 1)
            .checked_add(jiff::Span::new().days((self.0 + JST_MS).div_euclid(MS_PER_DAY)))
            .expect("server time lies within the calendar"))
    }

    /// The time of day in Japan, as hour and minute.
    pub fn hour_minute(self) -> (u8, u8) {
        let minutes = (self.0 + JST_MS).rem_euclid(MS_PER_DAY) / 60_000;
        let small = |n: i64| u8::try_from(n).expect("an hour or minute is below 60");
        (small(minutes / 60), small(minutes % 60))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant = jiff::Timestamp::from_millisecond(self.0).map_err(|_| fmt::Error)?;
        let local = instant.to_zoned(TimeZone::fixed(JST)).datetime();
        let (d, t) = (local.date(), local.time());
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}+09:00",
            d.year(),
            d.month(),
            d.day(),
            t.hour(),
            t.minute(),
            t.second(),
            t.millisecond()
        )
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Stored as the number of milliseconds: short, exact, comparable. The API writes text through
/// `Display`.
impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        i64::deserialize(from).map(Self)
    }
}

/// A calendar day in Japan, written `YYYY-MM-DD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(civil::Date);

impl Day {
    /// The day `year`-`month`-`day`, if there is one.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        civil::Date::new(year, month, day).ok().map(Self)
    }

    /// Reads exactly `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        plain.then(|| text.parse().ok().map(Self)).flatten()
    }

    /// Midnight at which the day begins in Japan.
    pub fn start(self) -> Timestamp {
        let epoch = civil::date(1970, 1, 1);
        let days = i64::from((self.0 - epoch).get_days());
        Timestamp(days * MS_PER_DAY - JST_MS)
    }

    /// The day `days` later.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(jiff::Span::new().days(days)))
    }

    /// Year, month and day of month.
    pub fn parts(self) -> (i16, i8, i8) {
        (self.0.year(), self.0.month(), self.0.day())
    }

    /// Days since Monday: 0 is Monday, 6 is Sunday.
    pub fn weekday(self) -> usize {
        usize::from(self.0.weekday().to_monday_zero_offset().unsigned_abs())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, m, d) = self.parts();
        write!(f, "{y:04}-{m:02}-{d:02}")
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("a day is written YYYY-MM-DD"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_in_japan_standard_time() {
        let text = "2026-11-20T14:03:05.123+09:00";
        let instant = Timestamp::parse("2026-11-20T05:03:05.123Z").expect("RFC 3339");
        assert_eq!(instant.to_string(), text);
        assert_eq!(Timestamp::parse(text), Some(instant));
        assert_eq!(instant.day().to_string(), "2026-11-20");
        assert_eq!(instant.hour_minute(), (14, 3));
    }

    #[test]
    fn a_day_begins_at_midnight_in_japan() {
        let day = Day::parse("2027-04-01").expect("a day");
        assert_eq!(day.start().to_string(), "2027-04-01T00:00:00.000+09:00");
        assert_eq!(day.start().plus_s(-1).day(), day.plus(-1));
        assert_eq!(day.weekday(), 3, "a Thursday");
        assert_eq!(Day::parse("2027-4-1"), None);
        assert_eq!(Day::parse("2027-02-30"), None);
    }
}
