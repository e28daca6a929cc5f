//! What is asked of the API, and what of its answers the driver needs.

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::clock::Dice;
use crate::seed::{Customer, Face};
use sekisho_domain::method::MethodKind;

/// Where approvals are asked for.
pub const APPROVALS: &str = "/v1/approvals";

/// A transfer of `amount_yen` to a payee the customer has saved, on `day`, in direct mode.
pub fn request(customer: &Customer, reference: &str, amount_yen: u64, day: &str) -> String {
    let contract = &customer.contract;
    format!(
        "{{\"contract\":\"{contract}\",\"reference\":\"{reference}\",\"mode\":\"direct\",\
         \"channel\":\"pc\",\"operation\":{}}}",
        operation(amount_yen, day)
    )
}

/// The operation as a bank would draft it.
pub fn operation(amount_yen: u64, day: &str) -> String {
    format!(
        "{{\"type\":\"transfer\",\"from\":{{\"branch\":\"001\",\"kind\":\"1\",\
         \"number\":\"1234567\"}},\"payee\":{{\"bank\":\"9997\",\"bank_name\":\"みほん銀行\",\
         \"branch\":\"012\",\"branch_name\":\"本町支店\",\"kind\":\"1\",\"number\":\"7654321\",\
         \"name\":\"ﾐﾎﾝ ﾀﾛｳ\",\"registration\":\"saved\"}},\"amount_yen\":{amount_yen},\
         \"fee_yen\":220,\"fee_payer\":\"remitter\",\"date\":\"{day}\"}}"
    )
}

/// The wish to be asked by `method`.
pub fn opening(method: MethodKind) -> String {
    format!("{{\"method\":\"{}\"}}", method.as_str())
}

/// A reference nobody has used: the bank's own number of the draft.
pub fn reference(dice: &mut Dice) -> String {
    format!("IB-{:016x}", dice.roll())
}

/// The first id in a reply: that of the thing it shows.
pub fn first_id(body: &str) -> Option<&str> {
    text_after(body, "\"id\":\"")
}

/// The text from `mark` to the next quotation mark.
pub fn text_after<'a>(body: &'a str, mark: &str) -> Option<&'a str> {
    let rest = &body[body.find(mark)? + mark.len()..];
    rest.split_once('"').map(|(text, _)| text)
}

/// What the customer reads off the card for the challenge in `reply`; wrong on purpose unless
/// `right`. `None` when the reply is no challenge for this card.
pub fn answer(reply: &str, face: &Face, right: bool) -> Option<String> {
    let challenge = first_id(reply)?;
    let (member, values) = match face {
        Face::CustomerCard(positions) => ("values", values(reply, positions, right)?),
        Face::ImageCard(cells) => ("choices", choices(reply, cells, right).ok()?),
        // What it shows is a matter of time: see [`code`].
        Face::Token(_) => return None,
    };
    let values: Vec<String> = values.into_iter().map(|value| format!("\"{value}\"")).collect();
    let values = values.join(",");
    Some(format!(
        "{{\"challenge\":\"{challenge}\",\"parts\":[{{\"part\":\"p1\",\"{member}\":[{values}]}}]}}"
    ))
}

/// The code that a token shows, for the challenge in `reply`; `None` when it asks for none.
pub fn code(reply: &str, code: &str) -> Option<String> {
    let challenge = first_id(reply).filter(|_| reply.contains("\"kind\":\"otp\""))?;
    Some(format!(
        "{{\"challenge\":\"{challenge}\",\"parts\":[{{\"part\":\"p1\",\"code\":\"{code}\"}}]}}"
    ))
}

/// The digits at the positions asked.
fn values(reply: &str, positions: &[String; 8], right: bool) -> Option<Vec<String>> {
    const MARK: &str = "\"position\":\"";
    let asked = reply.match_indices(MARK).map(|(at, _)| {
        let name = reply[at + MARK.len()..].split('"').next()?;
        let place =
            ["ア", "イ", "ウ", "エ", "オ", "カ", "キ", "ク"].iter().position(|p| *p == name)?;
        Some(if right { positions[place].clone() } else { other_digits(&positions[place]) })
    });
    asked.collect()
}

/// As many digits, each another one.
fn other_digits(digits: &str) -> String {
    digits.bytes().map(|digit| char::from(b'0' + (digit - b'0' + 1) % 10)).collect()
}

/// The choices that show the pictures of the cells asked; the first one is another if wrong.
fn choices(reply: &str, cells: &[&str; 50], right: bool) -> Result<Vec<String>> {
    let reply: Value = serde_json::from_str(reply)?;
    let prompts = reply["parts"][0]["prompts"].as_array().context("no prompts")?;
    let mut found = Vec::with_capacity(prompts.len());
    for (place, prompt) in prompts.iter().enumerate() {
        let cell = &prompt["cell"];
        let row = "ABCDE".find(cell["row"].as_str().context("no row")?).context("no such row")?;
        let column = cell["column"].as_str().context("no column")?;
        let column = "1234567890".find(column).context("no such column")?;
        let picture = cells[row * 10 + column];
        let wrong = !right && place == 0;
        let panel = prompt["panel"].as_array().context("no panel")?;
        let fits = |choice: &&Value| (choice["name_en"].as_str() == Some(picture)) != wrong;
        // The bare limit shows any panel at all and takes any answer.
        let choice = panel.iter().find(fits).or(panel.first()).context("an empty panel")?;
        found.push(choice["choice"].as_str().context("no choice")?.to_owned());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digits_asked_are_read_off_the_card() {
        let face =
            Face::CustomerCard(["00", "11", "22", "33", "44", "55", "66", "79"].map(Into::into));
        let reply = r#"{"id":"chl_1","parts":[{"part":"p1","positions":[
            {"slot":"1","position":"ウ"},{"slot":"2","position":"ク"}]}]}"#;
        let right = answer(reply, &face, true).expect("an answer");
        assert_eq!(right, r#"{"challenge":"chl_1","parts":[{"part":"p1","values":["22","79"]}]}"#);
        let wrong = answer(reply, &face, false).expect("an answer");
        assert!(wrong.ends_with(r#""values":["33","80"]}]}"#), "{wrong}");
    }

    #[test]
    fn the_choice_with_the_picture_of_the_cell_is_taken() {
        let face = Face::ImageCard(Box::new(std::array::from_fn(|cell| {
            if cell == 19 { "melon" } else { "bus" }
        })));
        let reply = r#"{"id":"chl_1","parts":[{"prompts":[{"cell":{"row":"B","column":"0"},"panel":[
            {"choice":"aa","name_en":"apple"},{"choice":"bb","name_en":"melon"}]}]}]}"#;
        let chosen = |right| answer(reply, &face, right).expect("an answer");
        assert!(chosen(true).ends_with(r#""choices":["bb"]}]}"#));
        assert!(chosen(false).ends_with(r#""choices":["aa"]}]}"#));
    }
}
