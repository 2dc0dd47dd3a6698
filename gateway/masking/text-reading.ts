/** One reading of a SQL text: what is found in it becomes edits. */
import { MASK } from '../../shared/recording/mask.ts';
import type { Edit } from './edits.ts';
import { type Literal, literalAt, type Reading, respelled, unescaped, valueOf } from './literal.ts';
import { valueMayHoldSecret } from './marks.ts';
import type { Place } from './sql-context.ts';
import { type Findings, type Scanned, scanSql } from './sql-scan.ts';
import { isConnectionString, isPlaceholder, maskComment, maskValue } from './value.ts';

/** Beyond this many maskings the rest of a text is one: what would be left of it says little. */
const MAX_EDITS = 50_000;

/** Shorter constants hold no SQL with a secret in it. */
const SHORTEST_SQL = 'PASSWORD'.length;

/** What a text tells the one it is a constant of. */
export interface MaskedText extends Pick<
  Scanned,
  'awaitsSecret' | 'awaitsPassword' | 'changesRole' | 'takesSecrets'
> {
  readonly masked: string;
}

const CHANGES_ROLE = /\b(?:create|alter)\s+(?:role|user|group)\b/i;

export interface ReadingOptions {
  readonly reading: Reading;
  /** Every constant is masked. */
  readonly all: boolean;
  /** What is taken out is added here, one character a byte, as spelled and as meant. */
  readonly secrets: Set<string>;
  /** How deep the text lies in constants of constants. */
  readonly depth: number;
  /** Masks SQL within a constant; null where a constant that may hold any is masked as a whole. */
  readonly within: ((text: string) => MaskedText) | null;
}

export class TextReading implements Findings {
  readonly edits: Edit[] = [];
  /** A constant ends elsewhere when a back slash escapes in it. */
  ambiguous = false;
  readonly uncertain: boolean;
  takesSecrets = false;
  awaitsSecret = false;
  awaitsPassword = false;
  changesRole = false;
  readonly #sql: string;
  readonly #options: ReadingOptions;
  /** A constant of it has a place for a secret. */
  #holdsTemplate = false;

  constructor(sql: string, options: ReadingOptions) {
    this.#sql = sql;
    this.#options = options;
    const scan = scanSql(sql, options.reading, this);
    this.takesSecrets ||= scan.takesSecrets;
    this.awaitsSecret ||= scan.awaitsSecret;
    this.awaitsPassword ||= scan.awaitsPassword;
    this.changesRole ||= scan.changesRole;
    // Halves that are put together: one constant says whose password, another that it is one.
    const halves = () => this.awaitsPassword && (this.changesRole || CHANGES_ROLE.test(sql));
    this.uncertain = scan.uncertain || (scan.composes && (this.#holdsTemplate || halves()));
  }

  literal(literal: Literal, place: Place): void {
    const value = valueOf(this.#sql, literal);
    this.ambiguous ||= this.#readsOtherwise(literal, value);
    if (place === 'secret' && (isPlaceholder(value) || !literal.closed)) this.awaitsSecret = true;
    if (this.#options.all || place === 'secret') this.#maskWhole(literal, value);
    else if (place === 'value') this.#value(literal, value);
    else if (isConnectionString(value)) this.#replace(literal, value, this.#maskedValue(value, true));
    else this.#maskWhole(literal, value);
  }

  bare(start: number, end: number): void {
    this.#options.secrets.add(this.#sql.slice(start, end));
    this.#edit(start, end, MASK);
  }

  comment(start: number, end: number): void {
    const comment = this.#sql.slice(start, end);
    const masked = maskComment(comment, this.#options.secrets);
    if (masked !== comment) this.#edit(start, end, masked);
  }

  /** Whether the constant would end elsewhere with standard_conforming_strings off. */
  #readsOtherwise(literal: Literal, value: string): boolean {
    if (literal.kind !== 'quoted' || !value.includes('\\')) return false;
    return literalAt(this.#sql, literal.start, 'escapes')?.end !== literal.end;
  }

  #value(literal: Literal, value: string): void {
    const { within, depth, reading } = this.#options;
    if (value.length < SHORTEST_SQL || !valueMayHoldSecret(value, within !== null)) return;
    // PostgreSQL takes no text that ends within a constant; SQL in a constant may be any text, and end anywhere.
    const broken = !literal.closed && depth === 0 && reading === 'plain';
    if (within === null || broken) return this.#maskWhole(literal, value);
    // What looks like a connection string in the SQL of a constant is told best where that SQL was read.
    const inner = within(value);
    this.takesSecrets ||= inner.takesSecrets;
    this.awaitsPassword ||= inner.awaitsPassword;
    this.changesRole ||= inner.changesRole;
    this.#holdsTemplate ||= inner.awaitsSecret;
    const masked = this.#maskedValue(inner.masked, false);
    if (masked === value && literal.kind === 'quoted' && this.#hidesSecret(value))
      this.#maskWhole(literal, value);
    else this.#replace(literal, value, masked);
  }

  /** With standard_conforming_strings off the value is another one, in which a secret may show. */
  #hidesSecret(value: string): boolean {
    const meant = value.includes('\\') ? unescaped(value) : value;
    return meant !== value && maskValue(meant, false, new Set()).value !== meant;
  }

  #maskedValue(value: string, connection: boolean): string {
    const masked = maskValue(value, connection, this.#options.secrets);
    this.#holdsTemplate ||= masked.announces;
    return masked.value;
  }

  #maskWhole(literal: Literal, value: string): void {
    const { secrets } = this.#options;
    secrets.add(value);
    secrets.add(this.#sql.slice(literal.start, literal.end));
    this.#edit(literal.start, literal.end, literal.closed ? `'${MASK}'` : `'${MASK}`);
  }

  #replace(literal: Literal, value: string, masked: string): void {
    if (masked !== value) this.#edit(literal.start, literal.end, respelled(this.#sql, literal, masked));
  }

  #edit(start: number, end: number, text: string): void {
    const { edits } = this;
    if (edits.length < MAX_EDITS) edits.push({ start, end, text });
    else if (edits.length === MAX_EDITS) edits.push({ start, end: this.#sql.length, text: MASK });
  }
}
