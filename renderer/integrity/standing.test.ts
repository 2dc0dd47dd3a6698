import { expect, test } from 'vitest';
import type { Integrity, IntegrityResult } from '../../shared/api/integrity.ts';
import type { Verdict } from '../../shared/recording/verdict.ts';
import { standingOf } from './standing.ts';

const NONE: Integrity = {
  state: 'unverified',
  progress: null,
  onRequest: false,
  bytes: 1,
  result: null,
  problem: null,
};

function verified(verdict: Verdict, events: number): IntegrityResult {
  return {
    verdict,
    logs: [],
    events,
    keys: [],
    unknownKeys: [],
    findings: [],
    found: 0,
    touched: [],
    leftOut: 0,
    compared: true,
    cannotKnow: [],
    at: 0,
  };
}

test.each<[string, Integrity | undefined, ReturnType<typeof standingOf>]>([
  ['nothing known', undefined, { glyph: 'unverified', tone: 'tone-plain', short: '', name: 'Integrity' }],
  [
    'not verified',
    NONE,
    { glyph: 'unverified', tone: 'tone-plain', short: 'not yet', name: 'Integrity: not verified yet' },
  ],
  [
    'being verified',
    { ...NONE, state: 'verifying', progress: { done: 1, total: 3 } },
    { glyph: 'verifying', tone: 'tone-plain', short: '33 %', name: 'Integrity: being verified' },
  ],
  [
    'failed',
    { ...NONE, state: 'failed', problem: 'no disk' },
    { glyph: 'doubtful', tone: 'tone-plain', short: 'failed', name: 'Integrity: could not be verified' },
  ],
  [
    'verified as far as it was then',
    { ...NONE, state: 'done', result: verified('VERIFIED', 9_112) },
    {
      glyph: 'sound',
      tone: 'tone-approved',
      short: 'to 9,112',
      name: 'Integrity: VERIFIED up to event 9,112 of 48,200',
    },
  ],
  [
    'verified whole, and being verified again',
    { ...NONE, state: 'verifying', result: verified('VERIFIED_WITH_REDACTIONS', 48_200) },
    {
      glyph: 'sound',
      tone: 'tone-approved',
      short: 'to 48K',
      name: 'Integrity: VERIFIED_WITH_REDACTIONS, all 48,200 events',
    },
  ],
  [
    'damaged',
    { ...NONE, state: 'done', result: verified('CORRUPT', 100) },
    { glyph: 'bad', tone: 'tone-error', short: 'corrupt', name: 'Integrity: CORRUPT' },
  ],
  [
    'signed by nobody known',
    { ...NONE, state: 'done', result: verified('UNKNOWN_KEY', 100) },
    { glyph: 'doubtful', tone: 'tone-write', short: 'key?', name: 'Integrity: UNKNOWN_KEY' },
  ],
])('%s', (_, integrity, standing) => {
  expect(standingOf(integrity, 48_200)).toEqual(standing);
});
