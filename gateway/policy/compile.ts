/** A policy document made ready to decide. */
import type { Decision, RuleTrace } from '../../shared/policy/decision.ts';
import type { PolicyDocument } from '../../shared/policy/document.ts';
import type { TextFacts } from '../../shared/policy/facts.ts';
import type { MaskRule } from '../../shared/policy/mask-rule.ts';
import { compiledRules, defaultTerms, type CompiledRule } from './compiled-rule.ts';
import { decideOn, type Defaults, type SessionRule } from './decide.ts';
import { traces } from './explain.ts';
import { compiledMasks, type CompiledMask } from './masks.ts';
import type { Circumstances, SessionPolicy, Subject } from './session-policy.ts';

/** A policy: the same for all sessions until another is read. */
export interface Policy {
  /** SHA-256 of the document, 32 bytes. */
  readonly hash: Uint8Array;
  readonly mode: 'enforce' | 'observe';
  /** What may surprise whoever wrote it, though it is well formed. */
  readonly warnings: readonly string[];
  /** Every mask rule, whatever session it holds for. */
  readonly masks: readonly MaskRule[];
  /** The policy as it holds for one session. */
  forSession(subject: Subject): SessionPolicy;
}

/** What sessions that the same rules fit have in common, decisions on texts above all. */
interface Common {
  readonly rules: readonly SessionRule[];
  readonly masks: readonly CompiledMask[];
  readonly decided: WeakMap<TextFacts, Decision>;
}

/** Sessions come in few kinds; beyond so many, what was common to the first ones is put together anew. */
const MAX_KINDS = 256;

/** Compiles a consistent document (see consistency.ts); `hash` is that of its text. */
export function compile(
  document: PolicyDocument,
  { hash, warnings }: { readonly hash: Uint8Array; readonly warnings: readonly string[] },
): Policy {
  const rules = compiledRules(document);
  const masks = compiledMasks(document);
  const defaults: Defaults = {
    effect: document.default,
    unparsed: document.unparsed,
    hold: defaultTerms(document),
  };
  const kinds = new Map<string, Common>();
  const commonTo = (subject: Subject): Common => {
    const fitting = fittingOf(rules, masks, subject);
    if (fitting.key === null) return fitting.common;
    const found = kinds.get(fitting.key);
    if (found !== undefined) return found;
    if (kinds.size >= MAX_KINDS) kinds.clear();
    kinds.set(fitting.key, fitting.common);
    return fitting.common;
  };
  const { mode } = document;
  return {
    hash,
    mode,
    warnings,
    masks: masks.map(({ mask }) => mask),
    forSession(subject) {
      const common = commonTo(subject);
      return {
        hash,
        mode,
        masks: common.masks.map(({ mask }) => mask),
        holdTerms: defaults.hold,
        needsCatalog: common.rules.some(({ rule }) => rule.asksForNames),
        decide: (text, circumstances) => decided(common, text, { circumstances, defaults }),
        explain: (text, circumstances) => [
          ...traces(rules, text, { subject, circumstances }),
          ...masks.map((mask) => maskTrace(mask, subject, circumstances)),
        ],
      };
    },
  };
}

function decided(
  { rules, decided: known }: Common,
  text: TextFacts,
  given: { readonly circumstances: Circumstances; readonly defaults: Defaults },
): Decision {
  const before = known.get(text);
  if (before !== undefined) return before;
  const { decision, changeable } = decideOn(rules, text, given);
  if (!changeable) known.set(text, decision);
  return decision;
}

/**
 * What holds for a session at some time, and a key that is the same for all sessions that the same holds for; null where that
 * depends on time, which it may do in many ways.
 */
function fittingOf(
  rules: readonly CompiledRule[],
  masks: readonly CompiledMask[],
  subject: Subject,
): { readonly key: string | null; readonly common: Common } {
  const own: SessionRule[] = [];
  let key = '';
  for (const rule of rules) {
    const holds = rule.session.holds(subject, null);
    key += holds === false ? '-' : '+';
    if (holds !== false)
      own.push({ rule, timed: holds === null, fits: (now) => rule.session.holds(subject, now) === true });
  }
  const fitting = masks.filter(({ session }) => session.holds(subject, null) !== false);
  key += masks.map((mask) => (fitting.includes(mask) ? '+' : '-')).join('');
  const timed = own.some((rule) => rule.timed);
  return { key: timed ? null : key, common: { rules: own, masks: fitting, decided: new WeakMap() } };
}

function maskTrace(
  { name, session, mask }: CompiledMask,
  subject: Subject,
  { now }: Circumstances,
): RuleTrace {
  const unmet = session.unmet(subject, now);
  const what = [
    ...mask.columns,
    ...mask.detectors.map((detector) => (typeof detector === 'string' ? detector : detector.name)),
  ];
  const because =
    unmet ??
    [session.met(subject), `masks ${what.join(', ')} (${mask.style})`]
      .filter((words) => words !== '')
      .join('; ');
  return { rule: name, effect: 'mask', matched: unmet === null, because };
}
