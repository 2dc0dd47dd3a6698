/** The log beside closed ones that tells what was taken out of them (docs/format.md §7): each run of it is opened and closed again. */
import { randomBytes } from 'node:crypto';
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EventInput, EventKind } from '../../../shared/recording/event.ts';
import { readBody } from '../../../shared/recording/record.ts';
import { sameHash } from '../../../shared/recording/tree.ts';
import type { FactsOf } from '../archive.ts';
import { encodeBody } from '../event-body.ts';
import { syncFolder } from '../key-file.ts';
import type { LoggedRedaction } from '../redaction.ts';
import { eventsOf, type ListedVolume, listVolumes, withVolume } from './archive-events.ts';
import type { LogKeys } from './log-signer.ts';
import { bodyOf } from './raw-events.ts';
import { openSqliteWriter } from './writer.ts';

/** What stands for durability in the first event of such a log. */
const DURABILITY = 'redactions';

/** Where it is begun, in the archive's folder. */
const ASIDE = '.redacting';

interface RedactionLog {
  readonly log: Uint8Array;
  /** How often it was opened. */
  readonly boots: number;
  readonly next: number;
  /** All that it tells of, in order. */
  readonly redactions: readonly LoggedRedaction[];
}

/** Tells of redactions, in the folder's log of that key or a new one; they are on disk when this returns. Throws {@link ArchiveError}. */
export function tellRedactions(
  folder: string,
  redactions: readonly LoggedRedaction[],
  {
    factsOf,
    keys,
    software,
  }: { readonly factsOf: FactsOf; readonly keys: LogKeys; readonly software: string },
): void {
  const { publicKey } = keys.signer;
  removeAside(folder);
  const found = redactionLogs(folder, publicKey)[0];
  const { log, boots, next } = found ?? { log: randomBytes(16), boots: 0, next: 0 };
  const now = () => Date.now() * 1000;
  // Of a log that begins nothing may be seen before all of it is there.
  const path = found === undefined ? join(folder, ASIDE) : folder;
  const writer = openSqliteWriter({ path, factsOf, signer: keys.signer, now });
  try {
    let index = next;
    const begun = process.hrtime.bigint();
    const tell = <K extends EventKind>(kind: K, fields: EventInput<K>, time = now()) => {
      const monotonic = Number(process.hrtime.bigint() - begun);
      writer.append(
        encodeBody(kind, fields, { log, index: index++, session: null, sequence: 0, time, monotonic }),
      );
    };
    tell('logOpened', { software, boot: boots + 1, durability: DURABILITY });
    if (boots === 0) tell('signingKey', { key: publicKey, previous: null, reason: 'redaction' });
    for (const { log: of, index: event, field, length, by, reason, remainder, time } of redactions)
      tell('redacted', { log: Buffer.from(of, 'hex'), event, field, length, by, reason, remainder }, time);
    tell('logClosed', { sessions: 0 });
    writer.commit();
  } finally {
    writer.close();
  }
  if (path === folder) return;
  for (const name of readdirSync(path)) renameSync(join(path, name), join(folder, name));
  syncFolder(folder);
  removeAside(folder);
}

function removeAside(folder: string): void {
  rmSync(join(folder, ASIDE), { recursive: true, force: true });
}

/** The latest redaction of each payload that the folder's logs of that key tell of: what must be done, if it is not yet. */
export function toldRedactions(folder: string, publicKey: Uint8Array): LoggedRedaction[] {
  const latest = new Map<string, LoggedRedaction>();
  for (const { redactions } of redactionLogs(folder, publicKey))
    for (const told of redactions) latest.set(`${told.log} ${told.index} ${told.field}`, told);
  return [...latest.values()];
}

function redactionLogs(folder: string, publicKey: Uint8Array): RedactionLog[] {
  const volumes = Map.groupBy(listVolumes(folder), ({ log }) => log);
  return [...volumes.values()].map((own) => redactionLog(own, publicKey)).filter((log) => log !== null);
}

/** Null for any other log. */
function redactionLog(
  [volume, ...others]: readonly ListedVolume[],
  publicKey: Uint8Array,
): RedactionLog | null {
  if (volume === undefined || volume.first > 0 || others.length > 0) return null;
  return withVolume(volume.path, (db) => {
    const [opening] = eventsOf(db, { session: null, index: 0 });
    if (opening?.event.kind !== 'logOpened' || opening.event.fields.durability !== DURABILITY) return null;
    const redactions: LoggedRedaction[] = [];
    let boots = 0;
    let isOurs = false;
    for (const raw of eventsOf(db)) {
      const { event, payloads } = readBody(bodyOf(raw));
      if (event.kind === 'logOpened') boots++;
      if (event.kind === 'signingKey') isOurs = sameHash(event.fields.key, publicKey);
      if (event.kind !== 'redacted') continue;
      const { log, event: index, field, length, by, reason } = event.fields;
      const remainder = payloads['remainder'] ?? null;
      const of = Buffer.from(log).toString('hex');
      redactions.push({ log: of, index, field, length, time: event.time, by, reason, remainder });
    }
    return isOurs ? { log: Buffer.from(volume.log, 'hex'), boots, next: volume.next, redactions } : null;
  });
}
