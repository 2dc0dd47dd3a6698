/** What is wrong with a policy document that no value alone can tell: words that do not fit each other. */
import { patternFault } from './detector-pattern.ts';
import type { PolicyDocument, Rule } from './document.ts';
import { DETECTORS } from './mask-rule.ts';

/** Something wrong, and where: keys of mappings and indexes of lists from the top of the document. */
export interface Fault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Everything wrong with a document whose parts are each well formed. */
export function faultsOf(document: PolicyDocument): Fault[] {
  return [
    ...detectorFaults(document),
    ...document.rules.flatMap((rule, index) =>
      [...ruleFaults(rule, document), ...nameFaults(document.rules, index)].map(({ path, message }) => ({
        path: ['rules', index, ...path],
        message,
      })),
    ),
  ];
}

const fault = (path: readonly (string | number)[], message: string): Fault => ({ path, message });

function detectorFaults({ detectors }: PolicyDocument): Fault[] {
  const found: Fault[] = [];
  for (const [name, pattern] of Object.entries(detectors)) {
    const wrong = patternFault(pattern);
    if (wrong !== null) found.push(fault(['detectors', name], wrong));
    if ((DETECTORS as readonly string[]).includes(name))
      found.push(
        fault(['detectors', name], 'is the name of a detector that comes with the gateway: take another'),
      );
  }
  return found;
}

function nameFaults(rules: readonly Rule[], index: number): Fault[] {
  const first = rules.findIndex(({ name }) => name === rules[index]?.name);
  return first === index
    ? []
    : [
        fault(
          ['name'],
          `is the name of rule ${first + 1} too: each rule needs its own, as decisions name it`,
        ),
      ];
}

function ruleFaults(rule: Rule, document: PolicyDocument): Fault[] {
  return [...effectFaults(rule), ...(rule.mask ? maskFaults(rule.mask, document) : [])];
}

function effectFaults({ effect, mask, hold, message, statement, when }: Rule): Fault[] {
  const found: Fault[] = [];
  const expect = (holds: boolean, path: readonly string[], otherwise: string) => {
    if (!holds) found.push(fault(path, otherwise));
  };
  expect(
    effect !== 'mask' || mask !== undefined,
    ['effect'],
    'needs mask: say which columns, tags or detect',
  );
  expect(effect === 'mask' || mask === undefined, ['mask'], 'only goes with effect: mask');
  expect(effect === 'hold' || hold === undefined, ['hold'], 'only goes with effect: hold');
  expect(
    effect === 'deny' || effect === 'hold' || message === undefined,
    ['message'],
    'is never told: it only goes with effect: deny or hold',
  );
  expect(
    effect !== 'mask' || statement === undefined,
    ['statement'],
    'does not go with effect: mask, which holds for all that a session does; use when, or deny or hold the statement',
  );
  expect(
    effect !== 'mask' || (when?.time === undefined && when?.not?.time === undefined),
    ['when'],
    'must not depend on time with effect: mask: a session’s masks hold as long as it lives',
  );
  expect(
    effect !== 'allow' || statement?.unparsed === undefined,
    ['statement', 'unparsed'],
    'only goes with deny or hold: what cannot be read is never waved through',
  );
  expect(
    statement?.unparsed === undefined || Object.keys(statement).length === 1,
    ['statement', 'unparsed'],
    'stands alone: of a text that cannot be read nothing else is known',
  );
  expect(
    effect === 'deny' || statement?.rows?.returned === undefined,
    ['statement', 'rows', 'returned'],
    'only goes with effect: deny: rows are counted as they pass, too late for anything else',
  );
  return found;
}

function maskFaults(mask: NonNullable<Rule['mask']>, { tags, detectors }: PolicyDocument): Fault[] {
  const known: readonly string[] = [...DETECTORS, ...Object.keys(detectors)];
  const { columns, tags: used = [], detect = [] } = mask;
  return [
    ...(columns === undefined && used.length === 0 && detect.length === 0
      ? [fault(['mask'], 'masks nothing: give columns, tags or detect')]
      : []),
    ...used
      .filter((tag) => !Object.hasOwn(tags, tag))
      .map((tag) => fault(['mask', 'tags'], `names the tag ${tag}, which tags does not define`)),
    ...detect
      .filter((name) => !known.includes(name))
      .map((name) => fault(['mask', 'detect'], `names ${name}; known are ${known.join(', ')}`)),
  ];
}
