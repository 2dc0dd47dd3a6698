/**
 * What the archive of the benchmark looks like: who works with what, and how unevenly. Eight kinds of work, each with tables,
 * statements and agents of its own; some values are common, some rare, some were last seen long ago, some never meet.
 */

/** How large it is. */
export interface Size {
  readonly statements: number;
  /** About so many: sessions differ in length. */
  readonly sessions: number;
  /** Distinct normalised texts. */
  readonly fingerprints: number;
}

/** The size of the issue scaled to so many statements: 100 to a session, 50 to a text. */
export function sizeOf(statements: number): Size {
  return {
    statements,
    sessions: Math.max(1, Math.round(statements / 100)),
    fingerprints: Math.max(100, Math.round(statements / 50)),
  };
}

/** Kinds of work. */
export const KINDS = [
  'deploy',
  'checkout',
  'support',
  'billing',
  'search',
  'reports',
  'stock',
  'metrics',
] as const;
/** Sessions of the first so many kinds are CI jobs. */
export const CI_KINDS = 4;

/** Tables of each kind, besides those that all but `metrics` use. */
export const TABLES_EACH = 30;

/** In a fifth of the statements of all kinds but `metrics`. */
export const COMMON_TABLE = 'public.orders';
/** In a third of the statements of `metrics`, and nowhere else: never in a session of another kind. */
export const OTHER_TABLE = 'telemetry.samples';
/** In one of 10,000 statements. */
export const RARE_TABLE = 'public.gift_cards';
/** In one of 50 statements of the oldest tenth, and never since. */
export const OLD_TABLE = 'legacy.invoices_2019';

export const BIG_SUBJECT = 'ci-deployer';
export const RARE_SUBJECT = 'agent-rare';
/** One session of so many, from the nth on, is the rare agent's. */
export const RARE_AGENT = { subject: RARE_SUBJECT, kind: 2 } as const;
export const RARE_EVERY = 3_333;
export const RARE_FIRST = 50;

/** Agents by subject with their share of all sessions; the first is of kind `deploy`, the second of kind `metrics`. */
export const SUBJECTS: readonly {
  readonly subject: string;
  readonly kind: number;
  readonly share: number;
}[] = subjects();

function subjects() {
  const many = 57;
  const weights = Array.from({ length: many }, (_, n) => (n + 1) ** -0.8);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return [
    { subject: BIG_SUBJECT, kind: 0, share: 0.1 },
    { subject: 'sampler', kind: KINDS.length - 1, share: 0.1 },
    ...weights.map((weight, n) => ({
      subject: `agent-${KINDS[n % KINDS.length]}-${n}`,
      kind: n % KINDS.length,
      share: (0.8 * weight) / all,
    })),
  ];
}

/** A token lives for so long, µs; then its agent has another, as OIDC tokens do. */
export const TOKEN_LIFE = 8 * 3600e6;

/** Sessions of one run of a CI job. */
export const SESSIONS_OF_RUN = 5;

/** Time starts here (µs), and all of it is this long. */
export const START = Date.UTC(2026, 10, 1) * 1000;
export const SPAN = 10 * 86_400e6;

/** A word in one of some twenty values that are cities; one in a fixed number of statements. */
export const COMMON_WORD = 'berlin';
export const RARE_WORD = 'xylographer';
export const RARE_WORD_TIMES = 7;

/** One session has so large a share of all statements: half a million of ten. */
export const LONG_SESSION_SHARE = 1 / 20;
