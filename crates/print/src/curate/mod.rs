//! How well the pictures can be told apart: measured for every pair, for five kinds of eyes.
//!
//! A customer compares a small printed picture with a panel on a screen, perhaps on a grey copy,
//! perhaps without seeing red and green apart (domain §4.8). So every picture is drawn at 48 × 48
//! pixels and seen in five ways ([`Sight`]); of each view two things are kept: the mean colours of
//! 8 × 8 patches and the outline, that is, where lightness rises and falls over 12 × 12 points.
//! The distance of two pictures in one view joins both: it is 1 when the patches differ by 0.1 in
//! Oklab on average and nothing else differs, or when 3 in 10 steps of the outline differ and
//! nothing else does. In grey only lightness is left to make a difference.
//!
//! For a feeling of the numbers: a picture moved by half a pixel is about 0.24 from itself, two
//! pictures chosen blindly are about 2.2 apart; an egg and an onion were 0.6 apart, a fountain pen
//! and a paintbrush 0.6, a lemon and a pear 0.7, and so one of each had to go.

mod sight;
mod signature;

use sekisho_pictures::Picture;
use serde::Serialize;
use usvg::{Options, Tree};

pub use sight::{SIGHTS, Sight};
use signature::{Signature, render};

/// No two pictures of the set may be nearer than this to any eyes.
///
/// The worst picture is 0.64 from itself when it is printed half a pixel (0.07 mm) off its place;
/// 1.1 keeps other pictures well outside that blur for all eyes and left 341 of 457 candidates.
/// At 0.6 a lemon and a pear would both have stayed, at 1.2 no more than 308 pictures.
pub const DISTANCE_MIN: f32 = 1.1;

/// Mean Oklab distance of the patches that counts as 1.
const COLOUR_UNIT: f32 = 0.1;
/// Share of differing outline steps that counts as 1.
const OUTLINE_UNIT: f32 = 0.3;

/// How far two pictures are from each other, for each kind of eyes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PairDistance {
    /// Id of the picture that comes first in the set.
    pub a: &'static str,
    /// Id of the other one.
    pub b: &'static str,
    /// In full colour.
    pub normal: f32,
    /// On a grey copy.
    pub grey: f32,
    /// Without long-wave (red) cones.
    pub protan: f32,
    /// Without middle-wave (green) cones.
    pub deutan: f32,
    /// Without short-wave (blue) cones.
    pub tritan: f32,
}

impl PairDistance {
    /// The distance for the eyes to which the two look most alike.
    pub fn least(&self) -> f32 {
        [self.grey, self.protan, self.deutan, self.tritan].into_iter().fold(self.normal, f32::min)
    }
}

/// Pictures as five kinds of eyes remember them: rendered once, then compared at will.
#[derive(Debug)]
pub struct Gallery {
    seen: Vec<(&'static str, Views)>,
}

/// One signature for each of [`SIGHTS`].
type Views = [Signature; SIGHTS.len()];

impl Gallery {
    /// Renders the pictures; after each one `progress` hears how many of how many are done.
    pub fn hang(pictures: &'static [Picture], mut progress: impl FnMut(usize, usize)) -> Self {
        let mut seen = Vec::with_capacity(pictures.len());
        for picture in pictures {
            seen.push((picture.id, views(picture, 0.0)));
            progress(seen.len(), pictures.len());
        }
        Self { seen }
    }

    /// Every pair once, in the order of the pictures.
    pub fn pairs(&self) -> impl Iterator<Item = PairDistance> {
        self.seen.iter().enumerate().flat_map(move |(place, (a, a_views))| {
            let later = &self.seen[place + 1..];
            later.iter().map(move |(b, b_views)| compare((a, a_views), (b, b_views)))
        })
    }

    /// The `n` pairs that look most alike to somebody, the most alike first.
    pub fn closest(&self, n: usize) -> Vec<PairDistance> {
        let mut pairs: Vec<_> = self.pairs().collect();
        pairs.sort_by(|left, right| left.least().total_cmp(&right.least()));
        pairs.truncate(n);
        pairs
    }
}

/// A picture, moved to the right by some pixels, in all views.
fn views(picture: &Picture, moved: f32) -> Views {
    let tree = Tree::from_str(picture.svg, &Options::default())
        .expect("the tests of sekisho-pictures hold every drawing to be plain SVG");
    let pixels = render(&tree, moved);
    SIGHTS.map(|sight| Signature::of(&pixels, sight))
}

fn compare(a: (&'static str, &Views), b: (&'static str, &Views)) -> PairDistance {
    let apart = |view: usize| {
        let colour = a.1[view].colour_distance(&b.1[view]) / COLOUR_UNIT;
        let outline = a.1[view].outline_distance(&b.1[view]) / OUTLINE_UNIT;
        colour.hypot(outline)
    };
    let [normal, grey, protan, deutan, tritan] = std::array::from_fn(apart);
    PairDistance { a: a.0, b: b.0, normal, grey, protan, deutan, tritan }
}

#[cfg(test)]
mod tests {
    use sekisho_pictures::all;

    use super::*;

    /// A pool of an institution is at least 100 pictures, and its first choice the first 100.
    const FIRST_POOL: usize = 100;
    const FIRST_POOL_DISTANCE_MIN: f32 = 1.7;

    #[test]
    fn any_two_pictures_can_be_told_apart_by_all_eyes() {
        let mut heard = 0;
        let gallery = Gallery::hang(all(), |done, total| {
            heard += 1;
            assert_eq!((done, total), (heard, all().len()));
        });
        let closest = gallery.closest(1)[0];
        assert!(closest.least() >= DISTANCE_MIN, "{closest:?}");
    }

    #[test]
    fn the_first_hundred_pictures_are_the_easiest_to_tell_apart() {
        let closest = Gallery::hang(&all()[..FIRST_POOL], |_, _| ()).closest(1)[0];
        assert!(closest.least() >= FIRST_POOL_DISTANCE_MIN, "{closest:?}");
    }

    #[test]
    fn a_picture_printed_a_little_off_its_place_is_still_itself() {
        for picture in all() {
            let (here, moved) = (views(picture, 0.0), views(picture, 0.5));
            let apart = compare((picture.id, &here), (picture.id, &moved));
            assert!(apart.normal.max(apart.grey) < DISTANCE_MIN, "{apart:?}");
        }
    }
}
