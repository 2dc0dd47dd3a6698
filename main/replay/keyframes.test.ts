import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import xterm from '@xterm/headless';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import { openArchive } from '../../gateway/archive/sqlite/open.ts';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { TestLog, testWriting } from '../../gateway/archive/testing.ts';
import type { SessionId } from '../../shared/api/session.ts';
import type { StoredEvent } from '../../shared/recording/record.ts';
import { SessionRecording, utf8 } from '../../shared/replay/fixtures/recording.ts';
import { KEYFRAME_VERSION, readState, type Keyframe } from '../../shared/replay/keyframe.ts';
import { paintStep } from '../../shared/replay/paint.ts';
import { newPainterState } from '../../shared/replay/painter-state.ts';
import { settingsText } from '../../shared/replay/terminal-settings.ts';
import { sizedParts } from '../../shared/replay/terminal-text.ts';
import { KeyframeMaker } from './keyframe-maker.ts';
import { KeptFiles } from './kept-files.ts';
import { Keyframes } from './keyframes.ts';

/** The same numbers at each run (a linear congruential generator). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What programs do to screens: text, colours, margins, line drawing, the other screen, sizes, insertions. */
function output(next: (below: number) => number): string {
  const to = `\x1b[${1 + next(10)};${1 + next(30)}H`;
  return (
    [
      `line ${next(1_000)} 日本 e\u0301\r\n`,
      `${to}\x1b[3${next(8)}mred ${next(99)}`,
      `\x1b[${1 + next(4)};${6 + next(4)}r${to}`,
      '\x1b(0lqqk\x1b(B',
      '\x1b(0',
      '\x1b(B',
      // A keyframe does not hold what was saved with the cursor.
      `\x1b(B\x1b[?1049h`,
      `\x1b[?1049l\x1b(B\x1b[0m${to}`,
      `${to}\x1b[${1 + next(3)}L`,
      `${to}\x1b[1P`,
      '\x1b[?25l',
      '\x1b[0m\x1b[!p',
      `\r\n${'x'.repeat(next(60))}`,
    ][next(13)] ?? ''
  );
}

function recordingOf(seed: number, count: number): SessionRecording {
  const next = numbers(seed);
  const recording = new SessionRecording().opened();
  recording.add('terminalResized', { columns: 40, rows: 10 });
  for (let at = 0; at < count; at++) {
    if (next(60) === 0) recording.add('terminalResized', { columns: 20 + next(30), rows: 10 + next(5) });
    else recording.add('terminalOutput', { data: utf8(output(next).repeat(1 + next(150))) });
  }
  return recording;
}

/** What is seen of a line: its characters and their colours. */
function lineOf(line: xterm.IBufferLine | undefined, columns: number): string {
  return Array.from({ length: columns }, (_, column) => {
    const cell = line?.getCell(column);
    const chars = cell?.getChars() ?? '';
    if (chars === '') return ' ';
    return cell?.getFgColorMode() === 0 ? chars : `${chars}${cell?.getFgColor()}`;
  }).join('');
}

/** A terminal that goes on from a keyframe, or from the beginning. */
class Screen {
  readonly #terminal = new xterm.Terminal({ allowProposedApi: true, cols: 80, rows: 24, scrollback: 200 });
  readonly #state;
  #sequence: number;
  #begun: Promise<void> | null;

  constructor(from: Keyframe | null) {
    this.#state = from === null ? newPainterState() : readState(from.state);
    this.#sequence = from?.sequence ?? -1;
    const { size, settings } = this.#state.terminal ?? {};
    if (size) this.#terminal.resize(size.columns, size.rows);
    this.#begun = from && settings ? this.#write(from.text + settingsText(settings)) : null;
  }

  /** Plays the events up to `last`, and gives what is seen then. */
  async shownAt(events: readonly StoredEvent[], last: number) {
    await this.#begun;
    let text = '';
    for (const stored of events.slice(this.#sequence + 1, last + 1)) text += paintStep(stored, this.#state);
    this.#sequence = last;
    for (const part of sizedParts(text)) {
      await this.#write(part.text);
      if (part.size !== null) this.#terminal.resize(part.size.columns, part.size.rows);
    }
    const { active } = this.#terminal.buffer;
    return {
      lines: Array.from({ length: this.#terminal.rows }, (_, row) =>
        lineOf(active.getLine(active.baseY + row), this.#terminal.cols),
      ),
      cursor: [active.cursorX, active.cursorY],
      kind: active.type,
      columns: this.#terminal.cols,
    };
  }

  close(): void {
    this.#terminal.dispose();
  }

  #write(text: string): Promise<void> {
    return new Promise((done) => this.#terminal.write(text, done));
  }
}

test('from the keyframe before it a screen is what it is played from the beginning', async () => {
  // Of other seeds some bring back, with a size, cells that a smaller one hid: no text can hold those.
  for (const seed of [1, 8]) {
    const { events } = recordingOf(seed, 1_500);
    const made: Keyframe[] = [];
    const maker = new KeyframeMaker((keyframe) => made.push(keyframe));
    await maker.play(events);
    maker.close();
    expect(made.length).toBeGreaterThan(3);
    const straight = new Screen(null);
    for (const [at, keyframe] of made.entries()) {
      const next = made[at + 1]?.sequence ?? events.length;
      const last = Math.min(next - 1, keyframe.sequence + 25);
      const found = new Screen(keyframe);
      expect(await found.shownAt(events, last)).toEqual(await straight.shownAt(events, last));
      found.close();
    }
    straight.close();
  }
});

let folder: string;
let reader: ArchiveReader;
let id: SessionId;
let played: number;
let reported: unknown[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditorium-keyframes-'));
  const archive = join(folder, 'archive');
  const writer = openSqliteWriter({ path: archive, ...testWriting() });
  const log = new TestLog(3);
  const session = log.session(1);
  id = session.hex as SessionId;
  writer.append(log.event('logOpened'));
  writer.append(session.event('sessionOpened'));
  writer.append(session.event('terminalResized', { columns: 40, rows: 10 }));
  const next = numbers(4);
  for (let at = 0; at < 200; at++)
    writer.append(session.event('terminalOutput', { data: utf8(output(next).repeat(200)) }));
  writer.commit();
  writer.close();
  reader = await openArchive(archive);
  played = 0;
  reported = [];
});
afterEach(async () => {
  await reader.close();
  await rm(folder, { recursive: true, force: true });
});

function open(): Keyframes {
  return new Keyframes({
    reader: {
      segments: (of) => reader.segments(of),
      segment: (of, number) => {
        played++;
        return reader.segment(of, number);
      },
      segmentsAround: (of, sequence) => reader.segmentsAround(of, sequence),
      outline: (of, from, steps) => reader.outline(of, from, steps),
      recordingKey: (of) => reader.recordingKey(of),
    },
    kept: new KeptFiles(join(folder, 'kept'), 1 << 30),
    report: (error) => reported.push(error),
  });
}

const LAST = 200;

async function before(keyframes: Keyframes, sequence: number): Promise<number | undefined> {
  return (await keyframes.before(id, sequence, AbortSignal.timeout(20_000))).keyframe?.sequence;
}

test('keyframes are there without having been watched, and are made once', async () => {
  const first = open();
  const found = await before(first, LAST);
  const early = await before(first, 1);
  await first.close();
  const playedOnce = played;
  const second = open();
  await expect
    .poll(() => readdir(join(folder, 'kept')))
    .toContain(`${await reader.recordingKey(id)}-keyframes${KEYFRAME_VERSION}`);
  const again = await before(second, LAST);
  await second.close();
  expect([again, early, played, reported]).toEqual([found, undefined, playedOnce, []]);
  expect(found).toBeGreaterThan(LAST / 2);
});

test('damaged files are made anew', async () => {
  const first = open();
  const whole = await before(first, LAST);
  const kept = join(folder, 'kept');
  await expect
    .poll(() => readdir(kept))
    .toContain(`${await reader.recordingKey(id)}-keyframes${KEYFRAME_VERSION}`);
  await first.close();
  for (const name of await readdir(kept)) await writeFile(join(kept, name), 'no keyframe');
  const second = open();
  const found = await before(second, LAST);
  await second.close();
  expect([found, reported]).toEqual([whole, []]);
});

test('whoever does not wait is told how far it was played, and what size the terminal has once they ask again', async () => {
  const keyframes = open();
  const first = await keyframes.before(id, LAST, AbortSignal.abort());
  const second = await keyframes.before(id, LAST, AbortSignal.abort());
  await keyframes.close();
  expect([first, second]).toEqual([
    { keyframe: null, playing: { played: -1, size: null } },
    { keyframe: null, playing: { played: -1, size: { columns: 40, rows: 10 } } },
  ]);
});
