//! The canonical form of JSON (RFC 8785, JCS): one value, one sequence of bytes to be hashed.
//!
//! Numbers are whole in all that sekisho hashes for others (api.md §1.2). Any other number is
//! written as it was spelt, which RFC 8785 would not do; no reader accepts one.

use crate::json::Json;

/// The canonical form: members sorted by name, no white space, the fewest escapes.
pub fn canonical(json: &Json) -> String {
    let mut out = String::new();
    write(json, &mut out);
    out
}

fn write(json: &Json, out: &mut String) {
    match json {
        Json::Null => out.push_str("null"),
        Json::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Json::Integer(number) => out.push_str(&number.to_string()),
        Json::Number(spelt) => out.push_str(spelt),
        Json::Text(text) => write_text(text, out),
        Json::Array(elements) => {
            out.push('[');
            for (i, element) in elements.iter().enumerate() {
                separate(i, out);
                write(element, out);
            }
            out.push(']');
        }
        Json::Object(members) => write_object(members, out),
    }
}

fn write_object(members: &[(String, Json)], out: &mut String) {
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    out.push('{');
    for (i, (name, value)) in sorted.into_iter().enumerate() {
        separate(i, out);
        write_text(name, out);
        out.push(':');
        write(value, out);
    }
    out.push('}');
}

fn separate(place: usize, out: &mut String) {
    if place > 0 {
        out.push(',');
    }
}

/// `serde_json` escapes exactly what RFC 8785 §3.2.2.2 asks to be escaped, in the same way.
fn write_text(text: &str, out: &mut String) {
    out.push_str(&serde_json::to_string(text).expect("a string is always JSON"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_one_form() {
        for (sent, wanted) in [
            (r#" { "b" : 1 , "a" : [ 2 , null , true ] } "#, r#"{"a":[2,null,true],"b":1}"#),
            (r#"{"":0,"A":1,"a":2,"_":3}"#, r#"{"":0,"A":1,"_":3,"a":2}"#),
            (r#""\u0041\/\u20ac\"\\""#, r#""A/€\"\\""#),
            (r#""\u0000\u0008\t\n\f\r\u001F\u007f""#, "\"\\u0000\\b\\t\\n\\f\\r\\u001f\u{7f}\""),
            ("-7", "-7"),
            ("[]", "[]"),
            ("{}", "{}"),
        ] {
            let json = Json::parse(sent.as_bytes()).expect("JSON");
            assert_eq!(canonical(&json), wanted, "{sent}");
        }
    }

    #[test]
    fn names_are_sorted_by_their_utf16_units() {
        // RFC 8785 §3.2.3: in code points the face would come after the ligature.
        let sent = r#"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#;
        let form = canonical(&Json::parse(sent.as_bytes()).expect("JSON"));
        assert_eq!(
            form,
            "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}"
        );
    }
}
