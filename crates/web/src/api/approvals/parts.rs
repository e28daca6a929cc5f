//! A question as data: texts and highlights are rendered from it, so that they agree (U-22).

use sekisho_domain::approval::{Approval, Challenge};
use sekisho_domain::card::CardNumber;
use sekisho_domain::credential::Credential;
use sekisho_domain::digest::Digest;
use sekisho_domain::id::{ApprovalId, ChallengeId};
use sekisho_domain::method::{MethodKind, PositionPrompt, Prompt, View};
use sekisho_domain::time::Timestamp;
use serde::Serialize;

use crate::api::told::Told;
use crate::state::Web;

/// A challenge as the API shows it (api.md §4.6).
#[derive(Serialize)]
pub(super) struct Asked {
    id: Told<ChallengeId>,
    approval: Told<ApprovalId>,
    digest: Told<Digest>,
    method: MethodKind,
    expires_at: Told<Timestamp>,
    attempts_left: u8,
    parts: Vec<Asking>,
}

#[derive(Serialize)]
struct Asking {
    part: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_number: Option<Told<CardNumber>>,
    #[serde(flatten)]
    question: Question,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Question {
    Positions {
        positions: Vec<Slot>,
        digits: u8,
    },
    Cells {
        rows: &'static [&'static str],
        columns: &'static [&'static str],
        prompts: Vec<Cells>,
    },
    Code {
        serial_hint: String,
        digits: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        period_s: Option<u16>,
    },
}

#[derive(Serialize)]
struct Slot {
    slot: String,
    position: String,
}

#[derive(Serialize)]
struct Cells {
    slot: String,
    cell: Cell,
    panel: Vec<Tile>,
}

#[derive(Serialize)]
struct Cell {
    row: char,
    column: char,
}

#[derive(Serialize)]
struct Tile {
    choice: String,
    name: &'static str,
    name_en: &'static str,
    picture: String,
}

const ROWS: &[&str] = &["A", "B", "C", "D", "E"];
const COLUMNS: &[&str] = &["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];

impl Asked {
    pub(super) fn new(
        web: &Web,
        approval: &Approval,
        challenge: &Challenge,
        attempts_left: u8,
        views: Vec<(Credential, View)>,
    ) -> Self {
        let institution = web.platform.institution(approval.institution);
        let slug = institution.map(|known| known.slug.clone()).unwrap_or_default();
        let pictures = format!("{}/i/{slug}/pictures/{}", web.public_url, approval.id);
        let part = |(nth, (credential, view)): (usize, (Credential, View))| Asking {
            part: format!("p{}", nth + 1),
            kind: kind(credential.method),
            card_number: credential.card_number().map(Told),
            question: question(view, &pictures),
        };
        Self {
            id: Told(challenge.id),
            approval: Told(approval.id),
            digest: Told(approval.digest),
            method: challenge.method(),
            expires_at: Told(challenge.expires_at.min(approval.expires_at)),
            attempts_left,
            parts: views.into_iter().enumerate().map(part).collect(),
        }
    }
}

/// The kind of a question: an app and a device are asked alike.
const fn kind(method: MethodKind) -> &'static str {
    match method {
        MethodKind::OtpApp | MethodKind::OtpDevice => "otp",
        MethodKind::CustomerCard | MethodKind::ImageCard => method.as_str(),
    }
}

fn question(view: View, pictures: &str) -> Question {
    match view {
        View::CustomerCard { digits, positions } => {
            let slot = |asked: PositionPrompt| Slot {
                slot: asked.slot.to_string(),
                position: asked.position.to_string(),
            };
            Question::Positions { positions: positions.into_iter().map(slot).collect(), digits }
        }
        View::OneTimePassword { serial_hint, digits, period_s, .. } => {
            Question::Code { serial_hint, digits, period_s }
        }
        View::ImageCard { prompts } => Question::Cells {
            rows: ROWS,
            columns: COLUMNS,
            prompts: prompts.into_iter().map(|prompt| cells(prompt, pictures)).collect(),
        },
    }
}

fn cells(prompt: Prompt, pictures: &str) -> Cells {
    let tile = |shown: sekisho_domain::method::Choice| {
        let picture = sekisho_pictures::by_index(shown.picture);
        let picture = picture.expect("cards are drawn from the set");
        Tile {
            picture: format!("{pictures}/{}", shown.choice),
            choice: shown.choice,
            name: picture.name,
            name_en: picture.name_en,
        }
    };
    Cells {
        slot: prompt.slot.to_string(),
        cell: Cell { row: prompt.cell.row(), column: prompt.cell.column() },
        panel: prompt.panel.into_iter().map(tile).collect(),
    }
}
