/** An archive that is about to be sent, and how it is changed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { Dice } from '../torture/dice.ts';
import { pick } from './weird-events.ts';

export interface Mutated {
  /** The folder that is sent. */
  readonly folder: string;
  /** Its volumes. */
  readonly volumes: readonly string[];
  readonly dice: Dice;
}

export interface Mutation {
  readonly name: string;
  /** Whether it is signed with the key that is trusted: then anything may be shown as verified. */
  readonly trusted?: boolean;
  readonly mutate: (mutated: Mutated) => void;
}

/** One of its volumes. */
export function volume({ volumes, dice }: Mutated): string {
  return pick(dice, volumes);
}

/** Changes the bytes of a volume. */
export function edit(mutated: Mutated, change: (file: Buffer) => unknown): void {
  const path = volume(mutated);
  const file = readFileSync(path);
  change(file);
  writeFileSync(path, file);
}

/** Flips bits, from a place on. */
export function flip(file: Buffer, dice: Dice, times: number, from = 0): void {
  for (let i = 0; i < times; i++) {
    const at = Math.max(from, 0) + dice.below(file.length - Math.max(from, 0));
    file[at] = (file[at] as number) ^ (1 << dice.below(8));
  }
}

/** Changes a volume by SQL. */
export function sql(mutated: Mutated, change: (db: Database.Database) => void): void {
  const db = new Database(volume(mutated));
  try {
    db.pragma('synchronous = OFF');
    change(db);
    db.pragma('journal_mode = DELETE');
  } finally {
    db.close();
  }
}

/** Some tables take no such row; then the archive stays as it is. */
export function attempt(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!(error instanceof Database.SqliteError) && !(error instanceof TypeError)) throw error;
  }
}

/** The row ids of one row, by chance. */
export function someRow(table: string): string {
  return `SELECT rowid FROM "${table}" ORDER BY random() LIMIT 1`;
}

/** Where a link leads that is sent in the place of a volume. */
export function placeOfLinks(folder: string): string {
  return join(dirname(folder), 'linked.audit');
}
