//! Events and notices: all of them, and those of one contract.

use crate::conformance::on_each_engine;
use sekisho_app::tx::{
    Changes, EventQuery, NewEvent, Order, Query, Refiled, Row, StoreError, Table, Write,
};
use sekisho_store::Apply;

pub(crate) fn event(id: &str, contract: &str, kind: &'static str) -> NewEvent {
    NewEvent {
        id: id.into(),
        institution: "ins_1".into(),
        contract: contract.into(),
        kind,
        body: format!("{{\"id\":\"{id}\"}}"),
    }
}

fn row(key: &str, owner: &str, state: &str) -> Row {
    Row {
        key: key.into(),
        version: 1,
        institution: "ins_1".into(),
        owner: owner.into(),
        state: state.into(),
        due: None,
        body: format!("{{\"key\":\"{key}\"}}"),
    }
}

fn desks() -> Vec<Write> {
    ["me", "you"].map(|name| Write::Insert(Table::Desk, row(name, name, ""))).into()
}

fn found(engine: &mut dyn Apply, query: &EventQuery) -> String {
    let found = engine.events(query).expect("a working engine");
    assert!(found.iter().all(|event| event.body == format!("{{\"id\":\"{}\"}}", event.id)));
    found.iter().map(|event| event.id.as_str()).collect()
}

#[test]
fn events_are_found_in_the_order_they_happened() {
    on_each_engine(|engine| {
        let events = vec![
            event("1", "me", "session.began"),
            event("2", "", "policy.changed"),
            event("3", "you", "session.began"),
            event("4", "me", "session.ended"),
        ];
        engine.apply(&Changes { writes: desks(), events }).expect("events are only added");
        let all = EventQuery { limit: 10, ..EventQuery::default() };
        let newest = EventQuery { order: Order::NewestFirst, ..all.clone() };
        let cases = [
            (all.clone(), "1234"),
            (EventQuery { limit: 1, ..all.clone() }, "1"),
            (EventQuery { id: Some("3".into()), ..all.clone() }, "3"),
            (EventQuery { institution: Some("ins_2".into()), ..all.clone() }, ""),
            (EventQuery { kinds: vec!["session.began".into()], ..all.clone() }, "13"),
            (EventQuery { after: Some(2), ..all.clone() }, "34"),
            (EventQuery { after: Some(4), ..all.clone() }, ""),
            (newest.clone(), "4321"),
            (EventQuery { after: Some(3), ..newest.clone() }, "21"),
            (EventQuery { after: Some(1), ..newest }, ""),
            (EventQuery { contract: Some(String::new()), ..all }, ""),
        ];
        for (query, expected) in cases {
            assert_eq!(found(engine, &query), expected, "{query:?}");
        }
    });
}

#[test]
fn events_of_a_contract_are_found_over_all_commits() {
    on_each_engine(|engine| {
        engine.apply(&Changes { writes: desks(), events: vec![] }).expect("the keys are free");
        for (seq, contract) in (1..).zip(["me", "you", "me", "", "me", "you", "me"]) {
            let kind = if seq < 5 { "session.began" } else { "session.ended" };
            let events = vec![event(&format!("{seq}"), contract, kind)];
            engine.apply(&Changes { writes: vec![], events }).expect("events are only added");
        }
        let of = |contract: &str| EventQuery {
            contract: Some(contract.into()),
            limit: 10,
            ..EventQuery::default()
        };
        let newest = EventQuery { order: Order::NewestFirst, ..of("me") };
        let cases = [
            (of("me"), "1357"),
            (of("you"), "26"),
            (of("nobody"), ""),
            (EventQuery { limit: 2, ..of("me") }, "13"),
            (EventQuery { limit: 0, ..of("me") }, ""),
            (EventQuery { limit: 2, after: Some(1), ..of("me") }, "35"),
            (EventQuery { after: Some(2), ..of("me") }, "357"),
            (EventQuery { after: Some(7), ..of("me") }, ""),
            (EventQuery { kinds: vec!["session.ended".into()], limit: 1, ..of("me") }, "5"),
            (EventQuery { id: Some("3".into()), ..of("me") }, "3"),
            (EventQuery { id: Some("2".into()), ..of("me") }, ""),
            (EventQuery { institution: Some("ins_2".into()), ..of("me") }, ""),
            (newest.clone(), "7531"),
            (EventQuery { limit: 2, ..newest.clone() }, "75"),
            (EventQuery { limit: 0, ..newest.clone() }, ""),
            (EventQuery { limit: 2, after: Some(5), ..newest.clone() }, "31"),
            (EventQuery { after: Some(6), ..newest.clone() }, "531"),
            (EventQuery { after: Some(99), ..newest.clone() }, "7531"),
            (EventQuery { after: Some(1), ..newest.clone() }, ""),
            (EventQuery { kinds: vec!["session.began".into()], ..newest }, "31"),
        ];
        for (query, expected) in cases {
            assert_eq!(found(engine, &query), expected, "{query:?}");
        }
    });
}

#[test]
fn notices_of_a_contract_are_found_over_all_commits_and_after_changes() {
    on_each_engine(|engine| {
        engine.apply(&Changes { writes: desks(), events: vec![] }).expect("the keys are free");
        for (key, owner) in [("a", "me"), ("b", "you"), ("c", "me"), ("d", "me"), ("e", "you")] {
            let notice = Write::Insert(Table::Notice, row(key, owner, "due"));
            engine.apply(&Changes { writes: vec![notice], events: vec![] }).expect("a free key");
        }
        let sent = Row { version: 2, ..row("c", "me", "sent") };
        let refiled = Refiled { state: true, ..Refiled::default() };
        let sent = Write::Update(Table::Notice, sent, refiled);
        let desk = Row { version: 2, ..row("me", "me", "") };
        let desk = Write::Update(Table::Desk, desk, Refiled::default());
        engine.apply(&Changes { writes: vec![desk, sent], events: vec![] }).expect("known rows");
        let of = |owner: &str| Query { owner: Some(owner.into()), ..Query::all(Table::Notice) };
        let newest = Query { order: Order::NewestFirst, ..of("me") };
        let cases = [
            (of("me"), "acd"),
            (of("you"), "be"),
            (of("nobody"), ""),
            (Query { limit: 1, ..of("me") }, "a"),
            (Query { after: Some("a".into()), ..of("me") }, "cd"),
            (Query { after: Some("b".into()), ..of("me") }, "cd"),
            (Query { states: vec!["due"], ..of("me") }, "ad"),
            (Query { institution: Some("ins_2".into()), ..of("me") }, ""),
            (newest.clone(), "dca"),
            (Query { limit: 2, ..newest.clone() }, "dc"),
            (Query { after: Some("c".into()), ..newest.clone() }, "a"),
            (Query { after: Some("b".into()), ..newest }, "a"),
            (Query::all(Table::Notice), "abcde"),
        ];
        for (query, expected) in cases {
            let found = engine.list(&query).expect("a working engine");
            assert!(found.iter().all(|row| row.body == format!("{{\"key\":\"{}\"}}", row.key)));
            let keys: String = found.iter().map(|row| row.key.as_str()).collect();
            assert_eq!(keys, expected, "{query:?}");
        }
    });
}

#[test]
fn an_event_of_a_contract_without_a_desk_is_an_error_of_ours() {
    on_each_engine(|engine| {
        let events = vec![event("1", "me", "session.began")];
        let refused = engine.apply(&Changes { writes: vec![], events });
        assert!(matches!(refused, Err(StoreError::Corrupt(_))), "{refused:?}");
    });
}
