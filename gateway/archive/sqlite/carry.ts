/**
 * What the next volume repeats of the sessions that go on in it, with proof that it is in the tree of the events before it: so
 * that every volume can be read and verified alone.
 */
import type Database from 'better-sqlite3';
import {
  HASH_BYTES,
  inclusionProof,
  subtreesOf,
  type Subtree,
  type SubtreeHash,
} from '../../../shared/recording/tree.ts';
import { sha256 } from '../ed25519.ts';
import type { CarriedEvent } from './carried-rows.ts';
import { SessionEvents, type SessionKey } from './session-events.ts';
import { SessionMemory } from '../fold/session-memory.ts';
import { TreeReader } from './tree-reader.ts';
import type { VolumeRow } from './volume-row.ts';

/** What is to be repeated of a sealed volume's sessions. `memories`: of those that are in memory, by their row's id. */
export function carriedFrom(
  db: Database.Database,
  { first, next }: Pick<VolumeRow, 'first' | 'next'>,
  memories: ReadonlyMap<number, SessionMemory>,
): CarriedEvent[] {
  const reader = new TreeReader([{ first, db: () => db }]);
  const events = new SessionEvents(db);
  const sessions = db
    .prepare<[], SessionKey>(`SELECT id, sid FROM session WHERE outcome = 'continued' ORDER BY id`)
    .all();
  const found = sessions.flatMap((session) => {
    const kept = (memories.get(session.id) ?? recalled(events, session)).kept();
    const before = new Map(events.carriedOf(session.sid).map((row) => [row.event.index, row.path]));
    return Array.from(events.at(session, [...kept.keys()]), (raw) => ({
      raw,
      known: before.get(raw.event.index),
      open: kept.get(raw.event.sequence) === true,
    }));
  });
  reader.prepare([...found.map(({ raw }) => raw.event.index), next - 1]);
  return found
    .map(({ raw: { event, bytes, payloads }, known, open }): CarriedEvent => {
      const hashOf = known === undefined ? reader.hashOf : joined(event.index, first, known, reader.hashOf);
      const path = Buffer.concat(inclusionProof(sha256, event.index, next, hashOf));
      return { event, bytes, payloads, path, open };
    })
    .toSorted((a, b) => a.event.index - b.event.index);
}

/** A session's memory, made anew from its events. */
export function recalled(events: SessionEvents, session: SessionKey): SessionMemory {
  const memory = new SessionMemory();
  for (const { event, open } of events.of(session)) memory.note(event, open);
  return memory;
}

/**
 * An event that was repeated already lies in none of the volume's segments: what stands beside it in the tree of `size` leaves
 * is told by the path it came with, as far as that is perfect subtrees; the others are in the frontier.
 */
function joined(index: number, size: number, path: Uint8Array, others: SubtreeHash): SubtreeHash {
  const known = new Map<string, Uint8Array>();
  for (const [i, subtrees] of besideOf(index, size).entries()) {
    const [only] = subtrees;
    if (only !== undefined && subtrees.length === 1)
      known.set(nameOf(only), path.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
  }
  return (subtree) => known.get(nameOf(subtree)) ?? others(subtree);
}

/** The subtrees that each hash of an audit path is made of, from the leaf up (RFC 6962 §2.1.1). */
function besideOf(index: number, size: number): Subtree[][] {
  const beside: Subtree[][] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    let split = from + 1;
    while (from + (split - from) * 2 < to) split = from + (split - from) * 2;
    if (index < split) {
      beside.push(subtreesOf(split, to));
      to = split;
    } else {
      beside.push(subtreesOf(from, split));
      from = split;
    }
  }
  return beside.toReversed();
}

function nameOf({ height, number }: Subtree): string {
  return `${height}/${number}`;
}
