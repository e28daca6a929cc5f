//! What the store holds and should not: told to the operator, once for each request, and to nobody
//! else. It travels with the reply to the [outermost layer](crate::guard), which writes it into the
//! log.

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
    use sekisho_app::error::Error;
    use sekisho_app::tx::StoreError;

    use super::Corrupt;
    use crate::problem::Problem;
    use crate::text::Lang;

    #[test]
    fn a_reply_takes_the_row_along_by_its_name_and_never_quotes_it() {
        let quoting = "contract ctr_1: invalid type: string \"kumo-no-ue\", expected u64";
        let request = "req_01m7vncdx3e7jtkv3pjycvk2r8".parse().expect("an id");
        let problem = Problem::from(Error::Store(StoreError::Corrupt(quoting.into())));
        let reply = problem.reply(request, Lang::Ja, "");
        assert_eq!(reply.extensions().get(), Some(&Corrupt("contract ctr_1".to_owned())));
        let other = Problem::new("not_found").reply(request, Lang::Ja, "");
        assert_eq!(other.extensions().get::<Corrupt>(), None);
    }
}
