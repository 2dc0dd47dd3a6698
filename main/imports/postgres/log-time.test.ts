import { expect, test } from 'vitest';
import { LogTimes } from './log-time.ts';
import { abbreviatedOffset, fixedZone } from './time-zones.ts';

const iso = (micros: number | null) =>
  micros === null
    ? null
    : new Date(micros / 1000).toISOString().replace('Z', '') + String(micros % 1000).padStart(3, '0');

test.each([
  ['2026-11-22 09:00:00.123 UTC', '2026-11-22T09:00:00.123000'],
  ['2026-11-22 09:00:00.123456 GMT', '2026-11-22T09:00:00.123456'],
  ['2026-11-22 09:00:00 CET', '2026-11-22T08:00:00.000000'],
  ['2026-07-22 09:00:00 CEST', '2026-07-22T07:00:00.000000'],
  ['2026-11-22 09:00:00.5 EST', '2026-11-22T14:00:00.500000'],
  ['2026-11-22 09:00:00 -03', '2026-11-22T12:00:00.000000'],
  ['2026-11-22 09:00:00 +0530', '2026-11-22T03:30:00.000000'],
  ['2026-11-22 09:00:00 <+05>', '2026-11-22T04:00:00.000000'],
  ['2026-11-22 09:00:00 XYZ', null],
  ['2026-13-22 09:00:00 UTC', null],
  ['yesterday', null],
])('%s', (text, expected) => {
  expect(iso(new LogTimes(abbreviatedOffset).micros(text))).toBe(expected);
});

test('a named zone knows summer from winter, whatever the log calls it', () => {
  const berlin = fixedZone('Europe/Berlin');
  const times = new LogTimes(berlin ?? abbreviatedOffset);
  expect(
    ['2026-07-01 12:00:00 LMT', '2026-12-01 12:00:00 LMT', '2026-03-29 03:00:00 X'].map((text) =>
      iso(times.micros(text)),
    ),
  ).toEqual(['2026-07-01T10:00:00.000000', '2026-12-01T11:00:00.000000', '2026-03-29T01:00:00.000000']);
  expect(fixedZone('Mars/Olympus')).toBeNull();
});
