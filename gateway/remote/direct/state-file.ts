/** How far a store is on hand here, beside the volumes with what is: written after them, so that what it says is there. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { WithdrawnIndexRow } from '../index/rows.ts';
import type { Run } from './coverage.ts';

export interface LogState {
  /** Indexes of the events whose bundles were fetched whole. */
  readonly runs: readonly Run[];
  /** Sessions on hand are whole up to there. */
  readonly followed: number;
  /** Number of the newest manifest that was read. */
  readonly newest: number;
  /** Events by which all sessions ended that were live, base64. */
  readonly ends: readonly (readonly [event: string, payloads: string])[];
  /** Events, or sessions up to an event, whose values were taken out of the record. */
  readonly withdrawn: readonly WithdrawnIndexRow[];
  /** Sessions that are not on hand though a bundle of theirs is, and why. */
  readonly leftOut: Readonly<Record<string, 'long' | 'cut'>>;
}

const VERSION = 2;

/** By log (hex); empty where nothing was kept, or it cannot be read. */
export function readState(path: string): Map<string, LogState> {
  try {
    const read = JSON.parse(readFileSync(path, 'utf8')) as {
      version?: unknown;
      logs?: Record<string, LogState>;
    };
    return read.version === VERSION ? new Map(Object.entries(read.logs ?? {})) : new Map();
  } catch {
    return new Map();
  }
}

export function writeState(path: string, logs: ReadonlyMap<string, LogState>): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const written = `${path}.new`;
  writeFileSync(written, JSON.stringify({ version: VERSION, logs: Object.fromEntries(logs) }), {
    mode: 0o600,
  });
  renameSync(written, path);
}
