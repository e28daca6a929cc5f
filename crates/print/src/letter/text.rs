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
    /// The 契約者ID and the secret with its name, if the letter brings one.
    pub(super) secret: Option<Secret<'a>>,
    /// What to do, step by step: a few words and a sentence or two.
    pub(super) steps: [(&'static str, String); 3],
    /// What to keep in mind.
    pub(super) care: &'static [&'static str],
}

/// A secret to be shown letter by letter.
pub(super) struct Secret<'a> {
    pub(super) login_id: &'a str,
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
            initial_password(institution, Secret { login_id, name, value: password, valid_until })
        }
        LetterContent::ActivationCode { login_id, code, valid_until } => {
            let name = "利用開始コード";
            activation_code(Secret { login_id, name, value: code, valid_until })
        }
    }
}

fn image_card<'a>(card_number: &'a str, switch_by: &str) -> Wording<'a> {
    Wording {
        title: "画像認証カードをお届けします",
        opening: format!(
            "お申込みいただいた画像認証カードを同封しました。お手数ですが、{switch_by}までに、次の3つの\
             手順で切り替えてください。切替えが済むまでは、これまでの認証方法をお使いいただけます。"
        ),
        enclosed: Some(card_number),
        secret: None,
        steps: [
            (
                "同封のカードを確かめます",
                format!(
                    "カードの番号が {card_number} であること、封筒に開けられた跡がないことをお確かめ\
                     ください。違うときは、お使いにならずにお電話ください。"
                ),
            ),
            (
                "「画像認証カード切替え」を開きます",
                "いつもの方法でログインし、メニューの「契約者情報変更」から「画像認証カード切替え」へ\
                 お進みください。メールやSMSのリンクからは開かないでください。"
                    .into(),
            ),
            (
                "カードを見て、同じ絵柄を選びます",
                "画面が示すマスと同じ絵柄をカードで確かめて選び、「切替え」を押すと完了です。次のお取引から\
                 新しいカードで認証します。前のカードは、はさみで切って処分してください。"
                    .into(),
            ),
        ],
        care: &[
            "カードを写真に撮ったり、コピーしたり、パソコンに保存したりしないでください。",
            "お取引でおたずねするのは2か所（お手続きにより最大4か所）だけです。全部の絵柄をおたずねする\
             ことはありません。",
            "電話・メール・SMSで絵柄をおたずねすることはありません。",
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
                 なります。読めないように切って処分してください。"
                    .into(),
            ),
        ],
        secret: Some(secret),
        care: PASSWORD_CARE,
    }
}

fn activation_code(secret: Secret<'_>) -> Wording<'_> {
    Wording {
        title: "ワンタイムパスワード 利用開始コードのお知らせ",
        opening: "お申込みいただいたワンタイムパスワードのアプリをお使いになるためのコードをお知らせします。\
                  次の3つの手順で始めてください。"
            .into(),
        enclosed: None,
        steps: [
            (
                "スマートフォンでアプリを開きます",
                "インターネットバンキングにログインし、メニューの「ワンタイムパスワード」から\
                 「利用開始」へお進みください。"
                    .into(),
            ),
            (
                "契約者IDと利用開始コードを入力します",
                format!(
                    "アプリの画面に入力してください。コードは{}まで、一度だけ使えます。",
                    secret.valid_until
                ),
            ),
            (
                "表示された数字を入力します",
                "アプリに出るワンタイムパスワードを画面に入力すると完了です。使い終わったこの紙は、\
                 読めないように切って処分してください。"
                    .into(),
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
    "お申込みに心あたりがないときは、お使いにならずに、すぐ下の番号へお電話ください。",
    "職員が利用開始コードやワンタイムパスワードをおたずねすることはありません。",
];
