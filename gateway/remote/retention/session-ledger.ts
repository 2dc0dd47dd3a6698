/**
 * Which sessions a log's bundles hold, on which connections, and until when: read from the store, bundle by bundle, and kept in a file. Only
 * a chain of manifests that ends with one of the gateway's own signature is believed: what expires is gone for good.
 */
import { readFileSync } from 'node:fs';
import type { AskedSession } from '../../../shared/filter/asked.ts';
import { originOf } from '../../../shared/recording/checkpoint.ts';
import type { Event } from '../../../shared/recording/event.ts';
import type { StoredEvent } from '../../../shared/recording/record.ts';
import { shippedKey, type ReadShipped, type ShippedBundle } from '../../../shared/remote/manifest.ts';
import { ArchiveError } from '../../archive/archive.ts';
import { replaceFile } from '../../archive/sqlite/replace-file.ts';
import { LogKeys } from '../../archive/sqlite/verify/log-keys.ts';
import { digestOf, fetchDirectory, fetchSegment, readShipped } from '../bundles.ts';
import { lastManifest } from '../find-manifest.ts';
import type { KeySource } from '../keys/key-source.ts';
import type { ObjectStore } from '../object-store.ts';
import type { LegalMark } from './legal-marks.ts';

/** Manifests read at a time: what follows is read the next time. */
const MANIFESTS = 200;

/** What is known of a session. */
export interface LedgerSession {
  /** Null where its beginning was never seen. */
  readonly asked: AskedSession | null;
  /** µs, of its newest event. */
  readonly last: number;
  /** Its values were taken back. */
  readonly gone: boolean;
}

interface Kept {
  /** The manifest to be read next, and what it must name as the one before. */
  readonly next: number;
  readonly digest: string | null;
  readonly sessions: Readonly<Record<string, LedgerSession>>;
  /** Manifests below have no bundles any more. */
  readonly removed: number;
  /** By hold. */
  readonly marks: Readonly<Record<string, LegalMark>>;
}

const NOTHING: Kept = { next: 0, digest: null, sessions: {}, removed: 0, marks: {} };

export interface LedgerOptions {
  readonly path: string;
  readonly store: ObjectStore;
  /** Hex. */
  readonly log: string;
  readonly keySource: KeySource;
  /** Keys that may have signed the newest manifest, 32 bytes each. */
  readonly own: () => readonly Uint8Array[];
}

export class SessionLedger {
  readonly #options: LedgerOptions;
  #next: number;
  #digest: string | null;
  readonly sessions: Map<string, LedgerSession>;
  removed: number;
  /** What legal holds marked in the store, by hold. */
  readonly marks: Map<string, LegalMark>;

  constructor(options: LedgerOptions) {
    this.#options = options;
    const kept = read(options.path);
    this.#next = kept.next;
    this.#digest = kept.digest;
    this.removed = kept.removed;
    this.sessions = new Map(Object.entries(kept.sessions));
    this.marks = new Map(Object.entries(kept.marks));
  }

  /** Reads on; resolves to whether everything was read that there is, and is the gateway's own. Rejects with ArchiveError. */
  async update(): Promise<boolean> {
    const { store, log } = this.#options;
    const last = await lastManifest(store, log, this.#next - 1);
    if (last === null) return false;
    const until = Math.min(last, this.#next + MANIFESTS - 1);
    for (; this.#next <= until; this.#next++) {
      const manifest = await readShipped(store, log, shippedKey(log, this.#next));
      if (manifest.previous !== this.#digest)
        throw this.#broken(manifest.number, 'names another one before it');
      for (const bundle of manifest.bundles) await this.#take(bundle);
      this.#digest = digestOf(manifest.text);
    }
    this.save();
    return until === last && this.#isOwn(await readShipped(store, log, shippedKey(log, last)));
  }

  save(): void {
    const kept: Kept = {
      next: this.#next,
      digest: this.#digest,
      sessions: Object.fromEntries(this.sessions),
      removed: this.removed,
      marks: Object.fromEntries(this.marks),
    };
    replaceFile(this.#options.path, JSON.stringify(kept));
  }

  /** The values of a session were taken back. */
  take(id: string): void {
    const session = this.sessions.get(id);
    if (session !== undefined) this.sessions.set(id, { ...session, gone: true });
  }

  async #take(bundle: ShippedBundle): Promise<void> {
    const { store, keySource } = this.#options;
    const directory = await fetchDirectory(store, bundle, keySource).catch((error: unknown) => {
      // A ledger that is begun anew finds bundles that were removed before.
      if (error instanceof ArchiveError && error.code === 'NOT_FOUND') return null;
      throw error;
    });
    for (const segment of directory?.segments ?? []) {
      const { session } = segment;
      if (session === null || directory === null) continue;
      const known = this.sessions.get(session);
      const asked =
        known?.asked ??
        (segment.firstSequence > 0
          ? null
          : askedOf(session, await fetchSegment(store, bundle, directory, segment, keySource)));
      // Whoever goes on after values were taken back has values again.
      this.sessions.set(session, { asked, last: Math.max(known?.last ?? 0, bundle.to), gone: false });
    }
  }

  #isOwn({ note, number, text }: ReadShipped): boolean {
    const { log, own } = this.#options;
    if (digestOf(text) !== this.#digest) throw this.#broken(number, 'is another than a moment ago');
    const { bad, trusted } = new LogKeys(originOf(Buffer.from(log, 'hex')), [...own()]).signed(note);
    if (bad || !trusted) throw this.#broken(number, 'is not signed with this gateway’s key');
    return true;
  }

  #broken(number: number, what: string): ArchiveError {
    const { store, log } = this.#options;
    return new ArchiveError(
      'DAMAGED',
      `${store.named(shippedKey(log, number))} ${what}: nothing expires there until auditorium verify tells what happened`,
    );
  }
}

/** Who it was, as far as its first events say. */
function askedOf(id: string, events: readonly StoredEvent[]): AskedSession | null {
  const [opened] = events;
  if (opened?.event.kind !== 'sessionOpened') return null;
  const { connection, user, applicationName: application, clientAddress: address } = opened.event.fields;
  const asked: AskedSession = {
    id,
    token: null,
    job: null,
    mismatch: false,
    connection,
    users: [user],
    address,
    application,
    outcome: 'live',
    started: opened.event.time,
    ended: null,
  };
  for (const { event } of events) Object.assign(asked, toldBy(event, asked));
  return asked;
}

/** What an event says of who it is. */
function toldBy(event: Event, { users }: AskedSession): Partial<AskedSession> {
  switch (event.kind) {
    case 'identity': {
      const { issuer, subject, clientId: client, tokenId: jti, userId, groups } = event.fields;
      const fingerprint = Buffer.from(event.fields.fingerprint).toString('hex');
      return { token: { fingerprint, issuer, subject, client, jti, userId, groups } };
    }
    case 'ciContext': {
      const { provider, run, job, repository, provenance } = event.fields;
      return { job: { provider, run, job, repository, provenance } };
    }
    case 'ciMismatch':
      return { mismatch: true };
    case 'connected':
      return { users: [...users, event.fields.user] };
    default:
      return {};
  }
}

/** A file that cannot be read is begun anew: all of it stands in the store. */
function read(path: string): Kept {
  try {
    return { ...NOTHING, ...(JSON.parse(readFileSync(path, 'utf8')) as Partial<Kept>) };
  } catch {
    return NOTHING;
  }
}
