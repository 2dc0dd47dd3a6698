/** The tables of a volume that are evidence: docs/format.md §4 tells what each holds. All others are projections of them. */
export const EVIDENCE_SCHEMA = `
CREATE TABLE volume (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  log BLOB NOT NULL,                 -- 16 bytes
  number INTEGER NOT NULL,           -- of the volume in its log, from 0
  first INTEGER NOT NULL,            -- index of its first event
  next INTEGER NOT NULL,             -- index of the next event it expects
  last_time INTEGER NOT NULL,        -- µs, of its newest event
  frontier BLOB NOT NULL,            -- of the tree of the events before it
  opening TEXT,                      -- the checkpoint over these, as a signed note
  sealed INTEGER                     -- µs, null while it is written
) STRICT;

CREATE TABLE segment (
  id INTEGER PRIMARY KEY,
  session_id INTEGER NOT NULL,
  number INTEGER NOT NULL,           -- ascending within the session, with gaps where small ones were merged
  first_sequence INTEGER NOT NULL,
  last_sequence INTEGER NOT NULL,
  first_index INTEGER NOT NULL,      -- in the log
  last_index INTEGER NOT NULL,
  count INTEGER NOT NULL,
  events_bytes INTEGER NOT NULL,     -- raw
  payloads_bytes INTEGER NOT NULL,   -- raw
  events BLOB NOT NULL,              -- zstd, see shared/recording/record.ts
  payloads BLOB NOT NULL             -- zstd
) STRICT;
CREATE UNIQUE INDEX segment_session ON segment (session_id, number);
CREATE INDEX segment_sequence ON segment (session_id, last_sequence);
CREATE INDEX segment_index ON segment (first_index, last_index);

CREATE TABLE tile (
  level INTEGER NOT NULL,            -- from 1: of hashes of subtrees of height 8 × level
  number INTEGER NOT NULL,
  start INTEGER NOT NULL,            -- place in the tile of the first hash that is here
  hashes BLOB NOT NULL,              -- 32 bytes each
  PRIMARY KEY (level, number)
) STRICT;

CREATE TABLE checkpoint (
  size INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,             -- µs, when it was signed
  note TEXT NOT NULL
) STRICT;

CREATE TABLE carried (
  idx INTEGER PRIMARY KEY,           -- in the log, before the volume's first
  event BLOB NOT NULL,
  payloads BLOB NOT NULL,            -- raw, see shared/recording/record.ts
  path BLOB NOT NULL,                -- audit path in the tree of the events before the volume, 32 bytes a hash
  open INTEGER NOT NULL              -- 1: of a statement whose fate was open; 0: says who the session is, or holds a text
) STRICT;

CREATE TABLE redaction (
  idx INTEGER NOT NULL,              -- of the event in the log
  field TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (idx, field)
) STRICT;
`;
