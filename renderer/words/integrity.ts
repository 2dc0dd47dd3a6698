/** Words for whether the archive is what was recorded. */
import type { Verdict } from '../../shared/recording/verdict.ts';

/** Verdicts where there is room for one word. */
export const SHORT_VERDICTS: Readonly<Record<Verdict, string>> = {
  VERIFIED: 'verified',
  VERIFIED_WITH_REDACTIONS: 'verified',
  INCOMPLETE: 'gaps',
  UNKNOWN_KEY: 'key?',
  EXTRA: 'extra',
  LOCK_EXPIRED: 'lock',
  INDEX_MISMATCH: 'lists',
  REORDERED: 'order',
  MISSING: 'missing',
  REPLACED: 'replaced',
  TRUNCATED: 'cut off',
  FORKED: 'forked',
  CORRUPT: 'corrupt',
  UNSUPPORTED_VERSION: 'version',
};

export const INTEGRITY = {
  badge: 'Integrity',
  to: (events: string) => `to ${events}`,
  verifying: 'verifying',
  percent: (part: number) => `${part} %`,
  unverified: 'not yet',
  failed: 'failed',
  nameOf: {
    sound: (verdict: string, events: string, of: string) =>
      events === of
        ? `Integrity: ${verdict}, all ${of} events`
        : `Integrity: ${verdict} up to event ${events} of ${of}`,
    bad: (verdict: string) => `Integrity: ${verdict}`,
    verifying: 'Integrity: being verified',
    unverified: 'Integrity: not verified yet',
    failed: 'Integrity: could not be verified',
    unknown: 'Integrity',
  },
  title: 'Is this what was recorded?',
  recordedHere: 'Recorded on this machine, and opened in place.',
  sent: 'Sent by somebody, and shown from a private copy whose lists were made anew from what verified.',
  sentBundle:
    'A bundle of sessions that somebody chose, shown from a private copy whose lists were made anew from what verified.',
  notYet:
    'Not verified yet: that begins by itself once nobody has asked for anything for a few seconds, and soon in any case.',
  onRequest: (size: string) => `Not verified yet: with ${size} it is read only when somebody asks.`,
  verifiedAt: 'verified',
  withLists: 'events, signatures, seals, and what lists and searches show',
  withoutLists: 'events, signatures and seals',
  looked: 'looked at',
  eventsOf: (done: string, all: string) => `${done} of ${all}`,
  newer: (count: string) => `${count} came since, and are not verified yet.`,
  logs: 'Logs',
  log: 'log',
  verifiedTo: 'verified up to',
  signedTo: 'signed up to',
  nothingSigned: 'nothing',
  keys: 'Keys',
  trusted: 'signed it, trusted here',
  unknownKey: 'signed it, not known here',
  noKeys:
    'No public key is trusted here. Get the gateway’s from somebody you trust: auditorium key pin, or --config.',
  findings: 'Found',
  more: (count: string) => `${count} in all: auditorium verify tells them.`,
  event: (event: string) => `event ${event}`,
  events: (from: string, to: string) => `events ${from} to ${to}`,
  cannotKnow: 'What cannot be known',
  verifyNow: 'Verify now',
  verifyAgain: 'Verify again',
  verifyingNow: 'Verifying…',
  toSession: (session: string, step: number | null) =>
    step === null ? `session ${session}` : `session ${session}, step ${step}`,
  alsoTouched: (count: string) => `and ${count} more`,
  leftOut: (count: string, are: string) =>
    `${count} did not verify, or cannot be read, and ${are} not shown.`,
  touched: (count: string) => `${count} touched.`,
  showTouched: 'Show them',
  askDetails: 'Details at the foot of the rail.',
  sentBy: 'Sent by somebody, shown from a private copy:',
  listsMayLie:
    'Lists and searches may show something else than what was recorded; a replay shows the events.',
  sessionTouched: 'This session is not what was recorded:',
  sessionGaps: 'Something of this session is not here:',
  fromStep: (step: string) => `from step ${step} on nothing of it is proved.`,
  cutAt: (step: string) => `it is shown up to step ${step}; what came behind did not verify, or is missing.`,
  unknownStep: 'where, is not known.',
  goToStep: 'Go there',
  unavailable: 'This host does not verify archives: auditorium verify does.',
} as const;
