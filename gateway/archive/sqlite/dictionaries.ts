/** Values that many rows share, each stored once: tokens, CI jobs, verbs, tables, normalised texts. */
import { hash } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { Decided } from '../../../shared/policy/recorded-decision.ts';
import type { EventFields } from '../../../shared/recording/event.ts';
import { BatchedInsert } from './batched-insert.ts';
import type { Dictionary, KnownText, KnownToken, MaskKind, TextFactsOf, Verdict } from '../fold/store.ts';

/** Ids kept in memory at most for each dictionary; the rest is found by its index. */
const CACHE_ENTRIES = 20_000;

/** The same for texts, which are shared with the cache of their facts: a volume holds some hundred thousand at most. */
const CACHED_TEXTS = 100_000;

/** Of a text's SHA-256: enough to tell any two apart, and half of what the dictionary would else hold of a short text. */
const DIGEST_BYTES = 16;

export class Dictionaries implements Dictionary {
  readonly #db: Database.Database;
  /** The id of a verb. */
  readonly verb: (value: string) => number;
  readonly #table: (value: string) => number;
  readonly #masks: Readonly<Record<MaskKind, (name: string) => number>>;
  readonly #texts = new Map<string, KnownText & { readonly verb: string }>();
  readonly #fact;
  readonly #findText;
  readonly #addText;
  readonly #addTextTable;
  readonly #addTextFact;
  #lastText: number;
  /** Every text of the volume is in memory: one that is not there is new. */
  #knowsTexts: boolean;
  /** By their SQL. */
  readonly #statements = new Map<string, Database.Statement>();

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
      'INSERT INTO tbl (name) VALUES (?)',
      (name) => [name],
    );
    const masks = (kind: MaskKind) =>
      dictionary(
        db,
        `SELECT id FROM mask WHERE kind = '${kind}' AND name = ?`,
        `INSERT INTO mask (kind, name) VALUES ('${kind}', ?)`,
        (name) => [name],
      );
    this.#masks = { column: masks('column'), rule: masks('rule'), detector: masks('detector') };
    const facts = (kind: 'column' | 'function') =>
      dictionary(
        db,
        `SELECT id FROM fact WHERE kind = '${kind}' AND name = ?`,
        `INSERT INTO fact (kind, name) VALUES ('${kind}', ?)`,
        (name) => [name],
      );
    this.#fact = { column: facts('column'), function: facts('function') };
    this.#findText = db
      .prepare<[Buffer, number], number>('SELECT id FROM text WHERE digest = ? AND verb_id = ?')
      .pluck();
    this.#addText = new BatchedInsert(db, 'text', [
      'id',
      'digest',
      'verb_id',
      'class',
      'text',
      'tables',
      'facts',
    ]);
    this.#addTextTable = new BatchedInsert(db, 'text_table', ['text_id', 'table_id']);
    this.#addTextFact = new BatchedInsert(db, 'text_fact', ['fact_id', 'text_id']);
    this.#lastText = db.prepare<[], number>('SELECT coalesce(max(id), 0) FROM text').pluck().get() ?? 0;
    this.#knowsTexts = this.#lastText === 0;
  }

  /** What one SQL statement is and touches. */
  text(facts: TextFactsOf): KnownText {
    const { verb, fingerprintText } = facts;
    const known = this.#texts.get(fingerprintText);
    if (known?.verb === verb) return known;
    const verbId = this.verb(verb);
    const digest = hash('sha256', fingerprintText, 'buffer').subarray(0, DIGEST_BYTES);
    const tableIds = [...new Set(facts.tables)].map((name) => this.#table(name));
    // The same text of another verb takes its place in memory.
    if (this.#texts.size >= CACHED_TEXTS || known !== undefined) this.#knowsTexts = false;
    const textId = this.#storedText(digest, verbId) ?? this.#newText(digest, verbId, tableIds, facts);
    const added = { textId, verb, verbId, tableIds, text: fingerprintText };
    remember(this.#texts, fingerprintText, added, CACHED_TEXTS);
    return added;
  }

  /** Puts the texts that are new into their tables: before a commit, and before anything reads these. */
  flush(): void {
    this.#addText.flush();
    this.#addTextTable.flush();
    this.#addTextFact.flush();
  }

  #storedText(digest: Buffer, verbId: number): number | null {
    if (this.#knowsTexts) return null;
    this.#addText.flush();
    return this.#findText.get(digest, verbId) ?? null;
  }

  #newText(digest: Buffer, verbId: number, tableIds: readonly number[], facts: TextFactsOf): number {
    const tables = JSON.stringify(facts.tables);
    const factIds = [
      ...facts.columns.map((name) => this.#fact.column(name)),
      ...facts.functions.map((name) => this.#fact.function(name)),
    ];
    const { class: kind, fingerprintText } = facts;
    const textId = ++this.#lastText;
    this.#addText.add(textId, digest, verbId, kind, fingerprintText, tables, JSON.stringify(factIds));
    for (const tableId of tableIds) this.#addTextTable.add(textId, tableId);
    for (const factId of factIds) this.#addTextFact.add(factId, textId);
    return textId;
  }

  /** What is masked, or what masks it. */
  mask(kind: MaskKind, name: string): number {
    return this.#masks[kind](name);
  }

  /** Who approved something. */
  approver({ issuer, subject, name }: Pick<EventFields<'vote'>, 'issuer' | 'subject' | 'name'>): number {
    const values = [issuer, subject, name ?? ''] as const;
    const found = this.#prepared<[string, string, string], number>(
      'SELECT id FROM approver WHERE issuer = ? AND subject = ? AND name = ?',
    )
      .pluck()
      .get(...values);
    if (found !== undefined) return found;
    const add = this.#prepared('INSERT INTO approver (issuer, subject, name) VALUES (?, ?, ?)');
    return Number(add.run(...values).lastInsertRowid);
  }

  /** What policy said of a statement. */
  verdict({ decision, rules, severity }: Verdict): number {
    const facts = [decision, JSON.stringify(rules), severity];
    const key = JSON.stringify(facts);
    const found = this.#prepared<[string], number>('SELECT id FROM verdict WHERE key = ?').pluck().get(key);
    if (found !== undefined) return found;
    const add = this.#prepared('INSERT INTO verdict (key, decision, rules, severity) VALUES (?, ?, ?, ?)');
    return Number(add.run(key, ...facts).lastInsertRowid);
  }

  /** The verdict of an id; null where there is none. */
  verdictOf(id: number): Verdict | null {
    const row = this.#prepared<[number], { decision: Decided; rules: string; severity: string }>(
      'SELECT decision, rules, severity FROM verdict WHERE id = ?',
    ).get(id);
    if (row === undefined) return null;
    const rules: unknown = JSON.parse(row.rules);
    return { ...row, rules: Array.isArray(rules) ? rules.map(String) : [] };
  }

  /** A token by its fingerprint, and who holds it. */
  token(fields: EventFields<'identity'>): KnownToken {
    const fingerprint = Buffer.from(fields.fingerprint).toString('hex');
    const agentId = this.#agent(fields);
    const found = this.#prepared<[string, number], number>(
      'SELECT id FROM token WHERE fingerprint = ? AND agent_id = ?',
    )
      .pluck()
      .get(fingerprint, agentId);
    if (found !== undefined) return { tokenId: found, agentId };
    const add = this.#prepared(
      'INSERT INTO token (fingerprint, agent_id, profile, jti, groups, scopes, expires) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    const { profile, tokenId, groups, scopes, expires } = fields;
    const added = add.run(
      fingerprint,
      agentId,
      profile,
      tokenId,
      JSON.stringify(groups),
      JSON.stringify(scopes),
      expires,
    );
    return { tokenId: Number(added.lastInsertRowid), agentId };
  }

  #agent({ issuer, subject, clientId, userId }: EventFields<'identity'>): number {
    const facts = [issuer, subject, clientId, userId];
    const key = JSON.stringify(facts);
    const found = this.#prepared<[string], number>('SELECT id FROM agent WHERE key = ?').pluck().get(key);
    if (found !== undefined) return found;
    const add = this.#prepared(
      'INSERT INTO agent (key, issuer, subject, client, user_id) VALUES (?, ?, ?, ?, ?)',
    );
    return Number(add.run(key, ...facts).lastInsertRowid);
  }

  /** A CI job with how it is known. */
  job(fields: EventFields<'ciContext'>): number {
    const { provenance, provider, run, job, repository, ref, actor, issuer } = fields;
    const facts = [provenance, provider, run, job, repository, ref, actor, issuer];
    const key = JSON.stringify(facts);
    const found = this.#prepared<[string], number>('SELECT id FROM job WHERE key = ?').pluck().get(key);
    if (found !== undefined) return found;
    const add = this.#prepared(
      'INSERT INTO job (key, path, provenance, provider, run, job, repository, ref, actor, issuer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    return Number(add.run(key, `${provider}/${run}/${job}`, ...facts).lastInsertRowid);
  }

  #prepared<P extends unknown[] = unknown[], R = unknown>(sql: string): Database.Statement<P, R> {
    const kept = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, kept);
    return kept as Database.Statement<P, R>;
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

function remember<V>(cache: Map<string, V>, key: string, value: V, most = CACHE_ENTRIES): void {
  if (cache.size >= most) {
    const oldest = cache.keys().next();
    if (!oldest.done) cache.delete(oldest.value);
  }
  cache.set(key, value);
}
