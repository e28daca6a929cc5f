//! Properties of the panels of image cards (domain.md §4.6).

use proptest::prelude::*;
use sekisho_domain::card::Cell;
use sekisho_domain::method::image_card::PrintedImageCard;
use sekisho_domain::moment::{Chance, Moment};
use sekisho_domain::panels::{Design, Panels};
use sekisho_domain::time::Timestamp;

const DESIGNS: [(u16, u16); 9] = [
    (100, 50),
    (100, 20),
    (100, 30),
    (100, 2),
    (100, 98),
    (100, 100),
    (250, 50),
    (300, 60),
    (512, 256),
];

fn chance_of(seed: u64) -> Chance {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    Chance::from_seed(bytes)
}

fn drawn(seed: u64, design: Design) -> (PrintedImageCard, Panels) {
    let mut chance = chance_of(seed);
    let mut moment = Moment::new(Timestamp::from_millis(0), &mut chance);
    let card = PrintedImageCard::draw(design.pool(), &mut moment);
    let panels = Panels::draw(design, &card.cells, &mut moment);
    (card, panels)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn every_panel_shows_its_picture_and_every_picture_stands_equally_often(
        seed in any::<u64>(),
        (pool, candidates) in prop::sample::select(&DESIGNS[..]),
    ) {
        let design = Design::new(pool, candidates).expect("even");
        let (card, panels) = drawn(seed, design);
        let mut appearances = vec![0; usize::from(pool)];
        for (cell, picture) in Cell::all().zip(card.cells) {
            let panel = panels.panel(cell);
            prop_assert!(panel.shows(picture));
            prop_assert_eq!(panel.pictures().count(), usize::from(candidates));
            panel.pictures().for_each(|shown| appearances[usize::from(shown)] += 1);
        }
        prop_assert!(appearances.into_iter().all(|times| times == design.appearances()));
    }
}

/// The panels of one card as bitmaps, and the cell whose true picture is looked for.
struct Observed {
    panels: Vec<u128>,
    cell: usize,
    truth: u16,
}

impl Observed {
    /// How many pictures of the cell's panel `picture` meets again in other panels: rare pictures
    /// and those that keep apart show.
    fn company(&self, picture: u16) -> f64 {
        let others = self.panels.iter().enumerate().filter(|&(at, _)| at != self.cell);
        let meeting = others.filter(|(_, other)| *other >> picture & 1 == 1);
        meeting.map(|(_, other)| f64::from((other & self.panels[self.cell]).count_ones())).sum()
    }
}

const CARDS: u16 = 400;

/// What four hundred cards tell an observer of all their panels: by how many standard errors the
/// true pictures' company differs from the decoys', and how many times better than blind he guesses
/// the true picture as the one with the least or the most company.
fn telltale(observe: impl Fn(u16) -> Observed) -> (f64, f64) {
    let (mut sum, mut squares, mut found, mut found_blindly) = (0.0, 0.0, 0.0, 0.0);
    for seed in 0..CARDS {
        let observed = observe(seed);
        let panel = observed.panels[observed.cell];
        let shown = (0..128).filter(|picture| panel >> picture & 1 == 1);
        let companies: Vec<f64> = shown.map(|picture| observed.company(picture)).collect();
        let own = observed.company(observed.truth);
        let size = f64::from(panel.count_ones());
        let distance = own - companies.iter().sum::<f64>() / size;
        sum += distance;
        squares += distance * distance;
        for extreme in [f64::min, f64::max] {
            let guess = companies.iter().copied().reduce(extreme).expect("panels are not empty");
            let as_good = companies.iter().filter(|company| company.total_cmp(&guess).is_eq());
            let ties: f64 = as_good.map(|_| 1.0).sum();
            found += if own.total_cmp(&guess).is_eq() { 1.0 / ties } else { 0.0 };
            found_blindly += 1.0 / size;
        }
    }
    let count = f64::from(CARDS);
    let variance = (squares - sum * sum / count) / (count - 1.0);
    (sum / (count * variance).sqrt(), found / found_blindly)
}

fn cell_of(seed: u16) -> usize {
    usize::from(seed % 50)
}

#[test]
fn the_panels_do_not_tell_the_card() {
    for candidates in [50, 20] {
        let design = Design::new(100, candidates).expect("even");
        let (errors, advantage) = telltale(|seed| {
            let (card, panels) = drawn(seed.into(), design);
            let map = |cell| panels.panel(cell).pictures().fold(0, |map, it| map | 1 << it);
            let cell = cell_of(seed);
            Observed { panels: Cell::all().map(map).collect(), cell, truth: card.cells[cell] }
        });
        assert!(errors.abs() < 3.5, "N = {candidates}: {errors} standard errors");
        assert!((0.5..1.6).contains(&advantage), "N = {candidates}: {advantage} times blind");
    }
}

/// The observer is not blind: decoys that avoid the card's own pictures give every cell away.
#[test]
fn decoys_that_avoid_the_card_would_tell_it() {
    let (errors, advantage) = telltale(|seed| {
        let mut chance = chance_of(seed.into());
        let mut moment = Moment::new(Timestamp::from_millis(0), &mut chance);
        let card = PrintedImageCard::draw(100, &mut moment);
        let mut decoys: Vec<u16> = (0..100).filter(|it| !card.cells.contains(it)).collect();
        let mut panel = |truth: &u16| {
            moment.shuffle(&mut decoys);
            decoys[..19].iter().fold(1 << truth, |map, it| map | 1 << it)
        };
        let panels = card.cells.iter().map(&mut panel).collect();
        let cell = cell_of(seed);
        Observed { panels, cell, truth: card.cells[cell] }
    });
    assert!(errors < -50.0 && advantage > 9.0, "{errors} {advantage}");
}
