/** Makes the archive: the story through the real recorder, spool and shipper, which signs, rolls and indexes as it goes. */
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { readOrMakeKey } from '../../gateway/archive/key-file.ts';
import { startRecording } from '../../gateway/recording.ts';
import { cpuBetween, readCpu } from '../cpu.ts';
import { Recording, StoryClock } from './recording.ts';
import type { Size } from './shape.ts';
import { Story } from './story.ts';

/** The folder of volumes within that of a benchmark. */
export const ARCHIVE = 'archive';

/** Bytes that the spool may be ahead of the archive: agents of a real gateway are held back too, later. */
const AHEAD = 256 << 20;

/** How long the story is told between two looks at everything else, ms. */
const TURN_MS = 10;

/** Room enough that the spool never holds the story back. */
const SPOOL_LIMIT = 4 * 2 ** 30;

export interface Ingested {
  readonly events: number;
  readonly sessions: number;
  /** From the first event until the archive had all and was closed, s. */
  readonly seconds: number;
  /** Of the thread that ships, µs for an event: on a machine with nothing else to do it sets the pace. */
  readonly shipperCpu: number | null;
}

/** Fills `folder`; `told` hears how many statements were recorded. */
export async function ingest(
  folder: string,
  size: Size,
  seed: number,
  told: (statements: number) => void,
): Promise<Ingested> {
  const story = new Story(size, seed);
  const clock = new StoryClock();
  let failure: Error | null = null;
  const recording = await startRecording({
    spool: { dir: join(folder, 'spool'), limit: SPOOL_LIMIT },
    archive: join(folder, ARCHIVE),
    keys: { current: readOrMakeKey(join(folder, 'signing.key')).pem, previous: null },
    durability: 'intent',
    software: 'auditorium bench',
    clock,
    log: pino({ level: 'warn' }, process.stderr),
    onFailure: (error) => (failure = error),
  });
  const before = readCpu(process.pid);
  const started = performance.now();
  const acts = new Recording(recording.recorder, clock);
  let statements = 0;
  let sessions = 0;
  for (let act = story.next(); act !== null;) {
    const until = performance.now() + TURN_MS;
    for (; act !== null && performance.now() < until; act = story.next()) {
      acts.record(act);
      if (act.kind === 'opened') sessions++;
      if (act.kind === 'statement') statements++;
    }
    recording.recorder.write();
    told(statements);
    await nextTurn();
    while (recording.behind() > AHEAD && failure === null) await pause(TURN_MS);
    if (failure !== null) throw failure;
  }
  const { recorder } = recording;
  recorder.write();
  while (recording.behind() > 0 && failure === null) await pause(TURN_MS);
  const now = readCpu(process.pid);
  await recording.close();
  if (failure !== null) throw failure;
  const { unshippedEvents } = recording.depth();
  if (unshippedEvents > 0) throw new Error(`the archive lacks ${unshippedEvents} events`);
  const { events } = recorder;
  const seconds = (performance.now() - started) / 1000;
  const cpu = before === null || now === null ? null : cpuBetween(process.pid, before, now).shipper / events;
  return { events, sessions, seconds, shipperCpu: cpu };
}
