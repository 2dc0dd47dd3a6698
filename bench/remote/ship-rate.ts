/**
 * How fast what lies in a spool is put into a store, told by the time of processors that it takes: read, bundled, packed, named by a
 * signed manifest and read back. The store is a folder, so that the figure has no network in it.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { signerOf } from '../../gateway/archive/ed25519.ts';
import { factsOf, loadParser } from '../../gateway/postgres/facts.ts';
import { Recorder } from '../../gateway/recorder/recorder.ts';
import { Shipper } from '../../gateway/recorder/shipper.ts';
import { openSpool, type Spool } from '../../gateway/recorder/spool.ts';
import { FolderStore } from '../../gateway/remote/folder-store.ts';
import { RemoteShipper } from '../../gateway/remote/remote-shipper.ts';
import { NOT_SEALED } from '../../gateway/remote/seal-bundle.ts';
import { Recording, StoryClock } from '../archive/recording.ts';
import { sizeOf } from '../archive/shape.ts';
import { Story } from '../archive/story.ts';
import { dataRows } from '../archive/wire.ts';

/** What is recorded: many small statements, or few with many rows. */
type ShipLoad = 'statements' | 'rows';

/** Some 120 MB of either. */
const STATEMENTS = 200_000;
const CHUNKS = 2_000;

/** Rows of a chunk, as the relay cuts them (DESIGN §5). */
const CHUNK_ROWS = 256;

/** Acts between two writes: what a turn of a busy gateway's event loop holds. */
const BATCH = 64;

interface ShipRate {
  /** Bytes of the spool, and of the bundles. */
  readonly raw: number;
  readonly packed: number;
  readonly events: number;
  /** Of processors, for all of it. */
  readonly cpuSeconds: number;
}

/** Records `load` into a spool in a folder of its own, and ships it. */
export async function shipRate(load: ShipLoad): Promise<ShipRate> {
  await loadParser();
  const folder = mkdtempSync(join(tmpdir(), 'ship-rate-'));
  try {
    const dir = join(folder, 'spool');
    mkdirSync(dir);
    const spool = await openSpool({ dir, limit: 2 ** 32, syncs: false, newLog: () => randomBytes(16) });
    const raw = await recordInto(spool, load);
    return { raw, ...(await ship(folder, dir, spool.log, raw)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Position at which the spool ends. */
async function recordInto(spool: Spool, load: ShipLoad): Promise<number> {
  const clock = new StoryClock();
  const onFailure = (error: Error) => {
    throw error;
  };
  const recorder = new Recorder({
    spool,
    clock,
    durability: 'process',
    software: 'auditorium bench',
    boot: 1,
    onFailure,
  });
  if (load === 'statements') tell(recorder, clock);
  else answerAtLength(recorder, clock);
  recorder.write();
  const end = spool.written;
  await recorder.close();
  return end;
}

function tell(recorder: Recorder, clock: StoryClock): void {
  const recording = new Recording(recorder, clock);
  const story = new Story(sizeOf(STATEMENTS), 1);
  let told = 0;
  for (let act = story.next(); act !== null; act = story.next()) {
    recording.record(act);
    if (++told % BATCH === 0) recorder.write();
  }
}

function answerAtLength(recorder: Recorder, clock: StoryClock): void {
  clock.set(Date.UTC(2026, 0, 1) * 1000);
  const session = recorder.session();
  for (let chunk = 0; chunk < CHUNKS; chunk++) {
    const rows = Array.from({ length: CHUNK_ROWS }, (_, i) => [
      String(chunk * CHUNK_ROWS + i),
      `person ${i} of ${chunk}`,
      randomBytes(96).toString('base64'),
    ]);
    const answer = dataRows(Buffer.alloc(0), rows);
    session.record('rows', {
      statement: 1,
      ordinal: 0,
      rows: CHUNK_ROWS,
      continued: true,
      describedAt: null,
      answer,
    });
    recorder.write();
  }
}

async function ship(
  folder: string,
  dir: string,
  log: Uint8Array,
  end: number,
): Promise<Omit<ShipRate, 'raw'>> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const signer = signerOf(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  using store = new FolderStore(join(folder, 'store'));
  const remote = new RemoteShipper({
    log,
    folder: join(folder, 'remote'),
    store,
    keys: () => ({ signer, previous: null }),
    gateway: 'bench',
    now: () => Date.now() * 1000,
    factsOf,
    retention: null,
    sealing: NOT_SEALED,
    openingOf: () => ({ size: 0, frontier: new Uint8Array() }),
    throttle: () => Promise.resolve(),
  });
  const spool = new Shipper(dir, remote);
  const before = process.cpuUsage();
  while (spool.position < end) {
    while (!remote.isFull && spool.position < end) spool.ship(end);
    remote.reached(spool.position);
    await remote.ship(spool.position >= end);
  }
  const { user, system } = process.cpuUsage(before);
  spool.close();
  return {
    events: remote.shipped.events,
    packed: remote.counts.bytes,
    cpuSeconds: (user + system) / 1e6,
  };
}
