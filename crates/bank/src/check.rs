//! From what the customer typed to an operation, or to what is to be corrected.
//!
//! The same check runs before the confirmation page and again when it is confirmed: nothing that
//! comes back from a browser is believed.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rusqlite::Connection;

use crate::{
    accounts::{self, Account},
    customers::Customer,
    directory, drafts, kana,
    money::parse_yen,
    operation::{AccountNumber, FeePayer, Operation, PayeeAccount, Registration},
    payees,
};

/// What was typed, by field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(pub BTreeMap<String, String>);

impl Fields {
    /// What was typed in a field; empty when it was not there.
    pub fn text(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }
}

/// What is to be corrected, where, in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Complaint {
    /// The field's name, which is also its id on the page.
    pub field: &'static str,
    /// What to do.
    pub ja: &'static str,
    /// What to do.
    pub en: &'static str,
}

const fn complaint(field: &'static str, ja: &'static str, en: &'static str) -> Complaint {
    Complaint { field, ja, en }
}

const FROM: Complaint =
    complaint("from", "お引出しの口座をお選びください。", "Choose the account to pay from.");
const AMOUNT: Complaint = complaint(
    "amount",
    "金額を1円以上の数字でご入力ください。",
    "Enter an amount of 1 yen or more, in digits.",
);
const BALANCE: Complaint = complaint(
    "amount",
    "口座の残高が足りません。手数料を含めた金額をご確認ください。",
    "The balance does not cover the amount and the fee.",
);
const LIMIT: Complaint = complaint(
    "amount",
    "1日の振込限度額を超えます。金額を減らすか、明日以降にお手続きください。",
    "This exceeds your daily limit. Enter less, or send it tomorrow.",
);
const DAY: Complaint = complaint(
    "date",
    "お振込みの日は、本日をお選びください。",
    "Choose today as the day of the transfer.",
);
const PAYEE: Complaint = complaint("payee", "お振込先をお選びください。", "Choose a payee.");
const PLACE: Complaint =
    complaint("place", "金融機関と支店をお選びください。", "Choose the bank and branch.");
const KIND: Complaint =
    complaint("kind", "預金の種類をお選びください。", "Choose the kind of account.");
const NUMBER: Complaint = complaint(
    "number",
    "口座番号を7桁の数字でご入力ください。7桁より短いときは、先頭に0を付けてください。",
    "Enter the account number in 7 digits, with leading zeros.",
);
const NAME: Complaint = complaint(
    "name",
    "受取人名をカナ・英数字で、48文字以内でご入力ください。",
    "Enter the name in kana, letters or digits, up to 48 characters.",
);
const UNKNOWN_HERE: Complaint = complaint(
    "number",
    "この口座は当金庫に見当たりません。支店と口座番号をもう一度ご確認ください。",
    "We have no such account. Check the branch and the number.",
);
const OTHER_NAME: Complaint = complaint(
    "name",
    "口座の名義と合いません。受取人名をもう一度ご確認ください。",
    "The name differs from the account holder's. Please check it.",
);
const OWN: Complaint = complaint(
    "number",
    "ご自分の口座へは「振替」をご利用ください。",
    "Use “between my accounts” for an account of your own.",
);
const TO: Complaint =
    complaint("to", "お預入れの口座をお選びください。", "Choose the account to pay into.");
const SAME: Complaint = complaint(
    "to",
    "お引出しの口座とは別の口座をお選びください。",
    "Choose an account other than the one paying.",
);

/// Reads a new payee.
pub fn payee(
    db: &Connection,
    customer: &Customer,
    fields: &Fields,
    registration: Registration,
) -> rusqlite::Result<Result<PayeeAccount, Vec<Complaint>>> {
    let place = fields.text("place").split_once('-').and_then(|(bank, branch)| {
        directory::names(bank, branch).map(|names| (bank, branch, names))
    });
    let kind = fields.text("kind");
    let number =
        kana::digits(fields.text("number"), kana::HYPHENS).filter(|number| number.len() == 7);
    let name = kana::payee_name(fields.text("name"));
    let mut complaints = Vec::new();
    for (stands, complaint) in [
        (place.is_some(), PLACE),
        (matches!(kind, "1" | "2" | "4"), KIND),
        (number.is_some(), NUMBER),
        (name.is_some(), NAME),
    ] {
        if !stands {
            complaints.push(complaint);
        }
    }
    let (Some((bank, branch, (bank_name, branch_name))), Some(number), Some(name), []) =
        (place, number, name, complaints.as_slice())
    else {
        return Ok(Err(complaints));
    };
    let payee = PayeeAccount {
        bank: bank.to_owned(),
        bank_name: bank_name.to_owned(),
        branch_name: branch_name.to_owned(),
        name,
        registration,
        account: AccountNumber { branch: branch.to_owned(), kind: kind.to_owned(), number },
    };
    Ok(match stands_here(db, customer, &payee)? {
        Some(complaint) => Err(vec![complaint]),
        None => Ok(payee),
    })
}

/// For an account of this bank: that it stands, is another person's, and bears the name given.
fn stands_here(
    db: &Connection,
    customer: &Customer,
    payee: &PayeeAccount,
) -> rusqlite::Result<Option<Complaint>> {
    if payee.bank != directory::OWN_BANK {
        return Ok(None);
    }
    Ok(match accounts::by_number(db, &payee.account)? {
        None => Some(UNKNOWN_HERE),
        Some(account) if account.customer == customer.id => Some(OWN),
        Some(account) if account.owner_kana != payee.name => Some(OTHER_NAME),
        Some(_) => None,
    })
}

/// Reads a 振込 as typed on its form, with the fee this bank takes for it.
pub fn transfer(
    db: &Connection,
    customer: &Customer,
    fields: &Fields,
    today: Date,
) -> rusqlite::Result<Result<(Account, Operation), Vec<Complaint>>> {
    let payee = match fields.text("payee") {
        "new" => payee(db, customer, fields, Registration::None)?,
        saved => match saved.parse().ok() {
            None => Err(vec![PAYEE]),
            Some(id) => match payees::one(db, customer.id, id)? {
                None => Err(vec![PAYEE]),
                // The list may be old: an account of this bank may be closed since.
                Some(payee) => match stands_here(db, customer, &payee.account)? {
                    Some(_) => Err(vec![PAYEE]),
                    None => Ok(payee.account),
                },
            },
        },
    };
    let from = own_account(db, customer, fields.text("from"))?;
    let amount_yen = parse_yen(fields.text("amount"));
    let (payee, mut complaints) = match payee {
        Ok(payee) => (Some(payee), Vec::new()),
        Err(complaints) => (None, complaints),
    };
    let date = chosen_day(fields, today);
    for (stands, complaint) in
        [(from.is_some(), FROM), (amount_yen.is_some(), AMOUNT), (date.is_some(), DAY)]
    {
        if !stands {
            complaints.push(complaint);
        }
    }
    let (Some(payee), Some(from), Some(amount_yen), Some(date), []) =
        (payee, from, amount_yen, date, complaints.as_slice())
    else {
        return Ok(Err(complaints));
    };
    let fee_yen = directory::fee_yen(&from.number, &payee.bank, &payee.account.branch, amount_yen);
    let sent_yen = drafts::sent_yen(db, customer.id, today)?;
    if amount_yen + fee_yen > from.available_yen {
        return Ok(Err(vec![BALANCE]));
    }
    if sent_yen + amount_yen > customer.daily_limit_yen {
        return Ok(Err(vec![LIMIT]));
    }
    let number = from.number.clone();
    let fee_payer = FeePayer::Remitter;
    let operation =
        Operation::Transfer { from: number, payee, amount_yen, fee_yen, fee_payer, date };
    Ok(Ok((from, operation)))
}

/// Reads a 振替 as typed on its form.
pub fn own_transfer(
    db: &Connection,
    customer: &Customer,
    fields: &Fields,
    today: Date,
) -> rusqlite::Result<Result<(Account, Operation), Vec<Complaint>>> {
    let from = own_account(db, customer, fields.text("from"))?;
    let to = own_account(db, customer, fields.text("to"))?;
    let amount_yen = parse_yen(fields.text("amount"));
    let date = chosen_day(fields, today);
    let mut complaints = Vec::new();
    for (stands, complaint) in [
        (from.is_some(), FROM),
        (to.is_some(), TO),
        (amount_yen.is_some(), AMOUNT),
        (date.is_some(), DAY),
    ] {
        if !stands {
            complaints.push(complaint);
        }
    }
    let (Some(from), Some(to), Some(amount_yen), Some(date), []) =
        (from, to, amount_yen, date, complaints.as_slice())
    else {
        return Ok(Err(complaints));
    };
    if from.id == to.id {
        return Ok(Err(vec![SAME]));
    }
    if amount_yen > from.available_yen {
        return Ok(Err(vec![BALANCE]));
    }
    let operation =
        Operation::OwnTransfer { from: from.number.clone(), to: to.number, amount_yen, date };
    Ok(Ok((from, operation)))
}

/// Only today can be chosen as long as this bank takes no reservations.
fn chosen_day(fields: &Fields, today: Date) -> Option<Date> {
    fields.text("date").parse().ok().filter(|date| *date == today)
}

fn own_account(
    db: &Connection,
    customer: &Customer,
    id: &str,
) -> rusqlite::Result<Option<Account>> {
    let accounts = accounts::of_customer(db, customer.id)?;
    Ok(accounts.into_iter().find(|account| account.id.to_string() == id))
}
