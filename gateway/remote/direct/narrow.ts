/** Which bundles a filter may find something in, by what manifests say of them. In doubt a bundle is fetched. */
import { conjunctsOf, type Filter } from '../../../shared/filter/filter.ts';
import type { ShippedBundle } from '../../../shared/remote/manifest.ts';
import { mayMatch } from '../../archive/bucket/candidates.ts';
import { ID_DIGITS, SUMMARISED, type Summary } from '../../archive/bucket/summary.ts';
import type { ValueSet } from '../../archive/bucket/value-set.ts';

/** Anything may be in it. */
const UNKNOWN: ValueSet = { bloom: '' };

const ASKED = { list: 'statements', isLast: false } as const;

/** Whether a statement of the bundle may match. */
export function mayHoldMatch(filter: Filter, bundle: ShippedBundle): boolean {
  return conjunctsOf(filter).length === 0 || mayMatch(filter, volumeOf(bundle), summaryOf(bundle), ASKED);
}

/** Whether anything that happened up to `to` (µs) may match. */
export function mayMatchUpTo(filter: Filter, to: number): boolean {
  return mayHoldMatch(filter, { ...ANY, to });
}

/** Whether a session (hex) may lie in the bundle. */
export function mayHoldSession({ sessions }: Pick<ShippedBundle, 'sessions'>, id: string): boolean {
  if (sessions === null) return true;
  const wanted = id.slice(0, ID_DIGITS);
  for (let at = sessions.indexOf(wanted); at >= 0; at = sessions.indexOf(wanted, at + 1))
    if (at % ID_DIGITS === 0) return true;
  return false;
}

const ANY: ShippedBundle = {
  key: '',
  bytes: 0,
  sha256: '',
  head: { bytes: 0, sha256: '' },
  first: 0,
  next: 0,
  root: '',
  from: 0,
  to: 0,
  statements: 0,
  sessions: null,
  sets: null,
  lock: null,
};

function volumeOf({ key, first, next, bytes, sha256, from, to, statements }: ShippedBundle) {
  const summary = { key, sha256 };
  return { name: key, key, first, next, bytes, sha256, seal: '', from, to, statements, sessions: 0, summary };
}

function summaryOf({ sets, sessions }: ShippedBundle): Summary {
  const known = SUMMARISED.map((name) => [name, sets?.[name] ?? UNKNOWN] as const);
  return {
    checkpoint: null,
    sets: Object.fromEntries(known) as Summary['sets'],
    sessions,
    inParts: [],
    unended: 0,
    continued: 0,
    carried: 0,
  };
}
