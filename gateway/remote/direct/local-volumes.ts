/**
 * What of a store is on hand here: sessions as they were folded into volumes, in a folder that any reader of archives opens. Each
 * session lies whole in one volume, its home, up to where its log was followed; a volume takes events in the order of its log alone, so
 * that a session which began earlier than what its log's newest volume has gets a home of its own.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { FactsOf } from '../../archive/archive.ts';
import { ChosenVolume } from '../../archive/sqlite/chosen-volume.ts';
import type { RawEvent } from '../../archive/sqlite/raw-events.ts';
import { volumeFileName } from '../../archive/sqlite/volume-files.ts';

/** Events that are taken at once: some tens of ms. */
const AT_ONCE = 250;

/** Where volumes are made, until they are whole: beside the folder, which holds nothing else. */
const MAKING = 'making';

const SUFFIX = '.audit';

/** A volume that has grown so far, bytes, takes no further sessions. */
const FULL_BYTES = 256 << 20;

interface Home {
  readonly path: string;
  isLive: boolean;
}

export class LocalVolumes {
  readonly folder: string;
  readonly #making: string;
  readonly #factsOf: FactsOf;
  /** By log (hex), then session (hex). */
  readonly #homes = new Map<string, Map<string, Home>>();
  /** How far each volume goes in its log, by path. */
  readonly #ends = new Map<string, number>();
  /** Those that are written, by path. */
  readonly #open = new Map<string, ChosenVolume>();

  /** Goes on with what is there. Throws ArchiveError. */
  constructor(folder: string, factsOf: FactsOf) {
    this.folder = folder;
    this.#factsOf = factsOf;
    this.#making = join(dirname(folder), MAKING);
    rmSync(this.#making, { recursive: true, force: true });
    for (const made of [folder, this.#making]) mkdirSync(made, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder)) if (name.endsWith(SUFFIX)) this.#adopt(join(folder, name));
  }

  /** Whether a session (hex) of a log (hex) is on hand. */
  has(log: string, session: string): boolean {
    return this.#homesOf(log).has(session);
  }

  /** Sessions on hand that may go on. */
  live(log: string): string[] {
    return [...this.#homesOf(log)].flatMap(([session, { isLive }]) => (isLive ? [session] : []));
  }

  /** Bytes of all. */
  get bytes(): number {
    return readdirSync(this.folder).reduce(
      (sum, name) => sum + (statSync(join(this.folder, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  }

  /** Takes events of sessions that are on hand, and of the log itself, in the order of the log; all others are passed over. */
  async goOn(log: string, events: readonly RawEvent[]): Promise<void> {
    const homes = this.#homesOf(log);
    const touched = new Set<ChosenVolume>();
    const take = (path: string, raw: RawEvent) => {
      const volume = this.#writing(path);
      volume.take(raw);
      touched.add(volume);
    };
    for (const [i, raw] of events.entries()) {
      if (i % AT_ONCE === 0) await setImmediate();
      const { session, kind } = raw.event;
      const home = session === null ? undefined : homes.get(hex(session));
      if (home !== undefined) take(home.path, raw);
      // Whatever was live in any volume has ended with the run before.
      else if (session === null && (kind === 'logOpened' || kind === 'recovered'))
        for (const path of this.#withLive(log)) take(path, raw);
    }
    for (const volume of touched) await volume.commit();
    for (const [path, volume] of this.#open) if (touched.has(volume)) this.#note(path, volume);
  }

  /** Takes new sessions, whole as they are by now, in the order of the log; what is the log's own among their events too. */
  async add(log: string, events: readonly RawEvent[]): Promise<void> {
    const [first] = events;
    if (first === undefined) return;
    const newest = this.#newestOf(log);
    if (newest !== null && (this.#ends.get(newest) ?? Infinity) <= first.event.index && !isFull(newest)) {
      const volume = this.#writing(newest);
      await takeAll(volume, events);
      return this.#note(newest, volume);
    }
    // No volume is made for what is the log's own alone, and none in the place of another.
    const sessions = events.filter(({ event }) => event.session !== null);
    if (sessions.length === 0) return;
    const isTaken = existsSync(join(this.folder, nameOf(log, events)));
    await this.#make(log, isTaken ? sessions : events);
  }

  async #make(log: string, events: readonly RawEvent[]): Promise<void> {
    const name = nameOf(log, events);
    const making = join(this.#making, name);
    const volume = new ChosenVolume(making, startOf(name), this.#factsOf);
    try {
      await takeAll(volume, events);
    } finally {
      volume.close();
    }
    renameSync(making, join(this.folder, name));
    this.#adopt(join(this.folder, name));
  }

  /** Lets go of all of a log (hex). */
  drop(log: string): void {
    for (const path of this.#ends.keys()) if (logOf(path) === log) this.#remove(path);
  }

  /** Lets go of volumes that were made first until all are no more than so many bytes; returns the logs that lost some. */
  shrink(bytes: number): string[] {
    const lost = new Set<string>();
    const names = readdirSync(this.folder).filter((name) => name.endsWith(SUFFIX));
    const oldest = names
      .map((name) => ({ name, made: statSync(join(this.folder, name)).birthtimeMs }))
      .toSorted((a, b) => a.made - b.made);
    for (const { name } of oldest) {
      if (this.bytes <= bytes) break;
      const path = join(this.folder, name);
      this.#remove(path);
      lost.add(logOf(path));
    }
    return [...lost];
  }

  close(): void {
    for (const volume of this.#open.values()) volume.close();
    this.#open.clear();
  }

  #remove(path: string): void {
    this.#ends.delete(path);
    this.#open.get(path)?.close();
    this.#open.delete(path);
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
    const homes = this.#homesOf(logOf(path));
    for (const [session, home] of homes) if (home.path === path) homes.delete(session);
  }

  #adopt(path: string): void {
    const volume = this.#writing(path);
    this.#note(path, volume);
    volume.close();
    this.#open.delete(path);
  }

  #note(path: string, volume: ChosenVolume): void {
    const homes = this.#homesOf(logOf(path));
    this.#ends.set(path, volume.next);
    for (const { id, isLive } of volume.sessions()) homes.set(id, { path, isLive });
  }

  #writing(path: string): ChosenVolume {
    const open = this.#open.get(path) ?? new ChosenVolume(path, startOf(path), this.#factsOf);
    this.#open.set(path, open);
    return open;
  }

  #homesOf(log: string): Map<string, Home> {
    const homes = this.#homes.get(log) ?? new Map<string, Home>();
    this.#homes.set(log, homes);
    return homes;
  }

  #withLive(log: string): Set<string> {
    return new Set([...this.#homesOf(log).values()].flatMap(({ path, isLive }) => (isLive ? [path] : [])));
  }

  /** The one that goes furthest. */
  #newestOf(log: string): string | null {
    let newest: string | null = null;
    for (const [path, end] of this.#ends)
      if (logOf(path) === log && end > (newest === null ? -1 : (this.#ends.get(newest) ?? -1))) newest = path;
    return newest;
  }
}

/** As volumes are called: by log and first event. */
function nameOf(log: string, [first]: readonly RawEvent[]): string {
  return volumeFileName(Buffer.from(log, 'hex'), first?.event.index ?? 0);
}

function startOf(path: string): { readonly log: Uint8Array; readonly first: number } {
  const name = basename(path, SUFFIX);
  return { log: Buffer.from(logOf(path), 'hex'), first: Number(name.slice(LOG_DIGITS + 1)) };
}

function logOf(path: string): string {
  return basename(path).slice(0, LOG_DIGITS);
}

const LOG_DIGITS = 32;

/** Takes them a few at a time: who asks how it goes is answered meanwhile. */
async function takeAll(volume: ChosenVolume, events: readonly RawEvent[]): Promise<void> {
  for (const [i, raw] of events.entries()) {
    if (i % AT_ONCE === 0) await setImmediate();
    volume.take(raw);
  }
  await volume.commit();
}

function isFull(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) >= FULL_BYTES;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
