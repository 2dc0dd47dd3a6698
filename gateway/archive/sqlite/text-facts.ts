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
  readonly id: number;
  readonly text: string;
  readonly digest: Buffer;
  readonly class: string;
  readonly verb: string;
  readonly tables: string;
  readonly facts: string;
}

/** `facts`: each with its kind. */
const TEXTS = `SELECT d.id, d.text, d.digest, d.class, v.verb, d.tables,
  (SELECT json_group_array(json_array(f.kind, f.name)) FROM json_each(d.facts) n CROSS JOIN fact f ON f.id = n.value) AS facts
FROM json_each(?) e CROSS JOIN text d ON d.id = e.value CROSS JOIN verb v ON v.id = d.verb_id`;

export class TextReader {
  readonly #find;
  readonly #kept = new Map<number, TextFacts>();

  constructor({ db }: Volume) {
    this.#find = db.prepare<[string], Stored>(TEXTS);
  }

  of(id: number): TextFacts | null {
    if (!this.#kept.has(id)) this.read([id]);
    return this.#kept.get(id) ?? null;
  }

  /** Reads those of some texts that are not at hand, all at once. */
  read(ids: readonly number[]): void {
    const missing = [...new Set(ids)].filter((id) => !this.#kept.has(id));
    if (missing.length === 0) return;
    if (this.#kept.size + missing.length > KEPT) this.#kept.clear();
    for (const stored of this.#find.all(JSON.stringify(missing))) this.#kept.set(stored.id, factsOf(stored));
  }
}

function factsOf({ text, digest, verb, tables, facts, class: stored }: Stored): TextFacts {
  const pairs = JSON.parse(facts) as readonly (readonly [string, string])[];
  const named = (wanted: string) =>
    pairs
      .filter(([kind]) => kind === wanted)
      .map(([, name]) => name)
      .toSorted();
  return {
    normal: text,
    fingerprint: digest.toString('hex'),
    class: STATEMENT_CLASSES.find((known) => known === stored) ?? null,
    verb,
    columns: named('column'),
    functions: named('function'),
    tables: listOf(tables),
  };
}

/** A JSON array of texts. */
export function listOf(json: string): string[] {
  const list: unknown = JSON.parse(json);
  return Array.isArray(list) ? list.map(String) : [];
}
