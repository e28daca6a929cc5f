//! From faces to bytes: one document, its fonts, and each picture only once in it.

use std::collections::HashMap;

use krilla::Document;
use krilla::geom::{Rect, Size};
use krilla::graphic::Graphic;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla_svg::{SurfaceExt, SvgSettings};
use sekisho_pictures::Picture;
use usvg::{Options, Tree};

use crate::fonts::Fonts;
use crate::sheet::Sheet;

/// Points in a millimetre: PDF measures in points of 1/72 inch.
pub(crate) const POINTS_PER_MM: f32 = 72.0 / 25.4;

/// Why a batch could not be printed.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// The typeface has no such character (a rare form of a name, for example). The page counts
    /// from 1; the text itself is not told, for it may be a name or a secret.
    #[error("page {page} has a character that cannot be printed: U+{:04X}", u32::from(*.character))]
    NoGlyph {
        /// Page of the document that would have carried it.
        page: usize,
        /// The character.
        character: char,
    },
    /// The batch was empty. A PDF has at least one page, and a blank one would be counted as
    /// a card.
    #[error("there is nothing to print")]
    NothingToPrint,
    /// The PDF could not be put together: more pages or objects than the format can hold.
    #[error("the PDF cannot be written: {0}")]
    Pdf(String),
}

/// Size of a sheet and what is cut off it, in millimetres.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Format {
    /// Width after cutting.
    pub(crate) width: f32,
    /// Height after cutting.
    pub(crate) height: f32,
    /// Printed beyond the cut on each side, so that no white edge shows.
    pub(crate) bleed: f32,
}

impl Format {
    fn page(self) -> PageSettings {
        let points = |mm: f32| mm * POINTS_PER_MM;
        let bleed = points(self.bleed);
        let (width, height) = (points(self.width), points(self.height));
        let whole = Size::from_wh(width + 2.0 * bleed, height + 2.0 * bleed);
        let whole = whole.expect("formats are constants of millimetres");
        let media = Rect::from_xywh(0.0, 0.0, whole.width(), whole.height());
        let trim = Rect::from_xywh(bleed, bleed, width, height);
        PageSettings::new(whole)
            .with_media_box(media)
            .with_crop_box(media)
            .with_bleed_box(media)
            .with_trim_box(trim)
    }
}

/// A document being written.
pub(crate) struct Press {
    document: Document,
    fonts: Fonts,
    shelf: Shelf,
    pages: usize,
}

impl Press {
    /// Begins a document with a title for the person at the printer.
    pub(crate) fn start(title: String) -> Self {
        let mut document = Document::new();
        document.set_metadata(
            Metadata::new().title(title).producer("sekisho".into()).language("ja".into()),
        );
        Self { document, fonts: Fonts::open(), shelf: Shelf::default(), pages: 0 }
    }

    /// Adds a page; `draw` sees it with the origin at the top left of the cut sheet, in
    /// millimetres.
    pub(crate) fn page(
        &mut self,
        format: Format,
        draw: impl FnOnce(&mut Sheet<'_, '_>),
    ) -> Result<(), PrintError> {
        self.pages += 1;
        let mut page = self.document.start_page_with(format.page());
        let mut surface = page.surface();
        let missing = Sheet::draw(&mut surface, &self.fonts, &mut self.shelf, format.bleed, draw);
        surface.finish();
        page.finish();
        match missing {
            Some(character) => Err(PrintError::NoGlyph { page: self.pages, character }),
            None => Ok(()),
        }
    }

    /// Ends the document and gives its bytes.
    pub(crate) fn finish(self) -> Result<Vec<u8>, PrintError> {
        if self.pages == 0 {
            return Err(PrintError::NothingToPrint);
        }
        self.document.finish().map_err(|error| PrintError::Pdf(format!("{error:?}")))
    }
}

/// Pictures already drawn in this document. Each is written once and then only referred to: every
/// further card takes 4.0 kB (measured over 300 cards), against 48 kB with its paths repeated.
#[derive(Default)]
pub(crate) struct Shelf {
    graphics: HashMap<&'static str, Graphic>,
}

impl Shelf {
    /// Side of the square a picture is drawn in, before it is scaled to its place.
    pub(crate) const SIDE: f32 = 32.0;

    /// The picture as a graphic of this document, drawn now or earlier.
    pub(crate) fn take(&mut self, picture: &Picture, surface: &mut Surface<'_>) -> Graphic {
        let drawn = self.graphics.entry(picture.id);
        drawn.or_insert_with(|| draw_once(picture, surface)).clone()
    }
}

fn draw_once(picture: &Picture, surface: &mut Surface<'_>) -> Graphic {
    let tree = Tree::from_str(picture.svg, &Options::default())
        .expect("the tests of sekisho-pictures hold every drawing to be plain SVG");
    let size = Size::from_wh(Shelf::SIDE, Shelf::SIDE).expect("a positive constant");
    let mut builder = surface.stream_builder();
    let mut canvas = builder.surface();
    canvas.draw_svg(&tree, size, SvgSettings::default()).expect("plain paths always draw");
    canvas.finish();
    Graphic::new(builder.finish(), false)
}
