/** Looks for personal data and keys by what values look like: a rule's detectors, made ready once. */
import { isUtf8 } from 'node:buffer';
import type { CustomDetector, Detector } from '../../../shared/policy/mask-rule.ts';
import { findKeys, isKeyLabel } from './api-key.ts';
import { candidatesOf, isWide, mayFold, mayHold } from './candidates.ts';
import { findCards } from './card.ts';
import { customSearch } from './custom.ts';
import { findEmails } from './email.ts';
import { folded } from './folded.ts';
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
   * What they find in a value of UTF-8, in its order and apart from each other; the spans count bytes. `label` is what the value is
   * called, the name of its column: it makes plain digits a number of that kind.
   */
  find(value: Buffer, label?: string): readonly Span[];
}

/** Makes detectors ready; `now` is a clock in ms, for the budget of the policy's own expressions. */
export function finderOf(
  detectors: readonly (Detector | CustomDetector)[],
  now: () => number = () => performance.now(),
): Finder {
  const known = detectors.filter((detector) => typeof detector === 'string');
  const custom = detectors
    .filter((detector) => typeof detector !== 'string')
    .map(({ name, pattern }) => ({ name, search: customSearch(pattern, now) }));
  return {
    find(value, label = '') {
      let candidates = candidatesOf(value);
      // One character a byte is enough where nothing folds and no expression asks for characters.
      const decodes = isWide(candidates) && (custom.length > 0 || mayFold(candidates)) && isUtf8(value);
      const wide = decodes ? folded(value.toString()) : null;
      if (wide !== null) candidates = candidatesOf(Buffer.from(wide));
      let text = wide;
      let spans: Span[] | null = null;
      for (const detector of known) {
        if (!mayHold(detector, candidates) && !(detector === 'api-key' && isKeyLabel(label))) continue;
        text ??= value.toString('latin1');
        for (const [start, end] of FINDS[detector](text, label))
          (spans ??= []).push({ start, end, detector });
      }
      for (const { name, search } of custom) {
        text ??= value.toString('latin1');
        const found = search(text);
        if (found === null) return [{ start: 0, end: value.length, detector: name, overBudget: true }];
        for (const [start, end] of found) (spans ??= []).push({ start, end, detector: name });
      }
      if (spans === null) return NOTHING;
      return wide === null ? apart(spans) : inBytes(apart(spans), value.toString());
    },
  };
}

/** Finds in one go, where no rule is at hand to make a finder for. */
export function detect(
  value: Buffer | string,
  detectors: readonly (Detector | CustomDetector)[],
  label = '',
): readonly Span[] {
  return finderOf(detectors).find(Buffer.from(value), label);
}

/** Spans of UTF-16 units, in the order of the text and apart, as spans of bytes; a character that one cuts in two belongs to it. */
function inBytes(spans: readonly Span[], text: string): Span[] {
  let units = 0;
  let bytes = 0;
  const upTo = (index: number): number => {
    bytes += Buffer.byteLength(text.slice(units, index));
    units = index;
    return bytes;
  };
  return spans.map((span) => {
    const start = upTo(Math.max(units, isWithin(text, span.start) ? span.start - 1 : span.start));
    const end = upTo(Math.max(units, isWithin(text, span.end) ? span.end + 1 : span.end));
    return { ...span, start, end };
  });
}

/** Whether a place is between the two units of one character. */
function isWithin(text: string, index: number): boolean {
  return (text.codePointAt(index - 1) ?? 0) > 0xffff;
}
