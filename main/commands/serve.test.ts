import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readOrMakeKey } from '../../gateway/archive/key-file.ts';
import { startDevelopmentIssuer } from '../../gateway/identity/issuer.ts';
import { LOCALHOST } from '../../gateway/postgres/testing/certificate.ts';
import { toCommandError } from '../failure.ts';
import { serveTeam } from '../serve.ts';
import { writeSmallArchive } from '../testing/small-archive.ts';

let folder: string;
const cleanups: (() => unknown)[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditorium-serve-'));
  writeSmallArchive(join(folder, 'archive'));
  await writeFile(join(folder, 'a.crt'), LOCALHOST.cert);
  await writeFile(join(folder, 'a.key'), LOCALHOST.key);
  const issuer = await startDevelopmentIssuer({ dir: join(folder, 'spool/issuer'), port: 0, listeners: [] });
  cleanups.push(() => issuer.close());
  readOrMakeKey(join(folder, 'spool/signing.key')); // the gateway's
});
afterAll(async () => {
  for (const clean of cleanups) await clean();
  await rm(folder, { recursive: true });
});

/** What comes of serving by a configuration with this section: where, or the code of the failure. */
async function served(section: string): Promise<unknown> {
  const path = join(folder, 'auditorium.yaml');
  await writeFile(
    path,
    `issuers: [{ name: dev, profile: development }]\nroles: { viewer: [all], admin: [ops] }\n${section}\n`,
  );
  try {
    const env = { ...process.env, AUDITORIUM_HOME: join(folder, 'home') };
    // Nobody looks at the window here.
    const team = await serveTeam(path, env, { prepare: async () => undefined });
    await team.close();
    const { url, listen, archive } = team;
    return { url, listen: listen.replace(/\d+$/, 'PORT'), archive };
  } catch (error) {
    const { code, message } = toCommandError(error);
    return [code, message.replaceAll(folder, '')];
  }
}

const SITE = "url: 'https://localhost:8443'";
const TLS = 'tls: { cert: a.crt, key: a.key }';

test('a server starts on the archive of its configuration, and ends', async () => {
  expect(await served(`serve: { ${SITE}, listen: '127.0.0.1:0', ${TLS} }`)).toEqual({
    url: 'https://localhost:8443',
    listen: '127.0.0.1:PORT',
    archive: join(folder, 'archive'),
  });
});

test('what keeps it from starting is said with its code', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  cleanups.push(() => taken.close());
  const { port } = taken.address() as { port: number };
  await writeFile(join(folder, 'other.key'), 'no key');
  expect([
    await served(''),
    await served(`serve: { ${SITE}, listen: '127.0.0.1:${port}', ${TLS} }`),
    await served(`serve: { ${SITE}, listen: '192.0.2.1:1', ${TLS} }`),
    await served(`serve: { ${SITE}, tls: { cert: absent.crt, key: a.key } }`),
    await served(`serve: { ${SITE}, listen: '127.0.0.1:0', tls: { cert: a.crt, key: other.key } }`),
    await served(`serve: { ${SITE}, ${TLS}, archive: absent }`),
  ]).toEqual([
    ['CONFIG_INVALID', expect.stringContaining('has no section serve')],
    ['PORT_TAKEN', `another program listens on 127.0.0.1:${port}`],
    ['CANNOT_LISTEN', expect.stringMatching(/^cannot listen on 192\.0\.2\.1:1: /)],
    ['TLS_UNUSABLE', expect.stringMatching(/^serve\.tls: \/absent\.crt cannot be read /)],
    ['TLS_UNUSABLE', expect.stringMatching(/^serve\.tls: certificate and key cannot be used /)],
    ['ARCHIVE_NOT_FOUND', expect.any(String)],
  ]);
});
