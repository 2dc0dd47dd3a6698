/**
 * Legal holds on what a filter matches, in whatever volume and store it is: `legal-holds` in the archive's folder, a JSON object a line.
 * A line places a hold or lifts one; nothing is ever taken out, so that the file tells who held what, and why, and until when.
 */
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'legal-holds';

/** Who did something about a hold, when (ISO 8601) and why. */
export interface HoldWord {
  readonly time: string;
  readonly by: string;
  readonly reason: string;
}

/** One hold. */
export interface LegalHold extends HoldWord {
  readonly id: string;
  /** What is held: all that it matches, what comes later included. Empty: everything. */
  readonly filter: string;
  /** Null while it holds. */
  readonly lifted: HoldWord | null;
}

/** All that ever were, oldest first. Throws Error where the file cannot be read: then nobody knows, and all must be kept. */
export function legalHolds(folder: string): LegalHold[] {
  const file = join(folder, FILE);
  if (!existsSync(file)) return [];
  const holds = new Map<string, LegalHold>();
  for (const [number, text] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (text.trim() === '') continue;
    const line = lineIn(text);
    const before = line && holds.get(line.id);
    if (line === null || (line.filter === null && before === undefined))
      throw new Error(`${file} is damaged in line ${number + 1}; mend it by hand`);
    const { id, time, by, reason, filter } = line;
    if (filter !== null) holds.set(id, { id, time, by, reason, filter, lifted: null });
    else if (before?.lifted === null) holds.set(id, { ...before, lifted: { time, by, reason } });
  }
  return [...holds.values()];
}

/** Those that hold. Throws as {@link legalHolds}. */
export function activeHolds(folder: string): LegalHold[] {
  return legalHolds(folder).filter(({ lifted }) => lifted === null);
}

/** A hold that holds once this returns. */
export function placeLegalHold(folder: string, filter: string, word: HoldWord): LegalHold {
  const id = randomBytes(6).toString('hex');
  write(folder, { action: 'hold', id, ...word, filter });
  return { id, ...word, filter, lifted: null };
}

/** Lifts a hold; null where none of this id holds. */
export function liftLegalHold(folder: string, id: string, word: HoldWord): LegalHold | null {
  const hold = activeHolds(folder).find((one) => one.id === id);
  if (hold === undefined) return null;
  write(folder, { action: 'release', id, ...word });
  return { ...hold, lifted: word };
}

interface Line extends HoldWord {
  readonly id: string;
  /** Null: the hold is lifted. */
  readonly filter: string | null;
}

function write(folder: string, line: object): void {
  appendFileSync(join(folder, FILE), `${JSON.stringify(line)}\n`, { mode: 0o600, flush: true });
}

function lineIn(text: string): Line | null {
  try {
    const { action, id, time, by, reason, filter } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const isHold = action === 'hold' && typeof filter === 'string';
    if (!isHold && action !== 'release') return null;
    if (![id, time, by, reason].every((word) => typeof word === 'string')) return null;
    return {
      id: String(id),
      time: String(time),
      by: String(by),
      reason: String(reason),
      filter: isHold ? filter : null,
    };
  } catch {
    return null;
  }
}
