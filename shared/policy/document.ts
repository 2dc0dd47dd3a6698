/**
 * The policy document as written (policy.yaml) and with its defaults. Its JSON Schema, docs/policy.schema.json, is made from
 * this one; what one value alone cannot tell is in consistency.ts; what it means, in docs/policy.md.
 */
import { z } from 'zod';
import { expected } from '../notation.ts';
import { EFFECTS, SEVERITIES } from './decision.ts';
import { MASK_STYLES } from './mask-rule.ts';
import { SessionCondition } from './session-condition.ts';
import { StatementCondition } from './statement-condition.ts';
import { holdTime, nameGlobs, oneOrMore, ownName, word } from './written.ts';

const columnGlobs = nameGlobs('a column', 3, 'public.users.email or *.email');

const approvers = oneOrMore(word('a group')).describe(
  'Groups whose members may decide; left out, it is those whom the configuration gives the role of reviewer.',
);
const quorum = z
  .int(expected('a whole number from 1 to 10'))
  .min(1, expected('a whole number from 1 to 10'))
  .max(10, expected('a whole number from 1 to 10'))
  .describe('How many of them must approve; one who rejects ends it.');
const timeout = holdTime.describe('How long a statement is held before it is refused, such as 10m.');
const estimate = z
  .boolean(expected('true or false'))
  .describe('Show those who decide what the server expects (EXPLAIN).');

const approvals = z
  .strictObject(
    {
      approvers: approvers.optional(),
      quorum: quorum.default(1),
      timeout: timeout.prefault('10m'),
      estimate: estimate.default(false),
    },
    expected('a mapping with approvers, quorum, timeout and estimate'),
  )
  .describe('On what terms statements are held, where a rule does not say otherwise.');

const hold = z.strictObject(
  {
    approvers: approvers.optional(),
    quorum: quorum.optional(),
    timeout: timeout.optional(),
    estimate: estimate.optional(),
  },
  expected('a mapping with approvers, quorum, timeout and estimate'),
);

const mask = z.strictObject(
  {
    columns: columnGlobs.optional().describe('Columns to mask.'),
    tags: oneOrMore(word('a tag')).optional().describe('Columns to mask, by tags of this document.'),
    detect: oneOrMore(word('a detector'))
      .optional()
      .describe(
        'Values to mask by what they look like: email, card, iban, phone, national-id, jwt, api-key, or own.',
      ),
    style: z
      .enum(MASK_STYLES, expected(`one of: ${MASK_STYLES.join(', ')}`))
      .default('redact')
      .describe('redact: nothing of it; partial: a little; hash: equal values stay comparable; null.'),
  },
  expected('a mapping with columns, tags, detect and style'),
);

/** One rule. */
export const Rule = z.strictObject(
  {
    name: ownName.describe('Names it in decisions; no two rules share one.'),
    description: z.string(expected('text')).optional().describe('For those who read this document.'),
    when: SessionCondition.optional(),
    statement: StatementCondition.optional(),
    effect: z
      .enum(EFFECTS, expected(`one of: ${EFFECTS.join(', ')}`))
      .describe(
        'allow: it runs; mask: masks columns of sessions; hold: it waits for approval; deny: it is refused.',
      ),
    message: word('text').optional().describe('What the agent is told.'),
    severity: z
      .enum(SEVERITIES, expected(`one of: ${SEVERITIES.join(', ')}`))
      .optional()
      .describe(
        'info, low, medium, high or critical; by default info for allow, medium for hold, high for deny.',
      ),
    hold: hold.optional().describe('Terms of effect hold that differ from approvals.'),
    mask: mask.optional().describe('What effect mask masks.'),
  },
  expected('a rule: a mapping with name, effect and conditions'),
);
export type Rule = z.output<typeof Rule>;

/** Longest custom pattern. */
const MAX_PATTERN = 500;

const shape = {
  version: z
    .literal(1, { error: 'must be 1: the version of this notation' })
    .describe('The version of this notation.'),
  mode: z
    .enum(['enforce', 'observe'], expected('enforce or observe'))
    .default('enforce')
    .describe('observe: decisions are recorded, and nothing is refused, held or masked on the wire.'),
  default: z
    .enum(['allow', 'hold', 'deny'], expected('allow, hold or deny'))
    .default('allow')
    .describe('What happens to a statement that no rule matches.'),
  unparsed: z
    .enum(['deny', 'hold'], expected('deny or hold: what cannot be read is never waved through'))
    .default('deny')
    .describe('What happens to a text that cannot be read, or would take too long to.'),
  approvals: approvals.prefault({}),
  tags: z
    .record(ownName, columnGlobs, expected('a mapping of tags to columns'))
    .default({})
    .describe('Names for groups of columns.'),
  detectors: z
    .record(
      ownName,
      z
        .string(expected('a regular expression'))
        .min(1, expected('a regular expression'))
        .max(MAX_PATTERN, {
          error: `must have at most ${MAX_PATTERN} characters`,
        }),
      expected('a mapping of names to regular expressions'),
    )
    .default({})
    .describe('Detectors of your own: JavaScript regular expressions without backreferences or lookaround.'),
  rules: z
    .array(Rule, expected('a list of rules'))
    .default([])
    .describe('In order: of allow, hold and deny the first that matches a statement decides.'),
};

/** The whole document. */
export const PolicyDocument = z.strictObject(shape, expected('a mapping with version and rules'));
export type PolicyDocument = z.output<typeof PolicyDocument>;
