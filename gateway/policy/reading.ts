/** Reads policy documents: YAML, checked, every fault with its place, compiled. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import { faultsOf, type Fault } from '../../shared/policy/consistency.ts';
import { PolicyDocument } from '../../shared/policy/document.ts';
import { compile, type Policy } from './compile.ts';
import { DEFAULT_POLICY } from './default-policy.ts';
import { faultsOfIssues } from './issues.ts';
import { issueLine, PolicyError, type PolicyIssue } from './policy-error.ts';
import { verbFaults } from './unknown-names.ts';
import { warningsOf } from './warnings.ts';
import { aliasFault, danglingAliases, offsetOf, plainValues, yamlFault } from './yaml-document.ts';
import { yamlFaults } from './yaml-faults.ts';

/** Longest document, in bytes: it is read whole, at start and at each reload. */
const MAX_BYTES = 1 << 20;

/** Reads the policy in a file; `default` is the one that ships. Rejects with {@link PolicyError}. */
export async function readPolicy(path: string): Promise<Policy> {
  return path === 'default'
    ? parsePolicy(DEFAULT_POLICY, 'default policy')
    : parsePolicy(await textOf(path), path);
}

/** Reads a policy document; `file` is what faults call it. Throws {@link PolicyError}. */
export function parsePolicy(text: string, file: string): Policy {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const issueAt = (offset: number, rule: string | null, message: string): PolicyIssue => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col, rule, message };
  };
  const broken = [
    ...yamlFaults(yaml, text).map(({ offset, message }) => issueAt(offset, null, message)),
    ...danglingAliases(yaml).map(({ offset, name }) => issueAt(offset, null, aliasFault(name))),
  ];
  if (broken.length > 0) throw invalid(broken);
  const value = plainValues(yaml, (message) => invalid([issueAt(0, null, yamlFault(message))]));
  const { document, faults } = checked(value);
  if (document === null)
    throw invalid(
      faults.map((fault) => issueAt(offsetOf(yaml, fault.path), ruleOf(fault, value), faultText(fault))),
    );
  return compile(document, {
    hash: createHash('sha256').update(text).digest(),
    warnings: warningsOf(document),
  });
}

async function textOf(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (absent) throw new PolicyError('POLICY_NOT_FOUND', `${path}: there is no such file`, { cause: error });
    throw new PolicyError('POLICY_UNREADABLE', `${path}: cannot be read (${String(error)})`, {
      cause: error,
    });
  }
  if (bytes.length > MAX_BYTES)
    throw new PolicyError('POLICY_UNREADABLE', `${path}: is larger than 1 MiB; shorten it`);
  return bytes.toString('utf8');
}

function invalid(issues: readonly PolicyIssue[]): PolicyError {
  const sorted = issues.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const [first] = sorted;
  const more =
    sorted.length > 1 ? ` (and ${sorted.length - 1} more: auditorium policy check lists them)` : '';
  return new PolicyError('POLICY_INVALID', (first ? issueLine(first) : '') + more, { issues: sorted });
}

/** The document, or all that is wrong with it: what is well formed is checked for consistency beside what is not. */
function checked(value: unknown): {
  readonly document: PolicyDocument | null;
  readonly faults: readonly Fault[];
} {
  const parsed = PolicyDocument.safeParse(value);
  const inner = parsed.success
    ? allFaults(parsed.data)
    : [...faultsOfIssues(parsed.error.issues), ...faultsOfRest(value, parsed.error.issues)];
  return { document: parsed.success && inner.length === 0 ? parsed.data : null, faults: inner };
}

const allFaults = (document: PolicyDocument) => [...faultsOf(document), ...verbFaults(document)];

/** Settings of rules that refer to a section: while that is wrong, nothing can be said of them. */
const SECTIONS_REFERRED_TO = [
  ['tags', 'tags'],
  ['detectors', 'detect'],
] as const;

type Mapping = Readonly<Record<string, unknown>>;

/** Faults among the parts that are well formed: sections and rules with issues are left out. */
function faultsOfRest(value: unknown, issues: readonly { readonly path: readonly PropertyKey[] }[]): Fault[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const { rules, ...sections } = value as Mapping;
  const wrongSections = new Set(issues.filter(({ path }) => path[0] !== 'rules').map(({ path }) => path[0]));
  const wrongRules = new Set(issues.filter(({ path }) => path[0] === 'rules').map(({ path }) => path[1]));
  const kept = Array.isArray(rules) ? [...rules.entries()].filter(([index]) => !wrongRules.has(index)) : [];
  const known = Object.entries(sections).filter(
    ([key]) => key in PolicyDocument.shape && !wrongSections.has(key),
  );
  const rest = PolicyDocument.safeParse({
    ...Object.fromEntries(known),
    version: 1,
    rules: kept.map(([, rule]) => rule as unknown),
  });
  if (!rest.success) return [];
  const refers = (last: unknown) =>
    SECTIONS_REFERRED_TO.some(([section, key]) => key === last && wrongSections.has(section));
  const faults = allFaults(rest.data).filter(({ path }) => !refers(path.at(-1)));
  return faults.map(({ path, message }) => {
    const [section, index, ...inside] = path;
    return section === 'rules' && typeof index === 'number'
      ? { path: ['rules', kept[index]?.[0] ?? index, ...inside], message }
      : { path, message };
  });
}

/** The name of the rule that a fault is in; its number where it has none. */
function ruleOf({ path: [section, index] }: Fault, value: unknown): string | null {
  if (section !== 'rules' || typeof index !== 'number') return null;
  const rules = (value as Mapping)['rules'] as readonly unknown[];
  const name = (rules[index] as Mapping | null)?.['name'];
  return typeof name === 'string' && name !== '' ? JSON.stringify(name) : `number ${index + 1}`;
}

/** What is wrong, led by the setting it is about: `statement.verb must be …`. */
function faultText({ path, message }: Fault): string {
  const inside = path[0] === 'rules' && path.length > 1 ? path.slice(2) : path;
  const setting = inside.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
  return `${setting.replace(/^\./u, '') || (path.length > 0 ? 'it' : 'the file')} ${message}`;
}
