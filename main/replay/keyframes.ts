/**
 * Keyframes of recorded terminals: made in the background from the moment that somebody opens one, kept in the user's cache
 * under the recording's key, so that a second opening has them all.
 */
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import type { SessionId } from '../../shared/api/session.ts';
import { KEYFRAME_VERSION, type Keyframe } from '../../shared/replay/keyframe.ts';
import { makeKeyframes } from './keyframe-job.ts';
import type { KeptFiles } from './kept-files.ts';
import { sizeAt, type Size } from './size-at.ts';

export interface KeyframesOptions {
  readonly reader: Pick<
    ArchiveReader,
    'segments' | 'segment' | 'segmentsAround' | 'outline' | 'recordingKey'
  >;
  readonly kept: KeptFiles;
  readonly report: (error: unknown) => void;
}

/** What is there for an event. */
export interface FoundKeyframe {
  /** The last one at or before it; null when there is none. */
  readonly keyframe: Keyframe | null;
  /** How far it is being played, and the size that is told last at that event; null: nobody plays towards it. */
  readonly playing: { readonly played: number; readonly size: Size | null } | null;
}

/** What is known of the keyframes of one recording. */
interface Index {
  /** Their sequences, ascending. */
  readonly sequences: number[];
  /** The last event that was played for them. */
  played: number;
}

/** An index with who adds to it. */
interface Recording {
  readonly key: string;
  readonly index: Index;
  /** Ends when all that the archive holds was played; null: nobody plays. */
  playing: Promise<void> | null;
  /** Told when more was played, or nobody plays any more. */
  readonly waiting: Set<() => void>;
  /** The size at the event that was asked for last, before it was played. */
  sized: { readonly sequence: number; size: Promise<Size | null> | null } | null;
}

/** Recordings that are played at the same time; those opened first are given up for others. */
const PLAYED = 2;

export class Keyframes {
  readonly #options: KeyframesOptions;
  readonly #recordings = new Map<string, Promise<Recording>>();
  /** What ends those that are being played, oldest first. */
  readonly #playing = new Set<AbortController>();
  #closed = false;

  constructor(options: KeyframesOptions) {
    this.#options = options;
  }

  /**
   * The last keyframe at or before an event. Waits while events before it are being played, so that none is missed; not longer
   * than the signal lets it.
   */
  async before(id: SessionId, sequence: number, signal: AbortSignal): Promise<FoundKeyframe> {
    const key = await this.#options.reader.recordingKey(id);
    const recording = await this.#open(id, key);
    if (recording.index.played < sequence) this.#play(id, recording);
    await this.#playedTo(recording, sequence, signal);
    const keyframe = await this.#read(id, recording, sequence);
    const { index, playing } = recording;
    if (playing === null || index.played >= sequence) return { keyframe, playing: null };
    return { keyframe, playing: { played: index.played, size: await this.#sizeAt(id, recording, sequence) } };
  }

  /** Null at first: who asks once more is still waiting, and what shows until then is fetched meanwhile. */
  async #sizeAt(id: SessionId, recording: Recording, sequence: number): Promise<Size | null> {
    if (recording.sized?.sequence !== sequence) {
      recording.sized = { sequence, size: null };
      return null;
    }
    recording.sized.size ??= sizeAt(this.#options.reader, id, sequence).catch((error: unknown) => {
      this.#options.report(error);
      return null;
    });
    return recording.sized.size;
  }

  /** Ends what is being played. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const ending of this.#playing) ending.abort();
    for (const recording of this.#recordings.values()) await (await recording).playing;
  }

  #open(id: SessionId, key: string): Promise<Recording> {
    const known = this.#recordings.get(id);
    const opened =
      known?.then((recording) => (recording.key === key ? recording : this.#load(key))) ?? this.#load(key);
    this.#recordings.set(id, opened);
    return opened;
  }

  async #load(key: string): Promise<Recording> {
    const index = indexIn(await this.#options.kept.read(indexName(key)));
    return {
      key,
      index: index ?? { sequences: [], played: -1 },
      playing: null,
      waiting: new Set(),
      sized: null,
    };
  }

  async #read(id: SessionId, recording: Recording, sequence: number): Promise<Keyframe | null> {
    const { key, index } = recording;
    for (let at = index.sequences.length - 1; at >= 0; at--) {
      const found = index.sequences[at] ?? 0;
      if (found > sequence) continue;
      const bytes = await this.#options.kept.read(keyframeName(key, found));
      if (bytes !== null) return JSON.parse(new TextDecoder().decode(bytes)) as Keyframe;
      // It went, or is damaged: made anew for the next who asks, while this one takes the one before.
      index.sequences.splice(at, 1);
      index.played = Math.min(index.played, found - 1);
      this.#play(id, recording);
    }
    return null;
  }

  #play(id: SessionId, recording: Recording): void {
    if (recording.playing !== null || this.#closed) return;
    const ending = new AbortController();
    this.#playing.add(ending);
    const [oldest] = this.#playing;
    if (this.#playing.size > PLAYED) oldest?.abort();
    recording.playing = this.#make(id, recording, ending.signal)
      .catch((error: unknown) => {
        if (!ending.signal.aborted) this.#options.report(error);
      })
      .finally(() => {
        this.#playing.delete(ending);
        recording.playing = null;
        for (const tell of recording.waiting) tell();
      });
  }

  async #make(id: SessionId, { key, index, waiting }: Recording, signal: AbortSignal): Promise<void> {
    const { reader, kept } = this.#options;
    const before = index.sequences.findLast((sequence) => sequence <= index.played);
    const from = before === undefined ? null : await kept.read(keyframeName(key, before));
    const writes: Promise<void>[] = [];
    const keep = async (keyframe: Keyframe): Promise<void> => {
      await kept.write(keyframeName(key, keyframe.sequence), encoded(keyframe));
      if (!index.sequences.includes(keyframe.sequence)) index.sequences.push(keyframe.sequence);
      index.sequences.sort((a, b) => a - b);
    };
    const tellPlayed = async (sequence: number): Promise<void> => {
      await Promise.allSettled(writes);
      index.played = Math.max(index.played, sequence);
      for (const tell of waiting) tell();
    };
    try {
      await makeKeyframes({
        reader,
        id,
        from: from === null ? null : (JSON.parse(new TextDecoder().decode(from)) as Keyframe),
        made: (keyframe) => void writes.push(keep(keyframe)),
        played: (sequence) => void tellPlayed(sequence),
        signal,
      });
    } finally {
      await Promise.all(writes);
      await kept.write(indexName(key), encoded(index));
    }
  }

  /** Resolves when an event was played, nobody plays any more, or the signal aborts. */
  #playedTo(recording: Recording, sequence: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        const { index, playing, waiting } = recording;
        if (index.played < sequence && playing !== null && !signal.aborted) return;
        waiting.delete(check);
        signal.removeEventListener('abort', check);
        resolve();
      };
      recording.waiting.add(check);
      signal.addEventListener('abort', check);
      check();
    });
  }
}

function indexName(key: string): string {
  return `${key}-keyframes${KEYFRAME_VERSION}`;
}

function keyframeName(key: string, sequence: number): string {
  return `${indexName(key)}-${sequence}`;
}

function encoded(value: Keyframe | Index): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** The index as it was kept; null when it is none. */
function indexIn(bytes: Uint8Array | null): Index | null {
  if (bytes === null) return null;
  const { sequences, played } = JSON.parse(new TextDecoder().decode(bytes)) as Index;
  return { sequences, played };
}
