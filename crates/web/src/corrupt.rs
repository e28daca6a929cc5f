//! What the store holds and should not: told to the operator, once for each request, and to nobody
//! else.

use sekisho_domain::id::RequestId;

/// A row that cannot be what it is, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Corrupt(String);

impl Corrupt {
    /// Keeps what stands before the first colon, the name of the row: what follows may quote a
    /// piece of it.
    pub(crate) fn new(what: &str) -> Self {
        let name = what.split_once(": ").map_or(what, |(name, _)| name);
        Self(name.to_owned())
    }

    /// Writes it into the log, under the name of the request.
    pub(crate) fn log(&self, request: RequestId) {
        tracing::error!(%request, what = self.0, "the store holds what it should not");
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use sekisho_app::error::Error;
    use sekisho_app::tx::StoreError;

    use crate::problem::Problem;
    use crate::text::Lang;

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

    #[test]
    fn the_api_logs_the_row_by_its_name_and_never_quotes_it() {
        let quoting = "contract ctr_1: invalid type: string \"kumo-no-ue\", expected u64";
        let problem = Problem::from(Error::Store(StoreError::Corrupt(quoting.into())));
        let request = "req_01m7vncdx3e7jtkv3pjycvk2r8".parse().expect("an id");
        let lines = Lines::default();
        let writer = lines.clone();
        let log = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone());
        tracing::subscriber::with_default(log.finish(), || {
            Problem::new("not_found").reply(request, Lang::Ja, "");
            problem.reply(request, Lang::Ja, "");
        });
        let told = String::from_utf8(lines.0.lock().expect("no panic").clone()).expect("UTF-8");
        assert_eq!(told.lines().count(), 1, "{told}");
        for word in ["ERROR", "req_01m7vncdx3e7jtkv3pjycvk2r8", "contract ctr_1"] {
            assert!(told.contains(word), "{told}");
        }
        assert!(!told.contains("kumo-no-ue"), "{told}");
    }
}
