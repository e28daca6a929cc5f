//! The JSON schema of the configuration, for editors and for checks before an installation.

use serde_json::{Map, Value, json};

use super::sections::Config;
use super::setting::{Key, Section, Shape, quoted};

/// The schema (draft 2020-12), as committed in `docs/config.schema.json`.
pub fn text() -> String {
    let mut schema = object(&Config::keys());
    schema.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.insert("title".into(), "sekisho.toml".into());
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is plain");
    text.push('\n');
    text
}

fn object(keys: &[Key]) -> Map<String, Value> {
    let mut properties = Map::new();
    for key in keys {
        let mut property = shape(&key.shape);
        property.insert("description".into(), one_line(key.doc).into());
        if let Some(default) =
            key.default.as_deref().and_then(|text| serde_json::from_str(text).ok())
        {
            let default: Value = default;
            property.insert("default".into(), default);
        }
        if matches!(key.shape, Shape::Secret) {
            let words = format!("File that holds {}, instead of it.", quoted(key.name));
            let file = json!({ "type": "string", "description": words });
            properties.insert(format!("{}_file", key.name), file);
        }
        properties.insert(key.name.to_owned(), property.into());
    }
    let mut object = Map::new();
    object.insert("type".into(), "object".into());
    object.insert("additionalProperties".into(), false.into());
    object.insert("properties".into(), properties.into());
    object
}

/// The lines of a comment as one.
fn one_line(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shape(shape: &Shape) -> Map<String, Value> {
    let plain = match shape {
        Shape::Text | Shape::Secret => json!({ "type": "string" }),
        Shape::Whole(most) => json!({ "type": "integer", "minimum": 0, "maximum": most }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Word(words) => json!({ "enum": words }),
        Shape::List => json!({ "type": "array", "items": { "type": "string" } }),
        Shape::Section { keys, .. } => return object(keys),
    };
    match plain {
        Value::Object(map) => map,
        _ => unreachable!("each kind is written as an object above"),
    }
}
