//! The cast of the demo: some thirty invented customers, at every stage that a card can be in.

/// The password of everybody who has chosen one.
pub const PASSWORD: &str = "seki-no-tooshi";

/// Where a customer stands when the demo begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Contract made, letter with the initial password posted; never signed in.
    NeverSignedIn,
    /// The initial password has run out.
    InitialPasswordExpired,
    /// Pays with the customer card; is offered the image card at sign-in.
    CustomerCard,
    /// Has ordered the image card; nothing is made yet.
    Ordered,
    /// Has moved since the order: it waits for confirmation (E-02).
    OrderFrozen,
    /// Ordered by telephone; a second person must agree.
    PhoneOrder,
    /// The card is made, not yet posted.
    Produced,
    /// The card lies in the letter box; the customer card still works.
    Posted,
    /// New contract: the image card is the first card (K-04), in the letter box.
    FirstCardPosted,
    /// Pays with the image card.
    ImageCard,
    /// Has used most of the card; the next one is ordered.
    NearlyUsedUp,
    /// The next card lies in the letter box, the old one still works.
    NextPosted,
    /// Image card locked after five wrong answers.
    Locked,
    /// Customer card locked.
    CustomerCardLocked,
    /// Card reported lost; the new one and an activation code have arrived in two letters (E-04).
    LostWithCode,
    /// Post came back; nothing is sent until the address is mended.
    Returned,
    /// The card never arrived; another is being made.
    LostInMail,
    /// Posted three months ago and never switched to.
    Unswitched,
    /// Stopped by the customer.
    SelfStopped,
    /// Stopped by staff after a fraud.
    Fraud,
    /// Ended.
    Cancelled,
    /// Too many wrong passwords.
    PasswordLocked,
    /// Three questions were shown and never answered: the card pauses for a day.
    Paused,
    /// Pays with a hardware token; signs in with the password alone.
    Device,
    /// Pays with a hardware token and signs in with it too.
    DeviceAtSignIn,
    /// Has a hardware token in the drawer, and has not started it.
    DevicePosted,
    /// Hardware token locked after five wrong codes.
    DeviceLocked,
}

/// One customer of the cast.
#[derive(Debug, Clone, Copy)]
pub struct Player {
    /// 契約者ID.
    pub login_id: &'static str,
    /// As on the envelope.
    pub name: &'static str,
    /// In full-width kana.
    pub kana: &'static str,
    /// Where the customer stands.
    pub stage: Stage,
}

macro_rules! cast {
    ($($login_id:literal $name:literal $kana:literal $stage:ident)*) => {
        &[$(Player { login_id: $login_id, name: $name, kana: $kana, stage: Stage::$stage },)*]
    };
}

/// Everybody. The first is the one to begin with.
pub const CAST: &[Player] = cast![
    "10000000001" "架空 花子" "カクウ ハナコ" ImageCard
    "10000000002" "関所 太郎" "セキショ タロウ" CustomerCard
    "10000000003" "見本 恵子" "ミホン ケイコ" Posted
    "10000000004" "例示 次郎" "レイジ ジロウ" NeverSignedIn
    "10000000005" "仮名 桜" "カメイ サクラ" FirstCardPosted
    "10000000006" "山野 一" "ヤマノ ハジメ" Ordered
    "10000000007" "谷口 二葉" "タニグチ フタバ" OrderFrozen
    "10000000008" "川辺 三郎" "カワベ サブロウ" PhoneOrder
    "10000000009" "原田 四季" "ハラダ シキ" Produced
    "10000000010" "森下 五月" "モリシタ サツキ" NearlyUsedUp
    "10000000011" "林 六花" "ハヤシ リッカ" NextPosted
    "10000000012" "岸本 七海" "キシモト ナナミ" Locked
    "10000000013" "浜田 八重" "ハマダ ヤエ" CustomerCardLocked
    "10000000014" "沢村 九郎" "サワムラ クロウ" LostWithCode
    "10000000015" "池上 十和" "イケガミ トワ" Returned
    "10000000016" "海野 百合" "ウンノ ユリ" LostInMail
    "10000000017" "峰岸 千秋" "ミネギシ チアキ" Unswitched
    "10000000018" "丘 万里" "オカ マリ" SelfStopped
    "10000000019" "石井 朝子" "イシイ アサコ" Fraud
    "10000000020" "竹内 昼彦" "タケウチ ヒルヒコ" Cancelled
    "10000000021" "松本 夕子" "マツモト ユウコ" PasswordLocked
    "10000000022" "杉山 夜月" "スギヤマ ヨヅキ" InitialPasswordExpired
    "10000000023" "梅田 春" "ウメダ ハル" Paused
    "10000000024" "桃井 夏" "モモイ ナツ" Posted
    "10000000025" "桃井 秋" "モモイ アキ" Posted
    "10000000026" "柏 冬" "カシワ フユ" ImageCard
    "10000000027" "椿 東" "ツバキ アズマ" CustomerCard
    "10000000028" "柳 西子" "ヤナギ ニシコ" CustomerCard
    "10000000029" "楠 南" "クスノキ ミナミ" ImageCard
    "10000000030" "槙 北斗" "マキ ホクト" NeverSignedIn
    "10000000031" "栗田 錦" "クリタ ニシキ" Device
    "10000000032" "藤井 紬" "フジイ ツムギ" DeviceAtSignIn
    "10000000033" "萩原 薫" "ハギワラ カオル" DevicePosted
    "10000000034" "菊池 葵" "キクチ アオイ" DeviceLocked
];
