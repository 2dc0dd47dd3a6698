/** Gateway and store killed at random: every event that was on disk is in the store, exactly once. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { placeOf } from '../../gateway/archive/bucket/place.ts';
import { TEST_SIGNER } from '../../gateway/archive/testing.ts';
import { eventsOf, fetchBundle, shippedLogs, shippedManifests } from '../../gateway/remote/bundles.ts';
import { S3Store } from '../../gateway/remote/s3-store.ts';
import { verifyRemote } from '../../gateway/remote/verify/verify-remote.ts';
import { type Ceph, longFormMissing, startCeph } from './ceph.ts';
import { allShipped, record, remoteOf } from './recording.ts';

const PROGRAM = join(import.meta.dirname, 'recorder-process.ts');

/** Lives of the gateway, and how long one is, ms. */
const LIVES = 4;
const LIFE_MS = 2_500;

describe.skipIf(longFormMissing !== null)(
  `kills at random, with Ceph${longFormMissing === null ? '' : ` (skipped: ${longFormMissing})`}`,
  { timeout: 120_000 },
  () => {
    let ceph: Ceph;
    let folder: string;
    beforeAll(async () => {
      ceph = await startCeph();
      folder = mkdtempSync(join(tmpdir(), 'kills-'));
    }, 200_000);
    afterAll(async () => {
      rmSync(folder, { recursive: true });
      await ceph[Symbol.asyncDispose]();
    });

    /** One life of the gateway from its first word on, and how many events it knew to be on disk when it was killed. */
    async function live(ms: number): Promise<number> {
      const remote = JSON.stringify(remoteOf(ceph.server.endpoint, 'locked', 'kills'));
      const child = spawn(process.execPath, [PROGRAM, folder, remote], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let known = 0;
      let rest = '';
      const spoke = new Promise<void>((resolve) => {
        child.stdout.on('data', (text: Buffer) => {
          const lines = (rest + text.toString()).split('\n');
          rest = lines.pop() ?? '';
          known = Number(lines.at(-1) ?? known);
          resolve();
        });
      });
      const gone = new Promise((resolve) => child.once('exit', resolve));
      await Promise.race([spoke, gone]);
      await pause(ms);
      child.kill('SIGKILL');
      await gone;
      return known;
    }

    test('every event that was on disk is in the store, exactly once', async () => {
      let known = 0;
      let back: (() => Promise<void>) | null = null;
      for (let life = 0; life < LIVES; life++) {
        // In every other life the store goes away in its midst, and comes back in the next.
        const ms = LIFE_MS * Math.random();
        const killing =
          life % 2 === 1
            ? pause(ms * Math.random()).then(async () => void (back = await ceph.server.kill()))
            : null;
        known = Math.max(known, await live(ms));
        await killing;
        if (life % 2 === 1) await (back as (() => Promise<void>) | null)?.();
      }
      const remote = remoteOf(ceph.server.endpoint, 'locked', 'kills');
      const recording = await record({ folder, remote });
      const { events: end } = await recording.head();
      await allShipped(recording, 60_000);
      await recording.close();
      expect(known).toBeGreaterThan(100);
      expect(end).toBeGreaterThanOrEqual(known);

      using store = new S3Store(
        placeOf({ bucket: 'locked', prefix: 'kills', endpoint: ceph.server.endpoint }, {}),
      );
      const [log = ''] = await shippedLogs(store);
      const keys = [TEST_SIGNER.publicKey];
      const indexes: number[] = [];
      const sequences = new Set<string>();
      for await (const { bundles } of shippedManifests(store, log, { keys }))
        for (const bundle of bundles)
          for (const { event } of await eventsOf(await fetchBundle(store, bundle), bundle.key)) {
            indexes.push(event.index);
            if (event.session !== null)
              sequences.add(`${Buffer.from(event.session).toString('hex')}/${event.sequence}`);
            else sequences.add(`log/${event.index}`);
          }
      expect(indexes).toEqual(indexes.map((_, index) => index));
      expect(sequences.size).toBe(indexes.length);
      expect(indexes.length).toBeGreaterThanOrEqual(end);
      const report = await verifyRemote({ store, keys, now: Date.now(), seen: () => null });
      // Sessions that were open when their gateway was killed have no end.
      expect(report.findings.filter(({ verdict }) => verdict !== 'INCOMPLETE')).toEqual([]);
    });
  },
);
