//! How a colour looks to different eyes: in full colour, in grey print, and to people who lack
//! one of the three kinds of cones.

use serde::Serialize;

/// A way of seeing a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// Three kinds of cones, colour print.
    Normal,
    /// A grey copy: luminance only.
    Grey,
    /// No long-wave cones (about 1 man in 100).
    Protan,
    /// No middle-wave cones (about 1 man in 100; the weaker form 5 in 100).
    Deutan,
    /// No short-wave cones (rare, the same for women and men).
    Tritan,
}

/// All ways of seeing, in the order the measurements are reported.
pub const SIGHTS: [Sight; 5] =
    [Sight::Normal, Sight::Grey, Sight::Protan, Sight::Deutan, Sight::Tritan];

type Matrix = [[f32; 3]; 3];

const SAME: Matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

/// Relative luminance of linear sRGB (IEC 61966-2-1), the same for all three channels.
const LUMINANCE: Matrix = [[0.2126, 0.7152, 0.0722]; 3];

// Complete dichromacy in linear sRGB after Machado, Oliveira and Fernandes, "A
// physiologically-based model for simulation of color vision deficiency" (2009), severity 1.0.
const PROTAN: Matrix = [
    [0.152_286, 1.052_583, -0.204_868],
    [0.114_503, 0.786_281, 0.099_216],
    [-0.003_882, -0.048_116, 1.051_998],
];
const DEUTAN: Matrix = [
    [0.367_322, 0.860_646, -0.227_968],
    [0.280_085, 0.672_501, 0.047_413],
    [-0.011_820, 0.042_940, 0.968_881],
];
const TRITAN: Matrix = [
    [1.255_528, -0.076_749, -0.178_779],
    [-0.078_411, 0.930_809, 0.147_602],
    [0.004_733, 0.691_367, 0.303_900],
];

impl Sight {
    /// The colour these eyes see instead of this one, both as linear sRGB from 0 to 1.
    pub fn see(self, linear: [f32; 3]) -> [f32; 3] {
        let matrix = match self {
            Self::Normal => &SAME,
            Self::Grey => &LUMINANCE,
            Self::Protan => &PROTAN,
            Self::Deutan => &DEUTAN,
            Self::Tritan => &TRITAN,
        };
        multiply(matrix, linear).map(|part| part.clamp(0.0, 1.0))
    }
}

/// A channel of an sRGB pixel (0 to 255) as linear light from 0 to 1.
pub(super) fn linear(channel: u8) -> f32 {
    let part = f32::from(channel) / 255.0;
    if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
}

/// A linear sRGB colour in Oklab, where equal distances look about equally different: lightness
/// from 0 to 1, then the green-red and the blue-yellow axis (Ottosson, 2020).
pub(super) fn oklab(linear: [f32; 3]) -> [f32; 3] {
    const TO_CONES: Matrix = [
        [0.412_221_47, 0.536_332_55, 0.051_445_995],
        [0.211_903_5, 0.680_699_5, 0.107_396_96],
        [0.088_302_46, 0.281_718_85, 0.629_978_7],
    ];
    const TO_LAB: Matrix = [
        [0.210_454_26, 0.793_617_8, -0.004_072_047],
        [1.977_998_5, -2.428_592_2, 0.450_593_7],
        [0.025_904_037, 0.782_771_77, -0.808_675_77],
    ];
    multiply(&TO_LAB, multiply(&TO_CONES, linear).map(f32::cbrt))
}

fn multiply(matrix: &Matrix, [x, y, z]: [f32; 3]) -> [f32; 3] {
    matrix.map(|[a, b, c]| a * x + b * y + c * z)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(left: [f32; 3], right: [f32; 3], tolerance: f32) -> bool {
        left.iter().zip(right).all(|(l, r)| (l - r).abs() <= tolerance)
    }

    #[test]
    fn white_and_black_look_alike_to_all_eyes() {
        for sight in SIGHTS {
            assert!(near(sight.see([1.0; 3]), [1.0; 3], 0.001), "{sight:?}");
            assert!(near(sight.see([0.0; 3]), [0.0; 3], 0.001), "{sight:?}");
        }
    }

    #[test]
    fn red_and_green_come_together_without_red_or_green_cones() {
        let apart = |sight: Sight| {
            let seen = [[0.6, 0.05, 0.05], [0.1, 0.3, 0.05]].map(|c| oklab(sight.see(c)));
            (seen[0][1] - seen[1][1]).abs()
        };
        assert!(apart(Sight::Normal) > 0.2);
        assert!(apart(Sight::Protan) < 0.1);
        assert!(apart(Sight::Deutan) < 0.1);
        assert!(apart(Sight::Grey) < 0.001);
    }

    #[test]
    fn oklab_agrees_with_its_published_examples() {
        assert!(near(oklab([1.0, 1.0, 1.0]), [1.0, 0.0, 0.0], 0.001));
        assert!(near(oklab([1.0, 0.0, 0.0]), [0.628, 0.225, 0.126], 0.001));
        assert!(near(oklab([0.0, 0.0, 1.0]), [0.452, -0.032, -0.312], 0.001));
    }
}
