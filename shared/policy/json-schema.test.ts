import { join } from 'node:path';
import { format } from 'prettier';
import { expect, test } from 'vitest';
import { policyJsonSchema } from './json-schema.ts';

test('docs/policy.schema.json is that of the policy document (vitest --update writes it)', async () => {
  const text = await format(JSON.stringify(policyJsonSchema()), { parser: 'json', printWidth: 110 });
  await expect(text).toMatchFileSnapshot(join(import.meta.dirname, '../../docs/policy.schema.json'));
});
