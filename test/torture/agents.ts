/** Agents as the recorder sees them: each asks, waits until its intent is safe, is answered, and asks again. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Recorder } from '../../gateway/recorder/recorder.ts';

export interface Promises {
  /** An intent went on to the database: the log had come to `events` with it. */
  readonly forwarded: (events: number) => void;
  /** An answer went on to its agent. */
  readonly answered: (events: number) => void;
}

/** Payload sizes in turn: small ones are copied into a batch, large ones written from where they lie. */
const SIZES = [20, 300, 9_000, 20_000];

/** Lets `agents` agents run `statements` statements each; resolves when all are done or cannot go on. */
export async function runAgents(
  recorder: Recorder,
  {
    agents,
    statements,
    promises,
  }: { readonly agents: number; readonly statements: number; readonly promises: Promises },
): Promise<void> {
  await Promise.all(
    Array.from({ length: agents }, (_, agent) => runAgent(recorder, agent, statements, promises)),
  );
}

async function runAgent(
  recorder: Recorder,
  agent: number,
  statements: number,
  promises: Promises,
): Promise<void> {
  try {
    const session = recorder.session();
    session.record('sessionOpened', {
      connection: 'shop',
      user: `agent ${agent}`,
      applicationName: '',
      clientAddress: '127.0.0.1',
      clientPort: 1,
      tls: false,
      protocol: '3.0',
      durability: recorder.durability,
    });
    for (let i = 0; i < statements; i++) {
      const size = SIZES[(agent + i) % SIZES.length] as number;
      session.record('parse', {
        name: `s${i}`,
        text: Buffer.alloc(size, 'x'),
        parameterTypes: [],
        masked: false,
      });
      if (!(await safe(recorder, 'intent', promises.forwarded))) return;
      session.record('notice', { severity: 'NOTICE', sqlstate: '00000', message: Buffer.alloc(size / 2) });
      if (!(await safe(recorder, 'answer', promises.answered))) return;
    }
    session.record('sessionClosed', { outcome: 'completed', sqlstate: null, reason: '' });
    recorder.write();
    await recorder.settled();
  } catch (error) {
    if (recorder.failure === null) throw error;
  }
}

/** Waits until what was recorded is safe and says so at once; false when it never will be. */
async function safe(
  recorder: Recorder,
  what: 'intent' | 'answer',
  say: (events: number) => void,
): Promise<boolean> {
  const { events } = recorder;
  let done = false;
  recorder.whenSafe(what, () => {
    done = true;
    say(events);
  });
  while (!done && recorder.failure === null) await nextTurn();
  return done;
}
