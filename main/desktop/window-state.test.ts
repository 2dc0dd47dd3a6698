import { expect, test } from 'vitest';
import { placeWindow } from './window-state.ts';

const LAPTOP = { x: 0, y: 25, width: 1440, height: 875 };
const SECOND = { x: 1440, y: -200, width: 2560, height: 1400 };

test('a window that was never moved takes what the first display leaves of its size', () => {
  expect(placeWindow(null, [LAPTOP, SECOND])).toEqual({ width: 1440, height: 875, maximised: false });
  expect(placeWindow(null, [])).toEqual({ width: 1440, height: 900, maximised: false });
});

test('a window comes back where it was, on whichever display', () => {
  const kept = { bounds: { x: 1500, y: -150, width: 1600, height: 1000 }, maximised: true };
  expect(placeWindow(kept, [LAPTOP, SECOND])).toEqual({ ...kept.bounds, maximised: true });
});

test('a window whose display is gone, or whose upper edge nobody could reach, is placed anew', () => {
  const gone = { bounds: { x: 1500, y: -150, width: 1600, height: 1000 }, maximised: true };
  expect(placeWindow(gone, [LAPTOP])).toEqual({ width: 1440, height: 875, maximised: true });
  for (const bounds of [
    { x: 1400, y: 100, width: 1000, height: 700 },
    { x: 0, y: 0, width: 1000, height: 700 },
    { x: 0, y: 890, width: 1000, height: 700 },
    { x: -950, y: 100, width: 1000, height: 700 },
  ])
    expect(placeWindow({ bounds, maximised: false }, [LAPTOP])).not.toHaveProperty('x');
});

test('a window is never larger than its display, nor smaller than it can be used', () => {
  const kept = { bounds: { x: 0, y: 25, width: 9000, height: 10 }, maximised: false };
  expect(placeWindow(kept, [LAPTOP])).toEqual({ x: 0, y: 25, width: 1440, height: 600, maximised: false });
});
