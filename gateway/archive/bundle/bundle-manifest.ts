/** Holds the entries of a bundle to its manifest, and the manifest to its note (docs/format.md §10). */
import { createHash } from 'node:crypto';
import { checkSignature, ED25519, parseNote } from '../../../shared/recording/note.ts';
import { sha256, verifyEd25519 } from '../ed25519.ts';
import type { Findings } from '../sqlite/verify/findings.ts';
import { BUNDLE_FORMAT, BUNDLE_ORIGIN, MANIFEST, MANIFEST_NOTE } from './bundle-files.ts';
import type { BundleSource } from './bundle-source.ts';
import { readJson, readWhole } from './read-entry.ts';
import { BundleError } from './zip-reader.ts';

/** A session as a manifest names it. */
export interface ListedSession {
  readonly log: string;
  readonly events: number;
}

export interface BundleManifest {
  /** By id, hex. */
  readonly sessions: ReadonlyMap<string, ListedSession>;
  /** Who says that this is what they exported: a key that was given, or nobody that is known. */
  readonly packer: 'known' | 'unknown' | 'nobody';
}

/** Reads the manifest and compares every entry with it. Throws {@link BundleError} where there is none that can be read. */
export async function checkManifest(
  source: BundleSource,
  keys: readonly Uint8Array[],
  findings: Findings,
): Promise<BundleManifest> {
  const raw = await readWhole(source, MANIFEST);
  const manifest = readJson(raw, MANIFEST, BUNDLE_FORMAT);
  const files = objectOf(manifest['files']);
  const here = source.names.filter((name) => name !== MANIFEST && name !== MANIFEST_NOTE);
  if (source.exact)
    for (const name of here)
      if (files[name] === undefined) corrupt(findings, `${name} is not in the manifest`);
  for (const [name, said] of Object.entries(files)) {
    if (!here.includes(name)) corrupt(findings, `${name} is in the manifest and not here`);
    else await checkFile(source, name, objectOf(said), findings);
  }
  return { sessions: sessionsOf(manifest['sessions']), packer: await packerOf(source, raw, keys, findings) };
}

async function checkFile(
  source: BundleSource,
  name: string,
  said: Readonly<Record<string, unknown>>,
  findings: Findings,
): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const block of source.read(name)) {
      hash.update(block);
      bytes += block.length;
    }
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    corrupt(findings, error.message);
    return;
  }
  if (said['bytes'] !== bytes || said['sha256'] !== hash.digest('hex') || Object.keys(said).length !== 2)
    corrupt(findings, `${name} is not the file that the manifest names`);
}

async function packerOf(
  source: BundleSource,
  manifest: Buffer,
  keys: readonly Uint8Array[],
  findings: Findings,
): Promise<BundleManifest['packer']> {
  if (!source.names.includes(MANIFEST_NOTE)) return 'nobody';
  const note = parseNote((await readWhole(source, MANIFEST_NOTE)).toString('utf8'));
  if (note?.text !== `${BUNDLE_ORIGIN}\n${sha256(manifest).toString('base64')}\n`) {
    corrupt(findings, `${MANIFEST_NOTE} is of another manifest`);
    return 'unknown';
  }
  const results = keys.map((key) =>
    checkSignature(note, { name: BUNDLE_ORIGIN, type: ED25519, key }, { sha256, verify: verifyEd25519 }),
  );
  if (results.some(({ result }) => result === 'bad'))
    corrupt(findings, `the signature of ${MANIFEST_NOTE} is not good`);
  return results.some(({ result }) => result === 'good') ? 'known' : 'unknown';
}

function sessionsOf(value: unknown): ReadonlyMap<string, ListedSession> {
  const sessions = new Map<string, ListedSession>();
  for (const one of Array.isArray(value) ? (value as unknown[]) : []) {
    const { id, log, events } = objectOf(one);
    if (typeof id === 'string' && typeof log === 'string' && typeof events === 'number')
      sessions.set(id, { log, events });
  }
  return sessions;
}

/** An object's members; none of what is no object. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

function corrupt(findings: Findings, message: string): void {
  findings.add('CORRUPT', message);
}
