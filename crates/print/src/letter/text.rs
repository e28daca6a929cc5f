//! What the letters say, apart from how it is laid out.

use super::LetterContent;

/// A letter in words.
pub(super) struct Wording<'a> {
    /// Heading.
    pub(super) title: &'static str,
    /// What happened, in one or two sentences.
    pub(super) opening: String,
    /// Number the person who encloses matches with the card, if a card is enclosed.
    pub(super) enclosed: Option<&'a str>,
    /// The secret with its name, if the letter brings one.
    pub(super) secret: Option<Secret<'a>>,
    /// What to do, step by step: a few words and a sentence or two.
    pub(super) steps: [(&'static str, String); 3],
    /// What to keep in mind.
    pub(super) care: &'static [&'static str],
}

/// A secret to be shown letter by letter.
pub(super) struct Secret<'a> {
    /// The 契約者ID it belongs to, where the letter tells it.
    pub(super) login_id: Option<&'a str>,
    pub(super) name: &'static str,
    pub(super) value: &'a str,
    pub(super) valid_until: &'a str,
}

/// The words for this content, from this institution.
pub(super) fn wording<'a>(institution: &str, content: &'a LetterContent) -> Wording<'a> {
    match content {
        LetterContent::ImageCard { card_number, switch_by } => image_card(card_number, switch_by),
        LetterContent::InitialPassword { login_id, password, valid_until } => {
            let name = "初期ログインパスワード";
            let login_id = told(login_id);
            initial_password(institution, Secret { login_id, name, value: password, valid_until })
        }
        LetterContent::ActivationCode { login_id, code, valid_until } => {
            let name = "切替えコード";
            let login_id = told(login_id);
            activation_code(Secret { login_id, name, value: code, valid_until })
        }
    }
}

fn told(login_id: &str) -> Option<&str> {
    Some(login_id).filter(|id| !id.is_empty())
}

fn image_card<'a>(card_number: &'a str, switch_by: &str) -> Wording<'a> {
    Wording {
        title: "画像認証カードをお届けします",
        opening: format!(
            "画像認証カードを同封しました。お手数ですが、{switch_by}までに、次の3つの手順で切り替えて\
             ください。いまお使いになれるカードは、切替えが済むまでそのままお使いください。"
        ),
        enclosed: Some(card_number),
        secret: None,
        steps: [
            (
                "同封のカードを確かめます",
                format!(
                    "カードの番号が {card_number} であること、封筒に開けられた跡がないことをお確かめ\
                     ください。違うときは、お使いにならずに、下の番号へお電話ください。"
                ),
            ),
            (
                "「画像認証カード切替え」を開きます",
                "いつもの方法でログインし、メニューの「契約者情報変更」から「画像認証カード切替え」へ\
                 お進みください。いまのカードもお手元にご用意ください。メールやSMSのリンクからは\
                 開かないでください。"
                    .into(),
            ),
            (
                "カードを見て、同じ絵を選びます",
                "画面の図に印のある場所をカードで見て、同じ絵を選び、「切替え」を押すと完了です。次の\
                 お取引から新しいカードで認証します。前のカードは、はさみで切って捨ててください。お客様\
                 カードのときは、先に契約者IDを書き留めてください。"
                    .into(),
            ),
        ],
        care: &[
            "カードを写真に撮ったり、コピーしたり、パソコンに保存したりしないでください。",
            "1枚のカードで一度におたずねするのは、2か所から4か所だけです。全部の絵をおたずねすることは\
             ありません。",
            "電話・メール・SMSで絵をおたずねすることはありません。",
        ],
    }
}

fn initial_password<'a>(institution: &str, secret: Secret<'a>) -> Wording<'a> {
    Wording {
        title: "初期ログインパスワードのお知らせ",
        opening: "インターネットバンキングに初めてログインするためのパスワードをお知らせします。次の\
                  3つの手順で、ご自分のパスワードに変えてお使いください。"
            .into(),
        enclosed: None,
        steps: [
            (
                "ログインの画面を開きます",
                format!(
                    "{institution}のホームページから開いてください。メールやSMSのリンク、検索結果の広告からは\
                     開かないでください。"
                ),
            ),
            (
                "契約者IDと初期ログインパスワードを入力します",
                format!(
                    "大文字と小文字は区別されます。{}を過ぎると使えなくなりますので、その前にお手続きを\
                     お願いします。",
                    secret.valid_until
                ),
            ),
            (
                "ご自分のパスワードを決めます",
                "ほかで使っていないパスワードをお決めください。変更が済むと、この紙のパスワードは使えなく\
                 なります。読めないように切って捨ててください。"
                    .into(),
            ),
        ],
        secret: Some(secret),
        care: PASSWORD_CARE,
    }
}

fn activation_code(secret: Secret<'_>) -> Wording<'_> {
    Wording {
        title: "切替えコードのお知らせ",
        opening: "画像認証カードに切り替えるときに、前のカードの代わりにお使いいただくコードを\
                  お知らせします。次の3つの手順で切り替えてください。"
            .into(),
        enclosed: None,
        steps: [
            (
                "新しいカードとこの紙を用意します",
                "カードは別の封筒でお送りしています。まだ届いていないときは、届くまで、この紙を大切に\
                 保管してください。"
                    .into(),
            ),
            (
                "「画像認証カード切替え」を開きます",
                "いつもの方法でログインし、メニューの「契約者情報変更」から「画像認証カード切替え」へ\
                 お進みください。メールやSMSのリンクからは開かないでください。"
                    .into(),
            ),
            (
                "切替えコードを入力し、同じ絵を選びます",
                format!(
                    "コードを入力し、新しいカードと同じ絵を選んで「切替え」を押すと完了です。コードは{}\
                     まで、一度だけ使えます。使い終わったこの紙は、読めないように切って捨ててください。",
                    secret.valid_until
                ),
            ),
        ],
        secret: Some(secret),
        care: CODE_CARE,
    }
}

const PASSWORD_CARE: &[&str] = &[
    "この紙を写真に撮ったり、コピーしたりしないでください。",
    "職員がパスワードをおたずねすることはありません。聞かれても、お答えにならないでください。",
    "封筒に開けられた跡があるときは、お使いにならずに、下の番号へお電話ください。",
];

const CODE_CARE: &[&str] = &[
    "この紙を写真に撮ったり、コピーしたりしないでください。",
    "お心当たりがないときは、お使いにならずに、すぐ下の番号へお電話ください。",
    "職員が切替えコードをおたずねすることはありません。聞かれても、お答えにならないでください。",
];

#[cfg(test)]
mod tests {
    use super::*;

    // E-04
    #[test]
    fn the_letter_with_the_activation_code_leads_to_the_switch_and_tells_no_contract_id() {
        let content = LetterContent::ActivationCode {
            login_id: String::new(),
            code: "826140593718".into(),
            valid_until: "2026年12月20日".into(),
        };
        let words = wording("架空信用金庫", &content);
        let secret = words.secret.expect("it brings a code");
        assert_eq!((secret.name, secret.login_id), ("切替えコード", None));
        let (second, how) = &words.steps[1];
        assert!(second.contains("画像認証カード切替え"), "{second}: {how}");
        let (_, last) = &words.steps[2];
        assert!(last.contains("2026年12月20日まで、一度だけ"), "{last}");
    }
}
