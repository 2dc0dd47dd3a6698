import { expect, test } from 'vitest';
import { ApiError } from '../../../shared/api/error.ts';
import type { Page } from '../../../shared/api/page.ts';
import { RowWindow, type PageAsk } from './row-window.ts';

interface Row {
  readonly id: string;
  readonly rows: number;
}

/** A host with a list that is counted down to 0, so that new rows come first. */
class Host {
  asked: PageAsk[] = [];
  size: number;
  rows = 0;
  isCounted = true;
  hasPlaces = true;
  /** How far from a place the nearest one is that can be told. */
  beside = 0;

  constructor(size: number) {
    this.size = size;
  }

  readonly fetch = (ask: PageAsk): Promise<Page<Row>> => {
    this.asked.push(ask);
    if (ask.at !== undefined && !this.hasPlaces)
      return Promise.reject(new ApiError('BAD_REQUEST', 'this list has no places'));
    const from =
      ask.after === undefined
        ? Math.min(this.size, (ask.at ?? 0) + (ask.at === undefined ? 0 : this.beside))
        : this.size - Number(ask.after);
    const count = Math.max(0, Math.min(ask.limit, this.size - from));
    const items = Array.from({ length: count }, (_, i) => ({
      id: String(this.size - from - i),
      rows: this.rows,
    }));
    const end = from + count;
    return Promise.resolve({
      items,
      next: end < this.size ? String(this.size - end) : null,
      total: this.isCounted ? this.size : null,
      ...(ask.at === undefined ? {} : { offset: from }),
    });
  };
}

function windowOn(host: Host): RowWindow<Row> {
  return new RowWindow({ fetch: host.fetch, idOf: ({ id }) => id, grows: 'first' });
}

/** All requests that follow from what was said. */
async function settled(): Promise<void> {
  for (let i = 0; i < 200; i++) await Promise.resolve();
}

async function looking(rows: RowWindow<Row>, first: number, last: number): Promise<(string | undefined)[]> {
  rows.want(first, last);
  await settled();
  return [rows.rowAt(first)?.id, rows.rowAt(last)?.id];
}

test('any place of a counted list is fetched by its number, what was passed on the way is not', async () => {
  const host = new Host(10_000_000);
  const rows = windowOn(host);
  await looking(rows, 0, 30);
  for (let first = 1_000; first < 9_000_000; first += 500_000) rows.want(first, first + 30);
  const far = await looking(rows, 5_000_000, 5_000_030);
  expect([far, rows.count, host.asked.length < 6]).toEqual([['5000000', '4999970'], 10_000_000, true]);
});

test('where only a place nearby is told, rows come to stand where they belong all the same', async () => {
  const host = new Host(100_000);
  host.beside = 37;
  const rows = windowOn(host);
  await looking(rows, 0, 30);
  expect(await looking(rows, 50_000, 50_030)).toEqual(['50000', '49970']);
});

test('a list that is not counted grows by its cursors, and is counted once its end is met', async () => {
  const host = new Host(250);
  host.isCounted = false;
  const rows = windowOn(host);
  await looking(rows, 0, 30);
  const before = [rows.total, rows.count];
  await looking(rows, 100, 130);
  await looking(rows, 200, 249);
  expect([before, rows.total, rows.count, rows.rowAt(249)?.id]).toEqual([[null, 162], 250, 250, '1']);
});

test('rows far away are let go, and fetched again', async () => {
  const host = new Host(50_000);
  const rows = windowOn(host);
  for (let first = 0; first < 10_000; first += 90) await looking(rows, first, first + 40);
  const gone = rows.rowAt(0);
  expect([gone, await looking(rows, 0, 40)]).toEqual([undefined, ['50000', '49960']]);
});

test('what is new is told and moves nothing; taken in, it stands in front', async () => {
  const host = new Host(1_000);
  const rows = windowOn(host);
  await looking(rows, 500, 530);
  const before = rows.rowAt(500)?.id;
  host.size += 12;
  host.rows = 7;
  rows.refresh({ take: false, view: true });
  await settled();
  const told = [rows.news, rows.rowAt(500), (await looking(rows, 700, 730))[0]];
  rows.takeNews();
  await settled();
  expect([before, told, rows.news, rows.count, rows.rowAt(0)?.id, rows.placeOf('500')]).toEqual([
    '500',
    [12, { id: '500', rows: 7 }, '300'],
    0,
    1_012,
    '1012',
    512,
  ]);
});

test('more news than a page leave nothing in between', async () => {
  const host = new Host(300);
  const rows = windowOn(host);
  await looking(rows, 0, 30);
  host.size += 500;
  rows.refresh({ take: true, view: false });
  await settled();
  expect([rows.rowAt(0)?.id, rows.rowAt(99)?.id, rows.rowAt(100), rows.count]).toEqual([
    '800',
    '701',
    undefined,
    800,
  ]);
});

test('a list that others counted but that has no places goes on by cursors', async () => {
  const host = new Host(5_000);
  host.isCounted = false;
  host.hasPlaces = false;
  const rows = windowOn(host);
  await looking(rows, 0, 30);
  rows.counted(5_000);
  const whole = rows.count;
  await looking(rows, 4_000, 4_030);
  expect([whole, rows.total, rows.count]).toEqual([5_000, 5_000, 262]);
});

test('a fault is told, and asked again', async () => {
  const host = new Host(10);
  const failing = new RowWindow<Row>({
    idOf: ({ id }) => id,
    grows: 'first',
    fetch: (ask) => (host.size === 10 ? Promise.reject(new Error('away')) : host.fetch(ask)),
  });
  await looking(failing, 0, 5);
  const fault = failing.error?.message;
  host.size = 11;
  failing.goOn();
  await settled();
  expect([fault, failing.error, failing.rowAt(0)?.id]).toEqual(['away', null, '11']);
});

test('a search that finds nothing for long stops until somebody says to go on', async () => {
  let asked = 0;
  const rows = new RowWindow<Row>({
    idOf: ({ id }) => id,
    grows: 'first',
    fetch: () => Promise.resolve({ items: [], next: String(++asked), total: null }),
  });
  await looking(rows, 0, 30);
  const stopped = [asked, rows.stalled];
  rows.goOn();
  await settled();
  expect([stopped, asked]).toEqual([[25, true], 50]);
});
