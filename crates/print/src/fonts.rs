//! The typeface: `BIZ UDPGothic`, made for legibility; two weights, embedded as subsets.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use ttf_parser::Face;

static REGULAR: &[u8] = include_bytes!("../fonts/BIZUDPGothic-Regular.ttf");
static BOLD: &[u8] = include_bytes!("../fonts/BIZUDPGothic-Bold.ttf");

/// How heavy letters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    /// For reading.
    Regular,
    /// For finding.
    Bold,
}

/// Both weights, ready to be measured and drawn.
pub(crate) struct Fonts {
    regular: Cut,
    bold: Cut,
}

/// One weight: what is embedded and what is measured.
pub(crate) struct Cut {
    font: Font,
    face: Face<'static>,
}

impl Fonts {
    /// Opens the embedded fonts.
    pub(crate) fn open() -> Self {
        Self { regular: Cut::open(REGULAR), bold: Cut::open(BOLD) }
    }

    pub(crate) fn cut(&self, weight: Weight) -> &Cut {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }
}

impl Cut {
    fn open(bytes: &'static [u8]) -> Self {
        let font = Font::new(bytes.into(), 0).expect("the font in the repository is sound");
        let face = Face::parse(bytes, 0).expect("the font in the repository is sound");
        Self { font, face }
    }

    pub(crate) fn font(&self) -> Font {
        self.font.clone()
    }

    /// Sets a line of text: its glyphs, each with the advance of its letter and `tracking` (in
    /// em) after it, or the first character this font has no glyph for.
    pub(crate) fn set(&self, text: &str, tracking: f32) -> Result<Vec<KrillaGlyph>, char> {
        let em = f32::from(self.face.units_per_em());
        let glyph = |(start, letter): (usize, char)| {
            let id = self.face.glyph_index(letter).ok_or(letter)?;
            let advance = f32::from(self.face.glyph_hor_advance(id).unwrap_or_default()) / em;
            let range = start..start + letter.len_utf8();
            let id = GlyphId::new(u32::from(id.0));
            Ok(KrillaGlyph::new(id, advance + tracking, 0.0, 0.0, 0.0, range, None))
        };
        text.char_indices().map(glyph).collect()
    }

    /// Width of a line in em; a letter without a glyph counts as a full square.
    pub(crate) fn width(&self, text: &str, tracking: f32) -> f32 {
        let em = f32::from(self.face.units_per_em());
        let advance = |letter| {
            let id = self.face.glyph_index(letter)?;
            self.face.glyph_hor_advance(id).map(|advance| f32::from(advance) / em)
        };
        let letters = text.chars().map(|letter| advance(letter).unwrap_or(1.0) + tracking);
        (letters.sum::<f32>() - tracking).max(0.0)
    }
}
