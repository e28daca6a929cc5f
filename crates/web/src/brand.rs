//! The four things an institution may change on the screens, and the check that they can be read.

use std::fmt;

/// What WCAG asks of text: 4.5 to 1.
const CONTRAST_MIN: f64 = 4.5;

// The grounds of `tokens.css` on which the institution's colours stand.
const PAPER: Colour = Colour(0xff, 0xff, 0xff);
const GROUND: Colour = Colour(0xf3, 0xf5, 0xf4);
const PAPER_NIGHT: Colour = Colour(0x1b, 0x22, 0x25);
const GROUND_NIGHT: Colour = Colour(0x12, 0x17, 0x1a);
const ON_ACCENT_NIGHT: Colour = Colour(0x0d, 0x14, 0x16);

/// A colour, red, green and blue; written `#0f5e57`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    /// Reads exactly `#` and six hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.strip_prefix('#')?;
        let plain = hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit());
        let part = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
        if plain { Some(Self(part(0)?, part(2)?, part(4)?)) } else { None }
    }

    /// Contrast with `other` after WCAG 2.2: 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let c = f64::from(part) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// The look of an institution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brand {
    /// Buttons, links, the current step, the rule on top.
    pub accent: Colour,
    /// Text on it.
    pub on_accent: Colour,
    /// The accent in the dark.
    pub accent_night: Colour,
    /// Roundness of corners in thousandths of the text size, 0 to 750.
    pub radius: u16,
}

/// Two colours that cannot be told apart well enough, or corners too round.
#[derive(Clone, Debug, PartialEq)]
pub enum BrandTrouble {
    /// `what` reads at `ratio` to 1 only, less than 4.5.
    Contrast {
        /// Which pair: `accent on paper`.
        what: &'static str,
        /// The contrast it has.
        ratio: f64,
    },
    /// The radius is above 750.
    Radius,
}

impl Brand {
    /// The look as it was saved; `None` when a colour or the radius cannot be read.
    pub fn of(saved: &sekisho_domain::institution::Brand) -> Option<Self> {
        Some(Self {
            accent: Colour::parse(&saved.accent)?,
            on_accent: Colour::parse(&saved.on_accent)?,
            accent_night: Colour::parse(&saved.accent_night)?,
            radius: thousandths(saved.radius_rem)?,
        })
    }

    /// What stands against saving this brand; empty when it may be saved.
    pub fn troubles(&self) -> Vec<BrandTrouble> {
        let pairs = [
            ("accent on paper", self.accent, PAPER),
            ("accent on ground", self.accent, GROUND),
            ("text on accent", self.on_accent, self.accent),
            ("night accent on paper", self.accent_night, PAPER_NIGHT),
            ("night accent on ground", self.accent_night, GROUND_NIGHT),
            ("text on night accent", ON_ACCENT_NIGHT, self.accent_night),
        ];
        let weak = pairs.into_iter().filter_map(|(what, front, ground)| {
            let ratio = front.contrast(ground);
            (ratio < CONTRAST_MIN).then_some(BrandTrouble::Contrast { what, ratio })
        });
        weak.chain((self.radius > 750).then_some(BrandTrouble::Radius)).collect()
    }

    /// The style sheet `/i/{slug}/brand.css`.
    ///
    /// Refused with all [`Self::troubles`] when a customer could not read the result.
    pub fn css(&self) -> Result<String, Vec<BrandTrouble>> {
        let troubles = self.troubles();
        if !troubles.is_empty() {
            return Err(troubles);
        }
        Ok(format!(
            ":root {{ --inst-accent: {}; --inst-on-accent: {}; --inst-accent-night: {}; \
             --inst-radius: {}.{:03}rem; }}\n",
            self.accent,
            self.on_accent,
            self.accent_night,
            self.radius / 1000,
            self.radius % 1000
        ))
    }
}

/// A radius in thousandths; nothing outside of what a corner can be.
fn thousandths(radius_rem: f32) -> Option<u16> {
    (0..=750).find(|radius| (f32::from(*radius) / 1000.0 - radius_rem).abs() < 0.000_6)
}

impl Default for Brand {
    /// The look of `tokens.css` before an institution chose its own.
    fn default() -> Self {
        Self {
            accent: Colour(0x0f, 0x5e, 0x57),
            on_accent: PAPER,
            accent_night: Colour(0x7f, 0xd1, 0xc5),
            radius: 375,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_brand_reads_well() {
        assert_eq!(
            Brand::default().css().expect("readable"),
            ":root { --inst-accent: #0f5e57; --inst-on-accent: #ffffff; \
             --inst-accent-night: #7fd1c5; --inst-radius: 0.375rem; }\n"
        );
        assert!((Brand::default().accent.contrast(PAPER) - 7.6).abs() < 0.1);
    }

    #[test]
    fn a_pale_accent_is_refused_with_every_pair_named() {
        let pale = Brand { accent: Colour(0x6c, 0xc3, 0xb9), radius: 751, ..Brand::default() };
        let named: Vec<_> = pale.css().expect_err("pale").into_iter().collect();
        assert_eq!(named.len(), 4, "{named:?}");
        assert_eq!(named[3], BrandTrouble::Radius);
    }

    #[test]
    fn colours_are_six_digits_and_nothing_else() {
        assert_eq!(Colour::parse("#0F5e57"), Some(Colour(0x0f, 0x5e, 0x57)));
        for text in ["0f5e57", "#0f5e5", "#0f5e577", "#0f5e5é", "#+f5e57", "red;}"] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
    }
}
