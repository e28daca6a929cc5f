//! Dates, times and money as a Japanese bank writes them, and their English.

use std::borrow::Borrow;

use sekisho_domain::time::{Day, Timestamp};

use crate::text::{Lang, Texts};

const WEEKDAYS_JA: [&str; 7] = ["月", "火", "水", "木", "金", "土", "日"];
const WEEKDAYS_EN: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Eras with their first day and the western year before their first, newest first.
const ERAS: [(&str, (i16, i8, i8), i16); 3] =
    [("令和", (2019, 5, 1), 2018), ("平成", (1989, 1, 8), 1988), ("昭和", (1926, 12, 25), 1925)];

impl Texts {
    /// `2026年11月20日（金）`, or `Friday 20 November 2026`.
    pub fn day(&self, day: impl Borrow<Day>) -> String {
        let day = *day.borrow();
        let (y, m, d) = day.parts();
        match self.lang() {
            Lang::Ja => format!("{y}年{m}月{d}日（{}）", WEEKDAYS_JA[day.weekday()]),
            Lang::En => format!("{} {d} {} {y}", WEEKDAYS_EN[day.weekday()], month_en(m)),
        }
    }

    /// `11月20日（金）`, or `20 November`: where the year is plain.
    pub fn day_short(&self, day: impl Borrow<Day>) -> String {
        let day = *day.borrow();
        let (_, m, d) = day.parts();
        match self.lang() {
            Lang::Ja => format!("{m}月{d}日（{}）", WEEKDAYS_JA[day.weekday()]),
            Lang::En => format!("{d} {}", month_en(m)),
        }
    }

    /// `令和8年11月20日`; the English has no eras and says what [`Self::day`] says.
    pub fn day_in_era(&self, day: impl Borrow<Day>) -> String {
        let day = *day.borrow();
        let (y, m, d) = day.parts();
        let era = ERAS.iter().find(|(_, first, _)| (y, m, d) >= *first);
        match (self.lang(), era) {
            (Lang::Ja, Some((name, first, _))) if y == first.0 => format!("{name}元年{m}月{d}日"),
            (Lang::Ja, Some((name, _, before))) => format!("{name}{}年{m}月{d}日", y - before),
            _ => self.day(day),
        }
    }

    /// `11時42分`, or `11:42`.
    pub fn clock(&self, at: impl Borrow<Timestamp>) -> String {
        let (hour, minute) = at.borrow().hour_minute();
        match self.lang() {
            Lang::Ja => format!("{hour}時{minute:02}分"),
            Lang::En => format!("{hour}:{minute:02}"),
        }
    }

    /// Day and time in one line: `2026年11月20日（金）11時42分`.
    pub fn moment(&self, at: impl Borrow<Timestamp>) -> String {
        let at = *at.borrow();
        match self.lang() {
            Lang::Ja => format!("{}{}", self.day(at.day()), self.clock(at)),
            Lang::En => format!("{}, {}", self.day(at.day()), self.clock(at)),
        }
    }

    /// `11月20日（金）11時42分`, for lists.
    pub fn moment_short(&self, at: impl Borrow<Timestamp>) -> String {
        let at = *at.borrow();
        match self.lang() {
            Lang::Ja => format!("{}{}", self.day_short(at.day()), self.clock(at)),
            Lang::En => format!("{}, {}", self.day_short(at.day()), self.clock(at)),
        }
    }

    /// `85,000円`, or `85,000 yen`.
    pub fn yen(&self, amount_yen: impl Borrow<u64>) -> String {
        let number = grouped(*amount_yen.borrow());
        match self.lang() {
            Lang::Ja => format!("{number}円"),
            Lang::En => format!("{number} yen"),
        }
    }

    /// A length of time rounded up to seconds: `2分19秒`, or `2 min 19 s`.
    pub fn length(&self, seconds: impl Borrow<u32>) -> String {
        let seconds = *seconds.borrow();
        let (minutes, rest) = (seconds / 60, seconds % 60);
        match (self.lang(), minutes, rest) {
            (Lang::Ja, 0, s) => format!("{s}秒"),
            (Lang::Ja, m, 0) => format!("{m}分"),
            (Lang::Ja, m, s) => format!("{m}分{s}秒"),
            (Lang::En, 0, s) => format!("{s} s"),
            (Lang::En, m, 0) => format!("{m} min"),
            (Lang::En, m, s) => format!("{m} min {s} s"),
        }
    }
}

/// Digits in groups of three: `85,000`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn month_en(month: i8) -> &'static str {
    usize::try_from(month - 1)
        .ok()
        .and_then(|at| MONTHS_EN.get(at))
        .copied()
        .expect("the calendar has months 1 to 12")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ja() -> Texts {
        Texts::new(Lang::Ja, Vec::new())
    }

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    #[test]
    fn days_are_written_with_their_weekday_and_their_era() {
        let texts = ja();
        assert_eq!(texts.day(day("2026-11-20")), "2026年11月20日（金）");
        assert_eq!(texts.day_short(day("2027-04-01")), "4月1日（木）");
        assert_eq!(texts.day_in_era(day("2026-11-20")), "令和8年11月20日");
        assert_eq!(texts.day_in_era(day("2019-05-01")), "令和元年5月1日");
        assert_eq!(texts.day_in_era(day("2019-04-30")), "平成31年4月30日");
        assert_eq!(texts.day_in_era(day("1989-01-07")), "昭和64年1月7日");
        let texts = Texts::new(Lang::En, Vec::new());
        assert_eq!(texts.day_in_era(day("2026-11-20")), "Friday 20 November 2026");
    }

    #[test]
    fn times_and_money_are_written_as_at_the_counter() {
        let at = Timestamp::parse("2026-11-20T11:02:00+09:00").expect("an instant");
        assert_eq!(ja().moment(at), "2026年11月20日（金）11時02分");
        assert_eq!(ja().yen(85_000), "85,000円");
        assert_eq!(ja().yen(1_234_567), "1,234,567円");
        assert_eq!(ja().yen(0), "0円");
        assert_eq!(ja().length(139), "2分19秒");
        assert_eq!(Texts::new(Lang::En, Vec::new()).length(60), "1 min");
    }
}
