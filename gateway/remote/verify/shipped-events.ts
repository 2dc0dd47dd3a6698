/** Verifies the events of a log's bundles in their order: that each is whole, and that they make the tree that was signed. */
import { EVENTS, type Event } from '../../../shared/recording/event.ts';
import { fromBase64, toBase64 } from '../../../shared/recording/base64.ts';
import { placesOf } from '../../../shared/remote/bundle.ts';
import type { ReadShipped, ShippedBundle } from '../../../shared/remote/manifest.ts';
import { ArchiveError } from '../../archive/archive.ts';
import { EventTree } from '../../archive/sqlite/verify/event-tree.ts';
import type { Findings, Place } from '../../archive/sqlite/verify/findings.ts';
import { LogLife } from '../../archive/sqlite/verify/log-life.ts';
import { LogOrder } from '../../archive/sqlite/verify/log-order.ts';
import { LEAF_WORDS, type Run } from '../../archive/sqlite/verify/segment-run.ts';
import { SegmentWalk } from '../../archive/sqlite/verify/segment-walk.ts';
import type { WholeArchive } from '../../archive/sqlite/verify/whole-archive.ts';
import type { KeySource } from '../keys/key-source.ts';
import { openDirectory, openSegment, type OpenDirectory } from '../open-bundle.ts';
import type { UnreadValues } from './unread-values.ts';

const STATEMENTS: ReadonlySet<number> = new Set([EVENTS.statement.code, EVENTS.functionCall.code]);

export class ShippedEvents {
  readonly life: LogLife;
  readonly counts = { events: 0, statements: 0 };
  bytes = 0;
  readonly #findings: Findings;
  readonly #archive: WholeArchive;
  readonly #log: string;
  readonly #keys: KeySource;
  readonly #values: UnreadValues;
  readonly #walk: SegmentWalk;
  #tree: EventTree | null = null;
  /** The bundle that is looked at. */
  #place: Place;

  constructor(
    log: string,
    findings: Findings,
    archive: WholeArchive,
    { keys, values }: { readonly keys: KeySource; readonly values: UnreadValues },
  ) {
    this.#keys = keys;
    this.#values = values;
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
  async add(bundle: ShippedBundle, bytes: Uint8Array): Promise<void> {
    this.#place = { log: this.#log, event: bundle.first, lastEvent: bundle.next - 1 };
    try {
      await this.#add(bundle, bytes);
    } catch (error) {
      if (!(error instanceof ArchiveError) || error.code !== 'DAMAGED') throw error;
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

  async #add(bundle: ShippedBundle, bytes: Uint8Array): Promise<void> {
    const directory = this.#directory(bundle, bytes);
    if (directory === null) return;
    if (directory.log !== this.#log || directory.first !== bundle.first || directory.next !== bundle.next)
      return this.#corrupt(`${bundle.key} holds other events than its manifest says`);
    const order = new LogOrder<Run>(bundle.first, {
      onEvents: (run, from, to) => this.#onEvents(run, from, to),
      onMissing: () => this.#corrupt('events are missing in their bundle, or cannot be read'),
      onTwice: (event) => this.#corrupt('an event is here twice', event),
    });
    const segments = [...placesOf(directory, directory.headBytes)];
    for (const { segment, from, to } of segments.toSorted(
      (a, b) => a.segment.firstIndex - b.segment.firstIndex,
    )) {
      const name = bundle.key;
      const opened = await openSegment(bytes.subarray(from, to), segment, { ...directory, name }, this.#keys);
      const { events, payloads, unread } = opened;
      if (
        events.length !== segment.eventsBytes ||
        (unread === null && payloads.length !== segment.payloadsBytes)
      )
        throw new ArchiveError('DAMAGED', 'a frame holds less, or more, than its directory says');
      this.bytes += events.length + (unread === null ? payloads.length : 0);
      if (unread !== null) this.#values.unread(this.#log, segment, unread);
      order.add(
        this.#walk.run(bufferOf(events), unread === null ? bufferOf(payloads) : null, {
          from: bundle.first,
          to: bundle.next,
        }),
        segment.firstIndex,
      );
    }
    order.finish(bundle.next);
    if (this.#tree?.size === bundle.next && rootOf(this.#tree) !== bundle.root)
      this.#corrupt('the tree of these events is not the one that was signed');
  }

  /** null: it is sealed for a tenant whose key is not here, and its events are not judged. */
  #directory(bundle: ShippedBundle, bytes: Uint8Array): OpenDirectory | null {
    try {
      return openDirectory(bytes, bundle.key, this.#keys);
    } catch (error) {
      if (!(error instanceof ArchiveError) || error.code !== 'REFUSED') throw error;
      this.#values.sealedBundle(bundle.next - bundle.first);
      this.pass();
      return null;
    }
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
    else if (event?.kind === 'keysDestroyed') this.#values.destroyed(event);
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

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
