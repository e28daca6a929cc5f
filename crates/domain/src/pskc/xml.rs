//! XML as far as PSKC needs it: no document type, a bounded depth, one child of the root at a time.

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::{Error, NsReader, XmlVersion};
use zeroize::Zeroizing;

use crate::token_file::{Fault, line_ends};

/// The namespace of RFC 6030 §12.4.
pub(super) const PSKC: &str = "urn:ietf:params:xml:ns:keyprov:pskc";
/// The namespaces whose elements are read. Elements of others are extensions, and passed over.
const KNOWN: [&str; 5] = [
    PSKC,
    "http://www.w3.org/2000/09/xmldsig#",
    "http://www.w3.org/2001/04/xmlenc#",
    "http://www.w3.org/2009/xmlenc11#",
    "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#",
];
/// Elements within each other, at most.
const DEPTH_MAX: usize = 16;
/// Elements in one child of the root, at most.
const ELEMENTS_MAX: usize = 500;
/// Attributes of one element, at most.
const ATTRIBUTES_MAX: usize = 32;
/// Bytes of one start tag, at most.
const TAG_MAX: usize = 8 << 10;

/// An element, whole.
pub(super) struct Element {
    /// Without its prefix.
    pub(super) name: String,
    /// Where it begins.
    pub(super) line: u64,
    attributes: Vec<(String, String)>,
    text: Zeroizing<String>,
    children: Vec<Element>,
}

impl Element {
    /// The first child of this name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children().find(|child| child.name == name)
    }

    /// The element that is reached over children of these names.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// Its children.
    pub(super) fn children(&self) -> impl Iterator<Item = &Self> {
        self.children.iter()
    }

    /// The attribute of this name.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.trim())
    }

    /// Its text, without the blanks around it.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    /// Its text without any blanks: Base64 is broken into lines.
    pub(super) fn bare(&self) -> Zeroizing<String> {
        Zeroizing::new(self.text.split_whitespace().collect())
    }
}

/// A document of which the root was read.
pub(super) struct Reader<'a> {
    events: NsReader<&'a [u8]>,
    text: &'a str,
    /// As far as lines were counted.
    counted: usize,
    line: u64,
    ended: bool,
}

impl<'a> Reader<'a> {
    /// Reads as far as the root, which must be a `KeyContainer` of version 1.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Fault> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = str::from_utf8(bytes).map_err(|error| {
            let passed = &bytes[..error.valid_up_to()];
            Fault::Encoding { line: line_ends(passed) + 1 }
        })?;
        let mut events = NsReader::from_str(text);
        events.config_mut().expand_empty_elements = true;
        let mut reader = Self { events, text, counted: 0, line: 1, ended: false };
        loop {
            let line = reader.next_line();
            match reader.event(line)? {
                Step::Start(Some(root)) if root.name == "KeyContainer" => {
                    let version = root.attribute("Version").unwrap_or("1.0");
                    if version != "1.0" {
                        let what = "this version of PSKC is not known: 1.0 is";
                        return Err(Fault::Form { line, what });
                    }
                    return Ok(reader);
                }
                Step::Start(_) | Step::Eof => {
                    let what = "this is no PSKC file: its root is no KeyContainer";
                    return Err(Fault::Form { line, what });
                }
                Step::Text(text) if !text.trim().is_empty() => {
                    let what = "this is no PSKC file: it begins with text";
                    return Err(Fault::Form { line, what });
                }
                Step::Text(_) | Step::End | Step::Nothing => {}
            }
        }
    }

    /// The next child of the root; `None` after the last.
    pub(super) fn next(&mut self) -> Result<Option<Element>, Fault> {
        let mut open: Vec<Option<Element>> = Vec::new();
        let mut elements = 0;
        while !self.ended {
            let line = self.next_line();
            match self.event(line)? {
                Step::Start(element) => {
                    elements += 1;
                    if open.len() + 1 >= DEPTH_MAX || elements > ELEMENTS_MAX {
                        let what = "there are more elements within each other than PSKC has";
                        return Err(Fault::Form { line, what });
                    }
                    // What lies within an extension belongs to it.
                    let extension = matches!(open.last(), Some(None));
                    open.push(element.filter(|_| !extension));
                }
                Step::Text(text) => {
                    if let Some(Some(element)) = open.last_mut() {
                        element.text.push_str(&text);
                    }
                }
                Step::End => match (open.pop(), open.last_mut()) {
                    (None, _) => self.ended = true,
                    (Some(Some(element)), None) => return Ok(Some(element)),
                    (Some(None), None) => elements = 0,
                    (Some(element), Some(Some(parent))) => parent.children.extend(element),
                    (Some(_), Some(None)) => {}
                },
                Step::Eof => {
                    let what = "the file ends in the middle: it did not come whole";
                    return Err(Fault::Form { line, what });
                }
                Step::Nothing => {}
            }
        }
        Ok(None)
    }

    /// The line on which the next event begins.
    fn next_line(&mut self) -> u64 {
        let at = usize::try_from(self.events.buffer_position()).expect("the file is in memory");
        let at = at.min(self.text.len());
        self.line += line_ends(&self.text.as_bytes()[self.counted..at]);
        self.counted = at;
        self.line
    }

    fn event(&mut self, line: u64) -> Result<Step, Fault> {
        let form = |what| Fault::Form { line, what };
        let broken = |error| match error {
            Error::Syntax(_) => form("a tag is not closed: it is damaged, or did not come whole"),
            _ => form("the XML is not well-formed here"),
        };
        let (space, event) = self.events.read_resolved_event().map_err(broken)?;
        Ok(match event {
            Event::Start(start) => {
                if start.len() > TAG_MAX {
                    return Err(form("a tag is longer than PSKC has any"));
                }
                Step::Start(if is_known(&space) { Some(element(&start, line)?) } else { None })
            }
            Event::End(_) => Step::End,
            Event::Text(text) => Step::Text(Zeroizing::new(text.into_inner().into_owned())),
            Event::CData(text) => Step::Text(Zeroizing::new(text.into_inner().into_owned())),
            Event::GeneralRef(name) => {
                let written = match &*name {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => name.resolve_char_ref().ok().flatten(),
                };
                let written =
                    written.ok_or_else(|| form("an entity is named that is not known"))?;
                Step::Text(Zeroizing::new(written.to_string()))
            }
            Event::DocType(_) => return Err(Fault::Dtd { line }),
            Event::Eof => Step::Eof,
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => Step::Nothing,
        })
    }
}

enum Step {
    /// An element begins; `None` when it is of a namespace that is not known.
    Start(Option<Element>),
    Text(Zeroizing<String>),
    End,
    Eof,
    Nothing,
}

/// Elements without a namespace are known too: the parameters of PBKDF2 often have none.
fn is_known(space: &ResolveResult) -> bool {
    match space {
        ResolveResult::Bound(Namespace(name)) => KNOWN.contains(name),
        ResolveResult::Unbound => true,
        ResolveResult::Unknown(_) => false,
    }
}

fn element(start: &BytesStart, line: u64) -> Result<Element, Fault> {
    let broken = || Fault::Form { line, what: "an attribute is not well-formed" };
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| broken())?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| broken())?;
        attributes.push((attribute.key.into_inner().to_owned(), value.into_owned()));
        if attributes.len() > ATTRIBUTES_MAX {
            return Err(Fault::Form { line, what: "an element has more attributes than PSKC has" });
        }
    }
    Ok(Element {
        name: start.local_name().into_inner().to_owned(),
        line,
        attributes,
        text: Zeroizing::default(),
        children: Vec::new(),
    })
}
