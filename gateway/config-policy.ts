/** The policy that a configuration names: its text, read and checked with the configuration, so that one that cannot be used stops both. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DEFAULT_POLICY } from './policy/default-policy.ts';
import type { Policy } from './policy/compile.ts';
import { PolicyError } from './policy/policy-error.ts';
import { parsePolicy } from './policy/reading.ts';

/** A policy document as text; can be sent to another process. */
export interface PolicyText {
  /** What faults call it: a path, or `default policy`. */
  readonly file: string;
  readonly text: string;
}

/** In the configuration: the policy that ships. */
const DEFAULT = 'default';

/** `written` is a path, from `dir`, or `default`. Ends in `fail` with what is wrong. */
export function readPolicyText(
  written: string,
  dir: string,
  fail: (why: string) => never,
): { readonly source: PolicyText; readonly policy: Policy } {
  const file = written === DEFAULT ? 'default policy' : resolve(dir, written);
  try {
    const text = written === DEFAULT ? DEFAULT_POLICY : readFileSync(file, 'utf8');
    return { source: { file, text }, policy: parsePolicy(text, file) };
  } catch (error) {
    if (error instanceof PolicyError) return fail(error.message);
    return fail(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
