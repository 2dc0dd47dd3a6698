/** Takes a value out of an archive, to be killed in the middle of it: `redacting-process.ts FOLDER VALUE`. */
import { plainFacts, TEST_SIGNER } from '../../testing.ts';
import { redactClosed } from '../redact-closed.ts';
import { planRedactions } from '../redaction-plan.ts';

const [folder = '', value = ''] = process.argv.slice(2);
const selection = { event: null, field: null, session: null, filter: null, value, keepRest: false };
const { targets } = planRedactions(folder, selection, () => true);
process.stdout.write('ready\n');
redactClosed(
  folder,
  targets,
  { by: 'ada@example.com', reason: 'a card number', time: Date.now() * 1000 },
  { factsOf: plainFacts, keys: { signer: TEST_SIGNER }, software: 'test' },
);
