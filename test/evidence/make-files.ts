/**
 * Writes the archives and the bundle of docs/vectors by the real writer: `npm run vectors`. What lists show of
 * them is what the program that wrote them made of their events, so that they are written anew when that changes.
 * Volumes lie there packed by gzip, because tables that are empty make them large.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { publicKeyPem } from '../../gateway/archive/ed25519.ts';
import { redactVolume } from '../../gateway/archive/sqlite/redact.ts';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { TEST_SIGNER, TestLog } from '../../gateway/archive/testing.ts';
import { factsOf, loadParser } from '../../gateway/postgres/facts.ts';

const root = join(import.meta.dirname, '../..');
const vectors = join(root, 'docs/vectors');

/** Of a log that was begun, µs since 1970. */
const BEGUN = Date.UTC(2026, 10, 2, 9) * 1000;

await loadParser();
const folder = mkdtempSync(join(tmpdir(), 'auditorium-vectors-'));
try {
  writeRolled(join(folder, 'rolled'));
  writeRedacted(join(folder, 'redacted'));
  for (const name of ['rolled', 'redacted']) pack(join(folder, name), join(vectors, name));
  const bundle = ['export', join(folder, 'rolled'), '--format', 'bundle', '--force'];
  const command = [join(root, 'main/cli.ts'), ...bundle, '--out', join(vectors, 'bundle.zip')];
  // A user folder that knows of no earlier ones: these are other events under the same names.
  const env = { ...process.env, AUDITORIUM_HOME: join(folder, 'home') };
  execFileSync(process.execPath, command, { env });
  writeFileSync(join(vectors, 'key.pem'), publicKeyPem(TEST_SIGNER.publicKey));
} finally {
  rmSync(folder, { recursive: true });
}

/** Two volumes: a session goes on from one to the other, with a text that was prepared before. The first is sealed. */
function writeRolled(path: string): void {
  const log = new TestLog(1, BEGUN);
  const writer = openSqliteWriter({ path, factsOf, now: () => log.time, signer: TEST_SIGNER });
  try {
    const [first, second] = [log.session(1), log.session(2)];
    for (const body of opening(log)) writer.append(body);
    writer.append(first.event('sessionOpened'));
    writer.append(first.event('parse', { name: 's', text: Buffer.from('select $1') }));
    writer.append(second.event('sessionOpened', { user: 'ada' }));
    writer.append(second.query('delete from orders'));
    writer.append(second.outcome({ tag: 'DELETE 2', rows: 2, answer: Buffer.from('two') }));
    writer.append(second.event('sessionClosed'));
    writer.commit();
    writer.append(log.event('volumeRolled', { number: 1, checkpoint: null, reason: 'age' }));
    writer.append(first.query('select 1'));
    writer.append(first.outcome({ tag: 'SELECT 1', rows: 1 }));
    writer.append(first.event('sessionClosed'));
    writer.append(log.event('logClosed', { sessions: 0 }));
    writer.commit();
  } finally {
    writer.close();
  }
}

/** One volume from which the text of a statement was taken out. */
function writeRedacted(path: string): void {
  const log = new TestLog(2, BEGUN);
  const writer = openSqliteWriter({ path, factsOf, now: () => log.time, signer: TEST_SIGNER });
  const session = log.session(1);
  let event = 0;
  const taken = { field: 'text', length: 15, by: 'ada@example.com', reason: 'a card number' };
  try {
    for (const body of opening(log)) writer.append(body);
    writer.append(session.event('sessionOpened'));
    event = log.index;
    writer.append(session.query('select 41111111'));
    writer.append(session.outcome({ tag: 'SELECT 1', rows: 1 }));
    writer.append(session.event('sessionClosed'));
    writer.append(log.event('redacted', { log: log.log, event, ...taken, remainder: null }));
    writer.append(log.event('logClosed', { sessions: 0 }));
    writer.commit();
  } finally {
    writer.close();
  }
  const redaction = { index: event, ...taken, time: log.time, remainder: null };
  for (const volume of volumesOf(path))
    redactVolume(join(path, volume), [redaction], { factsOf, keys: { signer: TEST_SIGNER } });
}

function opening(log: TestLog): Uint8Array[] {
  const key = { key: TEST_SIGNER.publicKey, previous: null, reason: 'the log was begun' };
  return [log.event('logOpened'), log.event('signingKey', key)];
}

function volumesOf(path: string): string[] {
  return readdirSync(path).filter((name) => name.endsWith('.audit'));
}

/** Volumes packed, seals as they are. */
function pack(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (name.endsWith('.audit'))
      writeFileSync(join(to, `${name}.gz`), gzipSync(readFileSync(join(from, name)), { level: 9 }));
    if (name.endsWith('.seal')) cpSync(join(from, name), join(to, name));
  }
}
