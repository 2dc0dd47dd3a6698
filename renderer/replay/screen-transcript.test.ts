import { Terminal } from '@xterm/headless';
import { expect, test } from 'vitest';
import { segmentHost } from '../player/fixtures/segment-host.ts';
import { Segments } from '../player/segments.ts';
import { SessionRecording, utf8 } from '../../shared/replay/fixtures/recording.ts';
import { SCREEN_SCROLLBACK, ScreenTranscript } from './screen-transcript.ts';

/** A terminal of ten columns and three rows that showed these texts. */
async function transcriptOf(...outputs: readonly string[]) {
  const recording = new SessionRecording();
  recording.add('terminalResized', { columns: 10, rows: 3 });
  for (const output of outputs) recording.add('terminalOutput', { data: utf8(output) });
  const segments = new Segments('s', segmentHost(recording.events, { each: 2, bytes: 1, fetched: [] }));
  await segments.ready();
  const transcript = new ScreenTranscript(
    segments,
    () => new Terminal({ cols: 80, rows: 24, scrollback: SCREEN_SCROLLBACK, allowProposedApi: true }),
  );
  const lines = await transcript.load(0);
  transcript.close();
  return lines.map(({ sequence, text }) => [sequence, text]);
}

test('lines are as the terminal had them, each of the event that wrote it', async () => {
  expect(await transcriptOf('one\r\ntwo\r\n', 'thr', 'ee\r\nfour\r\nfive\r\n', '$ ')).toEqual([
    [1, 'one'],
    [1, 'two'],
    [3, 'three'],
    [3, 'four'],
    [3, 'five'],
    [4, '$ '],
  ]);
});

test('a line is what became of it, and long ones break where they broke', async () => {
  expect(await transcriptOf('0123456789abc\r\n', '10 %\r', '99 %\r\nend')).toEqual([
    [1, '0123456789'],
    [1, 'abc'],
    [3, '99 %'],
    [3, 'end'],
  ]);
});

test('what a full-screen program showed last stands where it gave the screen back', async () => {
  const lines = await transcriptOf(
    'a\r\nb\r\nc\r\nd\r\n',
    '\u001b[?1049h\u001b[Hvi: x',
    '\u001b[?1049l',
    'e\r\nf',
  );
  expect(lines.map(([, text]) => text)).toEqual(['a', 'b', 'vi: x', 'c', 'd', 'e', 'f']);
});
