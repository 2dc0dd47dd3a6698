import { createHmac } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { httpsReceiver, type HttpsReceiver, type Request, syslogCollector } from './testing/receivers.ts';
import {
  idOf,
  kafkaTo,
  SampleArchive,
  streamOf,
  syslogTo,
  temporaryFolder,
  webhookTo,
} from './testing/sample.ts';
import type { Stream } from './stream.ts';
import { SyslogReceiver } from './syslog-receiver.ts';

let folder: string;
let archive: string;
let opened: AsyncDisposableStack;
beforeEach(() => {
  folder = temporaryFolder();
  archive = join(folder, 'archive');
  mkdirSync(archive);
  opened = new AsyncDisposableStack();
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
});
afterEach(() => opened.disposeAsync());

async function receiving(): Promise<HttpsReceiver> {
  return opened.use(await httpsReceiver());
}

function recorded(sessions: number, statements = 10): SampleArchive {
  const sample = opened.use(new SampleArchive(archive));
  for (let i = 0; i < sessions; i++) sample.add(statements);
  return sample;
}

/** Runs until everything is sent, or what can be. */
async function runOut(stream: Stream, until: () => boolean): Promise<void> {
  const over = stream.run();
  await expect.poll(until, { timeout: 20_000, interval: 10 }).toBe(true);
  stream.finish(2_000);
  await over;
}

const linesOf = ({ body }: Request) => body.trimEnd().split('\n');
const idsIn = (requests: readonly Request[]) => requests.flatMap(linesOf).map(idOf);
const distinct = (ids: readonly string[]) => [...new Set(ids)].toSorted();

describe('a webhook', () => {
  test('takes everything once, in the order of the log, in batches whose signatures are good', async () => {
    const receiver = await receiving();
    const { ids } = recorded(12);
    const { stream } = streamOf(archive, webhookTo(receiver.url));
    await runOut(stream, () => idsIn(receiver.taken).length >= ids.length);
    expect(idsIn(receiver.taken)).toEqual(ids);
    expect(
      receiver.taken.map(({ headers, body }) => signatureOf(headers, body) === headers['webhook-signature']),
    ).toEqual(receiver.taken.map(() => true));
    expect(Math.max(...receiver.taken.map((request) => linesOf(request).length))).toBe(20);
  });

  test('that fails three times of ten, by answers and by cut connections, misses nothing', async () => {
    const receiver = await receiving();
    const { ids } = recorded(20);
    let asked = 0;
    receiver.reply = () => {
      const turn = asked++ % 10;
      if (turn === 2) return { status: 503 };
      if (turn === 5) return 'cut';
      return turn === 8 ? { status: 429, headers: { 'retry-after': '7' } } : { status: 200 };
    };
    const { stream, waits } = streamOf(archive, webhookTo(receiver.url));
    await runOut(stream, () => new Set(idsIn(receiver.taken)).size >= ids.length);
    expect(distinct(idsIn(receiver.taken))).toEqual(ids.toSorted());
    expect(waits).toContain(7_000);
  });

  test('is told of anew where it stopped, and of nothing that it took', async () => {
    const receiver = await receiving();
    const sample = recorded(3);
    const first = streamOf(archive, webhookTo(receiver.url));
    await runOut(first.stream, () => idsIn(receiver.taken).length >= sample.ids.length);
    sample.add(4);
    const second = streamOf(archive, webhookTo(receiver.url));
    await runOut(second.stream, () => idsIn(receiver.taken).length >= sample.ids.length);
    expect(idsIn(receiver.taken)).toEqual(sample.ids);
  });

  test('that is new begins with what comes', async () => {
    const receiver = await receiving();
    const sample = recorded(3);
    const before = sample.ids.length;
    const { stream } = streamOf(archive, webhookTo(receiver.url, { from: 'now' }));
    const over = stream.run();
    await expect.poll(() => readdirSync(join(folder, 'siem-state')).includes('begun')).toBe(true);
    sample.add(2);
    await expect.poll(() => idsIn(receiver.taken).length, { timeout: 5_000 }).toBeGreaterThanOrEqual(4);
    stream.finish(1_000);
    await over;
    expect(idsIn(receiver.taken)).toEqual(sample.ids.slice(before));
  });

  test('that finds a batch too large gets it in parts, and what is too large by itself is kept on disk until it is sent again', async () => {
    const receiver = await receiving();
    const { ids } = recorded(4);
    const large = ids[5] ?? '';
    receiver.reply = ({ body }) => ({
      status:
        body.split('\n').length > 4 ||
        (body.includes(large.split('/')[0] ?? '') && idsIn([{ path: '', headers: {}, body }]).includes(large))
          ? 413
          : 200,
    });
    const { stream } = streamOf(archive, webhookTo(receiver.url));
    const over = stream.run();
    await expect.poll(() => idsIn(receiver.taken).length, { timeout: 10_000 }).toBe(ids.length - 1);
    expect(stream.status()).toMatchObject({ dead: 1, delivered: ids.length - 1, lag: 0, failure: null });
    receiver.reply = () => ({ status: 200 });
    expect(await stream.retry()).toEqual({ sent: 1, refused: 0 });
    stream.finish(1_000);
    await over;
    expect([idsIn(receiver.taken).at(-1), stream.status().dead]).toEqual([large, 0]);
    expect(distinct(idsIn(receiver.taken))).toEqual(ids.toSorted());
  });

  test('whose letters are full waits, and nothing is lost', async () => {
    const receiver = await receiving();
    const { ids } = recorded(4);
    receiver.reply = () => ({ status: 400 });
    const { stream, told } = streamOf(archive, webhookTo(receiver.url, { deadLetters: 2_000 }));
    const over = stream.run();
    await expect.poll(() => told.length, { timeout: 10_000 }).toBe(1);
    expect(told[0]).toMatch(
      /answered 400, and there is no room for more of them in .*dead: mend the receiver/,
    );
    receiver.reply = () => ({ status: 200 });
    await expect.poll(() => distinct(idsIn(receiver.taken)).length, { timeout: 10_000 }).toBe(ids.length);
    stream.finish(1_000);
    await over;
    expect(told).toEqual([told[0], null]);
  });

  test('that says it is gone is left alone, told once, and lacks nothing when it is back', async () => {
    const receiver = await receiving();
    const { ids } = recorded(1);
    receiver.reply = () => ({ status: 410 });
    const { stream, told, waits } = streamOf(archive, webhookTo(receiver.url));
    const over = stream.run();
    await expect
      .poll(() => waits.filter((ms) => ms === 600_000).length, { timeout: 5_000 })
      .toBeGreaterThan(2);
    expect(told).toEqual([expect.stringMatching(/answered 410: it takes nothing any more/)]);
    receiver.reply = () => ({ status: 200 });
    await expect.poll(() => idsIn(receiver.taken), { timeout: 5_000 }).toEqual(ids);
    stream.finish(1_000);
    await over;
  });

  test('whose certificate is another’s is sent nothing', async () => {
    const receiver = await receiving();
    recorded(1);
    const { stream, told } = streamOf(archive, webhookTo(receiver.url.replace('localhost', '127.0.0.1')));
    const over = stream.run();
    await expect
      .poll(() => told, { timeout: 5_000 })
      .toEqual([expect.stringMatching(/ERR_TLS_CERT_ALTNAME_INVALID|does not match/)]);
    stream.finish(100);
    await over;
    expect(receiver.all).toEqual([]);
  });

  test('takes what a filter lets through, and of it no more than is to be sent', async () => {
    const receiver = await receiving();
    recorded(1);
    const sink = webhookTo(receiver.url, {
      filter: 'error:* or verb:delete',
      values: { sql: 'none', parameters: false, limit: 100 },
    });
    const { stream } = streamOf(archive, sink);
    await runOut(stream, () => idsIn(receiver.taken).length >= 5);
    const told = receiver.taken.flatMap(linesOf).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(told.map(({ statement, text, textMissing }) => [statement, text, textMissing])).toEqual(
      [3, 5, 6, 9, 10].map((number) => [number, null, 'not sent']),
    );
    expect(receiver.taken.some(({ body }) => body.includes('naïve'))).toBe(false);
  });

  test.each(['ocsf', 'ecs', 'cef'] as const)('takes %s, a line a message', async (format) => {
    const receiver = await receiving();
    const { ids } = recorded(2);
    const { stream } = streamOf(archive, webhookTo(receiver.url, { format }));
    await runOut(stream, () => receiver.taken.flatMap(linesOf).length >= ids.length);
    const lines = receiver.taken.flatMap(linesOf);
    const read = lines.map((line) => {
      if (format === 'cef') return /^CEF:0\|.* externalId=(\S+)/.exec(line)?.[1];
      const value = JSON.parse(line) as { metadata?: { uid: string }; event?: { id: string } };
      return value.metadata?.uid ?? value.event?.id;
    });
    expect(read).toEqual(ids);
  });
});

describe('syslog', () => {
  const MESSAGE =
    /^<10[68-9]|<10[0-9]|<11[0-9]>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z gw-1 auditorium \d+ (session|statement|act) - (\{.*\})$/su;
  const idIn = (message: string) => idOf(message.slice(message.indexOf('{')));

  test('over TLS is framed by octets, and each message is one of RFC 5424', async () => {
    const collector = opened.use(await syslogCollector());
    const { ids } = recorded(5);
    const sink = syslogTo(collector.port);
    const { stream } = streamOf(archive, sink);
    await runOut(stream, () => collector.messages.length >= ids.length);
    expect(collector.faults).toEqual([]);
    expect(collector.messages.filter((message) => !MESSAGE.test(message))).toEqual([]);
    expect(collector.messages.map(idIn)).toEqual(ids);
  });

  test('whose connections break in the middle is sent what had not settled again', async () => {
    const collector = opened.use(await syslogCollector());
    const { ids } = recorded(10);
    let seen = 0;
    collector.onMessage = (socket) => {
      if (++seen % 37 === 0 && seen < 400) socket.destroy();
    };
    const sink = syslogTo(collector.port);
    if (sink.to.kind !== 'syslog') throw new Error('no syslog');
    const receiver = new SyslogReceiver(sink.to, 300);
    const { stream } = streamOf(archive, sink, { receiver });
    await runOut(stream, () => new Set(collector.messages.map(idIn)).size >= ids.length);
    expect(distinct(collector.messages.map(idIn))).toEqual(ids.toSorted());
  }, 20_000);

  test('is sent nothing where the name in its certificate is another, and told why', async () => {
    const collector = opened.use(await syslogCollector());
    recorded(1);
    const { stream, told } = streamOf(archive, syslogTo(collector.port, {}, 'collector.example'));
    const over = stream.run();
    await expect
      .poll(() => told, { timeout: 5_000 })
      .toEqual([expect.stringMatching(/localhost:\d+: .*collector\.example/)]);
    stream.finish(100);
    await over;
    expect(collector.messages).toEqual([]);
  });

  test('that asks for a certificate of the gateway’s takes nothing without one', async () => {
    const collector = opened.use(await syslogCollector({ requestCert: true, rejectUnauthorized: true }));
    recorded(1);
    const { stream, told } = streamOf(archive, syslogTo(collector.port));
    const over = stream.run();
    await expect.poll(() => told.length, { timeout: 5_000 }).toBe(1);
    stream.finish(100);
    await over;
    expect(collector.messages).toEqual([]);
  });
});

describe('Kafka', () => {
  test('by version 2 of the proxy: what it refuses for good is kept, what it could not write is sent again', async () => {
    const receiver = await receiving();
    const { ids } = recorded(3);
    const kept: { key: string; id: string }[] = [];
    let asked = 0;
    receiver.reply = ({ path, headers, body }) => {
      const { records } = JSON.parse(body) as { records: { key: string; value: object }[] };
      const first = asked++ === 0;
      const offsets = records.map(({ key, value }, i) => {
        if (first && i === 1) return { error_code: 1, error: 'invalid' };
        if (first && i === 2) return { error_code: 2, error: 'no leader' };
        kept.push({ key, id: idOf(JSON.stringify(value)) });
        return { partition: 0, offset: kept.length, error_code: null, error: null };
      });
      const isGood =
        path === '/topics/audit' && headers['content-type'] === 'application/vnd.kafka.json.v2+json';
      return { status: isGood ? 200 : 404, body: JSON.stringify({ offsets }) };
    };
    const { stream } = streamOf(archive, kafkaTo(receiver.url, null));
    await runOut(stream, () => kept.length >= ids.length - 1);
    expect([stream.status().dead, distinct(kept.map(({ id }) => id))]).toEqual([
      1,
      ids.filter((_, i) => i !== 1).toSorted(),
    ]);
    expect(kept.filter(({ key, id }) => id.split('/')[0] !== key)).toEqual([]);
  });

  test('by version 3: each record has an answer of its own', async () => {
    const receiver = await receiving();
    const { ids } = recorded(3);
    const kept: string[] = [];
    let asked = 0;
    receiver.reply = ({ path, body }) => {
      const first = asked++ === 0;
      const answers = body
        .trimEnd()
        .split('\n')
        .map((line, i) => {
          const record = JSON.parse(line) as { key: { type: string }; value: { type: string; data: object } };
          if (first && i === 0) return { error_code: 503, message: 'unavailable' };
          kept.push(idOf(JSON.stringify(record.value.data)));
          return { error_code: 200, cluster_id: 'c1', partition_id: 0, offset: kept.length };
        });
      const status = path === '/v3/clusters/c1/topics/audit/records' ? 200 : 404;
      return { status, body: answers.map((answer) => JSON.stringify(answer)).join('') };
    };
    const { stream } = streamOf(archive, kafkaTo(receiver.url, 'c1'));
    await runOut(stream, () => kept.length >= ids.length);
    expect(distinct(kept)).toEqual(ids.toSorted());
  });
});

test('what retention removed before it was sent is told as a gap', async () => {
  const receiver = await receiving();
  const { ids } = recorded(12);
  const volumes = readdirSync(archive)
    .filter((name) => name.endsWith('.audit'))
    .toSorted();
  rmSync(join(archive, volumes[1] ?? ''));
  const { stream } = streamOf(archive, webhookTo(receiver.url));
  const isWhole = () => receiver.taken.flatMap(linesOf).some((line) => line.includes(ids.at(-1) ?? '-'));
  await runOut(stream, isWhole);
  const gaps = receiver.taken.flatMap(linesOf).filter((line) => line.includes('"kind":"gap"'));
  expect(gaps.map((line) => (JSON.parse(line) as { fields: object }).fields)).toEqual([
    { from: 120, to: 240 },
  ]);
});

function signatureOf(headers: Request['headers'], body: string): string {
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  return `v1,${createHmac('sha256', 'a secret').update(signed).digest('base64')}`;
}
