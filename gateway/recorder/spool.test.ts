import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readBody } from '../../shared/recording/record.ts';
import type { Event } from '../../shared/recording/event.ts';
import { Recorder } from './recorder.ts';
import { Shipper } from './shipper.ts';
import { listSpoolFiles } from './spool-file.ts';
import { openSpool } from './spool.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'spool-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const log = new Uint8Array(16).fill(7);

async function open(limit = 1 << 30) {
  const spool = await openSpool({ dir, limit, syncs: false, newLog: () => log });
  const failures: string[] = [];
  const recorder = new Recorder({
    spool,
    clock: { read: () => {}, wall: 1_000, monotonic: 1_000_000 },
    durability: 'process',
    software: 'test',
    boot: 1,
    onFailure: (error) => failures.push(error.code),
  });
  return { spool, recorder, failures };
}

/** Everything in the spool, as a store would get it. */
function shipped(end: number): { events: Event[]; bodies: Buffer[] } {
  const bodies: Buffer[] = [];
  const shipper = new Shipper(dir, {
    watermark: () => 0,
    append: (body) => bodies.push(Buffer.from(body)),
    commit: () => {},
  });
  while (shipper.ship(end));
  shipper.close();
  return { bodies, events: bodies.map((body) => readBody(body).event) };
}

const kinds = (events: readonly Event[]) => events.map(({ kind }) => kind);

function close(recorder: Recorder, session: ReturnType<Recorder['session']>) {
  session.record('sessionClosed', { outcome: 'completed', sqlstate: null, reason: '' });
  recorder.write();
}

describe('the spool', () => {
  test('gives a store what was recorded, numbered in log and session, payloads beside', async () => {
    const { spool, recorder } = await open();
    const session = recorder.session();
    session.record('parse', {
      name: 's',
      text: Buffer.from('select 1'),
      parameterTypes: [23],
      masked: false,
    });
    session.record('copyIn', { statement: 1, bytes: 3, continued: false, data: Buffer.alloc(100_000, 'x') });
    close(recorder, session);
    const { events, bodies } = shipped(spool.written);
    await recorder.close();
    expect(events.map(({ kind, index, sequence }) => [kind, index, sequence])).toEqual([
      ['logOpened', 0, 0],
      ['parse', 1, 0],
      ['copyIn', 2, 1],
      ['sessionClosed', 3, 2],
    ]);
    expect(Buffer.from(readBody(bodies[1] as Buffer).payloads['text'] as Uint8Array).toString()).toBe(
      'select 1',
    );
    expect(readBody(bodies[2] as Buffer).payloads['data']).toEqual(Buffer.alloc(100_000, 'x'));
  });

  test('goes on where it ended, without a recovery when it was closed in order', async () => {
    await (await open()).recorder.close();
    const { spool, recorder } = await open();
    const { events } = shipped(spool.written);
    await recorder.close();
    expect(events.map(({ kind, index }) => [kind, index])).toEqual([
      ['logOpened', 0],
      ['logClosed', 1],
      ['logOpened', 2],
    ]);
  });

  test('cut at any byte keeps every whole record before the cut and says what it dropped', async () => {
    const { spool, recorder } = await open();
    const session = recorder.session();
    for (let i = 0; i < 3; i++)
      session.record('parse', {
        name: `s${i}`,
        text: Buffer.from('select 1'),
        parameterTypes: [],
        masked: false,
      });
    recorder.write();
    const path = listSpoolFiles(dir)[0]?.path as string;
    const whole = readFileSync(path);
    const sizes = shipped(spool.written).bodies.map((body) => body.length + 8);
    await spool.close();
    for (let size = 64; size < whole.length; size++) {
      for (const file of listSpoolFiles(dir)) rmSync(file.path);
      writeFileSync(path, whole);
      truncateSync(path, size);
      const again = await open();
      const { events } = shipped(again.spool.written);
      const kept = keptRecords(sizes, size - 64);
      await again.recorder.close();
      expect([size, ...kinds(events)]).toEqual([
        size,
        ...['logOpened', 'parse', 'parse', 'parse'].slice(0, kept.records),
        'logOpened',
        'recovered',
      ]);
      const recovered = events.at(-1);
      expect(recovered?.kind === 'recovered' && recovered.fields.droppedBytes).toBe(kept.rest);
    }
  });

  test('passes over garbage after the last whole record', async () => {
    const { spool } = await open();
    await spool.close();
    appendFileSync(listSpoolFiles(dir)[0]?.path as string, Buffer.from('ffff00'.repeat(50), 'hex'));
    const again = await open();
    expect(kinds(shipped(again.spool.written).events)).toEqual(['logOpened', 'logOpened', 'recovered']);
    await again.recorder.close();
  });

  test('frees only files that every store has, and never the current one', async () => {
    const { spool, recorder } = await open();
    const session = recorder.session();
    const data = Buffer.alloc(1 << 20);
    for (let i = 0; i < 140; i++) {
      session.record('copyIn', { statement: 1, bytes: data.length, continued: false, data });
      recorder.write();
    }
    const files = listSpoolFiles(dir);
    expect(files.length).toBe(3);
    await spool.release((files[1]?.position as number) - 1);
    expect(listSpoolFiles(dir)).toEqual(files);
    await spool.release(spool.written);
    expect(listSpoolFiles(dir)).toEqual(files.slice(2));
    await recorder.close();
    const again = await open();
    expect(again.spool.state.nextIndex).toBe(142);
    await again.recorder.close();
  });

  test('is shipped to its end also when that is the header of a file just begun', async () => {
    const { spool, recorder } = await open();
    const session = recorder.session();
    const data = Buffer.alloc(1 << 20);
    while (listSpoolFiles(dir).length === 1) {
      session.record('copyIn', { statement: 1, bytes: data.length, continued: false, data });
      recorder.write();
    }
    const { events } = shipped(spool.written);
    await recorder.close();
    expect(events.length).toBe(64 + 1);
  });

  test('beyond its limit takes nothing more but the end of sessions', async () => {
    const { recorder, failures } = await open(100_000);
    const session = recorder.session();
    const fill = () => {
      for (;;)
        session.record('copyIn', { statement: 1, bytes: 1, continued: false, data: Buffer.alloc(500) });
    };
    expect(fill).toThrow(expect.objectContaining({ code: 'SPOOL_FULL', sqlstate: '53100' }));
    session.record('sessionClosed', { outcome: 'failed', sqlstate: '53100', reason: '' });
    expect([failures, recorder.failure]).toEqual([[], null]);
    await recorder.close();
  });

  test('files can be read by their owner alone', async () => {
    await (await open()).recorder.close();
    expect(listSpoolFiles(dir).map(({ path }) => statSync(path).mode & 0o777)).toEqual([0o600]);
  });

  test('calls back in order once what was written is on disk', async () => {
    const { spool, recorder } = await open();
    const session = recorder.session();
    const order: number[] = [];
    const all = Promise.withResolvers<void>();
    for (let i = 0; i < 20; i++) {
      session.record('sync', {});
      spool.write();
      const end = spool.written;
      spool.whenDurable((error) => {
        expect([error, spool.durable >= end]).toEqual([null, true]);
        order.push(i);
        if (i === 19) all.resolve();
      });
    }
    await all.promise;
    await recorder.close();
    expect(order).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });
});

function keptRecords(sizes: readonly number[], bytes: number): { records: number; rest: number } {
  let rest = bytes;
  let records = 0;
  while (records < sizes.length && rest >= (sizes[records] as number)) rest -= sizes[records++] as number;
  return { records, rest };
}
