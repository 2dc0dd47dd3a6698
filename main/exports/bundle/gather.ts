/** Gathers the events of a bundle: those of the selected sessions, and those of their logs that are needed to judge them. */
import type { ArchiveReader } from '../../../gateway/archive/archive.ts';
import type { SessionRow } from '../../../shared/api/session.ts';
import type { Event } from '../../../shared/recording/event.ts';
import { CommandError } from '../../failure.ts';
import { readSession, unreadable } from '../../session-events.ts';
import type { Source } from '../pieces.ts';
import { bodiesIn, type Body } from './bodies.ts';
import type { GatheredEvents } from './gathered-events.ts';

/** A session as the manifest names it. */
export interface GatheredSession {
  readonly id: string;
  readonly log: string;
  readonly events: number;
  readonly outcome: string;
}

/** Payloads that are gone, by log (hex): `<index>/<field>`. */
export type Redacted = Map<string, Set<string>>;

/** What sessions need of their logs. */
export interface Needs {
  /** Sessions of which payloads are gone, by {@link nameOf}. */
  readonly lacking: Set<string>;
  /** SHA-256 of policies that were in force, hex. */
  readonly policies: Set<string>;
  readonly redacted: Redacted;
}

/** Gathers one session's events; null for one of which nothing is recorded yet. */
export async function gatherSession(
  archive: Source,
  row: SessionRow,
  events: GatheredEvents,
  needs: Needs,
): Promise<GatheredSession | null> {
  let log = '';
  let count = 0;
  for await (const body of readSession(archive, row.id, bodiesIn, ({ stored }) => stored.event.sequence)) {
    log = Buffer.from(body.stored.event.log).toString('hex');
    if (body.stored.event.sequence !== count) throw notWhole(row.id, count);
    count++;
    note(body, log, needs);
    await events.add(log, body.stored.event.index, body.bytes);
  }
  return count === 0 ? null : { id: row.id, log, events: count, outcome: row.outcome };
}

/** A bundle holds whole sessions: with a part of one nobody could tell what was left out. */
function notWhole(id: string, sequence: number): CommandError {
  const what = `event ${sequence} of session ${id} is in none of the volumes that are here`;
  return new CommandError('NO_PROOF', `${what}: bring its volume back, or leave the session out`);
}

function note(
  { stored: { event, payloads, redactions } }: Body,
  log: string,
  { policies, redacted, lacking }: Needs,
): void {
  if (event.kind === 'policyApplied') policies.add(Buffer.from(event.fields.hash).toString('hex'));
  for (const [field, value] of Object.entries(payloads)) {
    if (value !== null && redactions?.[field] === undefined) continue;
    if (!redacted.has(log)) redacted.set(log, new Set());
    redacted.get(log)?.add(`${event.index}/${field}`);
    if (event.session !== null) lacking.add(nameOf(log, event.session));
  }
}

/** A key that a log says it is signed with from an event on. */
export interface NamedKey {
  /** Hex. */
  readonly log: string;
  readonly index: number;
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** Whether there was another before. */
  readonly replaces: boolean;
}

/** Gathers what is needed of the logs themselves; gives the keys that these name. */
export async function gatherLogs(
  archive: Pick<ArchiveReader, 'logs' | 'logSegments' | 'logSegment'>,
  events: GatheredEvents,
  needs: Needs,
): Promise<NamedKey[]> {
  const own = new Set(events.logs);
  const keys: NamedKey[] = [];
  for (const { log } of await archive.logs()) {
    // Of a closed log, what was taken out is told by another; whether that one has anything to tell is known when it was read.
    if (!own.has(log) && needs.redacted.size === 0) continue;
    const found = await neededOf(archive, log, needs);
    if (!own.has(log) && ![...found.values()].some(({ redacts }) => redacts)) continue;
    for (const [index, { bytes, key }] of found) {
      if (key !== null) keys.push(key);
      await events.add(log, index, bytes);
    }
  }
  return keys;
}

interface Needed {
  readonly bytes: Uint8Array;
  readonly key: NamedKey | null;
  readonly redacts: boolean;
}

/** By index: a segment that was merged while it was read gives events twice. */
async function neededOf(
  archive: Pick<ArchiveReader, 'logSegments' | 'logSegment'>,
  log: string,
  needs: Needs,
): Promise<ReadonlyMap<number, Needed>> {
  const found = new Map<number, Needed>();
  for (const segment of await archive.logSegments(log)) {
    const packed = await archive.logSegment(log, segment);
    if (packed === null) continue;
    try {
      for (const body of bodiesIn(packed)) {
        const { event } = body.stored;
        if (!isNeeded(event, needs)) continue;
        found.set(event.index, {
          bytes: body.bytes,
          key: keyOf(event, log),
          redacts: event.kind === 'redacted' || event.kind === 'keysDestroyed',
        });
      }
    } catch (cause) {
      throw unreadable(cause, `segment ${segment.number} of log ${log}`);
    }
  }
  return found;
}

/** The event is a view of its segment, which is not to be kept. */
function keyOf(event: Event, log: string): NamedKey | null {
  if (event.kind !== 'signingKey') return null;
  const { key, previous } = event.fields;
  return { log, index: event.index, key: Uint8Array.from(key), replaces: previous !== null };
}

function nameOf(log: string, session: Uint8Array): string {
  return `${log} ${Buffer.from(session).toString('hex')}`;
}

function isNeeded(event: Event, { policies, redacted, lacking }: Needs): boolean {
  switch (event.kind) {
    case 'signingKey':
      return true;
    case 'policyLoaded':
      return policies.has(Buffer.from(event.fields.hash).toString('hex'));
    case 'redacted': {
      const log = Buffer.from(event.fields.log).toString('hex');
      return redacted.get(log)?.has(`${event.fields.event}/${event.fields.field}`) ?? false;
    }
    case 'keysDestroyed': {
      const { log, session } = event.fields;
      return session !== null && lacking.has(nameOf(Buffer.from(log).toString('hex'), session));
    }
    default:
      return false;
  }
}
