/** Counts what became of every line of an imported file, so that none is lost without a word. */

/** A line that could not be read, and why. Kept in the archive as a `sourceEntry` with that problem. */
export interface Malformed {
  /** From 1. */
  readonly line: number;
  readonly problem: string;
}

/** So many malformed lines are listed; all are counted, and all are in the archive. */
const LISTED = 1_000;

export class Tally {
  /** Lines accounted for, blank ones included. */
  lines = 0;
  blank = 0;
  /** Entries of the file, each of one line or more. */
  entries = 0;
  /** Entries of no session: what the server's own processes wrote, comments, headers. */
  apart = 0;
  statements = 0;
  /** Entries that could not be read. */
  malformed = 0;
  readonly listed: Malformed[] = [];

  /** An entry of so many lines. */
  entry(lines: number): void {
    this.entries++;
    this.lines += lines;
  }

  /** Lines with nothing in them. */
  empty(lines: number): void {
    this.blank += lines;
    this.lines += lines;
  }

  /** An entry, counted already, that could not be read. */
  problem(line: number, problem: string): void {
    this.malformed++;
    if (this.listed.length < LISTED) this.listed.push({ line, problem });
  }
}
