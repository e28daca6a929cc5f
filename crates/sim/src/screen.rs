//! What a customer holds in the hand and sees on the screen, and how the one is read off the other.

use sekisho_domain::id::{ChallengeId, CredentialId};
use sekisho_domain::method::{Answer, View};

use crate::dice::Dice;

/// The printed face of a card: nobody but its holder and production ever sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Face {
    /// The picture at each of fifty cells.
    Image(Vec<u16>),
    /// The digits at each of eight positions.
    Customer(Vec<String>),
}

/// One cell asked, and the pictures to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Panel {
    /// Which cell of the card.
    pub(crate) cell: usize,
    /// What each choice is called, and its picture.
    pub(crate) choices: Vec<(String, u16)>,
}

/// What is shown of one part of a challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Cells of an image card.
    Image(Vec<Panel>),
    /// Positions of a customer card, and digits at each.
    Customer(Vec<usize>, u8),
    /// The code of a token, of so many digits.
    Code(u8),
}

/// A challenge as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Screen {
    /// Which challenge.
    pub(crate) challenge: ChallengeId,
    /// Its parts, with the card each asks.
    pub(crate) parts: Vec<(CredentialId, Part)>,
}

impl From<View> for Part {
    fn from(view: View) -> Self {
        match view {
            View::ImageCard { prompts } => {
                let panel = |prompt: sekisho_domain::method::Prompt| Panel {
                    cell: prompt.cell.index().into(),
                    choices: prompt.panel.into_iter().map(|it| (it.choice, it.picture)).collect(),
                };
                Self::Image(prompts.into_iter().map(panel).collect())
            }
            View::CustomerCard { digits, positions } => {
                let places = positions.iter().map(|it| usize::from(it.position.index()));
                Self::Customer(places.collect(), digits)
            }
            View::OneTimePassword { digits, .. } => Self::Code(digits),
        }
    }
}

/// What the holder of the card answers.
pub(crate) fn read_off(face: &Face, part: &Part) -> Option<Answer> {
    match (face, part) {
        (Face::Image(cells), Part::Image(panels)) => {
            let choice = |panel: &Panel| {
                let shows = |known: &&(String, u16)| known.1 == cells[panel.cell];
                panel.choices.iter().find(shows).map(|known| known.0.clone())
            };
            Some(Answer::Choices(panels.iter().map(choice).collect::<Option<_>>()?))
        }
        (Face::Customer(positions), Part::Customer(places, _)) => {
            Some(Answer::Values(places.iter().map(|&at| positions[at].clone()).collect()))
        }
        _ => None,
    }
}

/// What somebody answers who knows nothing.
pub(crate) fn guess(part: &Part, dice: &mut Dice) -> Answer {
    match part {
        Part::Image(panels) => {
            let choice = |panel: &Panel| {
                let at = dice.place(panel.choices.len()).expect("a panel shows pictures");
                panel.choices[at].0.clone()
            };
            Answer::Choices(panels.iter().map(choice).collect())
        }
        Part::Customer(places, digits) => {
            let most = 10u64.pow((*digits).into());
            let mut value =
                || format!("{:0width$}", dice.below(most), width = usize::from(*digits));
            Answer::Values(places.iter().map(|_| value()).collect())
        }
        Part::Code(digits) => {
            let most = 10u64.pow((*digits).into());
            Answer::Code(format!("{:0width$}", dice.below(most), width = usize::from(*digits)))
        }
    }
}
