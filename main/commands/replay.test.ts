import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { SessionId, type SessionRow } from '../../shared/api/session.ts';
import { conjunctOf } from '../../shared/filter/filter.ts';
import { packSegment, type StoredEvent } from '../../shared/recording/record.ts';
import {
  concat,
  dataRow,
  rowDescription,
  SessionRecording,
  uint32,
} from '../../shared/replay/fixtures/recording.ts';
import { CommandError } from '../failure.ts';
import { type Output, replaySession } from './replay.ts';

const ID = SessionId.parse('02'.repeat(16));

/** A terminal, or a pipe, that keeps what was written. */
class Sink extends Writable {
  readonly isTTY: boolean;
  text = '';

  constructor(isTTY: boolean) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
  }

  override _write(chunk: string, _: BufferEncoding, done: () => void): void {
    this.text += chunk;
    done();
  }
}

/** Only what the command asks an archive for; the session is kept in two segments. */
function archiveOf(events: readonly StoredEvent[], ids: readonly SessionId[] = [ID]): ArchiveReader {
  const rows = ids.map((id) => ({ id, outcome: 'live' }) as SessionRow);
  const halves = [events.slice(0, 3), events.slice(3)];
  const reader: Pick<ArchiveReader, 'session' | 'sessions' | 'segments' | 'segment'> = {
    session: async (id) => rows.find((row) => row.id === id) ?? null,
    sessions: async ({ filter }) => {
      const prefix = conjunctOf(filter)?.[0]?.value ?? '';
      return { items: rows.filter(({ id }) => id.startsWith(prefix)), next: null, total: null };
    },
    segments: async () =>
      halves.map((half, number) => ({
        number,
        firstSequence: number * 3,
        lastSequence: half.length,
        bytes: 1,
      })),
    segment: async (_, number) => packed(halves[number] ?? []),
  };
  return reader as ArchiveReader;
}

function packed(events: readonly StoredEvent[]): Uint8Array {
  const payloads = events.flatMap(({ payloads: values }) =>
    Object.values(values).map((value) =>
      value === null ? uint32(0xffffffff) : concat(uint32(value.length), new Uint8Array(16), value),
    ),
  );
  return packSegment(
    concat(...events.map(({ bytes }) => concat(uint32(bytes.length), bytes))),
    concat(...payloads),
  );
}

function shopping(): StoredEvent[] {
  const recording = new SessionRecording().opened().simple(1, 'SELECT 1');
  const answer = concat(rowDescription(['one', 23]), dataRow('1'));
  recording.outcome(1, { tag: 'SELECT 1', rows: 1, answer });
  recording.simple(2, 'DELETE FROM orders', 60_000_000).outcome(2, { tag: 'DELETE 57', rows: 57 });
  return recording.events;
}

async function replayed(
  session: string,
  out: Output & { text: string },
  from = 0,
  json = false,
): Promise<string> {
  await replaySession(archiveOf(shopping()), session, { speed: 16, from, json, out });
  return out.text;
}

test('a pipe gets the whole session at once, without colours', async () => {
  expect(await replayed(ID, new Sink(false))).toBe(
    [
      '-- Session opened to shop by agent from 127.0.0.1:50000 as psql',
      'shop=> SELECT 1',
      ' one ',
      '-----',
      '   1',
      '(1 row) · 1.23 ms',
      '',
      'shop=> DELETE FROM orders',
      'DELETE 57 · 1.23 ms',
      'shop=> ',
      '-- The session goes on; this is what is recorded so far',
      '',
    ].join('\n'),
  );
});

test('a terminal gets colours and time, idle gaps shortened and said so', async () => {
  const begun = performance.now();
  const text = await replayed(ID.slice(0, 5), new Sink(true), 2);
  expect(performance.now() - begun).toBeGreaterThan(390);
  expect(text).toContain(
    '\u001b[34mshop=> \u001b[39m\n\u001b[90m-- Idle for 1 min 0 s, shortened\u001b[39m\n',
  );
  expect(text).toContain('\u001b[34mshop=> \u001b[39mDELETE FROM orders\n');
  expect(text).not.toContain('SELECT 1\n');
});

test('as JSON it is one step a line', async () => {
  const text = await replayed(ID, new Sink(true), 3, true);
  const steps = text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(steps).toEqual([
    expect.objectContaining({ sequence: 3, kind: 'statement', label: 'DELETE FROM orders' }),
    expect.objectContaining({ sequence: 4, kind: 'outcome', status: 'completed', rows: 57 }),
  ]);
});

test.each([false, true])('a step behind the last is said to be none (as JSON: %s)', async (json) => {
  const out = new Sink(false);
  await expect(replayed(ID, out, 999, json)).rejects.toEqual(
    new CommandError('STEP_NOT_FOUND', `session ${ID} has no step 999: its last one is 4`),
  );
  expect(out.text).toBe('');
});

test('a signal ends it without an error', async () => {
  const signal = AbortSignal.timeout(50);
  const out = new Sink(true);
  await replaySession(archiveOf(shopping()), ID, { speed: 1, json: false, out, signal });
  expect(out.text).toContain('Idle for 1 min');
  expect(out.text).not.toContain('DELETE');
});

test('no session, several sessions and a damaged segment are said in words', async () => {
  const other = SessionId.parse(`02${'03'.repeat(15)}`);
  const [first, ...rest] = shopping();
  const damaged = { ...(first as StoredEvent), bytes: new Uint8Array([0x81]) };
  const options = { speed: 1, json: false, out: new Sink(false) };
  await expect(replaySession(archiveOf([]), 'ff', options)).rejects.toEqual(
    new CommandError('SESSION_NOT_FOUND', 'no session begins with ff'),
  );
  await expect(replaySession(archiveOf([], [ID, other]), '02', options)).rejects.toEqual(
    new CommandError('BAD_USAGE', 'several sessions begin with 02: give more of its id'),
  );
  await expect(replaySession(archiveOf([damaged, ...rest]), ID, options)).rejects.toMatchObject({
    code: 'DAMAGED', // of the archive, and said as ARCHIVE_DAMAGED by the command line
    message: expect.stringMatching(/^segment 0 of session 0202/),
  });
});
