//! How the cast came to stand where it stands: seven months of history, lived through the use
//! cases.

mod history;
mod steps;
mod tokens;

use std::path::Path;
use std::sync::Arc;

use sekisho_domain::id::InstitutionId;
use sekisho_domain::moment::Chance;
use sekisho_server::hashing::Hashing;
use sekisho_server::office::Office;

use crate::cast::{CAST, Stage};
pub use history::HistoryClock;
use steps::{SeedError, Steps};

/// Lives through the past of the whole cast. `progress` is called with done and total.
pub fn live(
    office: Office,
    hashing: Arc<Hashing>,
    clock: Arc<HistoryClock>,
    chance: Chance,
    (institution, folder): (InstitutionId, &Path),
    mut progress: impl FnMut(usize, usize),
) -> Result<(), SeedError> {
    office.refresh()?;
    let institution =
        office.platform.institution(institution).expect("registered before the seeds");
    let folder = folder.to_owned();
    let mut steps = Steps { office, hashing, clock, chance, institution, folder };
    for (done, (days_ago, stages, act)) in STORY.iter().enumerate() {
        steps.clock.days_ago(*days_ago);
        for player in CAST.iter().filter(|player| stages(player.stage)) {
            act(&mut steps, player)?;
        }
        progress(done + 1, STORY.len());
    }
    Ok(())
}

type Act = fn(&mut Steps, &crate::cast::Player) -> Result<(), SeedError>;
type Chapter = (i64, fn(Stage) -> bool, Act);

/// What happened so many days ago, to whom. Days only go forward, so that the audit log reads like
/// a life.
const STORY: &[Chapter] = &[
    (210, veteran, Steps::create),
    (209, veteran, Steps::post_everything),
    (200, veteran, Steps::choose_password),
    (199, veteran, Steps::put_card_in_use),
    (120, |s| matches!(s, Stage::Unswitched), Steps::apply),
    (118, |s| matches!(s, Stage::Unswitched), Steps::post_everything),
    (100, switched, Steps::apply),
    (98, switched, Steps::post_everything),
    (90, switched, Steps::put_card_in_use),
    (60, |s| matches!(s, Stage::InitialPasswordExpired), Steps::create),
    (59, |s| matches!(s, Stage::InitialPasswordExpired), Steps::post_everything),
    (42, |s| matches!(s, Stage::LostInMail), Steps::apply),
    (40, |s| matches!(s, Stage::LostInMail), Steps::post_everything),
    (35, |s| matches!(s, Stage::Returned), Steps::apply),
    (33, |s| matches!(s, Stage::Returned), Steps::post_everything),
    (30, with_device, Steps::hand_out_device),
    (29, device_in_use, Steps::start_device),
    (28, |s| matches!(s, Stage::Returned), Steps::come_back),
    (27, |s| matches!(s, Stage::Unswitched), Steps::keep_deadlines),
    (25, |s| matches!(s, Stage::NearlyUsedUp | Stage::NextPosted), Steps::use_up),
    (20, |s| matches!(s, Stage::FirstCardPosted), Steps::create),
    (20, |s| matches!(s, Stage::Posted), Steps::apply),
    (18, |s| matches!(s, Stage::FirstCardPosted), Steps::post_everything),
    (15, |s| matches!(s, Stage::LostWithCode), Steps::lose),
    (14, |s| matches!(s, Stage::FirstCardPosted), Steps::choose_password),
    (13, |s| matches!(s, Stage::LostWithCode), Steps::post_everything),
    (12, |s| matches!(s, Stage::LostInMail), Steps::keep_deadlines),
    (11, |s| matches!(s, Stage::LostWithCode), Steps::send_code),
    (10, |s| matches!(s, Stage::NextPosted), Steps::post_everything),
    (8, |s| matches!(s, Stage::NeverSignedIn), Steps::create),
    (7, |s| matches!(s, Stage::NeverSignedIn), Steps::post_everything),
    (6, |s| matches!(s, Stage::Posted), Steps::post_everything),
    (5, |s| matches!(s, Stage::Ordered | Stage::OrderFrozen | Stage::Produced), Steps::apply),
    (5, |s| matches!(s, Stage::PhoneOrder), Steps::apply_by_phone),
    (4, |s| matches!(s, Stage::OrderFrozen), Steps::move_house),
    (3, |s| matches!(s, Stage::Produced), Steps::produce),
    (2, |s| matches!(s, Stage::Locked | Stage::CustomerCardLocked), Steps::lock_card),
    (2, |s| matches!(s, Stage::DeviceLocked), Steps::lock_device),
    (2, |s| matches!(s, Stage::SelfStopped), Steps::stop),
    (2, |s| matches!(s, Stage::Fraud), Steps::suspend_for_fraud),
    (2, |s| matches!(s, Stage::Cancelled), Steps::cancel),
    (1, |s| matches!(s, Stage::PasswordLocked), Steps::lock_password),
    (0, |s| matches!(s, Stage::Paused), Steps::pause),
];

/// Whoever has had a contract for long.
fn veteran(stage: Stage) -> bool {
    !matches!(stage, Stage::NeverSignedIn | Stage::InitialPasswordExpired | Stage::FirstCardPosted)
}

/// Whoever has switched to an image card in the past.
fn switched(stage: Stage) -> bool {
    matches!(
        stage,
        Stage::ImageCard
            | Stage::NearlyUsedUp
            | Stage::NextPosted
            | Stage::Locked
            | Stage::LostWithCode
            | Stage::Paused
            | Stage::Device
            | Stage::DevicePosted
    )
}

/// Whoever was handed a hardware token.
fn with_device(stage: Stage) -> bool {
    device_in_use(stage) || stage == Stage::DevicePosted
}

/// Whoever has started it.
fn device_in_use(stage: Stage) -> bool {
    matches!(stage, Stage::Device | Stage::DeviceAtSignIn | Stage::DeviceLocked)
}
