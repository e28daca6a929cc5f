//! What a bank sends about a customer.

use sekisho_app::context::Context;
use sekisho_app::contract::Create;
use sekisho_domain::contract::Person;
use sekisho_domain::fields::{Change, FaultCode, Fields, Place, Read};
use sekisho_domain::id::InstitutionId;
use sekisho_domain::read::{TEXT, digits, letters, list, parsed, text};
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::text::{LoginId, LoginIdForm, Postcode};

/// Lines of an address at most.
const LINES_MAX: usize = 4;
/// Mail addresses of a customer at most.
const MAILS_MAX: usize = 2;

/// A new contract.
pub(super) struct New {
    pub(super) login_id: Option<LoginId>,
    pub(super) external_id: Option<String>,
    pub(super) branch: String,
    pub(super) person: Person,
}

impl New {
    pub(super) fn read(f: &mut Fields, form: LoginIdForm) -> Read<Self> {
        let login_id = f.optional("login_id", |at: &mut Place| {
            let sent = at.text()?;
            LoginId::parse(sent, form).map_or_else(|| at.fault(FaultCode::Pattern), Ok)
        });
        let external_id = f.optional("external_id", letters(1..=64, |c| c.is_ascii_graphic()));
        let branch = f.required("branch", digits::<3>());
        let name = f.required("name", text(TEXT));
        let name_kana = f.required("name_kana", text(TEXT));
        let postcode = f.required("postcode", parsed::<Postcode>());
        let address = f.required("address", list(1..=LINES_MAX, text(TEXT)));
        let mail = f.optional("mail", read_mail);
        let mails = f.optional("mails", list(0..=MAILS_MAX, read_mail));
        let phone = f.optional("phone", text(1..=20));
        let mails = mails?.unwrap_or_default();
        Ok(Self {
            login_id: login_id?,
            external_id: external_id?,
            branch: branch?.to_string(),
            person: Person {
                name: name?,
                name_kana: name_kana?,
                postcode: postcode?,
                address: address?,
                mails: mail?.map_or(mails, |mail| vec![mail]),
                phone: phone?,
            },
        })
    }

    /// The contract to be made; where the bank gives no login id, it is eleven digits of chance.
    pub(super) fn wish(&self, cx: &mut Context, institution: InstitutionId) -> Create {
        let form = cx.policy(institution).login.identifier;
        let mut own =
            || LoginId::parse(&format!("{:011}", cx.moment.pick(0..100_000_000_000_u64)), form);
        let login_id = self.login_id.clone().or_else(&mut own);
        Create {
            institution,
            login_id: login_id.expect("eleven digits are a login id in every form"),
            external_id: self.external_id.clone(),
            branch: self.branch.clone(),
            person: self.person.clone(),
        }
    }
}

/// Something, one `@`, something with a dot: whether it receives is proven by sending.
pub(in crate::api) fn read_mail(at: &mut Place) -> Read<String> {
    let mail = text(3..=200)(at)?;
    let fits = mail
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'));
    if fits && mail.is_ascii() && !mail.contains(' ') {
        Ok(mail)
    } else {
        at.fault(FaultCode::Pattern)
    }
}

/// What is to be changed of a person.
pub(super) struct Patch {
    name: Change<String>,
    name_kana: Change<String>,
    postcode: Change<Postcode>,
    address: Change<Vec<String>>,
    mails: Change<Vec<String>>,
    phone: Change<String>,
}

impl Patch {
    pub(super) fn read(f: &mut Fields) -> Read<Self> {
        let name = f.change("name", text(TEXT));
        let name_kana = f.change("name_kana", text(TEXT));
        let postcode = f.change("postcode", parsed::<Postcode>());
        let address = f.change("address", list(1..=LINES_MAX, text(TEXT)));
        let mails = f.change("mails", list(0..=MAILS_MAX, read_mail));
        let phone = f.change("phone", text(1..=20));
        let patch = Self {
            name: name?,
            name_kana: name_kana?,
            postcode: postcode?,
            address: address?,
            mails: mails?,
            phone: phone?,
        };
        let removed = [
            ("name", patch.name == Change::Remove),
            ("name_kana", patch.name_kana == Change::Remove),
            ("postcode", patch.postcode == Change::Remove),
            ("address", patch.address == Change::Remove),
        ];
        if let Some((needed, _)) = removed.into_iter().find(|(_, removed)| *removed) {
            return f.fault(needed, FaultCode::Type);
        }
        Ok(patch)
    }

    /// The person after the change.
    pub(super) fn apply(&self, person: &Person) -> Person {
        Person {
            name: kept(&self.name, &person.name),
            name_kana: kept(&self.name_kana, &person.name_kana),
            postcode: kept(&self.postcode, &person.postcode),
            address: kept(&self.address, &person.address),
            mails: match &self.mails {
                Change::Remove => Vec::new(),
                change => kept(change, &person.mails),
            },
            phone: match &self.phone {
                Change::Keep => person.phone.clone(),
                Change::Remove => None,
                Change::Set(phone) => Some(phone.clone()),
            },
        }
    }
}

fn kept<T: Clone>(change: &Change<T>, old: &T) -> T {
    match change {
        Change::Set(new) => new.clone(),
        Change::Keep | Change::Remove => old.clone(),
    }
}

/// Why, and who said so (api.md §5.0).
pub(in crate::api) struct Why {
    pub(in crate::api) reason: Reason,
    pub(in crate::api) by: ReportedBy,
}

impl Why {
    pub(in crate::api) fn read(f: &mut Fields) -> Read<Self> {
        let reason = f.required("reason", sekisho_domain::read::word());
        let note = f.optional("note", text(1..=200));
        let by = f.optional("reported_by", sekisho_domain::read::word());
        note?;
        Ok(Self { reason: reason?, by: by?.unwrap_or(ReportedBy::Staff) })
    }
}
