//! What stood against a form: sentences on top, and one at the field it is about.

/// One sentence about one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The `id` of the input, to jump to; `None` when it is about no single field.
    pub field: Option<&'static str>,
    /// What happened and what to do now.
    pub text: String,
}

/// What stood against a form; empty when it is shown for the first time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Troubles(pub Vec<Trouble>);

impl Troubles {
    /// Adds a sentence about the whole form.
    #[must_use]
    pub fn and(mut self, text: String) -> Self {
        self.0.push(Trouble { field: None, text });
        self
    }

    /// Adds a sentence about the input with the id `field`.
    #[must_use]
    pub fn and_at(mut self, field: &'static str, text: String) -> Self {
        self.0.push(Trouble { field: Some(field), text });
        self
    }

    /// Whether the title must begin with 「エラー：」.
    pub fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// How many.
    pub fn len(&self) -> u32 {
        u32::try_from(self.0.len()).expect("a form has a handful of fields")
    }

    /// Whether the form stood in nobody's way.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sentence at an input.
    pub fn at(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|trouble| trouble.field == Some(field)).map(|t| t.text.as_str())
    }
}
