//! 利用開始パスワード: what the customer chooses at the issue and types once, into the app (Y-09).

use zeroize::Zeroizing;

use crate::text::bare_code;

/// Four to eight digits, not one digit repeated, nor a run up or down. Wiped when dropped, never
/// printed.
#[derive(Clone)]
pub struct StartPassword(Zeroizing<String>);

impl StartPassword {
    /// Reads what was typed; full width, blanks and hyphens are forgiven. `None`: it does not meet
    /// the rules.
    pub fn typed(text: &str) -> Option<Self> {
        let digits = Zeroizing::new(bare_code(text));
        let fits = (4..=8).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !steady(digits.as_bytes());
        fits.then_some(Self(digits))
    }

    /// The digits, for the derivation and for sealing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Whether each digit stands equally far from the one before it: `1111`, `1234`, `8765`.
fn steady(digits: &[u8]) -> bool {
    [-1, 0, 1].into_iter().any(|step: i16| {
        digits.windows(2).all(|pair| i16::from(pair[1]) - i16::from(pair[0]) == step)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // Y-09: four to eight digits.
    #[test]
    fn four_to_eight_digits_that_are_no_run() {
        for (typed, read) in [
            ("271828", Some("271828")),
            ("1357", Some("1357")),
            ("１３５７", Some("1357")),
            ("13 57-24", Some("135724")),
            ("12345679", Some("12345679")),
            ("9012", Some("9012")),
            ("123", None),
            ("123456789", None),
            ("4444", None),
            ("1234", None),
            ("87654321", None),
            ("13a7", None),
            ("١٣٥٧", None),
            ("", None),
        ] {
            let password = StartPassword::typed(typed);
            assert_eq!(password.as_ref().map(StartPassword::expose), read, "{typed}");
        }
    }
}
