/** Values that many rows share, each stored once: tokens, CI jobs, verbs, tables, normalised texts. */
import { hash } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { Decided } from '../../../shared/policy/recorded-decision.ts';
import type { EventFields } from '../../../shared/recording/event.ts';
import type { StatementFacts } from '../archive.ts';

/** Ids kept in memory at most for each dictionary; the rest is found by its index. */
const CACHE_ENTRIES = 20_000;

/** What a mask's name is. */
export type MaskKind = 'column' | 'rule' | 'detector';

/** What policy said of a statement. */
export interface Verdict {
  readonly decision: Decided;
  readonly rules: readonly string[];
  readonly severity: string;
}

/** A statement's text as the dictionaries know it. */
export interface KnownText {
  readonly textId: number;
  readonly verbId: number;
  readonly tableIds: readonly number[];
}

export class Dictionaries {
  readonly #db: Database.Database;
  /** The id of a verb. */
  readonly verb: (value: string) => number;
  readonly #table: (value: string) => number;
  readonly #masks: Readonly<Record<MaskKind, (name: string) => number>>;
  readonly #texts = new Map<string, KnownText>();
  readonly #findText;
  readonly #addText;

  constructor(db: Database.Database) {
    this.#db = db;
    this.verb = dictionary(
      db,
      'SELECT id FROM verb WHERE verb = ?',
      'INSERT INTO verb (verb) VALUES (?)',
      (verb) => [verb],
    );
    this.#table = dictionary(
      db,
      'SELECT id FROM tbl WHERE name = ?',
      'INSERT INTO tbl (name, bare) VALUES (?, ?)',
      (name) => [name, bareName(name)],
    );
    const masks = (kind: MaskKind) =>
      dictionary(
        db,
        `SELECT id FROM mask WHERE kind = '${kind}' AND name = ?`,
        `INSERT INTO mask (kind, name) VALUES ('${kind}', ?)`,
        (name) => [name],
      );
    this.#masks = { column: masks('column'), rule: masks('rule'), detector: masks('detector') };
    this.#findText = db.prepare<[Buffer], number>('SELECT id FROM text WHERE digest = ?').pluck();
    this.#addText = db.prepare<[Buffer, string, string]>(
      'INSERT INTO text (digest, text, tables) VALUES (?, ?, ?)',
    );
  }

  /** Verb, tables and normalised text of one SQL statement. */
  text(facts: Pick<StatementFacts, 'verb' | 'tables' | 'fingerprintText'>): KnownText {
    const key = `${facts.verb}\0${facts.fingerprintText}`;
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const digest = hash('sha256', key, 'buffer').subarray(0, 16);
    const textId =
      this.#findText.get(digest) ??
      Number(this.#addText.run(digest, facts.fingerprintText, JSON.stringify(facts.tables)).lastInsertRowid);
    const added = {
      textId,
      verbId: this.verb(facts.verb),
      tableIds: [...new Set(facts.tables)].map((name) => this.#table(name)),
    };
    remember(this.#texts, key, added);
    return added;
  }

  /** What is masked, or what masks it. */
  mask(kind: MaskKind, name: string): number {
    return this.#masks[kind](name);
  }

  /** What policy said of a statement. */
  verdict({ decision, rules, severity }: Verdict): number {
    const facts = [decision, JSON.stringify(rules), severity];
    const key = JSON.stringify(facts);
    const found = this.#db.prepare<[string], number>('SELECT id FROM verdict WHERE key = ?').pluck().get(key);
    if (found !== undefined) return found;
    const add = this.#db.prepare('INSERT INTO verdict (key, decision, rules, severity) VALUES (?, ?, ?, ?)');
    return Number(add.run(key, ...facts).lastInsertRowid);
  }

  /** The verdict of an id; null where there is none. */
  verdictOf(id: number): Verdict | null {
    const row = this.#db
      .prepare<[number], { decision: Decided; rules: string; severity: string }>(
        'SELECT decision, rules, severity FROM verdict WHERE id = ?',
      )
      .get(id);
    if (row === undefined) return null;
    const rules: unknown = JSON.parse(row.rules);
    return { ...row, rules: Array.isArray(rules) ? rules.map(String) : [] };
  }

  /** A token by its fingerprint. */
  token(fields: EventFields<'identity'>): number {
    const fingerprint = Buffer.from(fields.fingerprint).toString('hex');
    const found = this.#db
      .prepare<[string], number>('SELECT id FROM token WHERE fingerprint = ?')
      .pluck()
      .get(fingerprint);
    if (found !== undefined) return found;
    const add = this.#db.prepare(
      'INSERT INTO token (fingerprint, issuer, profile, subject, client, jti, groups, scopes, expires, user_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    const { issuer, profile, subject, clientId, tokenId, groups, scopes, expires, userId } = fields;
    const added = add.run(
      fingerprint,
      issuer,
      profile,
      subject,
      clientId,
      tokenId,
      JSON.stringify(groups),
      JSON.stringify(scopes),
      expires,
      userId,
    );
    return Number(added.lastInsertRowid);
  }

  /** A CI job with how it is known. */
  job(fields: EventFields<'ciContext'>): number {
    const { provenance, provider, run, job, repository, ref, actor, issuer } = fields;
    const facts = [provenance, provider, run, job, repository, ref, actor, issuer];
    const key = JSON.stringify(facts);
    const found = this.#db.prepare<[string], number>('SELECT id FROM job WHERE key = ?').pluck().get(key);
    if (found !== undefined) return found;
    const add = this.#db.prepare(
      'INSERT INTO job (key, path, provenance, provider, run, job, repository, ref, actor, issuer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    return Number(add.run(key, `${provider}/${run}/${job}`, ...facts).lastInsertRowid);
  }
}

/** A look-up by one value that adds what it does not find. */
function dictionary(
  db: Database.Database,
  find: string,
  add: string,
  columns: (value: string) => string[],
): (value: string) => number {
  const found = db.prepare<[string], number>(find).pluck();
  const added = db.prepare<string[]>(add);
  const cache = new Map<string, number>();
  return (value) => {
    const cached = cache.get(value);
    if (cached !== undefined) return cached;
    const id = found.get(value) ?? Number(added.run(...columns(value)).lastInsertRowid);
    remember(cache, value, id);
    return id;
  };
}

function remember<V>(cache: Map<string, V>, key: string, value: V): void {
  if (cache.size >= CACHE_ENTRIES) {
    const oldest = cache.keys().next();
    if (!oldest.done) cache.delete(oldest.value);
  }
  cache.set(key, value);
}

/** The name after the last dot outside quotes. */
function bareName(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? name : name.slice(dot + 1);
}
