//! One line of the file as a contract: what people type is accepted where it is unambiguous.

use std::collections::HashMap;

use sekisho_app::contract::Create;
use sekisho_domain::contract::Person;
use sekisho_domain::institution::Institution;
use sekisho_domain::text::{
    KanaName, LoginId, LoginIdForm, Postcode, bare_code, composed, half_width, is_plain,
};

use super::Row;

/// The column at fault, and what is wrong.
pub(super) type Fault = (&'static str, String);

/// The columns that must be there, and those that may.
const NEEDED: [&str; 6] = ["login_id", "branch", "name", "name_kana", "postcode", "address"];
const OPTIONAL: [&str; 3] = ["external_id", "mail", "phone"];

/// Characters of a name, and of a line of an address, that fit an envelope.
const NAME_MAX: usize = 40;
const ADDRESS_MAX: usize = 60;
/// Lines of an address.
const ADDRESS_LINES: usize = 3;
/// Characters of the bank's own number.
const EXTERNAL_ID_MAX: usize = 64;
/// Characters of a mail address (RFC 5321 §4.5.3.1.3).
const MAIL_MAX: usize = 254;
/// Mail addresses of one contract.
const MAILS_MAX: usize = 2;

/// Reads the lines of a file with known columns.
pub(super) struct Reader<'a> {
    institution: &'a Institution,
    form: LoginIdForm,
    columns: HashMap<&'static str, usize>,
    width: usize,
}

impl<'a> Reader<'a> {
    /// # Errors
    /// A sentence, when a column is missing, stands twice, or is none of ours.
    pub(super) fn new(
        header: &[String],
        institution: &'a Institution,
        form: LoginIdForm,
    ) -> Result<Self, String> {
        let mut columns = HashMap::new();
        for (place, heading) in header.iter().enumerate() {
            let heading = half_width(heading).trim().to_ascii_lowercase();
            let known = NEEDED.iter().chain(&OPTIONAL).find(|known| **known == heading);
            let Some(known) = known else {
                let all = [&NEEDED[..], &OPTIONAL[..]].concat().join(", ");
                return Err(format!("line 1: `{heading}` is none of the columns {all}"));
            };
            if columns.insert(*known, place).is_some() {
                return Err(format!("line 1: the column `{known}` stands twice"));
            }
        }
        match NEEDED.iter().find(|needed| !columns.contains_key(*needed)) {
            Some(missing) => Err(format!("line 1: the column `{missing}` is missing")),
            None => Ok(Self { institution, form, columns, width: header.len() }),
        }
    }

    /// Reads one line.
    pub(super) fn read(&self, fields: &[String]) -> Result<Create, Fault> {
        if fields.len() != self.width {
            let (given, wanted) = (fields.len(), self.width);
            return Err(("", format!("it has {given} fields, the header has {wanted}")));
        }
        let field = |column: &str| {
            self.columns.get(column).map_or("", |place| fields[*place].trim_matches(is_space))
        };
        for column in self.columns.keys() {
            plain(column, field(column))?;
        }
        let login_id = LoginId::typed(field("login_id"), self.form);
        let login_id = login_id.ok_or_else(|| ("login_id", form_of(self.form).to_owned()))?;
        let kana = KanaName::typed(field("name_kana"));
        let kana = kana.ok_or_else(|| say("name_kana", "write the name in kana, any kana"))?;
        let postcode = Postcode::typed(field("postcode"));
        let postcode = postcode.ok_or_else(|| say("postcode", "a postcode has seven digits"))?;
        Ok(Create {
            institution: self.institution.id,
            login_id,
            external_id: external_id(field("external_id"))?,
            branch: self.branch(field("branch"))?,
            person: Person {
                name: name(field("name"))?,
                name_kana: kana.full_width(),
                postcode,
                address: address(field("address"))?,
                mails: mails(field("mail"))?,
                phone: phone(field("phone"))?,
            },
        })
    }

    fn branch(&self, text: &str) -> Result<String, Fault> {
        let code = bare_code(text);
        match self.institution.branch(&code) {
            Some(branch) => Ok(branch.code.clone()),
            None => Err(say("branch", "no branch of this institution has this code")),
        }
    }
}

fn say(column: &'static str, sentence: &str) -> Fault {
    (column, sentence.to_owned())
}

fn is_space(c: char) -> bool {
    c.is_whitespace()
}

const fn form_of(form: LoginIdForm) -> &'static str {
    match form {
        LoginIdForm::Digits11 => "a login id has eleven digits",
        LoginIdForm::Letters => "a login id has 6 to 20 letters and digits",
    }
}

/// Refuses what cannot be seen, and characters that only the sender's own machine can show (外字).
fn plain(column: &'static str, text: &str) -> Result<(), Fault> {
    let lines_allowed = column == "address";
    let seen = |line: &str| is_plain(line) && !line.contains('\u{fffd}');
    let fit = if lines_allowed { text.lines().all(seen) } else { seen(text) };
    if !fit {
        return Err(say(column, "it holds characters that cannot be seen"));
    }
    if text.contains(|c: char| matches!(c, '\u{e000}'..='\u{f8ff}')) {
        return Err(say(column, "it holds 外字, which no other machine can print: spell it out"));
    }
    Ok(())
}

fn name(text: &str) -> Result<String, Fault> {
    let name = composed(text).unwrap_or_else(|| text.to_owned());
    match name.chars().count() {
        0 => Err(say("name", "it is empty")),
        1..=NAME_MAX => Ok(name),
        _ => Err(("name", format!("more than {NAME_MAX} characters do not fit an envelope"))),
    }
}

fn address(text: &str) -> Result<Vec<String>, Fault> {
    let composed = composed(text).unwrap_or_else(|| text.to_owned());
    let lines = composed.lines().map(|line| line.trim_matches(is_space).to_owned());
    let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        return Err(say("address", "it is empty"));
    }
    let wide = lines.iter().any(|line| line.chars().count() > ADDRESS_MAX);
    if lines.len() > ADDRESS_LINES || wide {
        let fits = format!("{ADDRESS_LINES} lines of {ADDRESS_MAX} characters fit an envelope");
        return Err(("address", fits));
    }
    Ok(lines)
}

fn external_id(text: &str) -> Result<Option<String>, Fault> {
    let id = half_width(text);
    match id.chars().count() {
        0 => Ok(None),
        1..=EXTERNAL_ID_MAX => Ok(Some(id)),
        _ => Err(("external_id", format!("it has more than {EXTERNAL_ID_MAX} characters"))),
    }
}

fn mails(text: &str) -> Result<Vec<String>, Fault> {
    let text = half_width(text);
    let separated = text.split(|c: char| c.is_whitespace() || matches!(c, ';' | ','));
    let mails: Vec<_> = separated.filter(|mail| !mail.is_empty()).map(str::to_owned).collect();
    let fit = |mail: &String| {
        let around = mail.split_once('@');
        let whole = around.is_some_and(|(who, place)| {
            !who.is_empty() && place.contains('.') && !place.contains('@')
        });
        whole && mail.is_ascii() && mail.len() <= MAIL_MAX
    };
    if mails.len() > MAILS_MAX || !mails.iter().all(fit) {
        return Err(say("mail", "write one mail address or two, with a space between"));
    }
    Ok(mails)
}

fn phone(text: &str) -> Result<Option<String>, Fault> {
    let digits = bare_code(text).replace(['(', ')'], "");
    let numbers = digits.strip_prefix('+').unwrap_or(&digits);
    let fit = (10..=15).contains(&numbers.len()) && numbers.bytes().all(|b| b.is_ascii_digit());
    match (digits.is_empty(), fit) {
        (true, _) => Ok(None),
        (false, true) => Ok(Some(digits)),
        (false, false) => Err(say("phone", "a telephone number has ten digits or more")),
    }
}

/// What the lines before have named.
#[derive(Default)]
pub(super) struct Seen {
    by_login: HashMap<String, Row>,
    by_external: HashMap<String, u64>,
}

impl Seen {
    /// Whether a line before says the same. Refused when one says something else of the same
    /// contract.
    pub(super) fn meet(&mut self, row: &Row) -> Result<bool, Fault> {
        let login_id = row.create.login_id.as_str();
        if let Some(before) = self.by_login.get(login_id) {
            if same(&before.create, &row.create) {
                return Ok(true);
            }
            let line = before.line;
            return Err(("login_id", format!("line {line} has it too, with something else")));
        }
        if let Some(external) = &row.create.external_id
            && let Some(line) = self.by_external.insert(external.clone(), row.line)
        {
            self.by_external.insert(external.clone(), line);
            return Err(("external_id", format!("line {line} has it too, with something else")));
        }
        self.by_login.insert(login_id.to_owned(), row.clone());
        Ok(false)
    }
}

fn same(a: &Create, b: &Create) -> bool {
    let Create { institution: _, login_id, external_id, branch, person } = a;
    (login_id, external_id, branch, person) == (&b.login_id, &b.external_id, &b.branch, &b.person)
}
