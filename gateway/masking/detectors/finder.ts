/** Looks for personal data and keys by what values look like: a rule's detectors, made ready once. */
import type { CustomDetector, Detector } from '../../../shared/policy/mask-rule.ts';
import { findKeys } from './api-key.ts';
import { candidatesOf, MAY_HOLD } from './candidates.ts';
import { findCards } from './card.ts';
import { customSearch } from './custom.ts';
import { findEmails } from './email.ts';
import { findIbans } from './iban.ts';
import { findTokens } from './jwt.ts';
import { findNationalIds } from './national-id.ts';
import { findPhones } from './phone.ts';
import { apart, type Find, type Span } from './span.ts';

const FINDS: Readonly<Record<Detector, Find>> = {
  email: findEmails,
  card: findCards,
  iban: findIbans,
  phone: findPhones,
  'national-id': findNationalIds,
  jwt: findTokens,
  'api-key': findKeys,
};

const NOTHING: readonly Span[] = [];

/** Detectors made ready; it keeps nothing of what it saw. */
export interface Finder {
  /**
   * What they find in a value, in its order and apart from each other. Of bytes, which are UTF-8, the spans count bytes, of a text
   * UTF-16 units. `label` is what the value is called, the name of its column: it makes plain digits a number of that kind.
   */
  find(value: Buffer | string, label?: string): readonly Span[];
}

/** Makes detectors ready; `now` is a clock in ms, for the budget of the policy's own expressions. */
export function finderOf(
  detectors: readonly (Detector | CustomDetector)[],
  now: () => number = () => performance.now(),
): Finder {
  const known = detectors.filter((detector) => typeof detector === 'string');
  const custom = detectors
    .filter((detector) => typeof detector !== 'string')
    .map((detector) => ({ name: detector.name, search: customSearch(detector, now) }));
  return {
    find(value, label = '') {
      const candidates = candidatesOf(value);
      const likely = known.filter((detector) => MAY_HOLD[detector](candidates));
      if ((likely.length === 0 && custom.length === 0) || value.length === 0) return NOTHING;
      // One character a byte, so that positions stay; letters beyond ASCII are letters still.
      const text = typeof value === 'string' ? value : value.toString('latin1');
      const spans: Span[] = likely.flatMap((detector) => spansOf(detector, FINDS[detector](text, label)));
      for (const { name, search } of custom) spans.push(...customSpans(name, value, search));
      return spans.length > 1 ? apart(spans) : spans;
    },
  };
}

/** Finds in one go, where no rule is at hand to make a finder for. */
export function detect(
  value: Buffer | string,
  detectors: readonly (Detector | CustomDetector)[],
  label = '',
): readonly Span[] {
  return finderOf(detectors).find(value, label);
}

function spansOf(detector: string, found: readonly (readonly [number, number])[]): Span[] {
  return found.map(([start, end]) => ({ start, end, detector }));
}

/** A policy's expression means characters, not bytes. */
function customSpans(
  name: string,
  value: Buffer | string,
  search: (text: string) => readonly [number, number][] | null,
): Span[] {
  const text = value.toString();
  const found = search(text);
  if (found === null) return [{ start: 0, end: value.length, detector: name, overBudget: true }];
  if (typeof value === 'string' || text.length === value.length) return spansOf(name, found);
  const bytesTo = (index: number) => Buffer.byteLength(text.slice(0, index));
  return found.map(([start, end]) => ({ start: bytesTo(start), end: bytesTo(end), detector: name }));
}
