/** Volumes in a bucket of a real store, with versions: put by the gateway's own thread, read by the command line. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Objects } from '../../gateway/archive/bucket/objects.ts';
import { placeOf } from '../../gateway/archive/bucket/place.ts';
import { publicKeyPem } from '../../gateway/archive/ed25519.ts';
import { redactVolume } from '../../gateway/archive/sqlite/redact.ts';
import { plainFacts, TEST_KEY, TEST_SIGNER } from '../../gateway/archive/testing.ts';
import { startBucketing } from '../../gateway/bucketing.ts';
import { factsOf, loadParser } from '../../gateway/postgres/facts.ts';
import { installRgw } from './install.ts';
import { PutArchive, useCredentials } from './put-archive.ts';
import { rgwMissing, type S3Server, startRgw } from './rgw.ts';

const CLI = join(import.meta.dirname, '../../main/cli.ts');

/** A machine of a developer is left as it is; CI's is made for this. */
const mayInstall = process.env['CI'] !== undefined || process.env['AUDITORIUM_INSTALL'] !== undefined;
const missing = mayInstall ? installRgw() : rgwMissing();

describe.skipIf(missing !== null)(
  `a bucket of Ceph${missing === null ? '' : ` (skipped: ${missing})`}`,
  { timeout: 60_000 },
  () => {
    let store: S3Server;
    let put: PutArchive;
    let client: S3Client;
    const said: string[] = [];

    beforeAll(async () => {
      store = await startRgw();
      useCredentials(store);
      const { endpoint } = store;
      client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });
      await client.send(new CreateBucketCommand({ Bucket: 'evidence' }));
      const versions = { Status: 'Enabled' } as const;
      await client.send(
        new PutBucketVersioningCommand({ Bucket: 'evidence', VersioningConfiguration: versions }),
      );
      await loadParser();
      put = new PutArchive(endpoint, 4, 'prod', factsOf);
      const keys = join(home(), 'keys');
      mkdirSync(keys, { recursive: true });
      writeFileSync(join(keys, 'gateway.pub'), publicKeyPem(TEST_SIGNER.publicKey));
    }, 200_000);
    afterAll(async () => {
      client.destroy();
      put[Symbol.dispose]();
      await store[Symbol.asyncDispose]();
    });

    const home = () => join(put.folder, 'home');
    const volumes = () => readdirSync(put.archive).filter((name) => name.endsWith('.audit'));

    /** Runs a command on the bucket, as whoever trusts the gateway. */
    function run(command: string, ...words: string[]) {
      const { endpoint } = store;
      const args = [CLI, command, 's3://evidence/prod', ...words, '--endpoint', endpoint, '--json'];
      const env = { ...process.env, AUDITORIUM_HOME: home() };
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
      const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
      return { status, stderr, rows: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
    }

    /** Runs the gateway's thread until it has said that something came of so many volumes. */
    async function runThread(keepLocal: number | null, what: string, count: number): Promise<void> {
      const to = { write: (line: string) => void said.push(line) };
      const { bucket, prefix, endpoint } = put.place;
      const task = {
        archive: put.archive,
        bucket: { bucket, prefix, endpoint: endpoint ?? undefined, keepLocal },
        keys: { current: TEST_KEY, previous: null },
      };
      const thread = startBucketing(task, pino({}, to));
      await expect
        .poll(() => said.filter((line) => line.includes(what)).length, { timeout: 50_000 })
        .toBe(count);
      await thread.close();
    }

    test('sealed volumes are put by the gateway’s thread', async () => {
      await runThread(null, 'bucket.put', 3);
      expect(await put.objects.oldVersions('')).toEqual([]);
      expect(said.join('')).not.toContain(store.secretAccessKey);
    });

    test('statements are found, sessions replayed, and all of it verified', () => {
      expect(run('find', 'table:t1').rows.map(({ text }) => text)).toEqual([
        'DELETE FROM t1',
        'SELECT * FROM t1',
      ]);
      expect(run('find', 'token:agent-0', '--sessions').rows.map(({ id }) => id)).toEqual([
        put.rolled.own[0],
      ]);
      expect(run('replay', put.rolled.own[2] ?? '', '--speed', '1000').status).toBe(0);
      const verified = run('verify', '--seal');
      expect([verified.status, verified.rows[0]?.['verdict'], verified.rows[0]?.['events']]).toEqual([
        0,
        'VERIFIED',
        36,
      ]);
      const out = join(put.folder, 'found.jsonl');
      expect(run('export', '--format', 'jsonl', '--filter', 'verb:delete', '--out', out).status).toBe(0);
      expect(readFileSync(out, 'utf8').match(/DELETE FROM t/g)?.length).toBeGreaterThan(2);
    });

    test('volumes go from the folder, and are found all the same', async () => {
      const [first, second, third, last] = volumes();
      await runThread(1000, 'bucket.removed', 3);
      expect([volumes(), [first, second, third].length]).toEqual([[last], 3]);
      expect(run('find', 'table:t0').rows).toHaveLength(2);
    });

    test('a large object goes in parts and comes back', async () => {
      const path = join(put.folder, 'large');
      const bytes = Buffer.alloc((33 << 20) + 5, 'of which not all bytes are the same');
      writeFileSync(path, bytes);
      await put.objects.putFile('large', path);
      await put.objects.getFile('large', `${path}.back`, bytes.length, () => {});
      expect(readFileSync(`${path}.back`).equals(bytes)).toBe(true);
      await put.objects.remove('large');
    });

    test('what is removed or overwritten in the bucket is found out by its versions', async () => {
      const manifests = (await put.objects.keys('')).filter((key) => key.includes('/manifest-'));
      const [, middle = '', newest = ''] = manifests;
      await client.send(new DeleteObjectCommand({ Bucket: 'evidence', Key: `prod/${newest}` }));
      const { rows, status } = run('verify', '--forget');
      expect([status, rows[0]?.['verdict']]).toEqual([23, 'TRUNCATED']);
      expect(run('find', 'table:t1')).toMatchObject({
        status: 4,
        rows: [],
        stderr: expect.stringContaining('TRUNCATED') as string,
      });
      const text = await put.objects.get(middle);
      await put.objects.put(middle, Buffer.concat([text, Buffer.from('— strange aGVsbG8gd29ybGQ=\n')]));
      expect(run('verify', '--forget').rows[0]?.['verdict']).toBe('FORKED');
    });

    test('a value that was redacted is told to be left in versions of the bucket', async () => {
      using other = new PutArchive(store.endpoint, 2, 'redacted');
      await other.putter().pass();
      const file = readdirSync(other.archive).toSorted()[0] ?? '';
      const values = { index: 7, field: 'text', length: 'SELECT * FROM t0'.length };
      const why = { time: 1, by: 'ada', reason: 'a name', remainder: null };
      const keys = { signer: TEST_SIGNER, previous: null };
      redactVolume(join(other.archive, file), [{ ...values, ...why }], { factsOf: plainFacts, keys });
      await other.putter().pass();
      expect(other.told).toEqual([`put ${file}`, `put ${file}`, `left ${file}`]);
    });

    test('failures are one clear line, of which no secret is part', async () => {
      const failure = async (place: Parameters<typeof placeOf>[0]) => {
        using objects = new Objects(placeOf({ endpoint: store.endpoint, ...place }, {}));
        return objects.keys('').catch((error: Error) => error.message);
      };
      expect(await failure({ bucket: 'no-such-bucket', prefix: '' })).toContain(
        'there is no bucket no-such-bucket',
      );
      process.env['AWS_SECRET_ACCESS_KEY'] = 'wrong';
      expect(await failure({ bucket: 'evidence', prefix: '' })).toContain('refuses the signature');
      process.env['AWS_ACCESS_KEY_ID'] = 'nobody';
      expect(await failure({ bucket: 'evidence', prefix: '' })).toContain('does not know this access key');
      useCredentials(store);
    });
  },
);
