//! Cuts a rendered card out of its bleed, with round corners, for the documentation:
//!
//! ```sh
//! cargo run -p sekisho-print --example specimen -- target/specimen
//! pdftoppm -r 302 -f 1 -singlefile -png target/specimen/image-cards.pdf target/specimen/card
//! cargo run -p sekisho-print --example cut_card -- target/specimen/card.png docs/images/card.png
//! ```

use std::error::Error;

use resvg::tiny_skia::{
    FillRule, Mask, Paint, Path, PathBuilder, Pixmap, PixmapPaint, Stroke, Transform,
};

/// Resolution the page is rendered with, in pixels per millimetre (302 dpi).
const SCALE: f32 = 302.0 / 25.4;
/// An ID-1 card in millimetres, and in pixels of that resolution.
const CARD: (f32, f32) = (85.60, 53.98);
const PIXELS: (u32, u32) = (1018, 642);
/// What is printed beyond the cut on each side, in millimetres.
const BLEED: f32 = 3.0;
/// Radius of the corners in millimetres (ISO/IEC 7810).
const RADIUS: f32 = 3.18;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let rendered = Pixmap::load_png(arguments.next().ok_or("name the rendered page")?)?;
    let target = arguments.next().ok_or("name the picture to write")?;
    cut(&rendered).ok_or("the constants describe a card")?.save_png(target)?;
    Ok(())
}

/// The card without its bleed: outside the corners nothing, along the edge a hairline.
fn cut(rendered: &Pixmap) -> Option<Pixmap> {
    let mut card = Pixmap::new(PIXELS.0, PIXELS.1)?;
    let to_pixels = Transform::from_scale(SCALE, SCALE);
    let edge = outline()?;
    let mut within = Mask::new(PIXELS.0, PIXELS.1)?;
    within.fill_path(&edge, FillRule::Winding, true, to_pixels);
    let moved = Transform::from_translate(-BLEED * SCALE, -BLEED * SCALE);
    card.draw_pixmap(0, 0, rendered.as_ref(), &PixmapPaint::default(), moved, Some(&within));
    let mut grey = Paint::default();
    grey.set_color_rgba8(0xcd, 0xd4, 0xd3, 0xff);
    let hairline = Stroke { width: 0.3, ..Stroke::default() };
    card.stroke_path(&edge, &grey, &hairline, to_pixels, Some(&within));
    Some(card)
}

/// The edge of a card in millimetres.
fn outline() -> Option<Path> {
    let ((right, bottom), near) = (CARD, RADIUS * 0.447_715);
    let mut path = PathBuilder::new();
    path.move_to(RADIUS, 0.0);
    path.line_to(right - RADIUS, 0.0);
    path.cubic_to(right - near, 0.0, right, near, right, RADIUS);
    path.line_to(right, bottom - RADIUS);
    path.cubic_to(right, bottom - near, right - near, bottom, right - RADIUS, bottom);
    path.line_to(RADIUS, bottom);
    path.cubic_to(near, bottom, 0.0, bottom - near, 0.0, bottom - RADIUS);
    path.line_to(0.0, RADIUS);
    path.cubic_to(0.0, near, near, 0.0, RADIUS, 0.0);
    path.close();
    path.finish()
}
