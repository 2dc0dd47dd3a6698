/** Recorded text as HTML: nothing of it is ever markup, and nothing of it is hidden. */
import { visible } from '../../../shared/replay/visible.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text, within an element or the quotes of an attribute. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** Recorded text on lines of its own, what is hidden in it written out. */
export function recorded(text: string): string {
  return escaped(
    text
      .split(/\r\n|[\r\n]/)
      .map((line) => visible(line.replaceAll('\t', '    ')))
      .join('\n'),
  );
}

/** Recorded text within a line. */
export function recordedLine(text: string): string {
  return escaped(visible(text));
}

/** The painter's colours (shared/replay/palette.ts), and what else begins with ESC. */
// oxlint-disable-next-line no-control-regex -- control sequences are what this is about
const SEQUENCE = /\x1b\[(\d+)m|\r\n|[^\x1b\r\n]+|[^]/g;

/** What undoes which attribute (ECMA-48 §8.3.117). */
const ENDS: Readonly<Record<string, 'colour' | 'bold' | 'inverse'>> = {
  39: 'colour',
  22: 'bold',
  27: 'inverse',
};
const BEGINS: Readonly<Record<string, 'colour' | 'bold' | 'inverse'>> = {
  1: 'bold',
  7: 'inverse',
  ...Object.fromEntries(
    [30, 31, 32, 33, 34, 35, 36, 37, 90, 91, 92, 93, 94, 95, 96, 97].map((code) => [code, 'colour']),
  ),
};

/** What the painter wrote for one frame, as text in spans of classes `c31`, `b` and `i`. Any other control is written out. */
export function spansOf(painted: string): string {
  const on = new Map<'colour' | 'bold' | 'inverse', string>();
  let markup = '';
  for (const [piece, code] of painted.matchAll(SEQUENCE)) {
    const begins = code === undefined ? undefined : BEGINS[code];
    const ends = code === undefined ? undefined : ENDS[code];
    if (begins !== undefined) on.set(begins, begins === 'colour' ? `c${code}` : begins.slice(0, 1));
    else if (ends !== undefined) on.delete(ends);
    else if (piece === '\r\n' || piece === '\n') markup += '\n';
    else
      markup +=
        on.size === 0
          ? recordedLine(piece)
          : `<span class="${[...on.values()].join(' ')}">${recordedLine(piece)}</span>`;
  }
  return markup;
}
