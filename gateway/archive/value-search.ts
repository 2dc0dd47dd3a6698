/** Finds a text in payloads, also where it goes on from one to the next, and blanks it. */

/** Stands for each byte that was taken out: lengths stay, so that what was a message of the wire, or SQL, is still read as one. */
const BLANK = 0x2a;

/** Bytes of a payload, from the first up to, without, the second. */
export type Range = readonly [number, number];

export class ValueSearch {
  /** As it may be written: in UTF-8, in SQL with doubled quotes, in hex. */
  readonly #forms: readonly Buffer[];
  readonly #longest: number;

  constructor(value: string) {
    const utf8 = Buffer.from(value);
    const forms = [
      value,
      value.replaceAll("'", "''"),
      utf8.toString('hex'),
      utf8.toString('hex').toUpperCase(),
    ];
    this.#forms = [...new Set(forms)].map((form) => Buffer.from(form));
    this.#longest = Math.max(...this.#forms.map(({ length }) => length));
  }

  /** Where it stands. */
  in(bytes: Uint8Array): Range[] {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    return this.#forms.flatMap((form) => {
      const ranges: Range[] = [];
      for (let at = buffer.indexOf(form); at >= 0; at = buffer.indexOf(form, at + 1))
        ranges.push([at, at + form.length]);
      return ranges;
    });
  }

  /** Where it begins at the end of one payload and goes on in the next: the ranges in each. */
  across(before: Uint8Array, after: Uint8Array): { readonly before: Range[]; readonly after: Range[] } {
    const tail = before.subarray(Math.max(0, before.length - this.#longest + 1));
    const start = before.length - tail.length;
    const joined = Buffer.concat([tail, after.subarray(0, this.#longest - 1)]);
    const over = this.in(joined).filter(([from, to]) => from < tail.length && to > tail.length);
    return {
      before: over.map(([from]) => [start + from, before.length]),
      after: over.map(([, to]) => [0, to - tail.length]),
    };
  }
}

/** The payload without what stands in the ranges. */
export function blanked(bytes: Uint8Array, ranges: readonly Range[]): Uint8Array {
  const kept = Uint8Array.from(bytes);
  for (const [from, to] of ranges) kept.fill(BLANK, from, to);
  return kept;
}
