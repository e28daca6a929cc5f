//! Yen: whole, written with commas, read as people type them.

/// The largest amount the public API can carry (api.md §1.2), in yen.
pub const LARGEST_YEN: i64 = 999_999_999_999;

/// `1234567` as `1,234,567`; negative amounts keep their sign in front.
pub fn with_commas(amount_yen: i64) -> String {
    let digits = amount_yen.unsigned_abs().to_string();
    let mut written = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if amount_yen < 0 {
        written.push('-');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// Reads an amount as typed: full-width digits, commas, spaces and a 円 are accepted.
/// `None` when it is no whole amount from 1 to [`LARGEST_YEN`].
pub fn parse_yen(typed: &str) -> Option<i64> {
    let digits = crate::kana::digits(typed.trim().trim_end_matches('円'), &[',', '、'])?;
    let amount_yen = digits.parse().ok()?;
    (1..=LARGEST_YEN).contains(&amount_yen).then_some(amount_yen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_type_them() {
        for (typed, amount_yen) in [
            ("50000", Some(50_000)),
            ("50,000", Some(50_000)),
            ("５０，０００円", Some(50_000)),
            (" 1 ", Some(1)),
            ("0", None),
            ("-5", None),
            ("5.5", None),
            ("5e4", None),
            ("", None),
            ("円", None),
            ("1000000000000", None),
        ] {
            assert_eq!(parse_yen(typed), amount_yen, "{typed}");
        }
    }

    #[test]
    fn amounts_are_written_with_commas() {
        for (amount_yen, written) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")]
        {
            assert_eq!(with_commas(amount_yen), written);
        }
    }
}
