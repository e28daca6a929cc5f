//! A sheet under the pen: millimetres from its top left corner, text by its baseline.

use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Rect, Transform};
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use sekisho_pictures::Picture;

use crate::brand::Rgb;
use crate::fonts::{Fonts, Weight};
use crate::press::{POINTS_PER_MM, Shelf};
use crate::wrap;

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    weight: Weight,
    /// Size in millimetres.
    size: f32,
    colour: Rgb,
    /// Space after each letter, in em.
    tracking: f32,
}

impl Style {
    /// Text for reading, in points as typographers count.
    pub(crate) const fn regular(points: f32) -> Self {
        Self {
            weight: Weight::Regular,
            size: points / POINTS_PER_MM,
            colour: Rgb::INK,
            tracking: 0.0,
        }
    }

    /// Text for finding.
    pub(crate) const fn bold(points: f32) -> Self {
        Self { weight: Weight::Bold, ..Self::regular(points) }
    }

    pub(crate) const fn colour(self, colour: Rgb) -> Self {
        Self { colour, ..self }
    }

    pub(crate) const fn tracked(self, tracking: f32) -> Self {
        Self { tracking, ..self }
    }
}

/// Which part of a text stands at the given place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Centre,
    Right,
}

/// A rectangle in millimetres.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Area {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

/// The sheet and what is needed to draw on it.
pub(crate) struct Sheet<'a, 'page> {
    surface: &'a mut Surface<'page>,
    fonts: &'a Fonts,
    shelf: &'a mut Shelf,
    missing: Option<char>,
}

impl<'a, 'page> Sheet<'a, 'page> {
    /// Lets `draw` draw; gives back the first character that has no glyph, if there was one.
    pub(crate) fn draw(
        surface: &'a mut Surface<'page>,
        fonts: &'a Fonts,
        shelf: &'a mut Shelf,
        bleed: f32,
        draw: impl FnOnce(&mut Self),
    ) -> Option<char> {
        let mut sheet = Self { surface, fonts, shelf, missing: None };
        sheet.surface.push_transform(&Transform::from_scale(POINTS_PER_MM, POINTS_PER_MM));
        sheet.surface.push_transform(&Transform::from_translate(bleed, bleed));
        draw(&mut sheet);
        sheet.surface.pop();
        sheet.surface.pop();
        sheet.missing
    }

    /// Fills a rectangle.
    pub(crate) fn fill(&mut self, area: Area, colour: Rgb) {
        self.fill_path(rectangle(area), colour);
    }

    /// Fills a rectangle with round corners.
    pub(crate) fn fill_round(&mut self, area: Area, radius: f32, colour: Rgb) {
        self.fill_path(rounded(area, radius), colour);
    }

    /// Draws the outline of a rectangle with round corners.
    pub(crate) fn frame_round(&mut self, area: Area, radius: f32, width: f32, colour: Rgb) {
        self.stroke_path(rounded(area, radius), width, colour);
    }

    /// Draws a straight line.
    pub(crate) fn line(&mut self, from: (f32, f32), to: (f32, f32), width: f32, colour: Rgb) {
        let mut path = PathBuilder::new();
        path.move_to(from.0, from.1);
        path.line_to(to.0, to.1);
        self.stroke_path(path.finish(), width, colour);
    }

    /// Fills a circle around a point.
    pub(crate) fn dot(&mut self, centre: (f32, f32), radius: f32, colour: Rgb) {
        let (x, y, side) = (centre.0 - radius, centre.1 - radius, 2.0 * radius);
        self.fill_path(rounded(Area { x, y, width: side, height: side }, radius), colour);
    }

    /// Draws a picture into a square.
    pub(crate) fn picture(&mut self, picture: &Picture, x: f32, y: f32, side: f32) {
        let graphic = self.shelf.take(picture, self.surface);
        let scale = side / Shelf::SIDE;
        self.surface.push_transform(&Transform::from_row(scale, 0.0, 0.0, scale, x, y));
        self.surface.draw_graphic(graphic);
        self.surface.pop();
    }

    /// Width of a line of text in millimetres.
    pub(crate) fn width(&self, text: &str, style: Style) -> f32 {
        self.fonts.cut(style.weight).width(text, style.tracking) * style.size
    }

    /// Writes one line with its baseline at `y`; gives its width.
    pub(crate) fn text(&mut self, text: &str, x: f32, y: f32, align: Align, style: Style) -> f32 {
        let width = self.width(text, style);
        let left = match align {
            Align::Left => x,
            Align::Centre => x - width / 2.0,
            Align::Right => x - width,
        };
        let cut = self.fonts.cut(style.weight);
        match cut.set(text, style.tracking) {
            Ok(glyphs) => {
                self.set_fill(style.colour);
                let start = Point::from_xy(left, y);
                self.surface.draw_glyphs(start, &glyphs, cut.font(), text, style.size, false);
            }
            Err(letter) => self.missing = self.missing.or(Some(letter)),
        }
        width
    }

    /// Writes one line, smaller if it would be wider than `width`: names have no greatest length.
    pub(crate) fn text_within(
        &mut self,
        text: &str,
        (x, y): (f32, f32),
        width: f32,
        align: Align,
        style: Style,
    ) {
        let shrink = (width / self.width(text, style)).min(1.0);
        self.text(text, x, y, align, Style { size: style.size * shrink, ..style });
    }

    /// Writes a paragraph broken into lines, the first baseline at `y`, `leading` millimetres
    /// apart; gives the baseline after the last line.
    pub(crate) fn paragraph(
        &mut self,
        text: &str,
        (x, y): (f32, f32),
        width: f32,
        leading: f32,
        style: Style,
    ) -> f32 {
        let lines = wrap::lines(text, width, |piece| self.width(piece, style));
        let mut baseline = y;
        for line in lines {
            self.text(line, x, baseline, Align::Left, style);
            baseline += leading;
        }
        baseline
    }

    fn set_fill(&mut self, colour: Rgb) {
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(Fill { paint: paint(colour), ..Fill::default() }));
    }

    fn fill_path(&mut self, path: Option<Path>, colour: Rgb) {
        self.set_fill(colour);
        self.draw_path(path);
    }

    fn stroke_path(&mut self, path: Option<Path>, width: f32, colour: Rgb) {
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(Stroke { paint: paint(colour), width, ..Stroke::default() }));
        self.draw_path(path);
        self.surface.set_stroke(None);
    }

    fn draw_path(&mut self, path: Option<Path>) {
        self.surface.draw_path(&path.expect("every shape here has points of finite millimetres"));
    }
}

fn paint(Rgb(red, green, blue): Rgb) -> krilla::paint::Paint {
    rgb::Color::new(red, green, blue).into()
}

fn rectangle(Area { x, y, width, height }: Area) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.push_rect(Rect::from_xywh(x, y, width, height)?);
    path.finish()
}

/// A rectangle whose corners are quarter circles, each drawn as one cubic curve.
fn rounded(Area { x, y, width, height }: Area, radius: f32) -> Option<Path> {
    /// Distance of the control points of a quarter circle of radius 1 (off by 0.03 %).
    const REACH: f32 = 0.552_285;
    let near = radius * (1.0 - REACH);
    let (right, bottom) = (x + width, y + height);
    let mut path = PathBuilder::new();
    path.move_to(x + radius, y);
    path.line_to(right - radius, y);
    path.cubic_to(right - near, y, right, y + near, right, y + radius);
    path.line_to(right, bottom - radius);
    path.cubic_to(right, bottom - near, right - near, bottom, right - radius, bottom);
    path.line_to(x + radius, bottom);
    path.cubic_to(x + near, bottom, x, bottom - near, x, bottom - radius);
    path.line_to(x, y + radius);
    path.cubic_to(x, y + near, x + near, y, x + radius, y);
    path.close();
    path.finish()
}
