/** Makes volumes that can be shown from a bundle that somebody sent (docs/format.md §10): of its events what verified. */
import { join } from 'node:path';
import type { CutSession, ForeignStanding } from '../../../shared/api/foreign.ts';
import { decodeEvent, EventError } from '../../../shared/recording/codec.ts';
import type { Event } from '../../../shared/recording/event.ts';
import type { Finding } from '../../../shared/recording/verdict.ts';
import { ArchiveError, type FactsOf } from '../archive.ts';
import { type LeftOut, type OpeningProgress, standingOf } from '../foreign/opened.ts';
import { inRuns, lastOf } from '../sqlite/foreign/remake.ts';
import type { RemakeRequest } from '../sqlite/foreign/remake-archive.ts';
import { WholeSessions } from '../sqlite/foreign/whole-sessions.ts';
import { type RemadeOptions, RemadeVolume } from '../sqlite/remade-volume.ts';
import { MOST_FINDINGS } from '../sqlite/verify/findings.ts';
import { volumeFileName } from '../sqlite/volume-files.ts';
import { EVENTS, PROOF, PROOF_FORMAT } from './bundle-files.ts';
import { objectOf } from './bundle-manifest.ts';
import { type BundleSource, openBundle } from './bundle-source.ts';
import { type EventRecord, recordsIn } from './event-records.ts';
import { readJson, readWhole } from './read-entry.ts';
import { verifyBundle } from './verify-bundle.ts';
import { BundleError } from './zip-reader.ts';

/** Rejects with {@link ArchiveError}: DAMAGED where nothing can be shown, NEWER_VERSION, REFUSED. */
export async function remakeBundle(
  request: RemakeRequest,
  factsOf: FactsOf,
  onProgress: (progress: OpeningProgress) => void,
): Promise<ForeignStanding> {
  const { source: path, keys, anchors, called, target, most } = request;
  const report = await verifyBundle({ path, keys, anchors }, ({ bytes }) => {
    if (bytes > most)
      throw new ArchiveError(
        'REFUSED',
        `${called} is not opened: its events unpack to more than ${most} bytes, which no bundle of its size does`,
      );
    onProgress({ stage: 'verifying', done: bytes, of: null });
  });
  const unsupported = report.findings.find(({ verdict }) => verdict === 'UNSUPPORTED_VERSION');
  if (unsupported !== undefined)
    throw new ArchiveError('NEWER_VERSION', `${called} is of another version: ${unsupported.message}`);
  if (report.findings.length > MOST_FINDINGS)
    throw new ArchiveError('DAMAGED', `nothing of ${called} can be shown: too much is wrong with it`);
  const of = report.logs.reduce((sum, { events }) => sum + events, 0);
  let done = 0;
  const onEvents = (events: number) => onProgress({ stage: 'listing', done: (done += events), of });
  try {
    const source = await openBundle(path);
    try {
      const { taken, cut } = await remakeLogs(source, target, report.findings, { factsOf, onEvents });
      return standingOf(report, 'bundle', { events: of - taken, cut });
    } finally {
      await source.close();
    }
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    const why = report.findings.find(({ verdict }) => verdict === 'CORRUPT')?.message ?? cause.message;
    throw new ArchiveError('DAMAGED', `nothing of ${called} can be shown (${why}); ask for another copy`, {
      cause,
    });
  }
}

/** Returns how many events were taken, and which sessions are cut. */
async function remakeLogs(
  source: BundleSource,
  target: string,
  findings: readonly Finding[],
  options: RemadeOptions,
): Promise<{ readonly taken: number; readonly cut: LeftOut['cut'] }> {
  const notes = await redactionsOf(source);
  let current: LogVolume | null = null;
  let taken = 0;
  const cut: CutSession[] = [];
  try {
    for await (const record of recordsIn(source.read(EVENTS))) {
      const log = record.log.toString('hex');
      if (current?.log !== log) {
        taken += current?.finish() ?? 0;
        current = new LogVolume(record.log, target, { findings, redactions: notes(log), cut, options });
      }
      current.take(record);
    }
    taken += current?.finish() ?? 0;
    return { taken, cut };
  } finally {
    current?.close();
  }
}

interface LogOptions {
  readonly findings: readonly Finding[];
  readonly redactions: readonly { readonly idx: number; readonly field: string; readonly note: string }[];
  /** Takes the sessions of which a part is shown. */
  readonly cut: CutSession[];
  readonly options: RemadeOptions;
}

/** The volume of one log: it begins with event 0, and has gaps. */
class LogVolume {
  readonly log: string;
  readonly #volume: RemadeVolume;
  readonly #sessions: WholeSessions;
  readonly #damage: readonly Finding[];
  readonly #cut: CutSession[];
  #taken = 0;

  constructor(log: Buffer, target: string, { findings, redactions, cut, options }: LogOptions) {
    this.log = log.toString('hex');
    this.#cut = cut;
    const damage = findings.filter(({ verdict }) => verdict === 'CORRUPT');
    this.#damage = damage;
    this.#sessions = new WholeSessions(inRuns(damage, this.log), { carried: [], mayGoOn: false });
    const row = {
      log,
      number: 0,
      first: 0,
      last_time: 0,
      frontier: Buffer.alloc(0),
      opening: null,
      sealed: null,
    };
    const path = join(target, volumeFileName(log, 0));
    this.#volume = new RemadeVolume(path, { row, carried: [], redactions }, options);
  }

  take(record: EventRecord): void {
    const bytes = record.event.subarray(4);
    const event = readable(bytes);
    if (event === null || !this.#sessions.takes(event)) return;
    this.#volume.take({ event, bytes, payloads: record.payloads });
    this.#taken++;
  }

  /** Returns how many events it has. */
  finish(): number {
    this.#volume.finish({ over: true });
    this.#volume.unsign();
    this.#cut.push(...this.#sessions.cut(this.log, lastOf(this.#damage)));
    this.close();
    return this.#taken;
  }

  close(): void {
    this.#volume.close();
  }
}

/** The event; null where it is none: then its session ends before it. */
function readable(bytes: Uint8Array): Event | null {
  try {
    return decodeEvent(bytes);
  } catch (error) {
    if (error instanceof EventError) return null;
    throw error;
  }
}

/** The notes of proof.json about values that were taken out, by log. */
async function redactionsOf(source: BundleSource): Promise<(log: string) => LogOptions['redactions']> {
  const { logs } = readJson(await readWhole(source, PROOF), PROOF, PROOF_FORMAT);
  const said = Array.isArray(logs) ? logs.map(objectOf) : [];
  return (log) => {
    const redactions = said.find((one) => one['log'] === log)?.['redactions'];
    if (!Array.isArray(redactions)) return [];
    return redactions
      .map(objectOf)
      .flatMap(({ event, field, note }) =>
        Number.isSafeInteger(event) && typeof field === 'string' && typeof note === 'string'
          ? [{ idx: Number(event), field, note }]
          : [],
      );
  };
}

function isDamage(error: unknown): error is Error {
  return (
    error instanceof BundleError ||
    error instanceof EventError ||
    error instanceof RangeError ||
    (error instanceof ArchiveError && error.code === 'DAMAGED')
  );
}
