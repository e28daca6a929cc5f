//! Invented paper of an invented institution, the same in every run.

use sekisho_pictures::{Picture, all};
use sekisho_print::{Address, Brand, CustomerCardFace, ImageCardFace, Letter, LetterContent, Rgb};

/// 架空信用金庫.
pub(crate) fn brand() -> Brand {
    Brand {
        name: "架空信用金庫".into(),
        name_en: "Kakuu Shinkin Bank".into(),
        accent: Rgb(0x0f, 0x5e, 0x57),
        on_accent: Rgb(0xff, 0xff, 0xff),
        loss_phone: "0120-000-000".into(),
        loss_hours: "24時間受付".into(),
        contact: vec![
            "架空信用金庫 インターネットバンキング係".into(),
            "0120-000-000（平日 9:00〜17:00）".into(),
        ],
    }
}

/// The face of the `nth` card: fifty different pictures, others on each card.
pub(crate) fn image_card(nth: usize) -> ImageCardFace<'static> {
    // 37 and the number of pictures have no common divisor, so no picture comes twice on a card.
    let pool: &'static [Picture] = all();
    let cells = std::array::from_fn(|cell| &pool[(nth * 101 + cell * 37 + 5) % pool.len()]);
    ImageCardFace { number: "4207-1163-2", generation: 1, cells }
}

/// A customer card with two digits a position.
pub(crate) fn customer_card() -> CustomerCardFace {
    let positions = ["41", "07", "93", "26", "58", "10", "74", "39"].map(String::from);
    CustomerCardFace { number: "2013-5521-8".into(), login_id: "20713345".into(), positions }
}

fn letter(content: LetterContent) -> Letter {
    let to = Address {
        postcode: "000-0000".into(),
        lines: vec!["架空県見本市例示町一丁目2番3号".into(), "見本ハイツ 405号室".into()],
        name: "見本　花子".into(),
    };
    Letter { to, issued_on: "2026年11月20日".into(), content }
}

/// One letter of each kind.
pub(crate) fn letters() -> [Letter; 3] {
    [
        LetterContent::ImageCard {
            card_number: "4207-1163-2".into(),
            switch_by: "2027年2月18日".into(),
        },
        LetterContent::InitialPassword {
            login_id: "20713345".into(),
            password: "k7RmWq42tZ9x".into(),
            valid_until: "2026年12月20日".into(),
        },
        LetterContent::ActivationCode {
            login_id: "20713345".into(),
            code: "8261405937".into(),
            valid_until: "2026年12月20日".into(),
        },
    ]
    .map(letter)
}
