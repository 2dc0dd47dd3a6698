/** What is known of texts, in normal form: once stored it never changes, so it is read once. */
import type { StatementRow } from '../../../shared/api/session.ts';
import { STATEMENT_CLASSES } from '../../../shared/policy/facts.ts';
import type { Volume } from './read-volume.ts';

/** Texts that are kept at hand: those of some pages. */
const KEPT = 2_000;

export interface TextFacts extends Pick<
  StatementRow,
  'fingerprint' | 'class' | 'verb' | 'columns' | 'functions' | 'tables'
> {
  readonly normal: string;
}

interface Stored {
  readonly text: string;
  readonly digest: Buffer;
  readonly class: string;
  readonly verb: string;
  readonly tables: string;
  readonly facts: string;
}

export class TextReader {
  readonly #find;
  readonly #facts;
  readonly #kept = new Map<number, TextFacts>();

  constructor({ db }: Volume) {
    this.#find = db.prepare<[number], Stored>(
      'SELECT d.text, d.digest, d.class, v.verb, d.tables, d.facts FROM text d CROSS JOIN verb v ON v.id = d.verb_id WHERE d.id = ?',
    );
    this.#facts = db.prepare<[string], { kind: string; name: string }>(
      'SELECT f.kind, f.name FROM json_each(?) e CROSS JOIN fact f ON f.id = e.value',
    );
  }

  of(id: number): TextFacts | null {
    const kept = this.#kept.get(id);
    if (kept !== undefined) return kept;
    const stored = this.#find.get(id);
    if (stored === undefined) return null;
    const facts = this.#facts.all(stored.facts);
    const named = (kind: string) =>
      facts
        .filter((fact) => fact.kind === kind)
        .map(({ name }) => name)
        .toSorted();
    const { text, digest, verb, tables } = stored;
    const found: TextFacts = {
      normal: text,
      fingerprint: digest.toString('hex'),
      class: STATEMENT_CLASSES.find((known) => known === stored.class) ?? null,
      verb,
      columns: named('column'),
      functions: named('function'),
      tables: listOf(tables),
    };
    if (this.#kept.size >= KEPT) this.#kept.clear();
    this.#kept.set(id, found);
    return found;
  }
}

/** A JSON array of texts. */
export function listOf(json: string): string[] {
  const list: unknown = JSON.parse(json);
  return Array.isArray(list) ? list.map(String) : [];
}
