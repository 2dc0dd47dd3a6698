/** The masking rules of a document, as they hold for a session. */
import type { PolicyDocument, Rule } from '../../shared/policy/document.ts';
import {
  DETECTORS,
  type CustomDetector,
  type Detector,
  type MaskRule,
} from '../../shared/policy/mask-rule.ts';
import { sessionTest, type SessionTest } from './session-test.ts';

/** A masking rule and the sessions it holds for. */
export interface CompiledMask {
  readonly name: string;
  readonly session: SessionTest;
  readonly mask: MaskRule;
}

/** In order: for a column the first that names it counts. */
export function compiledMasks(document: PolicyDocument): readonly CompiledMask[] {
  return document.rules.flatMap((rule) =>
    rule.mask === undefined
      ? []
      : [
          {
            name: rule.name,
            session: sessionTest(rule.when, false),
            mask: maskRule(rule.name, rule.mask, document),
          },
        ],
  );
}

function maskRule(
  rule: string,
  mask: NonNullable<Rule['mask']>,
  { tags, detectors }: PolicyDocument,
): MaskRule {
  const { columns = [], tags: used = [], detect = [], style } = mask;
  return {
    rule,
    columns: [...columns, ...used.flatMap((tag) => tags[tag] ?? [])],
    detectors: detect.map((name) => detectorOf(name, detectors)),
    style,
  };
}

function detectorOf(name: string, own: PolicyDocument['detectors']): Detector | CustomDetector {
  const shipped = DETECTORS.find((known) => known === name);
  return shipped ?? { name, pattern: own[name] ?? '' };
}
