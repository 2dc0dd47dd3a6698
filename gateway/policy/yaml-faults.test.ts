import { LineCounter, parseDocument } from 'yaml';
import { expect, test } from 'vitest';
import { yamlFaults } from './yaml-faults.ts';

const HEAD = 'version: 1\nmode: enforce\nrules:\n';
const RULE = '  - name: b\n    effect: mask\n    columns:\n      - email\n';

/** `line:column message`, of all that is wrong. */
function faults(text: string): string[] {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  return yamlFaults(yaml, text).map(({ offset, message }) => {
    const { line, col } = lines.linePos(offset);
    return `${line}:${col} ${message}`;
  });
}

test.each([
  [
    'less than the rules above, behind an empty line',
    `${HEAD}  - { name: a, effect: deny }\n\n- { name: c, effect: deny }\n`,
    '6:1 is indented otherwise than the rule above (line 4): begin the line with 2 spaces, as there',
  ],
  [
    'less than the rules above, and not least',
    `${HEAD}${RULE} - name: c\n   effect: deny\n`,
    '8:2 is indented otherwise than the rule above (line 4): begin the line with 2 spaces, as there',
  ],
  [
    'more than the rules above',
    `${HEAD}  - { name: a, effect: deny }\n   - { name: c, effect: deny }\n`,
    '5:4 is indented otherwise than the rule above (line 4): begin the line with 2 spaces, as there',
  ],
  [
    'otherwise than the list within a rule',
    `${HEAD}${RULE}     - phone\n`,
    '8:6 is indented otherwise than the item above (line 7): begin the line with 6 spaces, as there',
  ],
  [
    'less than the key above',
    `${HEAD}  - name: c\n   effect: deny\n`,
    '5:4 is indented otherwise than "name" above (line 4): begin the line with 4 spaces, as there',
  ],
  [
    'more than the key above',
    `${HEAD}  - name: c\n     effect: deny\n`,
    '5:6 is indented otherwise than "name" above (line 4): begin the line with 4 spaces, as there',
  ],
  [
    'as no key at the top is',
    `${HEAD}${RULE} default: allow\n`,
    '8:2 is indented otherwise than "rules" above (line 3): begin the line with no spaces, as there',
  ],
  [
    'with a tab',
    `${HEAD}  - { name: a, effect: deny }\n\t- name: c\n`,
    '5:2 is indented with a tab: YAML takes spaces only',
  ],
])('a line that is indented %s is one fault, and says how to mend it', (_, text, said) => {
  expect(faults(text)).toEqual([said]);
});

test('of other slips the first is told in the parser’s words, and what follows from it is not', () => {
  expect(faults(`${HEAD}  - { name: 'a, effect: deny }\n`)).toEqual([
    "5:1 is not YAML as expected here: Missing closing 'quote",
  ]);
  expect(faults('version: 1\nmode: a: b\nrules: [\n')).toEqual([
    '2:7 is not YAML as expected here: Nested mappings are not allowed in compact mappings',
  ]);
});

test('slips that do not lead to others are all told', () => {
  expect(faults('version: 1\nversion: 1\nmode: enforce\nmode: enforce\n')).toEqual([
    '2:1 is not YAML as expected here: Map keys must be unique',
    '4:1 is not YAML as expected here: Map keys must be unique',
  ]);
});
