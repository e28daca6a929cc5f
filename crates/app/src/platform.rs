//! What every use case may look up without a transaction: keys and institutions.

use std::sync::{Arc, PoisonError, RwLock};

use sekisho_domain::id::{ContractId, CredentialId, InstitutionId};
use sekisho_domain::institution::Institution;
use sekisho_domain::method::MethodKeys;
use sekisho_domain::secret::{Keyring, Purpose, Secret, Unopened};

/// The keyring, and the institutions as last read from the store.
pub struct Platform {
    /// The keys of this installation.
    pub keyring: Keyring,
    institutions: RwLock<Arc<Vec<Arc<Institution>>>>,
}

impl Platform {
    /// A platform without institutions; see [`Self::replace`].
    pub fn new(keyring: Keyring) -> Self {
        Self { keyring, institutions: RwLock::new(Arc::new(Vec::new())) }
    }

    /// Takes over the institutions as they are now in the store.
    pub fn replace(&self, institutions: Vec<Institution>) {
        let fresh = Arc::new(institutions.into_iter().map(Arc::new).collect());
        *self.institutions.write().unwrap_or_else(PoisonError::into_inner) = fresh;
    }

    /// All institutions.
    pub fn institutions(&self) -> Arc<Vec<Arc<Institution>>> {
        Arc::clone(&self.institutions.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The institution with this id.
    pub fn institution(&self, id: InstitutionId) -> Option<Arc<Institution>> {
        self.institutions().iter().find(|known| known.id == id).cloned()
    }

    /// The institution with this slug.
    pub fn by_slug(&self, slug: &str) -> Option<Arc<Institution>> {
        self.institutions().iter().find(|known| known.slug == slug).cloned()
    }

    /// The keys of one credential, derived from ring key `key`.
    pub fn method_keys(&self, credential: CredentialId, key: u16) -> Result<MethodKeys, Unopened> {
        let owner = credential.to_bytes();
        Ok(MethodKeys {
            verifier: Secret::new(self.keyring.mac(key, Purpose::Card, &[&owner])?),
            choice: Secret::new(self.keyring.mac(key, Purpose::Choice, &[&owner])?),
        })
    }

    /// The code with which a customer stops internet banking without signing in: ten letters, about
    /// fifty bits, printed in letters and mails. It can do nothing else.
    pub fn stop_code(&self, contract: ContractId) -> String {
        const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
        let parts: [&[u8]; 2] = [b"stop", &contract.to_bytes()];
        let mac = self.keyring.mac(self.keyring.newest(), Purpose::Ticket, &parts);
        let mac = mac.expect("the newest key is on the ring");
        mac[..10].iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect()
    }
}
