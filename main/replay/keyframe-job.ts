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

/** Resolves when all that the archive holds now was played; rejects when that cannot be, or the signal aborts. */
export async function makeKeyframes({ reader, id, from, made, played, signal }: KeyframeWork): Promise<void> {
  const url = import.meta.url;
  const entry = new URL(url.endsWith('.ts') ? './keyframe-process.ts' : './keyframe-process.js', url);
  signal.throwIfAborted();
  const child = startChild(fileURLToPath(entry), [], { quiet: true });
  const end = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', end);
  const gone = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error('the process that plays the recording ended')));
  });
  gone.catch(() => undefined);
  let segmentDone: () => void = () => undefined;
  let segmentFailed: (error: Error) => void = () => undefined;
  child.on('message', (message: FromMaker) => {
    if ('made' in message) made(message.made);
    else if ('failed' in message) segmentFailed(new Error(message.failed));
    else {
      played(message.played);
      segmentDone();
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
      const done = new Promise<void>((resolve, reject) => {
        [segmentDone, segmentFailed] = [resolve, reject];
      });
      tell({ packed });
      await Promise.race([done, gone]);
    }
    tell({ end: true });
  } finally {
    signal.removeEventListener('abort', end);
    if (child.exitCode === null && child.connected) child.disconnect();
  }
}
