/** What the words of a policy mean; the types hold this page to the code. */
import type { Detector, MaskStyle } from '../../shared/policy/mask-rule.ts';
import type { Feature, StatementClass } from '../../shared/policy/facts.ts';

export const CLASSES: Readonly<Record<StatementClass, string>> = {
  read: 'SELECT, VALUES, TABLE, COPY TO, FETCH, EXPLAIN without ANALYZE, SHOW',
  write:
    'INSERT, UPDATE, DELETE, MERGE, TRUNCATE, COPY FROM, and what runs them within WITH or EXPLAIN ANALYZE',
  schema: 'CREATE, ALTER, DROP, COMMENT, SELECT INTO, CREATE TABLE AS, REFRESH',
  privilege: 'GRANT, REVOKE, roles, default privileges, owners, row security policies',
  session: 'SET, RESET, DISCARD, LISTEN, NOTIFY, PREPARE, DEALLOCATE, DECLARE, CLOSE, LOCK',
  transaction: 'BEGIN, COMMIT, ROLLBACK, SAVEPOINT, PREPARE TRANSACTION',
  procedure: 'DO, CALL',
  maintenance: 'VACUUM, ANALYZE, REINDEX, CLUSTER, CHECKPOINT, LOAD, ALTER SYSTEM',
  other: 'anything else',
};

export const FEATURE_MEANINGS: Readonly<Record<Feature, string>> = {
  'missing where': 'UPDATE or DELETE of every row: without WHERE, or with one that is always true',
  'always true': 'a WHERE that is a constant',
  'copy program': 'COPY … PROGRAM',
  'copy file': 'COPY to or from a file of the server',
  into: 'makes a relation of a query’s rows: SELECT INTO, CREATE TABLE AS, CREATE VIEW',
  opaque:
    'runs code that nobody can see: DO, CALL, a function in another language than SQL, EXECUTE of an unknown name',
  'secret catalog': 'reads a catalog that holds passwords or keys: pg_authid, pg_shadow, pg_user_mapping, …',
  'explain analyze': 'EXPLAIN that runs what it explains',
};

export const STYLES: Readonly<Record<MaskStyle, string>> = {
  redact: 'nothing of the value is left; every value reads the same',
  partial:
    'a little is left, for those who must tell whether it is the right one; types without such a form are redacted',
  hash: 'equal values stay equal: keyed, per session on the wire and per archive in the record. Values of which there are few can be guessed by whoever may write them; types without such a form are redacted',
  null: 'NULL',
};

/** What each finds, and an example that the table of this page masks. */
export const DETECTOR_MEANINGS: Readonly<Record<Detector, readonly [finds: string, example: string]>> = {
  email: ['e-mail addresses with a domain that has a point in it', 'mail ada@example.com today'],
  card: ['payment card numbers: ranges of issuers, lengths, check digit', 'paid by 4111 1111 1111 1111'],
  iban: [
    'International Bank Account Numbers: length by country, check digits',
    'to DE89 3704 0044 0532 0130 00',
  ],
  phone: ['phone numbers: international ones, and national ones as people write them', 'call +49 30 901820'],
  'national-id': [
    'numbers that states give people (AT, BE, BR, CH, DE, ES, FI, FR, IN, IT, NL, PL, UK, US and others), by form and check digits',
    'SSN 123-45-6789',
  ],
  jwt: ['JSON Web Tokens', 'token eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.x'],
  'api-key': [
    'keys of services by the prefixes that these document, private keys, and what is labelled as a secret',
    'key AKIAIOSFODNN7EXAMPLE',
  ],
};
