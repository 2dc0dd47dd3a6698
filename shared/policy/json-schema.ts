/** The JSON Schema of policy documents, for editors that complete and check what one writes. */
import { z } from 'zod';
import { PolicyDocument } from './document.ts';

/** As a JSON value, of what may be written (defaults left out). Kept as docs/policy.schema.json. */
export function policyJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(PolicyDocument, { io: 'input' });
  return {
    $schema,
    title: 'Auditorium policy',
    description: 'What agents may do to the databases behind a gateway: see docs/policy.md.',
    ...schema,
  };
}
