//! A question as the screen shows it, and the answer as the form sends it: both from one datum
//! (U-22).

use std::fmt::Display;

use sekisho_domain::credential::Credential;
use sekisho_domain::id::ApprovalId;
use sekisho_domain::method::{Answer, MethodKind, Prompt, View};
use sekisho_domain::time::Timestamp;

use super::around::Around;
use super::sent::Sent;
use crate::screen::challenge::{
    AskedNumber, ChoiceView, CodeView, ImageCardView, Mark, MatrixView, PromptView, Question,
};
use crate::text::Lang;

/// Begins the names of the fields of an older image card, where two are asked on one page.
pub(crate) const OLD: &str = "old_";

/// What a card is asked, for the screen.
pub(crate) fn of(
    around: &Around,
    approval: ApprovalId,
    (credential, view): &(Credential, View),
    prefix: &'static str,
    now: Timestamp,
) -> Question {
    let card_number = credential.printed();
    match view {
        View::OneTimePassword { serial_hint, digits, period_s, fresh_at } => {
            let left = fresh_at.map_or(0, |at| at.seconds_since(now));
            Question::Code(CodeView {
                serial_hint: serial_hint.clone(),
                digits: *digits,
                period_s: *period_s,
                wait_s: u32::try_from(left).unwrap_or(0),
            })
        }
        View::ImageCard { prompts } => {
            let marked = prompts.iter().zip(Mark::ALL);
            let prompts = marked.map(|(asked, mark)| prompt(around, approval, asked, mark));
            Question::ImageCard(ImageCardView { card_number, prefix, prompts: prompts.collect() })
        }
        View::CustomerCard { digits, positions } => {
            let asked = positions.iter().map(|asked| AskedNumber {
                slot: asked.slot,
                position: asked.position.index().into(),
            });
            Question::CustomerCard(MatrixView {
                card_number,
                asked: asked.collect(),
                digits: *digits,
            })
        }
    }
}

fn prompt(around: &Around, approval: ApprovalId, asked: &Prompt, mark: Mark) -> PromptView {
    let choices = asked.panel.iter().map(|offered| ChoiceView {
        choice: offered.choice.clone(),
        name: name(offered.picture, around.lang).to_owned(),
        picture_url: picture_url(around, approval, &offered.choice),
    });
    PromptView {
        mark,
        row: asked.cell.row(),
        column: asked.cell.column(),
        choices: choices.collect(),
    }
}

fn picture_url(around: &Around, approval: ApprovalId, choice: &impl Display) -> String {
    around.at(&format!("pictures/{approval}/{choice}"))
}

/// What a picture of the set shows; a card never names a picture outside it.
fn name(picture: u16, lang: Lang) -> &'static str {
    let picture = sekisho_pictures::by_index(picture).expect("cards are drawn from the set");
    match lang {
        Lang::Ja => picture.name,
        Lang::En => picture.name_en,
    }
}

/// The answer a form holds to a question of this kind, with `count` prompts. What was not chosen
/// stands in it as nothing, which the method knows as incomplete.
pub(crate) fn answer(sent: &Sent, method: MethodKind, count: usize, prefix: &str) -> Answer {
    match method {
        MethodKind::ImageCard => {
            let marks = Mark::ALL.iter().take(count);
            let field = |mark: &Mark| sent.text(&format!("{prefix}{}", mark.code())).to_owned();
            Answer::Choices(marks.map(field).collect())
        }
        MethodKind::OtpApp | MethodKind::OtpDevice => Answer::Code(sent.text("otp").to_owned()),
        MethodKind::CustomerCard => {
            let field = |slot: usize| sent.text(&format!("p{slot}")).to_owned();
            Answer::Values((1..=count).map(field).collect())
        }
    }
}

/// How many prompts or positions a question has.
pub(crate) fn count(view: &View) -> usize {
    match view {
        View::ImageCard { prompts } => prompts.len(),
        View::CustomerCard { positions, .. } => positions.len(),
        View::OneTimePassword { .. } => 1,
    }
}
