import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claimControlPath } from './control-socket.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'control-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe.skipIf(process.platform === 'win32')('the place of the control socket', () => {
  test('is refused where others may write', async () => {
    const open = join(folder, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    await expect(claimControlPath(join(open, 'control.sock'))).rejects.toMatchObject({
      code: 'CONTROL_UNSAFE',
    });
  });

  test('is refused when its path is too long for a socket', async () => {
    await expect(claimControlPath(join(folder, 'x'.repeat(100)))).rejects.toMatchObject({
      code: 'CONTROL_UNSAFE',
    });
  });

  test('is not taken from a file that is no socket', async () => {
    const path = join(folder, 'control.sock');
    writeFileSync(path, 'mine');
    await expect(claimControlPath(path)).rejects.toMatchObject({ code: 'CONTROL_TAKEN' });
    expect(existsSync(path)).toBe(true);
  });

  test('is not taken from a gateway that answers', async () => {
    const path = join(folder, 'control.sock');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    await expect(claimControlPath(path)).rejects.toMatchObject({ code: 'CONTROL_TAKEN' });
    await new Promise((resolve) => server.close(resolve));
  });
});
