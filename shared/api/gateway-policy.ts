/** What the window's policy editor is told. */
import { EFFECTS, SEVERITIES } from '../policy/decision.ts';
import { z } from './zod.ts';

export const PolicySource = z.object({
  file: z.string().nullable().describe('null: the one that ships, or none'),
  text: z.string(),
  revision: z.string(),
  named: z.boolean().describe('the configuration names a policy; else sessions are judged by none'),
});
export type PolicySource = z.infer<typeof PolicySource>;

/** What is wrong, from line and column 1. */
export const PolicyIssueShown = z.object({
  line: z.number().int(),
  column: z.number().int(),
  rule: z.string().nullable(),
  message: z.string(),
});
export type PolicyIssueShown = z.infer<typeof PolicyIssueShown>;

export const PolicyChecked = z.object({
  issues: z.array(PolicyIssueShown),
  warnings: z.array(z.string()),
  mode: z.enum(['enforce', 'observe']).nullable(),
  hash: z.string(),
});
export type PolicyChecked = z.infer<typeof PolicyChecked>;

/** Who would ask. */
export const SubjectForm = z.object({
  agent: z.string().max(500).default(''),
  groups: z.array(z.string().max(500)).max(200).default([]),
  connection: z.string().max(200).default(''),
  ci: z.string().max(500).nullable().default(null).describe('provider:run:job'),
  attested: z.boolean().default(true),
});
export type SubjectForm = z.infer<typeof SubjectForm>;

const Effect = z.enum(EFFECTS);

export const PolicyExplained = z.object({
  problem: z.string().nullable().describe('why nothing can be said'),
  facts: z.array(z.string()),
  decision: z
    .object({
      effect: Effect,
      severity: z.enum(SEVERITIES),
      rules: z.array(z.object({ rule: z.string(), because: z.string() })),
      lines: z.array(z.string()).describe('what the command line says of it'),
    })
    .nullable(),
  rules: z.array(z.object({ rule: z.string(), effect: Effect, matched: z.boolean(), because: z.string() })),
});
export type PolicyExplained = z.infer<typeof PolicyExplained>;

export const WhatIf = z.object({
  texts: z.number().int(),
  differing: z.number().int(),
  rules: z.array(z.object({ rule: z.string(), change: z.string(), count: z.number().int() })),
  items: z
    .array(
      z.object({
        session: z.string(),
        sequence: z.number().int(),
        time: z.number().int(),
        agent: z.string(),
        text: z.string(),
        before: Effect,
        after: Effect,
        rule: z.string(),
      }),
    )
    .describe('the first of them'),
  complete: z.boolean(),
});
export type WhatIf = z.infer<typeof WhatIf>;
