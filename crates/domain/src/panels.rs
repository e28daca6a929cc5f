//! Which pictures a customer may choose from at each cell: fixed, balanced panels (domain.md §4.6).
//!
//! A panel of fresh decoys would give the true picture away to whoever sees it often enough, and
//! decoys that avoid the card's own pictures would give the whole card away. So each cell keeps one
//! panel for the life of the card, and every picture of the pool stands in equally many panels,
//! whether it is on the card or not.
//!
//! What that buys: cards are drawn uniformly, and panels uniformly among the balanced ones around
//! the card; there are equally many of those around every card, since renaming the pictures carries
//! one card's into another's. So to someone who knows all fifty panels, every card that fits them
//! is equally likely.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::card::Cell;
use crate::moment::Moment;

/// A card needs panels whose picture counts come out even.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("every picture must be able to stand in equally many panels")]
pub struct Unbalanced;

/// How large the pool is and how many of its pictures a panel shows (policy).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Design {
    pool: u16,
    candidates: u16,
}

impl Design {
    /// Twice as many pictures as a card has cells (domain.md §4.9, K-08).
    pub const POOL_MIN: u16 = 100;
    /// More than there are distinguishable pictures.
    pub const POOL_MAX: u16 = 512;

    /// Panels of `candidates` out of `pool` pictures; refused unless 50 · `candidates` is a
    /// multiple of `pool` and `pool` lies between the limits.
    pub fn new(pool: u16, candidates: u16) -> Result<Self, Unbalanced> {
        let fits = (Self::POOL_MIN..=Self::POOL_MAX).contains(&pool)
            && (1..=pool).contains(&candidates)
            && (u32::from(Cell::COUNT) * u32::from(candidates)).is_multiple_of(u32::from(pool));
        fits.then_some(Self { pool, candidates }).ok_or(Unbalanced)
    }

    /// Pictures in the pool, P.
    pub fn pool(self) -> u16 {
        self.pool
    }

    /// Pictures in a panel, N.
    pub fn candidates(self) -> u16 {
        self.candidates
    }

    /// Panels in which each picture stands, λ = 50 · N / P.
    pub fn appearances(self) -> u16 {
        let all = u32::from(Cell::COUNT) * u32::from(self.candidates);
        u16::try_from(all / u32::from(self.pool)).expect("at most 50")
    }
}

/// The panels of one card.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Panels {
    pool: u16,
    /// Fifty bitmaps of ⌈P/8⌉ bytes, lowest bit first; `None` shows the whole pool everywhere.
    maps: Option<Vec<u8>>,
}

/// The pictures one cell shows.
#[derive(Clone, Copy)]
pub struct Panel<'a> {
    pool: u16,
    map: Option<&'a [u8]>,
}

const CELLS: usize = Cell::COUNT as usize;
const WORDS: usize = Design::POOL_MAX as usize / 64;

/// Each round trades once between each cell and another. The traces of the start are gone after 8
/// rounds (test below); the rest is margin.
const ROUNDS: usize = 30;

impl Panels {
    /// Draws the panels around `card`, the picture of each cell as an index into the pool.
    ///
    /// The start is balanced by construction. Then pairs of cells trade again and again: what only
    /// one of two panels shows is put together, shuffled and dealt back, as many to each as it
    /// gave; the two true pictures stay. Counts never change, and a trade is as likely as its
    /// reverse, so in the long run all balanced panels are equally likely (the "curveball"
    /// chain of Strona 2014 and Carstens 2015). All are within reach: two sets of panels differ
    /// by alternating cycles of (cell, picture), and a chord splits any of them into trades.
    /// The only exception, three true pictures turning among three cells, is undone through a
    /// fourth picture that some but not all of the three panels show; when there is none, a
    /// trade with a fourth cell makes one.
    ///
    /// # Panics
    /// When a picture is outside the pool or stands on the card twice (K-06).
    pub fn draw(design: Design, card: &[u16; CELLS], moment: &mut Moment) -> Self {
        if design.candidates == design.pool {
            return Self { pool: design.pool, maps: None };
        }
        let mut rows = start(design, card, moment);
        mix(&mut rows, card, ROUNDS, moment);
        let width = usize::from(design.pool).div_ceil(8);
        let bytes =
            |row: &Row| row.iter().flat_map(|word| word.to_le_bytes()).take(width).collect();
        let maps: Vec<Vec<u8>> = rows.iter().map(bytes).collect();
        Self { pool: design.pool, maps: Some(maps.concat()) }
    }

    /// Pictures in the pool.
    pub fn pool(&self) -> u16 {
        self.pool
    }

    /// What `cell` shows.
    pub fn panel(&self, cell: Cell) -> Panel<'_> {
        let width = usize::from(self.pool).div_ceil(8);
        let begin = usize::from(cell.index()) * width;
        Panel { pool: self.pool, map: self.maps.as_deref().map(|maps| &maps[begin..][..width]) }
    }
}

impl Panel<'_> {
    /// Whether the panel shows `picture`, an index below the pool's size.
    pub fn shows(&self, picture: u16) -> bool {
        let in_map = |map: &[u8]| map[usize::from(picture / 8)] >> (picture % 8) & 1 == 1;
        self.map.is_none_or(in_map)
    }

    /// The pictures shown, by rising index.
    pub fn pictures(&self) -> impl Iterator<Item = u16> {
        (0..self.pool).filter(|&picture| self.shows(picture))
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    pool: u16,
    /// Base64 of the bitmaps, or `all`.
    shown: String,
}

impl From<Panels> for Stored {
    fn from(panels: Panels) -> Self {
        let shown = panels.maps.map_or("all".to_owned(), |maps| STANDARD_NO_PAD.encode(maps));
        Self { pool: panels.pool, shown }
    }
}

impl TryFrom<Stored> for Panels {
    type Error = &'static str;
    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let pool = stored.pool;
        if !(Design::POOL_MIN..=Design::POOL_MAX).contains(&pool) {
            return Err("a pool of this size is never drawn");
        }
        if stored.shown == "all" {
            return Ok(Self { pool, maps: None });
        }
        let maps = STANDARD_NO_PAD.decode(stored.shown).map_err(|_| "the bitmaps are base64")?;
        let whole = maps.len() == CELLS * usize::from(pool).div_ceil(8);
        if whole { Ok(Self { pool, maps: Some(maps) }) } else { Err("fifty bitmaps of equal size") }
    }
}

/// One panel while it is being drawn: a bit per picture.
type Row = [u64; WORDS];

fn show(row: &mut Row, picture: u16) {
    row[usize::from(picture / 64)] |= 1 << (picture % 64);
}

/// Balanced panels around `card`, far from random.
///
/// The pictures lie in a circle, and each cell in turn takes the next N: going round λ times deals
/// every picture λ times. With g = gcd(N, P), the cells begin at P/g different places, g apart, and
/// 50·g/P ≤ g cells begin at each; so the s-th of them finds its true picture s places further on.
fn start(design: Design, card: &[u16; CELLS], moment: &mut Moment) -> Vec<Row> {
    let (pool, candidates) = (usize::from(design.pool), usize::from(design.candidates));
    let places = pool / gcd(pool, candidates);
    let mut turns: [usize; CELLS] = std::array::from_fn(|cell| cell);
    moment.shuffle(&mut turns);

    let mut circle = vec![None; pool];
    for (&picture, turn) in card.iter().zip(turns) {
        circle[turn * candidates % pool + turn / places] = Some(picture);
    }
    let mut others: Vec<u16> = (0..design.pool).filter(|picture| !card.contains(picture)).collect();
    assert_eq!(others.len(), pool - CELLS, "a card bears fifty different pictures of the pool");
    moment.shuffle(&mut others);
    let fill = |place: Option<u16>| place.or_else(|| others.pop()).expect("each has its place");
    let circle: Vec<u16> = circle.into_iter().map(fill).collect();

    let deal = |turn: usize| {
        let mut row = [0; WORDS];
        let first = turn * candidates % pool;
        circle.iter().cycle().skip(first).take(candidates).for_each(|&it| show(&mut row, it));
        row
    };
    turns.into_iter().map(deal).collect()
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Trades `rounds` times between each cell and one of chance.
fn mix(rows: &mut [Row], card: &[u16; CELLS], rounds: usize, moment: &mut Moment) {
    let mut order: [usize; CELLS] = std::array::from_fn(|cell| cell);
    let mut loose = Vec::with_capacity(Design::POOL_MAX.into());
    for _ in 0..rounds {
        moment.shuffle(&mut order);
        for pair in order.chunks_exact(2) {
            let &[a, b] = pair else { unreachable!("chunks of two") };
            let mut fixed = [0; WORDS];
            show(&mut fixed, card[a]);
            show(&mut fixed, card[b]);
            let pair = rows.get_disjoint_mut([a, b]).expect("two different cells");
            trade(pair, &fixed, &mut loose, moment);
        }
    }
}

/// Deals anew what only one of the two panels shows, `fixed` pictures excepted.
fn trade([ours, theirs]: [&mut Row; 2], fixed: &Row, loose: &mut Vec<u16>, moment: &mut Moment) {
    loose.clear();
    let mut ours_count = 0;
    for (word, base) in (0..WORDS).zip((0_u16..).step_by(64)) {
        let mut differ = (ours[word] ^ theirs[word]) & !fixed[word];
        ours_count += (ours[word] & differ).count_ones() as usize;
        ours[word] &= !differ;
        theirs[word] &= !differ;
        while differ != 0 {
            loose.push(base + u16::try_from(differ.trailing_zeros()).expect("below 64"));
            differ &= differ - 1;
        }
    }
    moment.shuffle(loose);
    let (to_us, to_them) = loose.split_at(ours_count);
    for (row, pictures) in [(ours, to_us), (theirs, to_them)] {
        for &picture in pictures {
            show(row, picture);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Chance;
    use crate::time::Timestamp;

    #[test]
    fn only_even_designs_are_drawn() {
        for (pool, candidates, appearances) in [
            (100, 50, 25),
            (100, 20, 10),
            (100, 30, 15),
            (250, 50, 10),
            (100, 100, 50),
            (512, 512, 50),
        ] {
            let design = Design::new(pool, candidates).expect("even");
            assert_eq!(design.appearances(), appearances);
        }
        for (pool, candidates) in [(99, 99), (513, 513), (100, 25), (100, 0), (100, 102), (300, 50)]
        {
            assert_eq!(Design::new(pool, candidates), Err(Unbalanced), "{pool} {candidates}");
        }
    }

    fn mean_square_of_shared(design: Design, rounds: usize) -> f64 {
        let shared =
            |a: &Row, b: &Row| -> u32 { a.iter().zip(b).map(|(a, b)| (a & b).count_ones()).sum() };
        let (mut sum, mut pairs) = (0.0, 0.0);
        for seed in 0..50 {
            let mut chance = Chance::from_seed([seed; 32]);
            let mut moment = Moment::new(Timestamp::from_millis(0), &mut chance);
            let mut pool: Vec<u16> = (0..design.pool).collect();
            moment.shuffle(&mut pool);
            let card = *pool.first_chunk().expect("a pool is larger than a card");
            let mut rows = start(design, &card, &mut moment);
            mix(&mut rows, &card, rounds, &mut moment);
            for (n, a) in rows.iter().enumerate() {
                sum += rows[..n].iter().map(|b| f64::from(shared(a, b)).powi(2)).sum::<f64>();
                pairs += f64::from(u8::try_from(n).expect("below fifty"));
            }
        }
        sum / pairs
    }

    #[test]
    fn the_traces_of_the_start_are_gone_after_eight_rounds() {
        for (pool, candidates) in [(100, 50), (100, 20), (250, 50)] {
            let design = Design::new(pool, candidates).expect("even");
            let [start, soon, late] = [0, 8, 60].map(|n| mean_square_of_shared(design, n));
            assert!(start > 1.5 * late, "the start is far from random: {start} against {late}");
            assert!((soon / late - 1.0).abs() < 0.01, "{soon} against {late}");
        }
    }

    #[test]
    fn stored_panels_are_read_back_or_refused() {
        for (pool, candidates) in [(100, 50), (100, 100), (125, 5), (512, 512)] {
            let design = Design::new(pool, candidates).expect("even");
            let card = std::array::from_fn(|cell| u16::try_from(cell).expect("small"));
            let mut chance = Chance::from_seed([2; 32]);
            let mut moment = Moment::new(Timestamp::from_millis(0), &mut chance);
            let panels = Panels::draw(design, &card, &mut moment);
            let json = serde_json::to_string(&panels).expect("plain data");
            assert!(serde_json::from_str::<Panels>(&json).expect("as written") == panels);
        }
        for wrong in [
            r#"{"pool":99,"shown":"all"}"#,
            r#"{"pool":100,"shown":""}"#,
            r#"{"pool":100,"shown":"AAAA"}"#,
            r#"{"pool":100,"shown":"none"}"#,
        ] {
            assert!(serde_json::from_str::<Panels>(wrong).is_err(), "{wrong}");
        }
    }
}
