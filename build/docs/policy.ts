/** docs/policy-reference.md: every key of a policy document, and what masked values look like. */
import { DEFAULT_POLICY } from '../../gateway/policy/default-policy.ts';
import { finderOf } from '../../gateway/masking/detectors/finder.ts';
import { maskCell } from '../../gateway/masking/mask-cell.ts';
import { maskDetected } from '../../gateway/masking/mask-detected.ts';
import { SEVERITIES } from '../../shared/policy/decision.ts';
import { FEATURES, STATEMENT_CLASSES } from '../../shared/policy/facts.ts';
import { policyJsonSchema } from '../../shared/policy/json-schema.ts';
import { DETECTORS, MASK_STYLES, type MaskStyle } from '../../shared/policy/mask-rule.ts';
import { block, code, generated, table } from './markdown.ts';
import { CLASSES, DETECTOR_MEANINGS, FEATURE_MEANINGS, STYLES } from './policy-words.ts';
import { type Schema, type Setting, settingsOf } from './settings.ts';

export function policyReference(): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- zod types JSON Schema more widely than it writes it
  const schema = policyJsonSchema() as Schema;
  const rule = schema.properties?.['rules']?.items ?? {};
  const conditions = rule.properties ?? {};
  const without = (part: Schema, ...names: readonly string[]): Schema => ({
    ...part,
    properties: Object.fromEntries(
      Object.entries(part.properties ?? {}).filter(([name]) => !names.includes(name)),
    ),
  });
  return [
    generated('the schema of policy documents'),
    '# Policy and masking reference',
    'Every key of a policy document. [Policy](policy.md) explains how they work together and what they do not stop; editors complete and check a document by its [JSON Schema](policy.schema.json). Where a value may be one or a list, one of the list is enough.',
    '## The document',
    rows(settingsOf(without(schema, 'rules'))),
    '`rules` is a list of rules, in order: of allow, hold and deny the first that matches a statement decides.',
    '## A rule',
    rows(settingsOf(without(rule, 'when', 'statement', 'mask'))),
    `Severities, the least first: ${SEVERITIES.map(code).join(', ')}. A rule has \`when\`, \`statement\` or both; without them it matches everything.`,
    '### `when`: which sessions',
    conditions['when']?.description ?? '',
    rows(settingsOf(without(conditions['when'] ?? {}, 'not'))),
    '`not` is a mapping of the same keys; it holds when not all of them do.',
    '### `statement`: what it does',
    conditions['statement']?.description ?? '',
    rows(settingsOf(conditions['statement'] ?? {})),
    ...words('Classes', STATEMENT_CLASSES, CLASSES),
    ...words('Features', FEATURES, FEATURE_MEANINGS),
    '### `mask`: what is masked, and how',
    rows(settingsOf(conditions['mask'] ?? {})),
    ...words('Styles', MASK_STYLES, STYLES),
    '## What masked values look like',
    'A masked value has the type of its column, so that drivers read it; made by the gateway’s own masking, with a key made for this page.',
    examples(),
    '## Detectors',
    'They look at values as they are returned. In texts what was found is masked and the rest stays; in JSON, arrays and rows the part it was found in.',
    table(
      ['`detect`', 'finds', 'a value', '`redact`', '`partial`'],
      DETECTORS.map((detector) => {
        const [finds, value] = DETECTOR_MEANINGS[detector];
        const masked = (style: MaskStyle): string => code(maskedText(value, style, [detector]));
        return [code(detector), finds, code(value), masked('redact'), masked('partial')];
      }),
    ),
    '## The policy that ships',
    'As `auditorium policy init` writes it, and as `policy: default` puts it in force:',
    block(DEFAULT_POLICY.trimEnd(), 'yaml'),
  ].join('\n\n');
}

function rows(settings: readonly Setting[]): string {
  for (const { path, meaning } of settings)
    if (meaning === '') throw new Error(`${path} has no description in the schema of policies`);
  return table(
    ['key', 'takes', 'default', 'means'],
    settings.map(({ path, takes, otherwise, required, meaning }) => [
      code(path),
      takes,
      required ? '**needed**' : otherwise === null ? '' : code(otherwise),
      meaning,
    ]),
  );
}

function words<W extends string>(
  title: string,
  all: readonly W[],
  meanings: Readonly<Record<W, string>>,
): string[] {
  return [
    `**${title}**`,
    table(
      ['word', 'means'],
      all.map((word) => [code(word), meanings[word]]),
    ),
  ];
}

/** Of some types: OID, as SQL names it, and a value. */
const EXAMPLES: readonly (readonly [oid: number, name: string, value: string])[] = [
  [25, 'text', 'ada@example.com'],
  [25, 'text', 'Ada Lovelace'],
  [23, 'integer', '4711'],
  [1700, 'numeric', '1234.56'],
  [16, 'boolean', 't'],
  [1082, 'date', '1990-06-15'],
  [1184, 'timestamptz', '1990-06-15 12:30:00+00'],
  [2950, 'uuid', '3f2504e0-4f89-11d3-9a0c-0305e82c3301'],
  [869, 'inet', '192.0.2.17'],
  [17, 'bytea', '\\x68656c6c6f'],
  [3802, 'jsonb', '{"name": "Ada", "age": 36}'],
  [1009, 'text[]', '{Ada,Grace}'],
];

const KEY = Buffer.alloc(32, 1);

function examples(): string {
  const shown = MASK_STYLES.filter((style) => style !== 'null');
  return table(
    ['type', 'value', ...shown.map(code)],
    EXAMPLES.map(([type, name, value]) =>
      [code(name), code(value)].concat(shown.map((style) => example(type, value, style))),
    ),
  );
}

function example(type: number, value: string, style: MaskStyle): string {
  const masked = maskCell(Buffer.from(value), { type, format: 0, style, key: KEY }, () => null);
  if (masked === null) return 'NULL';
  return masked.length === 0 ? '(empty)' : code(masked.toString());
}

function maskedText(value: string, style: MaskStyle, detectors: Parameters<typeof finderOf>[0]): string {
  const cell = { type: 25, format: 0, style, key: KEY } as const;
  return String(maskDetected(Buffer.from(value), cell, finderOf(detectors), () => null));
}
