import { Terminal } from '@xterm/headless';
import { expect, test } from 'vitest';
import { HOSTILE, HOSTILE_TEXT } from './fixtures/hostile.ts';
import {
  concat,
  dataRow,
  errorResponse,
  rowDescription,
  SessionRecording,
  utf8,
} from './fixtures/recording.ts';
import { paintWindow } from './window.ts';

/** What a terminal did that was shown the recording: what it sent, and what it would have become. */
async function shown(
  recording: SessionRecording,
): Promise<{ readonly acts: string[]; readonly text: string }> {
  const terminal = new Terminal({ cols: 200, rows: 50, scrollback: 5000, allowProposedApi: true });
  const acts: string[] = [];
  terminal.onData((data) => acts.push(`sent ${JSON.stringify(data)}`));
  terminal.onBinary((data) => acts.push(`sent ${JSON.stringify(data)}`));
  terminal.onTitleChange((title) => acts.push(`title ${title}`));
  terminal.onBell(() => acts.push('bell'));
  for (const code of [8, 52, 0, 2, 4, 10, 11])
    terminal.parser.registerOscHandler(code, (data) => acts.push(`OSC ${code} ${data}`) < 0);
  const { text } = paintWindow(recording.events, undefined, Infinity);
  // The painter's own word of its size is read by whoever writes to the terminal.
  const written = text.replaceAll(/\u001b\[8;\d+;\d+t/g, ''); // oxlint-disable-line no-control-regex -- the painter's own
  await new Promise<void>((resolve) => terminal.write(written, resolve));
  if (terminal.modes.mouseTrackingMode !== 'none' || terminal.modes.bracketedPasteMode) acts.push('modes');
  const lines = Array.from({ length: terminal.buffer.normal.length }, (_, row) =>
    terminal.buffer.normal.getLine(row)?.translateToString(true),
  );
  terminal.dispose();
  return { acts, text: lines.join('\n') };
}

test('whatever statements, rows and messages hold, the terminal shows it and does nothing', async () => {
  const recording = new SessionRecording().opened();
  recording.simple(1, HOSTILE_TEXT);
  const answer = concat(rowDescription([HOSTILE_TEXT, 25]), dataRow(HOSTILE_TEXT));
  recording.add('notice', {
    severity: 'NOTICE',
    sqlstate: '00000',
    message: errorResponse('N', { S: 'NOTICE', V: 'NOTICE', C: '00000', M: HOSTILE_TEXT }),
  });
  recording.outcome(1, { tag: 'SELECT 1', rows: 1, answer });
  const { acts, text } = await shown(recording);
  expect([acts, text.includes('␛]52;c;b3duZWQ=␇'), text.includes('⟨U+202E⟩gnp.exe')]).toEqual([
    [],
    true,
    true,
  ]);
});

test('a terminal’s recording is shown without what it would do, one thing at a time and all at once', async () => {
  for (const bytes of [...Object.values(HOSTILE), HOSTILE_TEXT]) {
    const recording = new SessionRecording();
    recording.add('terminalResized', { columns: 200, rows: 50 });
    recording.add('terminalOutput', { data: utf8(bytes) });
    expect((await shown(recording)).acts).toEqual([]);
  }
  const split = new SessionRecording();
  split.add('terminalResized', { columns: 200, rows: 50 });
  for (const byte of utf8(HOSTILE_TEXT)) split.add('terminalOutput', { data: Uint8Array.of(byte) });
  expect((await shown(split)).acts).toEqual([]);
});
