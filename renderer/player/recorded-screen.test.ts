import { Terminal } from '@xterm/headless';
import { afterEach, expect, test } from 'vitest';
import { SessionRecording, utf8 } from '../../shared/replay/fixtures/recording.ts';
import { writeState, type Keyframe } from '../../shared/replay/keyframe.ts';
import { paintStep } from '../../shared/replay/paint.ts';
import { newPainterState } from '../../shared/replay/painter-state.ts';
import { screenText } from '../../shared/replay/screen-text.ts';
import { sizedParts } from '../../shared/replay/terminal-text.ts';
import { segmentHost } from './fixtures/segment-host.ts';
import { firstSize, RecordedScreen } from './recorded-screen.ts';
import { Segments, type SegmentHost } from './segments.ts';
import type { TerminalToPaint } from './TerminalPane.tsx';

const terminals: Terminal[] = [];
afterEach(() => {
  for (const terminal of terminals.splice(0)) terminal.dispose();
});

/** A program that draws all over its screen: a counter in one place, a colour that stays on, another size half way. */
function recordingOf(count: number): SessionRecording {
  const recording = new SessionRecording().opened();
  recording.add('terminalResized', { columns: 20, rows: 4 });
  recording.add('terminalOutput', { data: utf8('\x1b[?1049h\x1b[2;2Hcount\x1b[31m') });
  for (let n = 1; n <= count; n++) {
    recording.add('terminalOutput', { data: utf8(`\x1b[3;${(n % 10) + 1}H${n}`) });
    if (n === count / 2) recording.add('terminalResized', { columns: 30, rows: 5 });
  }
  return recording;
}

function screenOf(
  recording: SessionRecording,
  each: number,
  keyframes: readonly Keyframe[] = [],
  more: Pick<SegmentHost, 'keyframe'> & Pick<TerminalToPaint, 'tellPlayed'> = {},
) {
  const fetched: number[] = [];
  const segments = new Segments('s', {
    ...segmentHost(recording.events, { each, bytes: 64 * 1024, fetched }),
    keyframe: async (sequence) => ({
      keyframe: keyframes.findLast((keyframe) => keyframe.sequence <= sequence) ?? null,
      playing: null,
    }),
    ...(more.keyframe && { keyframe: more.keyframe }),
  });
  const terminal = new Terminal({ allowProposedApi: true, cols: 80, rows: 24 });
  terminals.push(terminal);
  let written = 0;
  const write = async (text: string): Promise<void> => {
    written += text.length;
    for (const part of sizedParts(text)) {
      await new Promise<void>((done) => terminal.write(part.text, done));
      if (part.size !== null) terminal.resize(part.size.columns, part.size.rows);
    }
  };
  const screen = new RecordedScreen(
    segments,
    { columns: 20, rows: 4 },
    {
      write,
      columns: () => terminal.cols,
      rows: () => terminal.rows,
      snapshot: (margins) => screenText(terminal, 200, margins),
      ...(more.tellPlayed && { tellPlayed: more.tellPlayed }),
    },
  );
  const shown = () => {
    const { active } = terminal.buffer;
    const lines = Array.from({ length: terminal.rows }, (_, row) =>
      active.getLine(active.baseY + row)?.translateToString(true),
    );
    return { lines, cursor: [active.cursorX, active.cursorY], columns: terminal.cols, kind: active.type };
  };
  const snapshot = () => screenText(terminal, 200, '');
  return { screen, shown, snapshot, fetched, segments, characters: () => written };
}

test('a screen is the same whichever way it was come to', async () => {
  const recording = recordingOf(60);
  const order = [50, 10, 33, 62, 0, 34, 5, 61];
  const roaming = screenOf(recording, 7);
  for (const sequence of order) {
    await roaming.screen.show(sequence);
    const straight = screenOf(recording, 1000);
    await straight.screen.show(sequence);
    expect(roaming.shown()).toEqual(straight.shown());
  }
});

test('to go back no more is played than from the nearest screen that is kept', async () => {
  const { screen, characters } = screenOf(recordingOf(2000), 100);
  await screen.show(2002);
  const all = characters();
  await screen.show(1000);
  expect(characters() - all).toBeLessThan(all / 8);
});

test('far from what was played here, it is gone on from the host’s screen', async () => {
  const recording = recordingOf(2000);
  const { events } = recording;
  const state = newPainterState();
  for (const stored of events.slice(0, 1501)) paintStep(stored, state);
  const straight = screenOf(recording, 100);
  await straight.screen.show(1500);
  const keyframe = { sequence: 1500, state: writeState(state), text: straight.snapshot() };
  await straight.screen.show(1510);
  const jumping = screenOf(recording, 100, [keyframe]);
  await jumping.screen.show(1510);
  expect([jumping.shown(), jumping.fetched]).toEqual([straight.shown(), [15]]);
});

test('where the host has yet to play, the last output is shown and said to be that, until it has', async () => {
  const recording = recordingOf(2000);
  const told: (number | null)[] = [];
  const arrived = Promise.withResolvers<void>();
  const playing = [100, 900].map((played) => ({
    keyframe: null,
    playing: { played, size: { columns: 30, rows: 5 } },
  }));
  const waiting = screenOf(recording, 100, [], {
    // The first answer is to who opens it.
    keyframe: async (sequence) =>
      (sequence === 0 ? undefined : playing.shift()) ?? { keyframe: null, playing: null },
    tellPlayed: (share) => {
      told.push(share);
      if (share === null) arrived.resolve();
    },
  });
  await waiting.screen.show(1500);
  // What was drawn first, and not since, is not there.
  expect([waiting.shown().columns, waiting.shown().lines.join('')]).toEqual([30, '1111111149789']);
  await arrived.promise;
  await waiting.screen.show(1501);
  const straight = screenOf(recording, 100);
  await straight.screen.show(1501);
  expect([waiting.shown(), told]).toEqual([straight.shown(), [0, 101 / 1501, 901 / 1501, null, null]]);
});

test('of wishes in a row the last one is shown', async () => {
  const recording = recordingOf(60);
  const hasty = screenOf(recording, 7);
  await Promise.all([60, 20, 40, 12].map((sequence) => hasty.screen.show(sequence)));
  const straight = screenOf(recording, 7);
  await straight.screen.show(12);
  expect(hasty.shown()).toEqual(straight.shown());
});

test('a recorded terminal is told by its size', async () => {
  const terminal = screenOf(recordingOf(4), 3);
  const plain = screenOf(new SessionRecording().opened(), 3);
  expect([await firstSize(terminal.segments), await firstSize(plain.segments)]).toEqual([
    { columns: 20, rows: 4 },
    null,
  ]);
});
