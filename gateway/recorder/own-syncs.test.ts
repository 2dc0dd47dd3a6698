import { expect, test } from 'vitest';
import { OwnSyncs } from './own-syncs.ts';

const place = { fd: 3, dir: '/spool', position: 0 };

function logged(fails: () => boolean = () => false) {
  const calls: string[] = [];
  const syncs = new OwnSyncs({
    syncFile(fd) {
      calls.push(`file ${fd}`);
      if (fails()) throw new Error('EIO');
    },
    syncFolder: (path) => void calls.push(`folder ${path}`),
  });
  return { calls, syncs };
}

test('a file is synced when more of it is to be shipped, and its folder when it is new', () => {
  const { calls, syncs } = logged();
  syncs.sync({ ...place, until: 100 });
  syncs.sync({ ...place, until: 80 });
  syncs.sync({ ...place, until: 120 });
  syncs.sync({ ...place, fd: 4, position: 120, until: 130 });
  expect(calls).toEqual(['file 3', 'folder /spool', 'file 3', 'file 4', 'folder /spool']);
});

test('what failed once is never tried again', () => {
  let failing = true;
  const { calls, syncs } = logged(() => failing);
  expect(() => syncs.sync({ ...place, until: 100 })).toThrow(expect.objectContaining({ code: 'SPOOL_SYNC' }));
  failing = false;
  expect(() => syncs.sync({ ...place, until: 100 })).toThrow(
    /nothing more is shipped before the gateway starts anew/,
  );
  expect(calls).toEqual(['file 3']);
});
