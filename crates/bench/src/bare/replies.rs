//! The letters sekisho answers, from templates: only the ids are put in.
//!
//! So the same driver reads both, and HTTP carries the same bytes.

use std::fmt::Write as _;
use std::sync::LazyLock;

use sekisho_pictures as pictures;

use sekisho_domain::method::MethodKind;

use super::writer::Done;

/// Pictures on a panel.
const CANDIDATES: usize = 50;
/// Cells asked of an image card.
const CELLS: usize = 2;

const DIGEST: &str = "sha256:c6cc02c9ac7e58d3529fe905eb56327d228362609fe1975c768212f88ed9e7f6";
const HEAD: &str = "\"institution\":\"ins_01kn35e000ektt35dhh049836d\",\
    \"contract\":\"ctr_01kng5fyw0ejqr3z5z3y4sg13p\",\"reference\":\"IB-0123456789abcdef\",\
    \"mode\":\"direct\",\"channel\":\"pc\",\"operation\":{\"type\":\"transfer\",\"from\":\
    {\"branch\":\"001\",\"kind\":\"1\",\"number\":\"1234567\"},\"payee\":{\"bank\":\"9997\",\
    \"bank_name\":\"みほん銀行\",\"branch\":\"012\",\"branch_name\":\"本町支店\",\"kind\":\"1\",\
    \"number\":\"7654321\",\"name\":\"ﾐﾎﾝ ﾀﾛｳ\",\"registration\":\"saved\"},\
    \"amount_yen\":1000,\"fee_yen\":220,\"fee_payer\":\"remitter\",\"date\":\"2026-11-20\"},\
    \"nonce\":\"Xa0ijRfcp6bf-13oiKbCeA\"";
const METHODS: &str = "\"tier\":\"low\",\"methods\":[\"customer_card\"]";
const TIMES: &str = "\"created_at\":\"2026-11-20T14:03:05.123+09:00\",\
    \"expires_at\":\"2026-11-20T14:08:05.123+09:00\"";
const DISPLAY: &str = "\"display\":{\"title\":\"振込\",\"lines\":[{\"label\":\"お振込先\",\
    \"text\":\"みほん銀行 本町支店 普通 7654321 ﾐﾎﾝ ﾀﾛｳ 様\"},{\"label\":\"お振込金額\",\
    \"text\":\"1,000円\"},{\"label\":\"手数料\",\"text\":\"220円（当方負担）\"}]}";
const ANSWERED: &str = "\"challenged_at\":\"2026-11-20T14:03:07.480+09:00\",\"approved_at\":\
    \"2026-11-20T14:03:21.007+09:00\",\"consume_before\":\"2026-11-20T14:05:21.007+09:00\"";

/// The reply to a new approval.
pub(super) fn requested(Done(id): &Done) -> String {
    format!(
        "{{\"id\":\"{id}\",\"version\":1,\"state\":\"requested\",{HEAD},\"digest\":\"{DIGEST}\",\
         {METHODS},\"method\":null,{TIMES},{DISPLAY}}}"
    )
}

/// The reply to its opening.
pub(super) fn opened(Done(id): &Done, method: MethodKind) -> String {
    const CARD: &str = "\"card_number\":\"1234-5678-9\",";
    let (kind, number, question) = match method {
        MethodKind::ImageCard => ("image_card", CARD, PANELS.as_str()),
        MethodKind::CustomerCard => (
            "customer_card",
            CARD,
            "\"positions\":[{\"slot\":\"1\",\"position\":\"ウ\"},\
             {\"slot\":\"2\",\"position\":\"ク\"}],\"digits\":2",
        ),
        MethodKind::OtpApp | MethodKind::OtpDevice => {
            ("otp", "", "\"serial_hint\":\"9QX1\",\"digits\":6,\"period_s\":30")
        }
    };
    format!(
        "{{\"id\":\"chl_01m7vncg6rfqy9yra91f5wgkx8\",\"approval\":\"{id}\",\"digest\":\"{DIGEST}\",\
         \"method\":\"{method}\",\"expires_at\":\"2026-11-20T14:06:07.480+09:00\",\
         \"attempts_left\":2,\"parts\":[{{\"part\":\"p1\",\"kind\":\"{kind}\",\
         {number}{question}}}]}}"
    )
}

/// The reply to its answer.
pub(super) fn answered(Done(id): &Done) -> String {
    format!(
        "{{\"verdict\":\"accepted\",\"attempts_left\":0,\"wait_s\":0,\
         \"approval\":{{\"id\":\"{id}\",\
         \"version\":3,\"state\":\"approved\",{HEAD},\"digest\":\"{DIGEST}\",{METHODS},\
         \"method\":\"customer_card\",{TIMES},{DISPLAY},{ANSWERED}}}}}"
    )
}

/// The panels of an image card; any pictures do, nobody checks the answer.
static PANELS: LazyLock<String> = LazyLock::new(|| {
    let mut text = String::from(
        "\"rows\":[\"A\",\"B\",\"C\",\"D\",\"E\"],\"columns\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\
         \"7\",\"8\",\"9\",\"0\"],\"prompts\":[",
    );
    for cell in 0..CELLS {
        let comma = if cell == 0 { "" } else { "," };
        write!(
            text,
            "{comma}{{\"slot\":\"イ\",\"cell\":{{\"row\":\"B\",\"column\":\"8\"}},\"panel\":["
        )
        .expect("a text takes everything");
        for (place, picture) in pictures::all().iter().take(CANDIDATES).enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(
                text,
                "{comma}{{\"choice\":\"x7Qm0123456{}\",\"name\":\"{}\",\"name_en\":\"{}\",\
                 \"picture\":\
                 \"http://127.0.0.1:18080/i/kaku/pictures/{NOBODY}/x7Qm01234567\"}}",
                place % 10,
                picture.name,
                picture.name_en
            )
            .expect("a text takes everything");
        }
        text.push_str("]}");
    }
    text.push(']');
    text
});

/// As long as an approval's id.
const NOBODY: &str = "apr_01m7vncdx3e3zbpamptxnpn4sa";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;
    use crate::load::words;
    use crate::seed::Face;
    use sekisho_domain::id::ApprovalId;
    use sekisho_domain::moment::Moment;

    #[test]
    fn the_driver_understands_the_templates() {
        let mut chance = clock::chance();
        let id = ApprovalId::make(&mut Moment::new(clock::now(), &mut chance));
        let done = Done(id);
        assert_eq!(words::first_id(&requested(&done)), Some(id.to_string().as_str()));
        let digits =
            Face::CustomerCard(["00", "11", "22", "33", "44", "55", "66", "77"].map(Into::into));
        let answer = words::answer(&opened(&done, MethodKind::CustomerCard), &digits, true)
            .expect("an answer");
        assert!(answer.contains("[\"22\",\"77\"]"), "{answer}");
        let panels = opened(&done, MethodKind::ImageCard);
        let asked = opened(&done, MethodKind::OtpApp);
        assert!(words::code(&asked, "012345").is_some_and(|it| it.contains("\"012345\"")));
        assert_eq!(words::code(&panels, "012345"), None);
        let pictures = Face::ImageCard(Box::new(["no such picture"; 50]));
        assert!(words::answer(&panels, &pictures, true).is_some());
        for reply in [requested(&done), panels, asked, answered(&done)] {
            serde_json::from_str::<serde_json::Value>(&reply).expect("JSON");
        }
    }
}
