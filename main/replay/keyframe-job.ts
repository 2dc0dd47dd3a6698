/** Plays a recorded terminal through a process of its own, for its keyframes. */
import { fileURLToPath } from 'node:url';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { startChild } from '../../gateway/archive/child.ts';
import type { SessionId } from '../../shared/api/session.ts';
import type { Keyframe } from '../../shared/replay/keyframe.ts';
import type { FromMaker, ToMaker } from './keyframe-protocol.ts';

/** Of what in a session keyframes are made. */
export interface KeyframeWork {
  readonly reader: Pick<ArchiveReader, 'segments' | 'segment'>;
  readonly id: SessionId;
  /** Where to go on; null: from the beginning. */
  readonly from: Keyframe | null;
  readonly made: (keyframe: Keyframe) => void;
  /** Told up to which event it was played. */
  readonly played: (sequence: number) => void;
  readonly signal: AbortSignal;
}

/** Segments that are sent before the one that is played is done, 256 KiB raw most of them: the process need not wait for any. */
const SENT_AHEAD = 2;

/** Resolves when all that the archive holds now was played; rejects when that cannot be, or the signal aborts. */
export async function makeKeyframes({ reader, id, from, made, played, signal }: KeyframeWork): Promise<void> {
  const url = import.meta.url;
  const entry = new URL(url.endsWith('.ts') ? './keyframe-process.ts' : './keyframe-process.js', url);
  signal.throwIfAborted();
  const child = startChild(fileURLToPath(entry), [], { quiet: true });
  const end = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', end);
  const { promise: gone, reject: fail } = Promise.withResolvers<never>();
  child.once('error', fail);
  child.once('exit', () => fail(new Error('the process that plays the recording ended')));
  gone.catch(() => undefined);
  /** Told when each of the segments that were sent is done, in order. */
  const playing: PromiseWithResolvers<void>[] = [];
  child.on('message', (message: FromMaker) => {
    if ('made' in message) made(message.made);
    else if ('failed' in message) fail(new Error(message.failed));
    else {
      played(message.played);
      playing.shift()?.resolve();
    }
  });
  // A process that is gone is told by `gone`.
  const tell = (message: ToMaker): void => void child.send(message, () => undefined);
  try {
    tell({ from });
    for (const segment of await reader.segments(id)) {
      if (segment.lastSequence <= (from?.sequence ?? -1)) continue;
      const packed = await reader.segment(id, segment.number);
      signal.throwIfAborted();
      if (packed === null) continue;
      playing.push(Promise.withResolvers());
      tell({ packed });
      if (playing.length > SENT_AHEAD) await Promise.race([playing[0]?.promise, gone]);
    }
    await Promise.race([Promise.all(playing.map(({ promise }) => promise)), gone]);
    tell({ end: true });
  } finally {
    signal.removeEventListener('abort', end);
    if (child.exitCode === null && child.connected) child.disconnect();
  }
}
