/** Words of marks: what stands beside a glyph, and what it means to who rests on it. */
import type { SessionOutcome, StatementRow } from '../../shared/api/session.ts';
import type { Decided } from '../../shared/policy/recorded-decision.ts';

/** A word on a mark, and what it means. */
export interface MarkWords {
  readonly word: string;
  readonly meaning: string;
}

export const VERBS = {
  reads: 'reads',
  writes: 'writes',
  schema: 'changes the schema',
  unparsed: 'the text does not parse',
  unknown: 'unknown',
} as const;

export const OUTCOMES: Readonly<Record<SessionOutcome, string>> = {
  live: 'still running',
  completed: 'the agent ended it in order',
  disconnected: 'the agent’s socket closed without a Terminate',
  refused: 'refused before the database was reached',
  failed: 'server, network or gateway ended it',
  unknown: 'its gateway died before the end was recorded',
};

/** What has no outcome is `running` while its session is live. */
export const STATUSES: Readonly<Record<StatementRow['status'] | 'running', MarkWords>> = {
  completed: { word: 'ok', meaning: 'completed' },
  'rolled-back': {
    word: 'rolled back',
    meaning: 'completed, and was rolled back with its transaction',
  },
  failed: { word: 'failed', meaning: 'failed' },
  suspended: { word: 'suspended', meaning: 'the agent took part of the rows' },
  empty: { word: 'empty', meaning: 'the text held no statement' },
  skipped: { word: 'skipped', meaning: 'discarded by the server after an error' },
  unknown: { word: 'unknown', meaning: 'an intent without a recorded outcome' },
  running: { word: 'running', meaning: 'sent, and not answered yet: the session is live' },
};

/** `word` of a held statement is without the hold itself. */
export const DECISIONS: Readonly<Record<Decided, MarkWords>> = {
  allowed: { word: 'allowed', meaning: 'a rule of the policy allowed it' },
  denied: { word: 'denied', meaning: 'the policy refused it: the database never saw it' },
  held: { word: 'held', meaning: 'it was held until a person decided' },
  approved: { word: 'approved', meaning: 'it was held, a person approved it, and it ran' },
  rejected: {
    word: 'rejected',
    meaning: 'it was held and a person rejected it: the database never saw it',
  },
  timeout: {
    word: 'timed out',
    meaning: 'it was held and nobody decided in time: the database never saw it',
  },
  changed: {
    word: 'changed',
    meaning: 'it was approved, but what it would have run was no longer what was approved: refused',
  },
  abandoned: {
    word: 'abandoned',
    meaning: 'it was held and its agent or its session left before anybody decided',
  },
  'observed-deny': {
    word: 'would be denied',
    meaning: 'it passed because the policy only observes; enforced, it would have been refused',
  },
  'observed-hold': {
    word: 'would be held',
    meaning: 'it passed because the policy only observes; enforced, it would have been held',
  },
};

export const POLICY = {
  denied: 'denied',
  held: 'held',
  masked: 'masked',
  count: (statements: string, what: string) => `${statements} ${what}`,
  hash: (hash: string) => `SHA-256 of the policy: ${hash}`,
  enforced: 'enforced',
  observes: 'observes only',
  observesMeans: 'nothing is refused or held, decisions are only recorded',
} as const;

export const MASKED = {
  mark: 'masked',
  statement:
    'values that the record may not hold were taken out of this statement: [masked] stands in their place',
  value: 'masked: the record may not hold this value',
  names: (names: readonly string[]) => `masked in its answer: ${names.join(', ')}`,
} as const;

export const PROVENANCE = {
  attested: 'attested',
  attestedMeans: 'attested: a verified claim carries this job',
  asserted: 'asserted',
  assertedMeans: 'asserted: the agent’s own word, not proven',
  mismatch: 'mismatch',
  mismatchMeans: (job: string) => `the agent also said that it is ${job}`,
  alsoSaid: (job: string) => `also said ${job}`,
} as const;

export const NOT_RECORDED = {
  word: 'not recorded',
  short: 'n/r',
  meaning: 'not recorded by what it was imported from',
} as const;
