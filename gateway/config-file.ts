/** Reads the text of a configuration file (YAML) and says where in it something is wrong. */
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { ConfigFile } from './config-schema.ts';
import { yamlFaults } from './policy/yaml-faults.ts';

/** A configuration that cannot be used; `message` says file, line:column, what is wrong and how to mend it. */
export class ConfigError extends Error {
  readonly code: 'CONFIG_NOT_FOUND' | 'CONFIG_UNREADABLE' | 'CONFIG_INVALID';
  constructor(code: ConfigError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConfigError';
    this.code = code;
  }
}

type Path = readonly PropertyKey[];
/** Reports what is wrong with the setting at a path; `message` goes on from its name. */
export type FailAt = (path: Path, message: string) => never;

/** The file as written, checked; `failAt` reports what is found wrong with it later. Throws {@link ConfigError}. */
export function parseFile(
  text: string,
  file: string,
): { readonly settings: ConfigFile; readonly failAt: FailAt } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fail = (offset: number, message: string): never => {
    const { line, col } = lines.linePos(offset);
    throw new ConfigError('CONFIG_INVALID', `${file}:${line}:${col}: ${message}`);
  };
  const [broken] = yamlFaults(document, text);
  if (broken !== undefined) fail(broken.offset, broken.message);
  const failAt: FailAt = (path, message) => fail(offsetOf(document, path), `${settingName(path)} ${message}`);
  const parsed = ConfigFile.safeParse(plainValues(document, fail));
  return { settings: parsed.success ? parsed.data : failWith(parsed.error.issues, failAt), failAt };
}

/** The document as plain values; a section left empty (`issuers:` with all its lines commented out) counts as missing. */
function plainValues(document: Document, fail: (offset: number, message: string) => never): unknown {
  let value: unknown;
  try {
    value = document.toJS() ?? {};
  } catch (error) {
    return fail(0, `is not YAML as expected here: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value ?? {}).filter(([, section]) => section !== null));
}

/** Reports the first issue; the count of the others tells that mending it is not all. */
function failWith([first, ...others]: readonly z.core.$ZodIssue[], failAt: FailAt): never {
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  if (first?.code === 'unrecognized_keys') {
    return failAt(
      [...first.path, first.keys[0] ?? ''],
      `is not a setting known here; mend or remove it${more}`,
    );
  }
  return failAt(first?.path ?? [], (first?.message ?? 'cannot be used') + more);
}

/** `connections[0].port` */
function settingName(path: Path): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text === '' ? 'the file' : text.replace(/^\./, '');
}

/** Where a setting stands, or the innermost thing around it that does. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    const pair = isMap(parent)
      ? parent.items.find((item) => isScalar(item.key) && item.key.value === key)
      : undefined;
    const node = pair === undefined ? document.getIn(path.slice(0, length), true) : pair.key;
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}
