import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { PolicyDocument } from '../../shared/policy/document.ts';
import { EXAMPLE_RULE } from './example-rule.ts';

test('the rule that the empty inbox shows is one that a policy may have', () => {
  const { rules } = PolicyDocument.parse(parse(`version: 1\n${EXAMPLE_RULE}`));
  expect(rules.map(({ name, effect, hold }) => [name, effect, hold?.approvers])).toEqual([
    ['every row is held', 'hold', ['dba']],
  ]);
});
