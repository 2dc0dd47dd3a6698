/** What may surprise whoever wrote a policy document, though it is well formed. */
import type { PolicyDocument, Rule } from '../../shared/policy/document.ts';
import { unknownNames } from './unknown-names.ts';

/** In words, each naming its rule. */
export function warningsOf(document: PolicyDocument): string[] {
  return [...document.rules.flatMap(endOf(document.rules)), ...unseen(document), ...unknownNames(document)];
}

/** Rules behind one that decides on everything are never asked. */
function endOf(rules: readonly Rule[]): (rule: Rule, index: number) => string[] {
  const last = rules.findIndex(
    ({ effect, when, statement }) => effect !== 'mask' && when === undefined && statement === undefined,
  );
  return (rule, index) =>
    last >= 0 && index > last && rule.effect !== 'mask'
      ? [
          `rule "${rule.name}" is never asked: "${rules[last]?.name ?? ''}" decides on every statement before it`,
        ]
      : [];
}

/** Rules that protect something by name do not see what code does that nobody can read. */
function unseen({ rules, default: byDefault }: PolicyDocument): string[] {
  const byName = rules.find(
    ({ effect, statement }) =>
      (effect === 'deny' || effect === 'hold') &&
      (statement?.tables ?? statement?.reads ?? statement?.writes ?? statement?.columns) !== undefined,
  );
  const opaqueKnown = rules.some(
    ({ statement }) =>
      (statement?.features ?? []).includes('opaque') || (statement?.functionKinds ?? []).includes('opaque'),
  );
  return byName === undefined || opaqueKnown || byDefault !== 'allow'
    ? []
    : [
        `rule "${byName.name}" names tables or columns, which DO, CALL and functions in other languages than SQL can use unseen: ` +
          'say what becomes of those by a rule with features: opaque',
      ];
}
