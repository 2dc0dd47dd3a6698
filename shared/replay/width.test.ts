import { Unicode11Addon } from '@xterm/addon-unicode11';
import { Terminal } from '@xterm/headless';
import { expect, test } from 'vitest';
import { visible } from './visible.ts';
import { displayWidth } from './width.ts';

/** Where each text ends in a real terminal set to Unicode 11 widths, in columns. */
async function columnsOf(texts: readonly string[]): Promise<number[]> {
  const terminal = new Terminal({ cols: 40, rows: 2, scrollback: texts.length, allowProposedApi: true });
  try {
    terminal.loadAddon(new Unicode11Addon());
    terminal.unicode.activeVersion = '11';
    await new Promise<void>((resolve) => {
      terminal.write(texts.map((text) => `${text}■`).join('\r\n'), resolve);
    });
    const buffer = terminal.buffer.active;
    return texts.map((_, y) => {
      const line = buffer.getLine(y);
      return Array.from({ length: 40 }, (__, x) => line?.getCell(x)?.getChars()).lastIndexOf('■');
    });
  } finally {
    terminal.dispose();
  }
}

test('text takes the columns that it takes in a terminal', async () => {
  const words = [
    'grüße',
    '世界',
    '한글',
    'ｆｕｌｌ',
    '🎉❤\ufe0f⌚',
    'e\u0301o\u0308',
    '␛⟨⍽◌',
    'العربية',
    'ไทย',
    'हिन्दी',
  ];
  // Every seventh character of the planes that have text, hidden ones as they are shown.
  const characters: string[] = [];
  for (let code = 0x21; code < 0x20000; code += 7) characters.push(`x${visible(String.fromCodePoint(code))}`);
  // Marks that came after Unicode 11 stand alone in this terminal; those before are in the words.
  const texts = [...words, ...characters.filter((text) => !/^x◌?\p{M}$/u.test(text))];
  const columns = await columnsOf(texts);
  expect(texts.map((text) => [text, displayWidth(text)])).toEqual(texts.map((text, i) => [text, columns[i]]));
});
