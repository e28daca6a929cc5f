//! What the operator's log says of a request, and what it does not.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use sekisho_app::tx::Table;
use sekisho_domain::contract::Contract;
use sekisho_domain::policy::Policy;

use crate::world::{LOGIN, World};

/// Lines of a log, kept in memory.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is logged on this thread while `act` runs.
fn logged(act: impl FnOnce()) -> String {
    let lines = Lines::default();
    let writer = lines.clone();
    let log = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone());
    tracing::subscriber::with_default(log.finish(), act);
    let bytes = lines.0.lock().expect("no panic").clone();
    String::from_utf8(bytes).expect("UTF-8")
}

// §5-7: whoever looks after the server learns what is broken, and the customer only that it is
#[test]
fn a_row_that_is_missing_is_logged_once_under_the_name_of_the_request() {
    let world = World::new(Policy::default());
    let id = world.customer(&[]);
    let mut browser = world.browser();
    let whole = logged(|| assert_eq!(browser.sign_in(LOGIN, LOGIN).status, 303));
    assert_eq!(whole, "", "nothing is wrong yet");
    world.bank.run(move |tx, _| Ok(tx.forget(Table::Desk, &id)?)).expect("forgotten");
    let mut reply = None;
    let log = logged(|| reply = Some(browser.sign_in(LOGIN, LOGIN)));
    let reply = reply.expect("answered");
    let request = reply.header("x-request-id");
    assert_eq!(reply.status, 500);
    assert!(reply.body.contains(request), "the customer can name it");
    assert!(!reply.body.contains(&id.to_string()), "{}", reply.body);
    assert_eq!(log.lines().count(), 1, "{log}");
    assert!(log.contains("ERROR") && log.contains(&format!("request={request}")), "{log}");
    assert!(log.contains(&format!("{id} has no desk")), "{log}");
    let contract = world.bank.run(move |tx, _| Ok(tx.load::<Contract>(&id)?)).expect("read");
    let verifier = contract.and_then(|found| found.password.verifier).expect("a password");
    for secret in [LOGIN, &verifier.phc] {
        assert!(!log.contains(secret), "{log}");
    }
}
