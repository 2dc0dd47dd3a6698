import { expect, test } from 'vitest';
import { segmentHost } from '../player/fixtures/segment-host.ts';
import { Segments } from '../player/segments.ts';
import { decisionsRecording } from '../../shared/replay/fixtures/decisions.ts';
import { dataRow, rowDescription, SessionRecording, concat } from '../../shared/replay/fixtures/recording.ts';
import { paintWindow } from '../../shared/replay/window.ts';
import { lineAt, plainText, spansOf } from './transcript-lines.ts';
import { PaintedTranscript } from './transcript-source.ts';

async function transcriptOf(recording: SessionRecording, each: number): Promise<PaintedTranscript> {
  const segments = new Segments('s', segmentHost(recording.events, { each, bytes: 400, fetched: [] }));
  await segments.ready();
  return new PaintedTranscript(segments, 'shop');
}

async function textOf(transcript: PaintedTranscript): Promise<string> {
  const lines = [];
  for (let block = 0; block < transcript.blocks; block++) lines.push(...(await transcript.load(block)));
  return lines.map(({ text }) => plainText(text)).join('\n');
}

function busy(): SessionRecording {
  const recording = new SessionRecording().opened();
  for (let n = 1; n <= 40; n++) {
    const rows = Array.from({ length: n }, (_, row) => dataRow(String(row), 'Ada'));
    const answer = concat(rowDescription(['id', 23], ['name', 25]), ...rows);
    recording
      .simple(n, `SELECT id, name\nFROM people LIMIT ${n}`)
      .outcome(n, { tag: `SELECT ${n}`, rows: n, answer });
  }
  return recording;
}

test('blocks one behind the other are the session’s whole text, however it is cut', async () => {
  for (const recording of [busy(), decisionsRecording()]) {
    const whole = plainText(paintWindow(recording.events, undefined, Infinity).text).replaceAll('\r\n', '\n');
    for (const each of [1, 2, 7, 1000]) {
      const text = await textOf(await transcriptOf(recording, each));
      expect(text.trimEnd()).toBe(whole.trimEnd());
    }
  }
});

test('a block far in the session is painted without those before it', async () => {
  const near = await transcriptOf(busy(), 6);
  const far = await transcriptOf(busy(), 6);
  await textOf(near);
  expect(await far.load(9)).toEqual(near.lines(9));
});

test('a line belongs to the event that wrote on it last', async () => {
  const transcript = await transcriptOf(busy(), 1000);
  const lines = await transcript.load(0);
  const words = lines.filter(({ text }) => text.includes('SELECT id')).map(({ sequence }) => sequence);
  const at = [-1, 0, 1, 2, 3].map((sequence) => plainText(lines[lineAt(lines, sequence)]?.text ?? ''));
  expect([words.slice(0, 3), at]).toEqual([
    [1, 3, 5],
    [
      '',
      '-- Session opened to shop by agent from 127.0.0.1:50000 as psql',
      'shop-> FROM people LIMIT 1',
      '',
      'shop-> FROM people LIMIT 2',
    ],
  ]);
});

test('colours become looks, and what ends one ends no other', () => {
  expect(spansOf('a\u001b[1mb\u001b[36mc\u001b[22md\u001b[39me\u001b[7m␛\u001b[27m')).toEqual([
    { text: 'a', look: '' },
    { text: 'b', look: 'ink-bold' },
    { text: 'c', look: 'ink-bold ink-masked' },
    { text: 'd', look: 'ink-masked' },
    { text: 'e', look: '' },
    { text: '␛', look: 'ink-hidden' },
  ]);
});
