//! What a use case is given besides the transaction: the moment, who acts, and the platform.

use std::sync::Arc;

use sekisho_domain::event::{Actor, Event};
use sekisho_domain::id::{ContractId, EventId, InstitutionId, NoticeId};
use sekisho_domain::institution::Institution;
use sekisho_domain::moment::Moment;
use sekisho_domain::policy::Policy;
use sekisho_domain::time::Timestamp;
use sekisho_domain::transition::Transition;

use crate::error::Error;
use crate::platform::Platform;
use crate::tx::{NewEvent, Record, StoreError, Tx};

/// The moment, who acts, and the platform.
pub struct Context<'a, 'm> {
    /// Time and chance.
    pub moment: &'a mut Moment<'m>,
    /// Who acts.
    pub actor: Actor,
    /// Keys and institutions.
    pub platform: &'a Platform,
}

impl Context<'_, '_> {
    /// Server time.
    pub fn now(&self) -> Timestamp {
        self.moment.now
    }

    /// The institution with this id.
    ///
    /// # Panics
    /// When there is none: ids of institutions come from our own records.
    pub fn institution(&self, id: InstitutionId) -> Arc<Institution> {
        self.platform.institution(id).expect("a record belongs to a registered institution")
    }

    /// Runs `read` with the policy in force.
    pub fn policy(&self, id: InstitutionId) -> InForce {
        InForce { institution: self.institution(id), now: self.moment.now }
    }

    /// Saves a transition: the record, its audit events and its notices, in this transaction.
    pub fn save<R: Record>(
        &mut self,
        tx: &mut Tx,
        transition: Transition<R>,
    ) -> Result<R, StoreError> {
        let (after, events, notices) = transition.into_parts();
        let facets = after.facets();
        for event in events {
            self.record(tx, &facets.institution, &after.contract(), &event);
        }
        if let (Ok(institution), Ok(contract)) =
            (facets.institution.parse::<InstitutionId>(), after.contract().parse::<ContractId>())
        {
            for notice in notices {
                let id = NoticeId::make(self.moment);
                tx.put(notice.posted(id, (institution, contract), self.now()))?;
            }
        }
        tx.put(after.clone())?;
        Ok(after)
    }

    /// Writes an event that belongs to no record: a stranger's attempt, a file that was read.
    pub fn note(
        &mut self,
        tx: &mut Tx,
        institution: InstitutionId,
        contract: Option<ContractId>,
        event: &Event,
    ) {
        let contract = contract.map(|id| id.to_string()).unwrap_or_default();
        self.record(tx, &institution.to_string(), &contract, event);
    }

    fn record(&mut self, tx: &mut Tx, institution: &str, contract: &str, event: &Event) {
        let id = EventId::make(self.moment);
        tx.record_event(NewEvent {
            id: id.to_string(),
            institution: institution.to_owned(),
            contract: contract.to_owned(),
            kind: event.kind(),
            body: event.to_json(id, institution, &self.actor, self.now()),
        });
    }
}

/// The policy of an institution, in force at a moment.
pub struct InForce {
    /// Whose policy.
    pub institution: Arc<Institution>,
    now: Timestamp,
}

impl std::ops::Deref for InForce {
    type Target = Policy;
    fn deref(&self) -> &Policy {
        self.institution.policy(self.now)
    }
}

/// A `None` becomes this error.
pub(crate) trait OrRefuse<T> {
    fn or_refuse(self, refusal: sekisho_domain::refusal::Refusal) -> Result<T, Error>;
}

impl<T> OrRefuse<T> for Option<T> {
    fn or_refuse(self, refusal: sekisho_domain::refusal::Refusal) -> Result<T, Error> {
        self.ok_or(Error::Refused(refusal))
    }
}
