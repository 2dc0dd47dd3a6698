/** The built window on parts that a test gives its host, where the whole app (see shown.ts) is more than it needs. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { openArchive } from '../../gateway/archive/sqlite/open.ts';
import { TEST_SIGNER } from '../../gateway/archive/testing.ts';
import { ApprovalDesk } from '../../main/approval-desk.ts';
import { ensureBuilt } from '../../main/built.ts';
import { Casework } from '../../main/casework/casework.ts';
import { startWebHost, type WebHost, type WebHostOptions } from '../../main/hosts/web.ts';
import { Credentials } from '../../main/identity/credentials.ts';
import { SignIn } from '../../main/identity/sign-in.ts';
import { packageOf } from '../../main/package.ts';

/** All of these are gone when the stack is disposed of. */
type Opened = AsyncDisposableStack;

/** A folder of the test's own. */
export async function ownFolder(opened: Opened): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'auditorium-hosted-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Reads an archive that is there. */
export async function readerOf(opened: Opened, path: string): Promise<ArchiveReader> {
  const reader = await openArchive(path);
  opened.defer(() => reader.close());
  return reader;
}

/** What Ada, unless told otherwise, writes about an archive into the file at `path`. */
export function caseOf(
  opened: Opened,
  path: string,
  archive: ConstructorParameters<typeof Casework>[0]['archive'],
  { name = 'Ada', signer = TEST_SIGNER } = {},
): Casework {
  const casework = new Casework({ path, archive, signer, name: async () => name, now: Date.now });
  opened.defer(() => casework.close());
  return casework;
}

/** Decides on what the gateway behind a control socket holds, as the person whose token it is. */
export async function deskOf(opened: Opened, socket: string, token: string): Promise<ApprovalDesk> {
  const signIn = new SignIn({
    // A person's own place: the gateway's folders are looked through for tokens when all tests are done.
    credentials: new Credentials(await ownFolder(opened)),
    issuers: null,
    target: () => Promise.reject(new Error('nobody is asked to sign in here')),
    now: Date.now,
  });
  await signIn.bring(token);
  const desk = new ApprovalDesk({ socket, signIn });
  opened.defer(() => desk.close());
  return desk;
}

/** A host of the built window with these parts. */
export async function startHost(
  opened: Opened,
  parts: Omit<WebHostOptions, 'version' | 'port' | 'renderer' | 'report'>,
): Promise<WebHost> {
  const here = packageOf(import.meta.dirname);
  await ensureBuilt(here, 'window', () => {});
  const host = await startWebHost({
    ...parts,
    version: here.version,
    port: 0,
    renderer: here.renderer,
    report: () => {},
  });
  opened.defer(() => host.close());
  return host;
}
