/** What is in a bundle, and bundles of other content, for tests that tamper with them. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { ZipReader } from '../../../gateway/archive/bundle/zip-reader.ts';
import { ZipWriter } from '../../../gateway/archive/bundle/zip-writer.ts';

/** Every entry, in their order. */
export async function unpacked(path: string): Promise<Map<string, Buffer>> {
  const zip = await ZipReader.open(path);
  try {
    const content = new Map<string, Buffer>();
    for (const entry of zip.entries) {
      const blocks: Buffer[] = [];
      for await (const block of zip.read(entry)) blocks.push(block);
      content.set(entry.name, Buffer.concat(blocks));
    }
    return content;
  } finally {
    await zip.close();
  }
}

/** A zip of the content whose manifest has its hashes, as one who tampers with it would make it. */
export async function repacked(path: string, content: ReadonlyMap<string, Buffer>): Promise<void> {
  const manifest = JSON.parse((content.get('manifest.json') ?? Buffer.from('{}')).toString()) as Record<
    string,
    unknown
  >;
  const others = [...content].filter(([name]) => !name.startsWith('manifest.'));
  const files = others.map(([name, bytes]) => [
    name,
    { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
  ]);
  const told = Buffer.from(`${JSON.stringify({ ...manifest, files: Object.fromEntries(files) }, null, 1)}\n`);
  const file = await open(path, 'wx+');
  try {
    const zip = new ZipWriter(file);
    for (const [name, bytes] of content) await zip.add(name, [name === 'manifest.json' ? told : bytes]);
    await zip.finish();
  } finally {
    await file.close();
  }
}
