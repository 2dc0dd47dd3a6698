/** Reads entries of a bundle that are small enough to be had whole. */
import { FORMAT_VERSION } from './bundle-files.ts';
import type { BundleSource } from './bundle-source.ts';
import { BundleError } from './zip-reader.ts';

/** Proofs and manifests of a bundle of the largest size are smaller. */
const MOST_BYTES = 256 * 1024 * 1024;

/** The entry is of a version that is not known here. */
export class BundleVersionError extends Error {
  constructor(name: string) {
    super(`${name} is of another version than ${FORMAT_VERSION}`);
    this.name = 'BundleVersionError';
  }
}

/** What the entry holds. Throws {@link BundleError}. */
export async function readWhole(source: BundleSource, name: string): Promise<Buffer> {
  const blocks: Uint8Array[] = [];
  let bytes = 0;
  for await (const block of source.read(name)) {
    bytes += block.length;
    if (bytes > MOST_BYTES) throw new BundleError(`${name} is larger than any`);
    blocks.push(block);
  }
  return Buffer.concat(blocks);
}

/** An entry of JSON in the format that it must say it has. Throws {@link BundleError}, {@link BundleVersionError}. */
export function readJson(raw: Buffer, name: string, format: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw));
  } catch (cause) {
    throw new BundleError(`${name} is no JSON`, { cause });
  }
  if (typeof value !== 'object' || value === null || !('format' in value) || value.format !== format)
    throw new BundleError(`${name} is of another format`);
  if (!('version' in value) || value.version !== FORMAT_VERSION) throw new BundleVersionError(name);
  return { ...value };
}
