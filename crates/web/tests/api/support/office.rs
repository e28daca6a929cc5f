//! The back office: one system of the bank, and a second person at the console.

use sekisho_app::proposal;
use sekisho_domain::client::Scope;
use sekisho_domain::event::Actor;
use sekisho_domain::id::{InstitutionId, ProposalId};
use serde_json::Value;

use super::{Call, Scene, Told};

const CERTIFICATE: &[u8] = b"office";

/// A system of the bank that may what its scopes say.
pub(crate) struct Office {
    pub(crate) scene: Scene,
    id: String,
    access: String,
}

impl Office {
    pub(crate) async fn open(scene: Scene, scopes: &[Scope]) -> Self {
        let id = scene.client("office", scopes, CERTIFICATE);
        let access = scene.access(&id, CERTIFICATE).await;
        Self { scene, id, access }
    }

    /// The same with a fresh access token, when much time has passed.
    pub(crate) async fn renewed(self) -> Self {
        let access = self.scene.access(&self.id, CERTIFICATE).await;
        Self { access, ..self }
    }

    pub(crate) async fn send(&self, call: Call) -> Told {
        self.scene.send_as(&self.access, CERTIFICATE, call).await
    }

    pub(crate) async fn get(&self, path: &str) -> Told {
        self.send(Call::get(path)).await
    }

    pub(crate) async fn post(&self, path: &str, key: &str, body: Value) -> Told {
        self.send(Call::post(path, key, &body)).await
    }

    #[expect(clippy::unused_self, reason = "it reads like the other facts of the office")]
    pub(crate) fn institution(&self) -> InstitutionId {
        "ins_01kn35e000ektt35dhh049836d".parse().expect("an id")
    }

    /// A second person agrees to what was proposed.
    pub(crate) fn agree(&self, proposed: &Told) {
        let id: ProposalId = proposed.text("/proposal/id").parse().expect("an id");
        let ours = self.institution();
        self.scene.run(move |tx, cx| {
            cx.actor = Actor::Operator("checker".into());
            proposal::decide(tx, cx, ours, id, true).map(|_| ())
        });
    }
}
