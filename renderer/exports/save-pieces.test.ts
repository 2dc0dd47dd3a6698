import { expect, test } from 'vitest';
import { savePieces, toBlob, toFile, type OpenFile } from './save-pieces.ts';

async function* pieces(failing: boolean): AsyncGenerator<Uint8Array, void, undefined> {
  yield Uint8Array.of(1, 2);
  yield Uint8Array.of(3);
  if (failing) throw new Error('broke off');
}

function file() {
  const seen: string[] = [];
  const open: OpenFile = {
    write: async (piece) => void seen.push(`write ${piece.join()}`),
    close: async () => void seen.push('close'),
    abort: async () => void seen.push('abort'),
  };
  return { seen, open };
}

test('pieces go to the file as they come, which is closed behind the last', async () => {
  const { seen, open } = file();
  const counted: number[] = [];
  const bytes = await savePieces(pieces(false), toFile(open), (count) => void counted.push(count));
  expect([bytes, counted, seen]).toEqual([3, [2, 3], ['write 1,2', 'write 3', 'close']]);
});

test('of what breaks off nothing is kept', async () => {
  const { seen, open } = file();
  const saved: Blob[] = [];
  const failures = await Promise.all(
    [toFile(open), toBlob((blob) => void saved.push(blob))].map((target) =>
      savePieces(pieces(true), target, () => undefined).catch((error: unknown) => String(error)),
    ),
  );
  expect([failures, seen, saved]).toEqual([
    ['Error: broke off', 'Error: broke off'],
    ['write 1,2', 'write 3', 'abort'],
    [],
  ]);
});

test('a download has all pieces in one', async () => {
  const saved: Blob[] = [];
  await savePieces(
    pieces(false),
    toBlob((blob) => void saved.push(blob)),
    () => undefined,
  );
  expect(await saved[0]?.bytes()).toEqual(Uint8Array.of(1, 2, 3));
});
