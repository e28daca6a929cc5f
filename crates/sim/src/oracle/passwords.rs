//! Passwords: each try is counted before it is judged, a right one clears the count, too many lock.

use sekisho_domain::id::ContractId;

use super::answers::wait_until;
use super::{Foreseen, Oracle, Verdict};

impl Oracle {
    pub(super) fn foresee_knock(&self, contract: Option<ContractId>, now: i64) -> Foreseen {
        let known = contract.and_then(|id| self.model.contracts.get(&id.to_string()));
        let open = known.is_some_and(|contract| {
            contract.verifier.is_some()
                && contract.password_until.is_none_or(|until| now < until)
                && contract.failures < self.terms.password.max
                && now >= contract.not_before
        });
        Foreseen::Told(Verdict::Tried(open))
    }

    pub(super) fn foresee_enter(&self, contract: ContractId, right: bool) -> Foreseen {
        let id = contract.to_string();
        let Some(contract) = self.model.contracts.get(&id) else {
            return Foreseen::Refused;
        };
        let open = matches!(contract.state.as_str(), "active" | "pending");
        let wants_code = self.terms.code_at_sign_in && self.uses_token(&id);
        Foreseen::Told(match right && open {
            true if wants_code => Verdict::CodeWanted,
            entered => Verdict::Entered(entered),
        })
    }

    /// A procedure asks for the customer's own password, not for the printed one.
    pub(super) fn foresee_begin(&self, contract: ContractId, right: bool) -> Foreseen {
        let Some(contract) = self.model.contracts.get(&contract.to_string()) else {
            return Foreseen::Refused;
        };
        let open = contract.state == "active" && contract.password_until.is_none();
        Foreseen::Told(Verdict::Entered(right && open))
    }

    pub(super) fn tried(&mut self, contract: ContractId, now: i64) {
        let delays_s = &self.terms.password.delays_s;
        let contract = self.model.contracts.get_mut(&contract.to_string()).expect("known");
        contract.not_before = wait_until(delays_s, contract.failures, now);
        contract.failures += 1;
    }

    pub(super) fn entered(&mut self, contract: ContractId) {
        let contract = self.model.contracts.get_mut(&contract.to_string()).expect("known");
        (contract.failures, contract.not_before) = (0, 0);
    }
}
