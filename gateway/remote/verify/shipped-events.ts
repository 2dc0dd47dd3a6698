/** Verifies the events of a log's bundles in their order: that each is whole, and that they make the tree that was signed. */
import { zstdDecompressSync } from 'node:zlib';
import { EVENTS, type Event } from '../../../shared/recording/event.ts';
import { fromBase64, toBase64 } from '../../../shared/recording/base64.ts';
import { headBytesOf, packedDirectoryIn, placesOf } from '../../../shared/remote/bundle.ts';
import type { ReadShipped, ShippedBundle } from '../../../shared/remote/manifest.ts';
import { ArchiveError } from '../../archive/archive.ts';
import { EventTree } from '../../archive/sqlite/verify/event-tree.ts';
import type { Findings, Place } from '../../archive/sqlite/verify/findings.ts';
import { LogLife } from '../../archive/sqlite/verify/log-life.ts';
import { LogOrder } from '../../archive/sqlite/verify/log-order.ts';
import { LEAF_WORDS, type Run } from '../../archive/sqlite/verify/segment-run.ts';
import { SegmentWalk } from '../../archive/sqlite/verify/segment-walk.ts';
import type { WholeArchive } from '../../archive/sqlite/verify/whole-archive.ts';
import { directoryOf } from '../bundles.ts';

/** Beyond the size that the directory says of a part nothing is unpacked; at most this. */
const MAX_PART_BYTES = 81 << 20;

const STATEMENTS: ReadonlySet<number> = new Set([EVENTS.statement.code, EVENTS.functionCall.code]);

export class ShippedEvents {
  readonly life: LogLife;
  readonly counts = { events: 0, statements: 0 };
  bytes = 0;
  readonly #findings: Findings;
  readonly #archive: WholeArchive;
  readonly #log: string;
  readonly #walk: SegmentWalk;
  #tree: EventTree | null = null;
  /** The bundle that is looked at. */
  #place: Place;

  constructor(log: string, findings: Findings, archive: WholeArchive) {
    this.#log = log;
    this.#findings = findings;
    this.#archive = archive;
    this.#place = { log };
    this.life = new LogLife(findings, log);
    this.#walk = new SegmentWalk(Buffer.from(log, 'hex'), {
      onWrong: (event, what) => this.#corrupt(what, event),
      onRedacted: ({ index }) => this.#corrupt('a payload is gone, which no bundle may lack', index),
      onVersion: (event) =>
        findings.add('UNSUPPORTED_VERSION', 'an event is of another version or kind', { log, event }),
      onUnreadable: (_, what) => this.#corrupt(`an event ${what}`),
    });
  }

  /** A manifest begins: its bundles go on from the tree that it says, which is that of what came before where that is here. */
  begin(manifest: ReadShipped): void {
    const opening = fromBase64(manifest.opening) ?? new Uint8Array();
    if (this.#tree?.size === manifest.first) return;
    if (this.#tree !== null || manifest.first > 0) this.life.missing();
    this.#tree = treeOf(manifest.first, opening);
    if (this.#tree === null)
      this.#corrupt(`the opening of manifest ${manifest.number} is none of ${manifest.first} events`);
  }

  /** The next bundle. */
  add(bundle: ShippedBundle, bytes: Uint8Array): void {
    this.#place = { log: this.#log, event: bundle.first, lastEvent: bundle.next - 1 };
    try {
      this.#add(bundle, bytes);
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      this.#corrupt(error.message);
      this.#tree = null;
    }
  }

  /** A bundle that cannot be had: what it held is not judged, and the tree goes on behind the manifest. */
  pass(): void {
    this.life.missing();
    this.#tree = null;
  }

  /** The manifest's bundles are over. */
  end(manifest: ReadShipped): void {
    if (this.#tree === null || this.#tree.size !== manifest.next) return;
    if (rootOf(this.#tree) !== manifest.root)
      this.#corrupt(`the root of manifest ${manifest.number} is not that of its events`);
  }

  #add(bundle: ShippedBundle, bytes: Uint8Array): void {
    const directory = directoryOf(bytes, bundle.key);
    const packed = packedDirectoryIn(bytes);
    if (
      packed === null ||
      directory.log !== this.#log ||
      directory.first !== bundle.first ||
      directory.next !== bundle.next
    )
      return this.#corrupt(`${bundle.key} holds other events than its manifest says`);
    const order = new LogOrder<Run>(bundle.first, {
      onEvents: (run, from, to) => this.#onEvents(run, from, to),
      onMissing: () => this.#corrupt('events are missing in their bundle, or cannot be read'),
      onTwice: (event) => this.#corrupt('an event is here twice', event),
    });
    const segments = [...placesOf(directory, headBytesOf(packed))];
    for (const { segment, from, to } of segments.toSorted(
      (a, b) => a.segment.firstIndex - b.segment.firstIndex,
    )) {
      const frames = bytes.subarray(from, to);
      const events = unpack(frames.subarray(0, segment.eventsPacked), segment.eventsBytes);
      const payloads = unpack(frames.subarray(segment.eventsPacked), segment.payloadsBytes);
      this.bytes += events.length + payloads.length;
      order.add(
        this.#walk.run(events, payloads, { from: bundle.first, to: bundle.next }),
        segment.firstIndex,
      );
    }
    order.finish(bundle.next);
    if (this.#tree?.size === bundle.next && rootOf(this.#tree) !== bundle.root)
      this.#corrupt('the tree of these events is not the one that was signed');
  }

  #onEvents(run: Run, from: number, to: number): void {
    const { indexes, codes, leaves, read } = run;
    for (let at = from; at < to; at++) {
      this.#read(read.get(indexes[at] as number));
      if (STATEMENTS.has(codes[at] as number)) this.counts.statements++;
      this.#tree?.add(leaves, LEAF_WORDS * at);
    }
    this.life.events(run, from, to);
    this.counts.events += to - from;
  }

  #read(event: Event | undefined): void {
    if (event?.kind === 'logOpened') this.life.opened(event.index, event.fields.boot);
    else if (event?.kind === 'logHeads') this.#archive.heads(event, this.#log);
  }

  #corrupt(message: string, event?: number): void {
    this.#findings.add('CORRUPT', message, event === undefined ? this.#place : { log: this.#log, event });
  }
}

function treeOf(size: number, frontier: Uint8Array): EventTree | null {
  const hashes = size.toString(2).replaceAll('0', '').length;
  return frontier.length === hashes * 32 ? new EventTree(size, frontier, (_, __, digest) => digest) : null;
}

function rootOf(tree: EventTree): string {
  return toBase64(Buffer.from(tree.root(), 'latin1'));
}

function unpack(frame: Uint8Array, bytes: number): Buffer {
  if (frame.length === 0 && bytes === 0) return Buffer.alloc(0);
  try {
    const raw = zstdDecompressSync(frame, { maxOutputLength: Math.min(bytes, MAX_PART_BYTES) });
    if (raw.length === bytes) return raw;
  } catch (cause) {
    throw new ArchiveError('DAMAGED', 'a frame cannot be unpacked', { cause });
  }
  throw new ArchiveError('DAMAGED', 'a frame holds less than its directory says');
}
