//! Reads a tree into types, as serde asks for them.

use std::collections::btree_map;
use std::vec;

use serde::de::value::StringDeserializer;
use serde::de::{self, DeserializeSeed, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::node::{Node, Origin, Table, Value};
use super::trouble::Trouble;

/// A number that may stand in an environment variable.
macro_rules! numbers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
            let Value::Loose(text) = &self.value else { return self.deserialize_any(visitor) };
            match (text.parse::<i64>(), text.parse::<f64>()) {
                (Ok(whole), _) => visitor.visit_i64(whole),
                (_, Ok(float)) => visitor.visit_f64(float),
                _ => Err(Trouble::custom("this is not a number")),
            }
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Node {
    type Error = Trouble;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        match self.value {
            Value::Text(text) | Value::Loose(text) => visitor.visit_string(text),
            Value::Whole(number) => visitor.visit_i64(number),
            Value::Float(number) => visitor.visit_f64(number),
            Value::Flag(flag) => visitor.visit_bool(flag),
            Value::List(list) => visitor.visit_seq(Items { rest: list.into_iter(), place: 0 }),
            Value::Table(table) => visitor.visit_map(Entries::of(table)),
        }
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_f32 deserialize_f64
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        match &self.value {
            Value::Loose(text) => match text.as_str() {
                "true" => visitor.visit_bool(true),
                "false" => visitor.visit_bool(false),
                _ => Err(Trouble::custom("write true or false")),
            },
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        let Value::Loose(text) = &self.value else { return self.deserialize_any(visitor) };
        let item = |text: &str| Node {
            origin: self.origin.clone(),
            value: Value::Loose(text.trim().to_owned()),
        };
        let items: Vec<_> =
            text.split(',').filter(|part| !part.trim().is_empty()).map(item).collect();
        visitor.visit_seq(Items { rest: items.into_iter(), place: 0 })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Trouble> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Trouble> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Trouble> {
        match self.value {
            Value::Text(word) | Value::Loose(word) => visitor.visit_enum(word.into_deserializer()),
            _ => Err(Trouble::custom("expected a word")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Trouble> {
        if let Value::Table(table) = &self.value
            && let Some((key, node)) = table.iter().find(|(key, _)| !fields.contains(&key.as_str()))
        {
            return Err(Trouble::unknown(node.origin.clone(), key, fields));
        }
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct tuple tuple_struct map
        identifier ignored_any
    }
}

/// The entries of a table.
struct Entries {
    rest: btree_map::IntoIter<String, Node>,
    next: Option<(String, Node)>,
}

impl Entries {
    fn of(table: Table) -> Self {
        Self { rest: table.into_iter(), next: None }
    }
}

impl<'de> de::MapAccess<'de> for Entries {
    type Error = Trouble;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Trouble> {
        let Some((key, node)) = self.rest.next() else { return Ok(None) };
        let text: StringDeserializer<Trouble> = key.clone().into_deserializer();
        let read = seed.deserialize(text).map_err(|trouble| trouble.below(&key, &node.origin));
        self.next = Some((key, node));
        read.map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Trouble> {
        let (key, node) = self.next.take().expect("serde asks for a key before its value");
        let origin = node.origin.clone();
        seed.deserialize(node).map_err(|trouble| trouble.below(&key, &origin))
    }
}

/// The items of a list; in complaints they are numbered from 1.
struct Items {
    rest: vec::IntoIter<Node>,
    place: usize,
}

impl<'de> de::SeqAccess<'de> for Items {
    type Error = Trouble;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Trouble> {
        let Some(node) = self.rest.next() else { return Ok(None) };
        self.place += 1;
        let origin: Origin = node.origin.clone();
        let read = seed.deserialize(node);
        read.map(Some).map_err(|trouble| trouble.below(&self.place.to_string(), &origin))
    }
}
