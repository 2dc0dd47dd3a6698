import { expect, test } from 'vitest';
import type { ForeignStanding } from '../shared/api/foreign.ts';
import { standingLine } from './standing-line.ts';

const SOUND: ForeignStanding = {
  kind: 'volumes',
  verdict: 'VERIFIED',
  findings: [],
  found: 0,
  keys: ['ab'.repeat(32)],
  unknownKeys: [],
  leftOut: 0,
  cut: [],
};

const finding = (verdict: ForeignStanding['verdict'], message: string) => ({
  verdict,
  message,
  log: null,
  event: 7,
  lastEvent: null,
  volume: null,
});

test('one line says who vouches for what was sent, what is wrong with it and what is not shown', () => {
  const damaged: ForeignStanding = {
    ...SOUND,
    verdict: 'CORRUPT',
    findings: [finding('INCOMPLETE', 'no end'), finding('CORRUPT', 'events are missing')],
    found: 2,
    leftOut: 1,
  };
  const unknown: ForeignStanding = {
    ...SOUND,
    kind: 'bundle',
    verdict: 'UNKNOWN_KEY',
    keys: [],
    unknownKeys: ['cd'.repeat(32)],
    findings: [finding('UNKNOWN_KEY', 'no proof')],
    found: 1,
  };
  expect([SOUND, damaged, unknown].map((standing) => standingLine('a.audit', standing))).toEqual([
    'opened a private copy of a.audit: VERIFIED by key abababababababab',
    'opened a private copy of a.audit: CORRUPT by key abababababababab: events are missing; 1 event did not verify, or cannot be read, and is not shown; auditorium verify tells all 2 findings',
    'opened a private copy of a.audit (a bundle: the sessions that somebody chose): UNKNOWN_KEY (it names cdcdcdcdcdcdcdcd)',
  ]);
});
