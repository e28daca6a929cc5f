//! The digest covers everything: it changes with every field of what is approved, and only then.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use sekisho_domain::digest::{Digest, Draft};
use sekisho_domain::json::Json;
use sekisho_domain::operation::Operation;
use sekisho_domain::read::object;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

type Values = BoxedStrategy<Value>;

fn spelt(pattern: &str) -> Values {
    let parts = pattern.to_owned();
    proptest::collection::vec(any::<u8>(), parts.len())
        .prop_map(move |chance| {
            let pick = |(kind, chance): (char, &u8)| match kind {
                '9' => char::from(b'0' + chance % 10),
                'v' => char::from(b"0123456789abcdefghjkmnpqrstvwxyz"[usize::from(chance % 32)]),
                'A' => char::from(b'A' + chance % 26),
                'ｱ' => ['ｱ', 'ｾ', 'ﾊ', 'ﾞ', '-', 'Z'][usize::from(chance % 6)],
                '字' => ['架', '空', 'é', '"', '\\', '🏦'][usize::from(chance % 6)],
                fixed => fixed,
            };
            parts.chars().zip(&chance).map(pick).collect::<String>().into()
        })
        .boxed()
}

fn words(words: &'static [&'static str]) -> Values {
    select(words).prop_map(Value::from).boxed()
}

fn amount(least: u64) -> Values {
    (least..=999_999_999_999).prop_map(Value::from).boxed()
}

fn days() -> Values {
    (2026..2040, 1..=12, 1..=28).prop_map(|(y, m, d)| format!("{y}-{m:02}-{d:02}").into()).boxed()
}

const KINDS: &[&str] = &["1", "2", "4", "9"];

/// Every member around an operation, and the values it may have.
fn draft_members() -> Vec<(&'static str, Values)> {
    vec![
        ("/contract", spelt("ctr_01vvvvvvvvvvvvvvvvvvvvvvvv")),
        ("/institution", spelt("ins_01vvvvvvvvvvvvvvvvvvvvvvvv")),
        ("/nonce", spelt("AAAAAAAAAAAAAAAAAAAAAA").prop_map(|nonce| whole_bytes(&nonce)).boxed()),
        ("/reference", spelt("IB-AA.99_v")),
    ]
}

/// The last of 22 letters holds only two bits.
fn whole_bytes(nonce: &Value) -> Value {
    format!("{}Q", &nonce.as_str().expect("text")[..21]).into()
}

fn transfer_members() -> Vec<(&'static str, Values)> {
    let mut members = draft_members();
    members.extend([
        ("/operation/type", words(&["transfer"])),
        ("/operation/from/branch", spelt("999")),
        ("/operation/from/kind", words(KINDS)),
        ("/operation/from/number", spelt("9999999")),
        ("/operation/payee/bank", spelt("9999")),
        ("/operation/payee/bank_name", spelt("字字字")),
        ("/operation/payee/branch", spelt("999")),
        ("/operation/payee/branch_name", spelt("字字")),
        ("/operation/payee/kind", words(KINDS)),
        ("/operation/payee/number", spelt("9999999")),
        ("/operation/payee/name", spelt("ｱｱｱ ｱｱ")),
        ("/operation/payee/registration", words(&["none", "saved", "filed"])),
        ("/operation/amount_yen", amount(1)),
        ("/operation/fee_yen", amount(0)),
        ("/operation/fee_payer", words(&["remitter", "payee"])),
        ("/operation/date", days()),
        ("/operation/sender_name", spelt("ｱｱｱｱ")),
    ]);
    members
}

fn own_transfer_members() -> Vec<(&'static str, Values)> {
    let mut members = draft_members();
    members.extend([
        ("/operation/type", words(&["own_transfer"])),
        ("/operation/from/branch", spelt("999")),
        ("/operation/from/kind", words(KINDS)),
        ("/operation/from/number", spelt("9999999")),
        ("/operation/to/branch", spelt("999")),
        ("/operation/to/kind", words(KINDS)),
        ("/operation/to/number", spelt("9999999")),
        ("/operation/amount_yen", amount(1)),
        ("/operation/date", days()),
    ]);
    members
}

fn credential_change_members() -> Vec<(&'static str, Values)> {
    const ACTIONS: &[&str] = &["otp_start", "otp_exchange", "otp_stop", "card_switch"];
    let mut members = draft_members();
    members.extend([
        ("/operation/type", words(&["credential_change"])),
        ("/operation/action", words(ACTIONS)),
        ("/operation/serial", spelt("SKTS99999999")),
        ("/operation/credential", spelt("crd_01vvvvvvvvvvvvvvvvvvvvvvvv")),
    ]);
    members
}

const OPTIONAL: &[&str] = &["bank_name", "branch_name", "sender_name", "serial", "credential"];

type Choice = (Vec<(&'static str, Value)>, Vec<Value>);

/// Two values for every member of an operation of some type.
fn two_drafts() -> impl Strategy<Value = Choice> {
    select(vec![transfer_members as fn() -> _, own_transfer_members, credential_change_members])
        .prop_flat_map(|members| {
            let (names, values): (Vec<_>, Vec<_>) = members().into_iter().unzip();
            (Just(names), values.clone(), values)
        })
        .prop_map(|(names, first, second)| (names.into_iter().zip(first).collect(), second))
}

fn assemble(members: &[(&'static str, Value)]) -> Value {
    let mut draft = json!({});
    for (pointer, value) in members {
        let place = pointer[1..].split('/').fold(&mut draft, |object, name| &mut object[name]);
        *place = value.clone();
    }
    draft
}

fn member<T: DeserializeOwned>(draft: &Value, name: &str) -> T {
    serde_json::from_value(draft[name].clone()).expect("an allowed value")
}

fn digest_of(draft: &Value) -> Digest {
    let (operation, reference) = (member(draft, "operation"), member(draft, "reference"));
    let draft = Draft {
        contract: member(draft, "contract"),
        institution: member(draft, "institution"),
        nonce: member(draft, "nonce"),
        operation: &operation,
        reference: &reference,
    };
    draft.digest()
}

proptest! {
    #[test]
    fn the_digest_changes_with_every_field((members, others) in two_drafts(), which: Index) {
        let digest = digest_of(&assemble(&members));
        let which = which.index(members.len());
        let mut changed = members.clone();
        changed[which].1 = others[which].clone();
        let same = changed[which].1 == members[which].1;
        prop_assert_eq!(digest_of(&assemble(&changed)) == digest, same, "{}", members[which].0);
    }

    #[test]
    fn what_is_absent_is_not_what_is_there((members, _) in two_drafts()) {
        let digest = digest_of(&assemble(&members));
        for (pointer, _) in &members {
            let name = pointer.rsplit('/').next().expect("a pointer has parts");
            if OPTIONAL.contains(&name) {
                let mut without = members.clone();
                without.retain(|(other, _)| other != pointer);
                prop_assert_ne!(digest_of(&assemble(&without)), digest, "{}", pointer);
            }
        }
    }

    #[test]
    fn order_and_white_space_change_nothing((members, _) in two_drafts()) {
        let draft = assemble(&members);
        let turned: Vec<_> = members.iter().rev().cloned().collect();
        prop_assert_eq!(digest_of(&assemble(&turned)), digest_of(&draft));
        let spaced = serde_json::to_string_pretty(&draft["operation"]).expect("JSON");
        let read = Json::parse(spaced.as_bytes()).expect("JSON");
        let operation = read.read(object(Operation::read));
        let stored = serde_json::to_value(operation.expect("an operation")).expect("plain");
        prop_assert_eq!(&stored, &draft["operation"], "kept exactly as sent");
    }

    #[test]
    fn what_is_wrong_is_named_where_it_stands((members, _) in two_drafts(), which: Index) {
        let mut members = members;
        members.retain(|(pointer, _)| pointer.starts_with("/operation"));
        let which = which.index(members.len());
        let pointer = members[which].0;
        for wrong in [json!(null), json!([]), json!({}), json!(0.5), json!(""), json!("\u{0}")] {
            members[which].1 = wrong;
            let body = Json::from(&assemble(&members));
            let faults = body.read(object(|f| f.required("operation", object(Operation::read))));
            let places: Vec<_> = faults.unwrap_err().into_iter().map(|f| f.pointer).collect();
            prop_assert_eq!(places, [pointer]);
        }
    }
}
