-- The first schema of sekisho, for SQLite.
--
-- Every record is one row of one table, with the facets it is listed by beside its JSON
-- (app::tx::Row). Plain rowid tables with a unique key: rows of this size inside the key's own tree
-- would make it deep. Indexes stand only where a list asks for them: each one is a page more to
-- write in every commit.

-- Institutions with their brands and branches.
CREATE TABLE institution (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);

-- Policies, each in force from its day.
CREATE TABLE policy (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);

-- Signing keys of an institution, sealed.
CREATE TABLE signing_key (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);

-- Systems that call the API.
CREATE TABLE client (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);

-- OAuth access tokens, authorization codes and used assertion ids, by hash.
CREATE TABLE oauth_grant (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX oauth_grant_by_due ON oauth_grant (due) WHERE due IS NOT NULL;

-- Customers' contracts.
CREATE TABLE contract (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX contract_by_branch ON contract (institution, owner, key);
CREATE INDEX contract_by_state ON contract (institution, state, key);
CREATE INDEX contract_by_due ON contract (due) WHERE due IS NOT NULL;

-- What lies open at a contract: approvals, sessions, spending of the day. Its newest event and its
-- newest notice begin the trails of both.
CREATE TABLE desk (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL,
    newest_event BIGINT NOT NULL DEFAULT 0,
    newest_notice TEXT NOT NULL DEFAULT ''
);

-- Cards and other credentials: what moves.
CREATE TABLE credential (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX credential_by_owner ON credential (owner, key);
CREATE INDEX credential_by_due ON credential (due) WHERE due IS NOT NULL;

-- Cards and other credentials: what never changes, sealed.
CREATE TABLE credential_secret (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);

-- Tokens, with the counters that all their bindings share.
CREATE TABLE token (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX token_by_state ON token (institution, state, key);
CREATE INDEX token_by_due ON token (due) WHERE due IS NOT NULL;

-- Tokens the bank issued by mail, until they are set up.
CREATE TABLE token_issue (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX token_issue_by_owner ON token_issue (owner, key);
CREATE INDEX token_issue_by_due ON token_issue (due) WHERE due IS NOT NULL;

-- Token apps on their way to becoming tokens.
CREATE TABLE registration (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX registration_by_due ON registration (due) WHERE due IS NOT NULL;

-- Unique names of things: login ids, references, card numbers.
CREATE TABLE alias (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);

-- Card orders.
CREATE TABLE card_order (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX card_order_by_owner ON card_order (owner, key);
CREATE INDEX card_order_by_state ON card_order (institution, state, key);
CREATE INDEX card_order_by_due ON card_order (due) WHERE due IS NOT NULL;

-- Production batches.
CREATE TABLE batch (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX batch_by_state ON batch (institution, state, key);

-- Lines of the manifest of a batch.
CREATE TABLE batch_item (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX batch_item_by_owner ON batch_item (owner, key);

-- Files made for the printer and the enclosing house, encrypted to them.
CREATE TABLE file (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX file_by_owner ON file (owner, key);

-- Things on their way by post.
CREATE TABLE dispatch (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX dispatch_by_owner ON dispatch (owner, key);
CREATE INDEX dispatch_by_state ON dispatch (institution, state, key);
CREATE INDEX dispatch_by_due ON dispatch (due) WHERE due IS NOT NULL;

-- Approvals.
CREATE TABLE approval (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX approval_by_due ON approval (due) WHERE due IS NOT NULL;

-- Hosted procedures such as the switch.
CREATE TABLE procedure (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX procedure_by_owner ON procedure (owner, key);
CREATE INDEX procedure_by_due ON procedure (due) WHERE due IS NOT NULL;

-- Customers' sessions.
CREATE TABLE session (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX session_by_owner ON session (owner, key);
CREATE INDEX session_by_due ON session (due) WHERE due IS NOT NULL;

-- Replies kept for repeated requests.
CREATE TABLE idempotency_reply (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX idempotency_reply_by_due ON idempotency_reply (due) WHERE due IS NOT NULL;

-- Changes that wait for a second person.
CREATE TABLE proposal (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX proposal_by_state ON proposal (institution, state, key);
CREATE INDEX proposal_by_due ON proposal (due) WHERE due IS NOT NULL;

-- Long jobs.
CREATE TABLE job (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);
CREATE INDEX job_by_state ON job (institution, state, key);
CREATE INDEX job_by_due ON job (due) WHERE due IS NOT NULL;

-- Notices in customers' inboxes, and what became of their mails. Each names the one before it at the
-- same contract.
CREATE TABLE notice (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL,
    before TEXT NOT NULL
);
CREATE INDEX notice_by_due ON notice (due) WHERE due IS NOT NULL;

-- Runs of the sequencer: which events got which positions.
CREATE TABLE audit_range (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);

-- Hashes of the audit tree, 256 in a row.
CREATE TABLE audit_tile (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);

-- Signed heads of the audit tree.
CREATE TABLE audit_head (
    key TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    institution TEXT NOT NULL,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    due BIGINT,
    body TEXT NOT NULL
);

-- What happened, in the order of commits. Nothing here is ever changed or removed. Each event names
-- the one before it at the same contract.
CREATE TABLE event (
    seq INTEGER NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    institution TEXT NOT NULL,
    contract TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    before BIGINT NOT NULL
);
CREATE INDEX event_by_id ON event (id);

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN
    SELECT RAISE(ABORT, 'an event is never changed');
END;

CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event
BEGIN
    SELECT RAISE(ABORT, 'an event is never removed');
END;
