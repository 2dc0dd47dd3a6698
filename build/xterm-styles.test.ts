import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withStyles } from './xterm-styles.ts';

const XTERM = readFileSync(new URL('../node_modules/@xterm/xterm/lib/xterm.mjs', import.meta.url), 'utf8');

test('xterm sets styles where it wrote an attribute, and is the same otherwise', () => {
  const mended = withStyles(XTERM);
  expect(mended).toContain('_addStyle(t,e){t.style.cssText+=`${e};`}');
  expect(XTERM.length - (mended ?? '').length).toBe(
    't.setAttribute("style",`${t.getAttribute("style")||""}${e};`)'.length -
      't.style.cssText+=`${e};`'.length,
  );
});

test('an xterm of other words is told', () => {
  const other = 't.setAttribute("style",e)';
  expect([withStyles('t.style.color=e'), withStyles(other), withStyles(XTERM + other)]).toEqual([
    null,
    null,
    null,
  ]);
});
