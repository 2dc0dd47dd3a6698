/** A row of the golden table: what an agent asks, and what policy and masking must make of it. */

/**
 * What comes of a row under the corpus' policy: it runs (`allowed`); one of its statements waits for a person, who lets it run
 * (`approved`) or not (`held`); or one is refused (`denied`).
 */
export type Verdict = 'allowed' | 'approved' | 'held' | 'denied';

export interface Row {
  readonly verdict: Verdict;
  /** One letter for each column of the last statement's result: `.` passes untouched, `#` is masked. Empty: no rows. */
  readonly columns: string;
  /** Statements, one after the other; the last one's answer is looked at. */
  readonly steps: readonly string[];
  /** Something besides rows would tell a secret on a direct connection: an error, a notice, a setting. */
  readonly tells: boolean;
  /** It changes something, so that it runs in a transaction that is rolled back. */
  readonly alters: boolean;
  /** Several statements in one text, or for another reason only as a simple Query. */
  readonly simple: boolean;
  /** Its answer is another one each time it is asked: values that pass are not compared. */
  readonly moving: boolean;
  /** As a COPY it is refused: nobody can tell its columns. */
  readonly uncopied: boolean;
}

type Options = Partial<Pick<Row, 'tells' | 'alters' | 'simple' | 'moving' | 'uncopied'>>;

const PLAIN = { tells: false, alters: false, simple: false, moving: false, uncopied: false };

/** It runs, and this is what its columns become. */
export function runs(columns: string, steps: string | readonly string[], options: Options = {}): Row {
  return { ...PLAIN, verdict: 'allowed', columns, steps: [steps].flat(), ...options };
}

/** It runs and gives no rows, but would tell a secret otherwise. */
export function tells(steps: string | readonly string[], options: Options = {}): Row {
  return runs('', steps, { tells: true, ...options });
}

/** It runs, but not as a COPY. */
export function uncopied(columns: string, steps: string | readonly string[], options: Options = {}): Row {
  return runs(columns, steps, { uncopied: true, ...options });
}

/** It runs code that nobody can see, so somebody must let it; its answer is masked all the same. */
export function approved(columns: string, steps: string | readonly string[], options: Options = {}): Row {
  return {
    ...runs(columns, steps, { tells: columns === '', uncopied: true, ...options }),
    verdict: 'approved',
  };
}

/** It would put a secret where it can be read again, so somebody must look at it first. */
export function held(steps: string | readonly string[], options: Options = {}): Row {
  return { ...runs('', steps, { alters: true, ...options }), verdict: 'held' };
}

/** It would send a secret where nobody could tell who reads it, so it is refused. */
export function denied(steps: string | readonly string[], options: Options = {}): Row {
  return { ...runs('', steps, { alters: true, ...options }), verdict: 'denied' };
}

/** As one line, for a test's name and the golden table. */
export function lineOf({ verdict, columns, steps }: Row): string {
  return `${verdict.padEnd(8)} ${columns.padEnd(6)} ${steps.join(' ; ').replaceAll(/\s+/g, ' ')}`;
}
