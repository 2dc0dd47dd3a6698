/** What a redaction can be about, and how each is asked of the host. */
import type { RedactionTarget } from '../asking.ts';
import { REDACTION } from '../words/operating.ts';

export const SCOPES = ['field', 'event', 'value', 'whole'] as const;
export type Scope = (typeof SCOPES)[number];

/** What somebody filled in. */
export interface Filled {
  readonly scope: Scope;
  readonly value: string;
  readonly keepRest: boolean;
  readonly reason: string;
}

/** Shorter ones are in everything: the gateway refuses them. */
const LEAST_VALUE = 4;

/** The scopes that there are for what was pointed at, the narrowest first. */
export function scopesOf({ sequence, field }: RedactionTarget): readonly Scope[] {
  return SCOPES.filter(
    (scope) =>
      (scope !== 'field' || (sequence !== null && field !== null)) &&
      (scope !== 'event' || sequence !== null),
  );
}

/** A scope in words. */
export function wordsOf(scope: Scope, { field }: RedactionTarget): string {
  switch (scope) {
    case 'field':
      return REDACTION.field(field ?? '');
    case 'event':
      return REDACTION.event;
    case 'value':
      return `${REDACTION.value} ${REDACTION.inSession}`;
    case 'whole':
      return REDACTION.whole;
  }
}

/** Whether enough is said for the host to look. */
export function isComplete({ scope, value, reason }: Filled): boolean {
  return reason.trim() !== '' && (scope !== 'value' || new TextEncoder().encode(value).length >= LEAST_VALUE);
}

/** As the route takes it. */
export function askedOf(target: RedactionTarget, filled: Filled, apply: boolean) {
  const { scope, value, keepRest, reason } = filled;
  const { session, sequence, field } = target;
  const ofEvent = scope === 'field' || scope === 'event';
  return {
    session,
    sequence: ofEvent ? sequence : null,
    field: scope === 'field' ? field : null,
    value: scope === 'value' ? value : null,
    keepRest: scope === 'value' && keepRest,
    reason: reason.trim(),
    apply,
  };
}
