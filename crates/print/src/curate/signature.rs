//! What of a picture remains at a glance: where it is light and dark, and in which colours.

use resvg::tiny_skia::{Color, Pixmap, Transform};
use usvg::Tree;

use super::sight::{Sight, linear, oklab};

/// Side of the rendering in pixels: a picture of 6.6 mm at about 180 dots an inch.
pub(super) const SIDE: usize = 48;
/// Side of the grid of mean colours.
const PATCHES: usize = 8;
/// Side of the grid of mean lightness from which outlines are read.
const POINTS: usize = 12;
/// Two points differ in lightness only above this step of Oklab; below it is anti-aliasing.
const STEP: f32 = 0.04;

/// A picture as one kind of eyes remembers it.
#[derive(Debug, Clone)]
pub(super) struct Signature {
    /// Mean Oklab colour of each of 8 × 8 patches.
    patches: Vec<[f32; 3]>,
    /// For each of 12 × 12 points, whether its right and its lower neighbour are darker (-1), the
    /// same (0) or lighter (1).
    outline: Vec<i8>,
}

/// Renders a drawing on white, moved to the right by some pixels, as linear sRGB.
pub(super) fn render(tree: &Tree, moved: f32) -> Vec<[f32; 3]> {
    let side = u32::try_from(SIDE).expect("a small constant");
    let mut pixmap = Pixmap::new(side, side).expect("48 × 48 is neither empty nor too large");
    pixmap.fill(Color::WHITE);
    let scale = 48.0 / tree.size().width();
    let place = Transform::from_translate(moved, 0.0).pre_scale(scale, scale);
    resvg::render(tree, place, &mut pixmap.as_mut());
    let light: [f32; 256] = std::array::from_fn(|n| linear(n.to_le_bytes()[0]));
    let opaque = |channel: u8| light[usize::from(channel)];
    pixmap.pixels().iter().map(|p| [opaque(p.red()), opaque(p.green()), opaque(p.blue())]).collect()
}

impl Signature {
    /// What these eyes remember of a rendering.
    pub(super) fn of(pixels: &[[f32; 3]], sight: Sight) -> Self {
        let seen: Vec<_> = pixels.iter().map(|&pixel| oklab(sight.see(pixel))).collect();
        let points: Vec<f32> = means(&seen, POINTS).iter().map(|mean| mean[0]).collect();
        Self { patches: means(&seen, PATCHES), outline: outline(&points) }
    }

    /// How different the colours are: mean Oklab distance of the patches, from 0 to about 1.
    pub(super) fn colour_distance(&self, other: &Self) -> f32 {
        let apart = |(a, b): (&[f32; 3], &[f32; 3])| {
            a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt()
        };
        self.patches.iter().zip(&other.patches).map(apart).sum::<f32>() / count(self.patches.len())
    }

    /// How different the outlines are: the share of neighbouring points whose step from dark to
    /// light is not the same, from 0 to 1.
    pub(super) fn outline_distance(&self, other: &Self) -> f32 {
        let differing = self.outline.iter().zip(&other.outline).filter(|(a, b)| a != b).count();
        count(differing) / count(self.outline.len())
    }
}

/// Mean colours of a square grid of `cells` × `cells` laid over the pixels.
fn means(pixels: &[[f32; 3]], cells: usize) -> Vec<[f32; 3]> {
    let width = SIDE / cells;
    let mut sums = vec![[0.0; 3]; cells * cells];
    for (place, pixel) in pixels.iter().enumerate() {
        let cell = place / SIDE / width * cells + place % SIDE / width;
        for (sum, part) in sums[cell].iter_mut().zip(pixel) {
            *sum += part / count(width * width);
        }
    }
    sums
}

fn outline(points: &[f32]) -> Vec<i8> {
    let step = |from: usize, to: usize| match points[to] - points[from] {
        darker if darker < -STEP => -1,
        lighter if lighter > STEP => 1,
        _ => 0,
    };
    let inner = |n: usize| n % POINTS < POINTS - 1 && n / POINTS < POINTS - 1;
    (0..points.len())
        .filter(|&n| inner(n))
        .flat_map(|n| [step(n, n + 1), step(n, n + POINTS)])
        .collect()
}

fn count(number: usize) -> f32 {
    f32::from(u16::try_from(number).expect("a picture has few thousand pixels"))
}
