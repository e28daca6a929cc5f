//! The audit log: one event for each transition, versions without a gap, no secret.

use serde_json::Value;

use sekisho_app::tx::KeptEvent;
use sekisho_store::MemoryEngine;

use super::Oracle;

impl Oracle {
    /// Reads what was logged since the last time.
    pub(super) fn read_events(&mut self, engine: &MemoryEngine) {
        let all = engine.all_events();
        let fresh: Vec<_> = all[self.model.events.min(all.len())..].to_vec();
        self.model.events = all.len();
        for event in fresh {
            self.read_event(&event);
        }
    }

    fn read_event(&mut self, event: &KeptEvent) {
        if let Some(secret) = self.secrets.shown_by(&event.body) {
            let how = format!("{secret} in {} {}", event.kind, event.id);
            self.fail("no secret is at rest in plain text", how);
        }
        let body: Value = serde_json::from_str(&event.body).expect("an event is JSON");
        let (kind, subject) = (body["type"].as_str(), body["subject"]["id"].as_str());
        let (Some(kind), Some(subject)) = (kind, subject) else {
            return self.fail("an event says what happened to what", event.body.clone());
        };
        *self.model.kinds.entry((subject.to_owned(), kind.to_owned())).or_default() += 1;
        let Some(version) = body["subject"]["version"].as_u64() else { return };
        let last = self.model.versions.get(subject).copied();
        let fits = match last {
            None => version == 1,
            Some(last) => version == last || version == last + 1,
        };
        if !fits {
            let how = format!("{kind} of {subject}: version {version} after {last:?}");
            self.fail("each transition has its event", how);
        }
        self.model.versions.insert(subject.to_owned(), version);
    }

    /// How many events of this kind there were about a subject.
    pub(super) fn counted(&self, subject: &str, kind: &str) -> u32 {
        let key = (subject.to_owned(), kind.to_owned());
        self.model.kinds.get(&key).copied().unwrap_or(0)
    }
}
