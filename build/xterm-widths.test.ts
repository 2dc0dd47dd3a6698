import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withCanvasWidths } from './xterm-widths.ts';

const XTERM = readFileSync(new URL('../node_modules/@xterm/xterm/lib/xterm.mjs', import.meta.url), 'utf8');

const LAID_OUT =
  '_measure(t,e){let i=this._measureElements[e];return i.textContent=t.repeat(32),i.offsetWidth/32}';
const ON_CANVAS =
  '_measure(t,e){let i=this._measureElements[e].style,c=this._canvas??=new OffscreenCanvas(1,1).getContext("2d");' +
  'return c.font=`${i.fontStyle} ${i.fontWeight} ${this._fontSize}px ${this._font}`,' +
  'c.fontKerning="none",c.measureText(t).width}';

test('xterm measures characters on a canvas, and is the same otherwise', () => {
  const [before, after] = XTERM.split(LAID_OUT);
  expect(withCanvasWidths(XTERM)).toBe(`${before}${ON_CANVAS}${after}`);
});

test('an xterm of other words is told', () => {
  expect(withCanvasWidths('_measure(t,e){return t.length}')).toBe(null);
});
