import { Terminal } from '@xterm/headless';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SessionRecording, utf8 } from './fixtures/recording.ts';
import { newTerminalState, SEQUENCES, sizedParts, terminalText } from './terminal-text.ts';
import { paintWindow } from './window.ts';

const ESC = '\x1b';

function shownOf(...pieces: readonly (string | Uint8Array)[]): string {
  const state = newTerminalState();
  return pieces.map((piece) => terminalText(typeof piece === 'string' ? utf8(piece) : piece, state)).join('');
}

test.each([
  [
    'text, colours and cursor stay',
    `a${ESC}[1;31mb${ESC}[0m${ESC}[2;3H\r\n\tż`,
    `a${ESC}[1;31mb${ESC}[0m${ESC}[2;3H\r\n\tż`,
  ],
  ['the other screen and the cursor stay', `${ESC}[?1049h${ESC}[?25l`, `${ESC}[?1049h${ESC}[?25l`],
  ['of several modes those of a screen stay', `${ESC}[?25;1000;2004h`, `${ESC}[?25h`],
  ['line drawing stays', `${ESC}(0lqk${ESC}(B`, `${ESC}(0lqk${ESC}(B`],
  ['a title goes', `a${ESC}]0;title\x07b${ESC}]2;title${ESC}\\c`, 'abc'],
  ['the clipboard goes', `${ESC}]52;c;ZXZpbA==\x07`, ''],
  ['of a link its text stays', `${ESC}]8;;javascript:alert(1)${ESC}\\here${ESC}]8;;${ESC}\\`, 'here'],
  ['device control and privacy messages go', `${ESC}P$q m${ESC}\\${ESC}^x${ESC}\\${ESC}_G${ESC}\\.`, '.'],
  ['queries go', `${ESC}[c${ESC}[>c${ESC}[6n${ESC}[?6n${ESC}[18t${ESC}[?25$p${ESC}Z\x05.`, '.'],
  ['the bell goes', 'a\x07b', 'ab'],
  ['the mouse and bracketed paste stay off', `${ESC}[?1003;1006h${ESC}[?2004h`, ''],
  ['the window stays as large as it is', `${ESC}[8;10;10t`, ''],
  ['a full reset clears the screen alone', `${ESC}c`, `${ESC}[!p${ESC}[H${ESC}[2J`],
  ['no parameter is large', `x${ESC}[99999999b${ESC}[9999999999C`, 'x'],
  ['controls of eight bits are none', 'a\u009b31mb\u009d0;t\u009cc', `a${ESC}[31mbc`],
  ['marks that reorder text go', 'a\u202eb\u2066c', 'abc'],
  ['a string that another sequence ends hides no more', `${ESC}]0;t${ESC}[1mx`, `${ESC}[1mx`],
])('%s', (_, told, shown) => {
  expect(shownOf(told)).toBe(shown);
});

test('bytes that are not UTF-8 are written out, and a character over two events is one', () => {
  expect(shownOf(Uint8Array.of(0xff, 0x41), Uint8Array.of(0xc5), Uint8Array.of(0xbc))).toBe('\\xffAż');
});

const piece = fc.oneof(
  fc.constantFrom(
    ESC,
    '[',
    ']',
    '?',
    ';',
    '52;c;',
    'P',
    '\\',
    '\x07',
    '\u009b',
    '\u009d',
    'h',
    'c',
    'n',
    '6',
    '1049',
    'm',
    't',
    '\r\n',
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
);

test('how it was cut into events makes no difference', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(40), { maxLength: 6 }), (parts, cuts) => {
      const bytes = utf8(parts.join(''));
      const at = [
        0,
        ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b),
        bytes.length,
      ];
      const pieces = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
      expect(shownOf(...pieces)).toBe(shownOf(bytes));
    }),
    { numRuns: 400 },
  );
});

test('a terminal answers nothing, whatever it was told', async () => {
  const terminal = new Terminal({ allowProposedApi: true, cols: 40, rows: 10 });
  const said: string[] = [];
  terminal.onData((data) => said.push(data));
  terminal.onBinary((data) => said.push(data));
  terminal.onTitleChange((title) => said.push(title));
  terminal.onBell(() => said.push('bell'));
  terminal.parser.registerOscHandler(52, (data) => said.push(data) > 0);
  terminal.parser.registerOscHandler(8, (data) => said.push(data) > 0);
  const shown = fc
    .sample(fc.array(piece, { minLength: 1, maxLength: 12 }), { numRuns: 500, seed: 7 })
    .map((parts) => shownOf(parts.join('')));
  await new Promise<void>((done) => terminal.write(shown.join('\r\n'), done));
  terminal.dispose();
  expect(said).toEqual([]);
  expect(shown.filter((text) => [...sizedParts(text)].length > 1)).toEqual([]);
});

test('of what is shown nothing but text is left where there is no terminal', () => {
  const told = `a${ESC}[1mb${ESC}(0q${ESC}[?1049h${ESC}7\bc\r\n`;
  expect(shownOf(told).replace(SEQUENCES, '')).toBe('abqc\r\n');
});

test('a recording with a size has the screen for itself', () => {
  const recording = new SessionRecording().opened();
  recording.add('terminalResized', { columns: 80, rows: 24 });
  recording.add('terminalOutput', { data: utf8('one\n') });
  recording.add('terminalInput', { data: utf8('secret') });
  recording.add('terminalMarked', { label: 'here' });
  recording.add('terminalResized', { columns: 40, rows: 10 });
  recording.add('sessionClosed', { outcome: 'completed', sqlstate: null, reason: '' });
  const { text } = paintWindow(recording.events.slice(1));
  expect(text).toBe(`${ESC}[8;24;80t${ESC}[!p${ESC}[H${ESC}[2J${ESC}[3Jone\n${ESC}[8;10;40t`);
});

test('one without a size is text among the player’s own lines', () => {
  const recording = new SessionRecording().opened();
  recording.add('terminalOutput', { data: utf8('one\ntwo\r\n') });
  recording.add('sessionClosed', { outcome: 'completed', sqlstate: null, reason: '' });
  const { text } = paintWindow(recording.events.slice(1));
  expect(text.replace(SEQUENCES, '')).toBe('one\r\ntwo\r\n-- Session completed\r\n');
});
