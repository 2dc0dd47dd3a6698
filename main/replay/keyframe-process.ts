/**
 * The process that plays one recorded terminal for its keyframes, started by keyframe-job.ts: what was recorded may take a
 * terminal any time and memory, and a process can be ended.
 */
import { setPriority } from 'node:os';
import { hearParent, leaveParent, leaveWithParent, tellParent } from '../../gateway/archive/parent.ts';
import { readPackedSegment } from '../../shared/recording/record.ts';
import { KeyframeMaker } from './keyframe-maker.ts';
import type { FromMaker, ToMaker } from './keyframe-protocol.ts';

/** A third of the processor where others want it too. */
const NICE = 5;

const maker = new KeyframeMaker((made) => tell({ made }));
let done: Promise<void> = Promise.resolve();

// Whoever waits for it sees the last output meanwhile, and is not to wait for that.
setPriority(NICE);
leaveWithParent();
hearParent((message: ToMaker) => {
  done = done.then(() => take(message)).catch((error: unknown) => tell({ failed: String(error) }));
});

async function take(message: ToMaker): Promise<void> {
  if ('end' in message) return leaveParent();
  if ('from' in message) {
    if (message.from !== null) await maker.begin(message.from);
    return;
  }
  tell({ played: await maker.play(readPackedSegment(message.packed)) });
}

function tell(message: FromMaker): void {
  tellParent(message);
}
