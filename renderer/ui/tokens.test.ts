import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MARK_COLOURS } from '../../shared/findings/annotation.ts';

/** The colours of a theme by name. */
function tokensOf(theme: 'light' | 'dark'): Map<string, string> {
  const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
  const block = css.slice(css.indexOf(`[data-theme='${theme}'] {`));
  const body = block.slice(0, block.indexOf('}'));
  return new Map(
    Array.from(body.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g), ([, name, value]) => [name ?? '', value ?? '']),
  );
}

/** Relative luminance (WCAG 2.2). */
function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const INK = [
  'text-1',
  'text-2',
  'text-3',
  'accent',
  'read',
  'write',
  'schema',
  'denied',
  'held',
  'approved',
  'masked',
  'error',
  'unknown',
];
const GROUND = ['surface-1', 'surface-2', 'surface-3', 'accent-soft', 'terminal'];

test.each(['light', 'dark'] as const)(
  'every ink is readable on every ground of the %s theme (WCAG AA)',
  (theme) => {
    const tokens = tokensOf(theme);
    const colorOf = (name: string): string => tokens.get(name) ?? 'missing';
    const pairs = [
      ...INK.flatMap((ink) => GROUND.map((ground) => [ink, ground])),
      ['on-accent', 'accent'],
      ['error', 'error-soft'],
    ];
    const poor = pairs
      .map(([ink = '', ground = '']) => [ink, ground, contrast(colorOf(ink), colorOf(ground))] as const)
      .filter(([, , ratio]) => !(ratio >= 4.5));
    expect(poor).toEqual([]);
  },
);

test.each(['light', 'dark'] as const)(
  'every colour of a mark stands out from every ground of the %s theme (WCAG 1.4.11)',
  (theme) => {
    const tokens = tokensOf(theme);
    const poor = MARK_COLOURS.flatMap((colour) => GROUND.map((ground) => [`mark-${colour}`, ground]))
      .map(([mark = '', ground = '']) => [
        mark,
        ground,
        contrast(tokens.get(mark) ?? 'missing', tokens.get(ground) ?? 'missing'),
      ])
      .filter(([, , ratio]) => !(Number(ratio) >= 3));
    expect(poor).toEqual([]);
  },
);
