/** The entries of a bundle, and the formats of those that are JSON (docs/format.md §10). */

export const README = 'README.txt';
export const VERIFIER = 'verify.py';
export const REPORT = 'report.html';
export const SESSIONS = 'sessions.csv';
export const STATEMENTS = 'statements.csv';
export const STATEMENT_LINES = 'statements.jsonl';
export const EVENTS = 'evidence/events.bin';
export const PROOF = 'evidence/proof.json';
export const KEY = 'evidence/key.pem';
/** Beside them where a finding was exported (docs/casework.md). */
export const FINDING_PAGE = 'finding.html';
export const FINDING_MARKDOWN = 'finding.md';
export const FINDING_CASE = 'finding.case';
export const MANIFEST = 'manifest.json';
export const MANIFEST_NOTE = 'manifest.note';

export const PROOF_FORMAT = 'auditorium-proof';
export const BUNDLE_FORMAT = 'auditorium-bundle';
export const FORMAT_VERSION = 1;

/** Origin of the note that signs a manifest, and name of its key. */
export const BUNDLE_ORIGIN = 'auditorium.local/bundle';
