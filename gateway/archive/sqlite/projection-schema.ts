/**
 * The tables of a volume that are made from its events: droppable, rebuildable, compared by `verify`. Text ids, token ids and
 * job ids are dictionary keys, so that a statement's row is a few small integers. Ids are given in the order of events, so
 * that they do not depend on when the writer committed. Columns marked LOCAL do, and are compared by nobody.
 *
 * What a statement's lists are filtered by stands in tables of (key, statement): a list is met newest first by walking one of
 * them backwards. They are filled at a commit for all its statements at once, sorted by key, which costs half of what an index
 * kept by the statement's own table would.
 *
 * Each dictionary counts its statements, and the sessions that began in this volume: a volume holds a day at most, so these
 * are counters by day too. They tell facets, how selective a filter is, and which volumes it need not look at.
 */
export const PROJECTIONS = `
-- Who holds tokens: in CI every run has a token of its own, while its subject stays.
CREATE TABLE agent (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,          -- all its facts
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  client TEXT,
  user_id TEXT,                      -- the person behind the token, where its issuer says so
  sessions INTEGER NOT NULL DEFAULT 0,
  statements INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE token (
  id INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL,         -- hex
  agent_id INTEGER NOT NULL,
  profile TEXT NOT NULL,
  jti TEXT,
  groups TEXT NOT NULL,              -- JSON array
  scopes TEXT NOT NULL,              -- JSON array
  expires INTEGER NOT NULL,          -- s
  UNIQUE (fingerprint, agent_id)
) STRICT;
CREATE INDEX token_jti ON token (jti COLLATE NOCASE) WHERE jti IS NOT NULL;

CREATE TABLE job (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,          -- all its facts, so that the same job has one row
  path TEXT NOT NULL,                -- provider/run/job
  provenance TEXT NOT NULL,          -- attested | asserted
  provider TEXT NOT NULL,
  run TEXT NOT NULL,
  job TEXT NOT NULL,
  repository TEXT,
  ref TEXT,
  actor TEXT,
  issuer TEXT,
  sessions INTEGER NOT NULL DEFAULT 0,
  statements INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX job_path ON job (path COLLATE NOCASE);

CREATE TABLE session (
  id INTEGER PRIMARY KEY,
  sid BLOB NOT NULL UNIQUE,          -- 16 bytes
  carried INTEGER NOT NULL DEFAULT 0, -- 1: it began in an earlier volume; its counters count this volume's part
  started INTEGER NOT NULL,          -- µs
  ended INTEGER,
  duration INTEGER,                  -- µs, null until it ended
  outcome TEXT NOT NULL,             -- live | completed | disconnected | refused | failed | unknown | continued (in the next volume)
  reason TEXT,
  connection TEXT NOT NULL,
  user TEXT NOT NULL,
  application TEXT NOT NULL,
  address TEXT NOT NULL,
  db_user TEXT,                      -- as the gateway logged in; null until it did
  token_id INTEGER,
  agent_id INTEGER,
  job_id INTEGER,
  ci_mismatch TEXT,                  -- provider/run/job that the agent asserted though its job is another
  policy_hash TEXT,                  -- hex, of the latest policy applied
  policy_mode TEXT,                  -- enforce | observe
  imported TEXT,                     -- JSON: format, file and what it lacks; null: a gateway recorded it
  statements INTEGER NOT NULL DEFAULT 0,
  rows INTEGER NOT NULL DEFAULT 0,
  errors INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  events INTEGER NOT NULL DEFAULT 0,
  denied INTEGER NOT NULL DEFAULT 0, -- statements that policy refused
  held INTEGER NOT NULL DEFAULT 0,   -- statements that were held, whatever became of them
  masked INTEGER NOT NULL DEFAULT 0, -- statements with something masked in their answers
  changed INTEGER NOT NULL DEFAULT 0 -- LOCAL: total of events in the volume when it last grew: for the live tail
) STRICT;
CREATE INDEX session_started ON session (started, id);
CREATE INDEX session_token ON session (token_id);
CREATE INDEX session_agent ON session (agent_id, started, id);
CREATE INDEX session_job ON session (job_id, started, id);
CREATE INDEX session_connection ON session (connection, started, id);
CREATE INDEX session_outcome ON session (outcome, started, id);
CREATE INDEX session_statements ON session (statements, id);
CREATE INDEX session_rows ON session (rows, id);
CREATE INDEX session_errors ON session (errors, id);
CREATE INDEX session_duration ON session (duration, id);
CREATE INDEX session_changed ON session (changed);
CREATE INDEX session_carried ON session (id) WHERE carried = 1;

CREATE TABLE verb (
  id INTEGER PRIMARY KEY,
  verb TEXT NOT NULL UNIQUE,
  sessions INTEGER NOT NULL DEFAULT 0,
  statements INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE tbl (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,         -- as written: schema.table, or table
  sessions INTEGER NOT NULL DEFAULT 0,
  statements INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Columns and functions that texts name.
CREATE TABLE fact (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,                -- column | function
  name TEXT NOT NULL,
  UNIQUE (kind, name)
) STRICT;

CREATE TABLE text (
  id INTEGER PRIMARY KEY,
  digest BLOB NOT NULL,              -- the first 16 bytes of the SHA-256 of the normalised text
  verb_id INTEGER NOT NULL,
  class TEXT NOT NULL,               -- see STATEMENT_CLASSES of shared/policy/facts.ts; '' when it does not parse
  text TEXT NOT NULL,                -- normalised: holds no literal
  tables TEXT NOT NULL,              -- JSON array
  facts TEXT NOT NULL,               -- JSON array of ids of fact
  UNIQUE (digest, verb_id)
) STRICT;
CREATE INDEX text_verb ON text (verb_id);
CREATE INDEX text_class ON text (class);
CREATE TABLE text_table (text_id INTEGER NOT NULL, table_id INTEGER NOT NULL, PRIMARY KEY (text_id, table_id)) STRICT, WITHOUT ROWID;
CREATE INDEX text_table_table ON text_table (table_id, text_id);
-- Tables of what a text ran (EXECUTE, FETCH): some of its statements touch them, beside those that it names.
CREATE TABLE text_runs (text_id INTEGER NOT NULL, table_id INTEGER NOT NULL, PRIMARY KEY (text_id, table_id)) STRICT, WITHOUT ROWID;
CREATE INDEX text_runs_table ON text_runs (table_id, text_id);
CREATE TABLE text_fact (fact_id INTEGER NOT NULL, text_id INTEGER NOT NULL, PRIMARY KEY (fact_id, text_id)) STRICT, WITHOUT ROWID;

-- What policy said of statements: few combinations, however many statements.
CREATE TABLE verdict (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,          -- all its facts
  decision TEXT NOT NULL,            -- see DECISIONS of shared/policy/recorded-decision.ts
  rules TEXT NOT NULL,               -- JSON array
  severity TEXT NOT NULL
) STRICT;

-- What is masked and what masks it: a column (schema.table.column), a rule, or a detector.
CREATE TABLE mask (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,                -- column | rule | detector
  name TEXT NOT NULL,
  sessions INTEGER NOT NULL DEFAULT 0,
  UNIQUE (kind, name)
) STRICT;

-- Who approved what was held.
CREATE TABLE approver (
  id INTEGER PRIMARY KEY,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  name TEXT NOT NULL,                -- '' where the token told none
  UNIQUE (issuer, subject, name)
) STRICT;

CREATE TABLE statement (
  id INTEGER PRIMARY KEY,
  session_id INTEGER NOT NULL,
  number INTEGER NOT NULL,           -- within the session, from 1
  ordinal INTEGER NOT NULL,          -- within its Query message, from 0
  sequence INTEGER NOT NULL,         -- event of the intent
  text_sequence INTEGER NOT NULL,    -- event whose payload holds the SQL (the intent, or the Parse before it)
  text_start INTEGER,                -- this statement's bytes of that payload, null when it holds nothing else
  text_length INTEGER,
  outcome_sequence INTEGER,
  time INTEGER NOT NULL,             -- µs
  duration INTEGER,                  -- µs
  text_id INTEGER NOT NULL,
  rows INTEGER,                      -- null: the source of an import does not tell; as duration and bytes
  bytes INTEGER,                     -- of its rows
  status INTEGER NOT NULL,           -- place in STATEMENT_STATUSES of shared/recording/event.ts
  sqlstate TEXT,
  transaction_status TEXT,           -- I, T or E: what the next ReadyForQuery said
  verdict_id INTEGER                 -- null: allowed by the policy's default, or there was no policy
) STRICT;
CREATE INDEX statement_error ON statement (sqlstate, id) WHERE sqlstate IS NOT NULL;
CREATE INDEX statement_status ON statement (status, id) WHERE status <> 0;
CREATE INDEX statement_verdict ON statement (verdict_id, id) WHERE verdict_id IS NOT NULL;

CREATE TABLE statement_session (
  session_id INTEGER NOT NULL,
  number INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  statement_id INTEGER NOT NULL,
  PRIMARY KEY (session_id, number, ordinal)
) STRICT, WITHOUT ROWID;
CREATE TABLE statement_agent (agent_id INTEGER NOT NULL, statement_id INTEGER NOT NULL, PRIMARY KEY (agent_id, statement_id)) STRICT, WITHOUT ROWID;
CREATE TABLE statement_job (job_id INTEGER NOT NULL, statement_id INTEGER NOT NULL, PRIMARY KEY (job_id, statement_id)) STRICT, WITHOUT ROWID;
CREATE TABLE statement_table (table_id INTEGER NOT NULL, statement_id INTEGER NOT NULL, PRIMARY KEY (table_id, statement_id)) STRICT, WITHOUT ROWID;
CREATE TABLE statement_text (text_id INTEGER NOT NULL, statement_id INTEGER NOT NULL, PRIMARY KEY (text_id, statement_id)) STRICT, WITHOUT ROWID;
CREATE TABLE statement_mask (mask_id INTEGER NOT NULL, statement_id INTEGER NOT NULL, PRIMARY KEY (mask_id, statement_id)) STRICT, WITHOUT ROWID;
CREATE INDEX statement_mask_statement ON statement_mask (statement_id, mask_id);
CREATE TABLE statement_approver (approver_id INTEGER NOT NULL, statement_id INTEGER NOT NULL, PRIMARY KEY (approver_id, statement_id)) STRICT, WITHOUT ROWID;
CREATE INDEX statement_approver_statement ON statement_approver (statement_id, approver_id);

-- What a session uses, and what was decided and masked in it; one that held something has that verdict beside how it ended.
CREATE TABLE session_table (table_id INTEGER NOT NULL, session_id INTEGER NOT NULL, PRIMARY KEY (table_id, session_id)) STRICT, WITHOUT ROWID;
CREATE INDEX session_table_session ON session_table (session_id, table_id);
CREATE TABLE session_verb (verb_id INTEGER NOT NULL, session_id INTEGER NOT NULL, PRIMARY KEY (verb_id, session_id)) STRICT, WITHOUT ROWID;
CREATE INDEX session_verb_session ON session_verb (session_id, verb_id);
CREATE TABLE session_verdict (verdict_id INTEGER NOT NULL, session_id INTEGER NOT NULL, PRIMARY KEY (verdict_id, session_id)) STRICT, WITHOUT ROWID;
CREATE INDEX session_verdict_session ON session_verdict (session_id, verdict_id);
CREATE TABLE session_mask (mask_id INTEGER NOT NULL, session_id INTEGER NOT NULL, PRIMARY KEY (mask_id, session_id)) STRICT, WITHOUT ROWID;
CREATE INDEX session_mask_session ON session_mask (session_id, mask_id);

-- Words for free text (shared/filter/words.ts) and trigrams for parts of SQL. The words of a statement are those of its normalised
-- text, placeholders left out, and those of its own row here: its literals, parameters, error and rows. They are made behind the
-- events, when the writer has time (LOCAL until the volume is sealed, and how FTS5 lays them out always).
CREATE VIRTUAL TABLE text_words USING fts5(words, content='', columnsize=0, detail=none, tokenize='ascii');
CREATE VIRTUAL TABLE text_grams USING fts5(text, content='', columnsize=0, detail=none, tokenize='trigram');
CREATE VIRTUAL TABLE statement_words USING fts5(words, content='', columnsize=0, detail=none, tokenize='ascii');
CREATE TABLE statement_cut (statement_id INTEGER PRIMARY KEY) STRICT; -- of which only the beginning is searchable
CREATE TABLE searchable (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  texts INTEGER NOT NULL,            -- LOCAL: the last text whose words are searchable
  statements INTEGER NOT NULL        -- LOCAL: how many statements are
) STRICT;
INSERT INTO searchable VALUES (1, 0, 0);
-- The last statement of each session that is.
CREATE TABLE session_searchable (
  session_id INTEGER PRIMARY KEY,
  number INTEGER NOT NULL,           -- LOCAL
  ordinal INTEGER NOT NULL           -- LOCAL
) STRICT;

CREATE TABLE total (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  events INTEGER NOT NULL,
  statements INTEGER NOT NULL,
  sessions INTEGER NOT NULL,         -- those that began in this volume
  first_time INTEGER,                -- of events
  last_time INTEGER,
  oldest INTEGER,                    -- least and greatest time of a statement
  newest INTEGER,
  most_rows INTEGER NOT NULL,        -- greatest of its statements: what asks for more need not be looked for
  most_bytes INTEGER NOT NULL,
  longest INTEGER NOT NULL           -- µs
) STRICT;
INSERT INTO total VALUES (1, 0, 0, 0, NULL, NULL, NULL, NULL, 0, 0, 0);
`;
