import { expect, test } from 'vitest';
import { policyJsonSchema } from '../../shared/policy/json-schema.ts';
import { completionAt, type Schema } from './policy-completion.ts';

const SCHEMA = policyJsonSchema() as Schema;

/** What is offered where `|` stands. */
function offered(text: string): string[] | null {
  const at = text.indexOf('|');
  const found = completionAt(SCHEMA, text.replace('|', ''), at);
  return found === null ? null : found.offers.map(({ text: one }) => one);
}

test('keys are offered that a mapping may have and has not', () => {
  expect([
    offered('version: 1\n|\nmode: observe'),
    offered('rules:\n  - name: a\n    |\n    effect: deny'),
    offered('rules:\n  - |'),
    offered('approvals:\n  quorum: 2\n  |'),
  ]).toEqual([
    ['default', 'unparsed', 'approvals', 'tags', 'detectors', 'rules'],
    ['description', 'when', 'statement', 'message', 'severity', 'hold', 'mask'],
    ['name', 'description', 'when', 'statement', 'effect', 'message', 'severity', 'hold', 'mask'],
    ['approvers', 'timeout', 'estimate'],
  ]);
});

test('values are offered of what has a few', () => {
  expect([
    offered('mode: |'),
    offered('rules:\n  - name: a\n    effect: d|'),
    offered('rules:\n  - effect: |'),
    offered('rules:\n  - name: a\n    hold:\n      estimate: |'),
    offered('rules:\n  - name: a\n    mask:\n      style: |'),
  ]).toEqual([
    ['enforce', 'observe'],
    ['allow', 'mask', 'hold', 'deny'],
    ['allow', 'mask', 'hold', 'deny'],
    ['true', 'false'],
    ['redact', 'partial', 'hash', 'null'],
  ]);
});

test('conditions of a statement are known, and a comment or a quoted text is left alone', () => {
  expect(offered('rules:\n  - name: a\n    statement:\n      |')).toContain('verb');
  expect([offered('# |'), offered('rules:\n  - name: "a|')]).toEqual([null, null]);
});
