//! The backs: what never to do with the card, what is never asked, and whom to call
//! (U-17, K-10). They are the same for every card of an institution.

use super::front::notch_from_behind;
use super::{ID_1, MARGIN};
use crate::brand::{Brand, Rgb};
use crate::sheet::{Align, Area, Sheet, Style};

/// A rule for the card: a few words to find, a sentence to read.
struct Notice {
    rule: &'static str,
    reason: &'static str,
}

const NEVER_PHOTOGRAPH: Notice = Notice {
    rule: "写真に撮らない・コピーしない・パソコンに保存しない",
    reason: "写真は自動でネット上に保存され、パソコンの画像はウイルスに盗まれることがあります。",
};

const TWO_PICTURES_ONLY: Notice = Notice {
    rule: "1枚のカードで一度におたずねするのは2か所から4か所だけ",
    reason: "全部の絵柄の入力を求める画面は偽物です。入力せずに、すぐお電話ください。",
};

const NEVER_BY_PHONE: Notice = Notice {
    rule: "電話・メール・SMSで絵柄をおたずねすることはありません",
    reason: "職員を名のる相手にも教えないでください。カードをお渡しになる必要もありません。",
};

const TWO_DIGITS_ONLY: Notice = Notice {
    rule: "おたずねするのは2か所だけです",
    reason: "ア から ク まで全部の入力を求める画面は偽物です。入力せずに、すぐお電話ください。",
};

const NO_DIGITS_BY_PHONE: Notice = Notice {
    rule: "電話・メール・SMSで数字をおたずねすることはありません",
    reason: "職員を名のる相手にも教えないでください。カードをお渡しになる必要もありません。",
};

/// Draws the back of an image card.
pub(super) fn image_card(sheet: &mut Sheet<'_, '_>, brand: &Brand) {
    let english =
        "Never photograph or copy this card. We ask for two, at most four pictures: never all.";
    let notices = [&NEVER_PHOTOGRAPH, &TWO_PICTURES_ONLY, &NEVER_BY_PHONE];
    draw(sheet, brand, "画像認証カードのお取扱い", notices, english);
}

/// Draws the back of a customer card.
pub(super) fn customer_card(sheet: &mut Sheet<'_, '_>, brand: &Brand) {
    let english =
        "Never photograph or copy this card. We ask for two positions only: never for all.";
    let notices = [&NEVER_PHOTOGRAPH, &TWO_DIGITS_ONLY, &NO_DIGITS_BY_PHONE];
    draw(sheet, brand, "お客様カードのお取扱い", notices, english);
}

fn draw(
    sheet: &mut Sheet<'_, '_>,
    brand: &Brand,
    title: &str,
    notices: [&Notice; 3],
    english: &str,
) {
    notch_from_behind(sheet);
    sheet.text(title, MARGIN, 6.6, Align::Left, Style::bold(8.0).colour(brand.accent));
    sheet.line((MARGIN, 8.4), (ID_1.width - MARGIN, 8.4), 0.3, brand.accent);
    let mut y = 13.0;
    for (number, notice) in ["1", "2", "3"].into_iter().zip(notices) {
        sheet.dot((MARGIN + 1.6, y - 0.85), 1.6, brand.accent);
        let digit = Style::bold(6.5).colour(brand.on_accent);
        sheet.text(number, MARGIN + 1.6, y, Align::Centre, digit);
        sheet.text(notice.rule, MARGIN + 4.6, y, Align::Left, Style::bold(6.6));
        let reason = Style::regular(5.2).colour(Rgb::SOFT_INK);
        sheet.text_within(
            notice.reason,
            (MARGIN + 4.6, y + 3.0),
            ID_1.width - 2.0 * MARGIN - 4.6,
            Align::Left,
            reason,
        );
        y += 7.6;
    }
    loss(sheet, brand);
    let small = Style::regular(4.6).colour(Rgb::SOFT_INK);
    sheet.text(english, MARGIN, 51.3, Align::Left, small);
}

/// The box one looks for when the card is lost, or found.
fn loss(sheet: &mut Sheet<'_, '_>, brand: &Brand) {
    let area = Area { x: MARGIN, y: 34.6, width: ID_1.width - 2.0 * MARGIN, height: 13.4 };
    sheet.fill_round(area, 1.4, Rgb::SUNK);
    let (left, right) = (area.x + 2.6, area.x + 44.4);
    sheet.text("なくしたとき・撮ってしまったとき", left, 38.6, Align::Left, Style::bold(6.0));
    sheet.text(&brand.loss_phone, left, 44.0, Align::Left, Style::bold(12.4).colour(brand.accent));
    let small = Style::regular(5.0).colour(Rgb::SOFT_INK);
    sheet.text(&brand.loss_hours, left, 46.7, Align::Left, small);
    sheet.line((right - 2.4, 36.6), (right - 2.4, 46.0), 0.15, Rgb::LINE);
    sheet.text("拾ってくださった方へ", right, 38.6, Align::Left, Style::bold(6.0));
    let room = area.x + area.width - right - 2.0;
    let please =
        format!("お手数ですが、左の番号へお電話いただくか、{}へお届けください。", brand.name);
    sheet.paragraph(&please, (right, 41.6), room, 2.5, small);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// U-17, K-10: no photograph, no copy, nothing kept on a computer, and why.
    #[test]
    fn the_first_notice_names_every_way_a_card_is_copied() {
        for way in ["写真", "コピー", "パソコンに保存"] {
            assert!(NEVER_PHOTOGRAPH.rule.contains(way), "{way}");
        }
        for reason in ["自動でネット上に保存", "ウイルス"] {
            assert!(NEVER_PHOTOGRAPH.reason.contains(reason), "{reason}");
        }
    }

    #[test]
    fn the_back_tells_how_few_places_are_ever_asked() {
        assert!(TWO_PICTURES_ONLY.rule.contains("2か所から4か所だけ"));
        assert!(TWO_DIGITS_ONLY.rule.contains("2か所だけ"));
    }
}
