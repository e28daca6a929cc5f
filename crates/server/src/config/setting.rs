//! How a key of the configuration is described: its kind, its default, its words.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use sekisho_domain::secret::Secret;
use serde::{Deserialize, Deserializer};

use super::network::Network;

/// A key of a section.
#[derive(Debug, Clone)]
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// What it means; a line each.
    pub doc: &'static str,
    /// What can be written.
    pub shape: Shape,
    /// Its default as TOML; `None` when it is unset by default.
    pub default: Option<String>,
}

/// What can be written for a key.
#[derive(Debug, Clone)]
pub enum Shape {
    /// A text.
    Text,
    /// A whole number up to this one.
    Whole(u64),
    /// True or false.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of texts.
    List,
    /// A text nobody else may see; `<key>_file` names a file that holds it.
    Secret,
    /// A section of its own.
    Section {
        /// Its keys.
        keys: Vec<Key>,
        /// Whether it may be left out, which means something else than its defaults.
        optional: bool,
    },
}

/// A group of keys.
pub trait Section: Default {
    /// Its keys, in the order of the example.
    fn keys() -> Vec<Key>;
}

/// What a key can stand for.
pub trait Setting {
    /// What can be written.
    fn shape() -> Shape;
    /// This value as TOML; `None` when there is none.
    fn written(&self) -> Option<String>;
}

/// A text that is never printed.
#[derive(Clone)]
pub struct SecretText(Secret<String>);

impl SecretText {
    /// Shows the text to the one place that needs it.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(Secret::new(text)))
    }
}

/// A text as TOML: what JSON escapes, TOML escapes alike.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is plain")
}

macro_rules! settings {
    ($($ty:ty: $shape:expr, |$value:ident| $written:expr;)*) => {$(
        impl Setting for $ty {
            fn shape() -> Shape {
                $shape
            }
            fn written(&self) -> Option<String> {
                let $value = self;
                $written
            }
        }
    )*};
}

settings! {
    String: Shape::Text, |text| Some(quoted(text));
    PathBuf: Shape::Text, |path| Some(quoted(&path.display().to_string()));
    SocketAddr: Shape::Text, |address| Some(quoted(&address.to_string()));
    bool: Shape::Flag, |flag| Some(flag.to_string());
    u8: Shape::Whole(u8::MAX.into()), |number| Some(number.to_string());
    u16: Shape::Whole(u16::MAX.into()), |number| Some(number.to_string());
    u32: Shape::Whole(u32::MAX.into()), |number| Some(number.to_string());
    SecretText: Shape::Secret, |_secret| None;
    Vec<Network>: Shape::List, |list| {
        let texts: Vec<_> = list.iter().map(|network| quoted(&network.to_string())).collect();
        Some(format!("[{}]", texts.join(", ")))
    };
}

impl<T: Setting> Setting for Option<T> {
    fn shape() -> Shape {
        match T::shape() {
            Shape::Section { keys, .. } => Shape::Section { keys, optional: true },
            shape => shape,
        }
    }
    fn written(&self) -> Option<String> {
        self.as_ref().and_then(T::written)
    }
}

/// Makes a section: the type, its defaults and the list of its keys.
macro_rules! section {
    (
        $(#[doc = $doc:literal])+
        $name:ident {
            $($(#[doc = $key_doc:literal])+ $key:ident: $ty:ty = $default:expr,)*
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, serde::Deserialize)]
        #[serde(default)]
        pub struct $name {
            $($(#[doc = $key_doc])+ pub $key: $ty,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($key: $default,)* }
            }
        }

        impl $crate::config::setting::Section for $name {
            fn keys() -> Vec<$crate::config::setting::Key> {
                use $crate::config::setting::{Key, Setting};
                let default = Self::default();
                vec![$(Key {
                    name: stringify!($key),
                    doc: concat!($($key_doc, "\n",)+).trim_end(),
                    shape: <$ty as Setting>::shape(),
                    default: default.$key.written(),
                },)*]
            }
        }

        impl $crate::config::setting::Setting for $name {
            fn shape() -> $crate::config::setting::Shape {
                use $crate::config::setting::{Section, Shape};
                Shape::Section { keys: Self::keys(), optional: false }
            }
            fn written(&self) -> Option<String> {
                None
            }
        }
    };
}

/// Makes a type of which the configuration names one.
macro_rules! word {
    (
        $(#[doc = $doc:literal])+
        $name:ident { $($(#[doc = $word_doc:literal])+ $word:ident = $text:literal,)* }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
        pub enum $name {
            $($(#[doc = $word_doc])+ #[serde(rename = $text)] $word,)*
        }

        impl $crate::config::setting::Setting for $name {
            fn shape() -> $crate::config::setting::Shape {
                $crate::config::setting::Shape::Word(&[$($text,)*])
            }
            fn written(&self) -> Option<String> {
                let text = match self { $(Self::$word => $text,)* };
                Some($crate::config::setting::quoted(text))
            }
        }
    };
}

pub(crate) use {section, word};
