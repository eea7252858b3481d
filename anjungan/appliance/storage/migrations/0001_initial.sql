-- Numbers that must survive: how often the storage was opened (boot).
CREATE TABLE sequence (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

-- What is remembered of a request. No answers: they live sealed in outbox.payload until receipted.
-- position: where its request waits in the outbox; NULL when it does not.
-- queue_day, queue_count: the queue number's day as date ordinal, and the number within it.
CREATE TABLE ticket (
    number        INTEGER PRIMARY KEY,
    request_id    TEXT NOT NULL UNIQUE,
    visit_nonce   TEXT NOT NULL UNIQUE,
    token         TEXT NOT NULL UNIQUE,
    code          TEXT NOT NULL UNIQUE,
    position      INTEGER,
    queue_number  TEXT NOT NULL,
    queue_day     INTEGER NOT NULL,
    queue_count   INTEGER NOT NULL,
    service       TEXT NOT NULL,
    service_title TEXT NOT NULL,
    submitted_at  TEXT NOT NULL,
    clock_sure    INTEGER NOT NULL,
    bring         TEXT NOT NULL,
    card_link     TEXT,
    delivery      TEXT NOT NULL DEFAULT 'queued',
    refusal       TEXT,
    cancellation  TEXT NOT NULL DEFAULT 'none',
    status        INTEGER,
    revision      INTEGER NOT NULL DEFAULT 0,
    note          TEXT NOT NULL DEFAULT '',
    changed_at    TEXT,
    closed_unix_s INTEGER
) STRICT;
CREATE INDEX ticket_by_card ON ticket (card_link) WHERE card_link IS NOT NULL;
CREATE INDEX ticket_by_closing ON ticket (closed_unix_s) WHERE closed_unix_s IS NOT NULL;

CREATE INDEX ticket_refused ON ticket (request_id) WHERE delivery = 'refused';

-- Messages without a receipt, oldest first. A request is found through its ticket, so that storing
-- one touches no index here.
CREATE TABLE outbox (
    position   INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL,
    kind       TEXT NOT NULL,
    request_id TEXT,
    boot       INTEGER NOT NULL,
    counter    INTEGER NOT NULL,
    queued_at  TEXT NOT NULL,
    payload    BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX outbox_other ON outbox (message_id) WHERE kind <> 'request';

CREATE TABLE print_job (
    job_id     INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL REFERENCES ticket (request_id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    state      TEXT NOT NULL
) STRICT;
