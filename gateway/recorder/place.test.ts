import { chmodSync, chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkPlace, refuseRemote } from './place.ts';
import { lockSpool } from './spool-folder.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'place-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const isPosix = process.platform !== 'win32';

describe('a place for a spool', () => {
  test('is made for its owner alone, and nothing is left of the try', () => {
    const dir = join(root, 'deep/spool');
    checkPlace(dir);
    expect(statSync(dir).mode & 0o777).toBe(isPosix ? 0o700 : 0o666);
  });

  test.each([
    [0x6969, 'NFS'],
    [0xff534d42, 'CIFS'],
    [-11317950, 'CIFS'], // the same as a signed word
    [0xfe534d42, 'SMB'],
    [0x65735546, 'FUSE'],
    [0x01021997, '9p'],
  ])('is refused on a file system of type %s', (type, name) => {
    expect(() => refuseRemote('/mnt/spool', type)).toThrow(
      expect.objectContaining({ code: 'SPOOL_PLACE', message: expect.stringContaining(name) as string }),
    );
  });

  test('is not refused on the file systems of disks', () => {
    // ext4, XFS, Btrfs, ZFS, overlay, tmpfs
    for (const type of [0xef53, 0x58465342, 0x9123683e, 0x2fc12fc1, 0x794c7630, 0x01021994])
      refuseRemote('/var/spool', type);
  });

  test('is refused where it is no folder', () => {
    const path = join(root, 'file');
    writeFileSync(path, '');
    expect(() => checkPlace(path)).toThrow(/^the spool’s folder .* cannot be used: EEXIST/);
  });

  test.runIf(isPosix)('is refused when others may look into it', () => {
    chmodSync(root, 0o750);
    expect(() => checkPlace(root)).toThrow(`is open to others; run: chmod 700 ${root}`);
  });

  test.runIf(process.getuid?.() === 0)('is refused when it belongs to somebody else', () => {
    chownSync(root, 1, 1);
    expect(() => checkPlace(root)).toThrow('belongs to user 1, not to the one the gateway runs as');
  });

  test.runIf(isPosix && process.getuid?.() !== 0)('is refused when it cannot be written', () => {
    chmodSync(root, 0o500);
    expect(() => checkPlace(root)).toThrow('cannot be written: EACCES');
  });
});

describe('the lock of a spool', () => {
  test('keeps out a second gateway while the first runs', () => {
    writeFileSync(join(root, 'lock'), `${process.ppid}\n`);
    expect(() => lockSpool(root)).toThrow(
      `the spool in ${root} belongs to a running gateway (process ${process.ppid})`,
    );
  });

  test('of a gateway that died is taken over', () => {
    writeFileSync(join(root, 'lock'), '999999999\n');
    lockSpool(root)();
  });

  test.runIf(process.platform === 'linux')(
    'of a gateway that died is taken over though another program now has its process id',
    () => {
      writeFileSync(join(root, 'lock'), `${process.ppid} 4e2c6a1e-0000-0000-0000-000000000000/1\n`);
      lockSpool(root)();
    },
  );

  test('is given back', () => {
    const giveBack = lockSpool(root);
    giveBack();
    lockSpool(root)();
  });
});
