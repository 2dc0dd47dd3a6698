/** Constants and parameters of a statement that the record may not hold: those of masked columns, and those that detectors find. */
import type { MaskRule } from '../../../shared/policy/mask-rule.ts';
import { finderOf, type Finder } from '../../masking/detectors/finder.ts';
import {
  detectedLiterals,
  detectedParameters,
  maskAllLiterals,
  maskLiterals,
  maskParameters,
  type ConstantSpan,
} from '../../masking/constants.ts';
import type { ReadText } from '../facts/read-text.ts';
import type { Lineage, ValueUse } from '../lineage/lineage.ts';
import type { Lane } from '../masked/lane.ts';

/** What of a text is sensitive; the parameters are numbered from 1. */
export interface Sensitive {
  /** The text as the record may hold it; null: as it is. */
  readonly text: Buffer | null;
  readonly literals: number;
  readonly parameters: readonly number[];
  readonly rules: readonly string[];
}

const NOTHING: Sensitive = { text: null, literals: 0, parameters: [], rules: [] };

export class SensitiveValues {
  readonly #lane: Lane;
  readonly #finder: Finder | null;

  /** Names of the rules that detect. */
  readonly #detecting: readonly string[];

  constructor(lane: Lane, masks: readonly MaskRule[]) {
    this.#lane = lane;
    const detecting = masks.filter(({ detectors }) => detectors.length > 0);
    this.#detecting = detecting.map(({ rule }) => rule);
    const detectors = detecting.flatMap((rule) => rule.detectors);
    this.#finder = detectors.length === 0 ? null : finderOf(detectors);
  }

  /** `lineages` of the text's statements; null where it could not be read. */
  of(text: Buffer, read: ReadText, lineages: readonly (Lineage | null)[]): Sensitive {
    if (read.unparsed !== null || (this.#lane.masksColumns && hidesConstants(read, lineages)))
      return this.unread(text);
    const literals = new Set<number>();
    const parameters = new Set<number>();
    const rules = new Set<string>();
    for (const lineage of lineages) {
      for (const { literal, parameter, column } of lineage?.uses ?? []) {
        const mask = this.#maskOf(column);
        if (mask === null) continue;
        rules.add(mask);
        if (literal !== undefined) literals.add(literal);
        if (parameter !== undefined) parameters.add(parameter);
      }
    }
    this.#detect(text, read, literals, rules);
    if (literals.size === 0 && parameters.size === 0) return NOTHING;
    const spans = byteSpans(text, read.literals, literals);
    return {
      text: spans.length === 0 ? null : maskLiterals(text, spans),
      literals: spans.length,
      parameters: [...parameters],
      rules: [...rules],
    };
  }

  /** The tail of a Bind as the record may hold it. */
  parameters(
    tail: Buffer,
    sensitive: readonly number[],
    formats: readonly number[],
    types: readonly number[],
  ): Buffer {
    const found = this.#finder === null ? [] : detectedParameters(tail, this.#finder, { formats, types });
    const numbers = found.length === 0 ? sensitive : [...new Set([...sensitive, ...found])];
    return numbers.length === 0 ? tail : maskParameters(tail, numbers, { formats, types });
  }

  /** A text that nobody could read: all its constants. */
  unread(text: Buffer): Sensitive {
    const masked = maskAllLiterals(text);
    if (masked.equals(text)) return NOTHING;
    return { text: masked, literals: 1, parameters: [], rules: ['unread text'] };
  }

  /** Name of the rule that masks what is of a column. */
  #maskOf(column: ValueUse['column']): string | null {
    if (column === 'unknown') return this.#lane.masksColumns ? 'unknown provenance' : null;
    const mask = this.#lane.column(column.relation, column.column, true);
    return mask === 'unknown' ? 'unknown provenance' : (mask?.rule ?? null);
  }

  #detect(text: Buffer, read: ReadText, literals: Set<number>, rules: Set<string>): void {
    if (this.#finder === null || read.literals.length === 0) return;
    const all = byteSpans(text, read.literals, null);
    for (const index of detectedLiterals(text, all, this.#finder)) {
      literals.add(index);
      for (const rule of this.#detecting) rules.add(rule);
    }
  }
}

/** Whether nobody relates constants of a text to columns: where it has no lineage, and in code. */
function hidesConstants(read: ReadText, lineages: readonly (Lineage | null)[]): boolean {
  if (lineages.includes(null) && !isPlain(read)) return true;
  return lineages.some((lineage) =>
    lineage?.uses.some(({ literal, parameter }) => literal === undefined && parameter === undefined),
  );
}

/** Without constants there is nothing to mask. */
function isPlain(read: ReadText): boolean {
  return read.literals.length === 0;
}

/** Spans in bytes of UTF-8 of those in UTF-16 units; `which` null: all of them. */
function byteSpans(
  text: Buffer,
  literals: ReadText['literals'],
  which: ReadonlySet<number> | null,
): ConstantSpan[] {
  const ascii = literals.every(({ end }) => end <= text.length) && isAscii(text);
  const sql = ascii ? '' : text.toString('utf8');
  return literals.flatMap(({ start, end }, index) => {
    if (which !== null && !which.has(index)) return [];
    if (ascii) return [{ start, end }];
    const from = Buffer.byteLength(sql.slice(0, start));
    return [{ start: from, end: from + Buffer.byteLength(sql.slice(start, end)) }];
  });
}

function isAscii(text: Buffer): boolean {
  for (const byte of text) if (byte > 0x7f) return false;
  return true;
}
