import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ZipReader } from './zip-reader.ts';
import { ZipWriter } from './zip-writer.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'auditorium-zip-'));
  path = join(folder, 'a.zip');
});
afterEach(() => rm(folder, { recursive: true }));

const CONTENT = { 'README.txt': 'hello\n', 'evidence/events.bin': 'event '.repeat(5000), 'empty.txt': '' };

async function writeZip(content: Readonly<Record<string, string>>): Promise<void> {
  const file = await open(path, 'wx+');
  try {
    const zip = new ZipWriter(file);
    for (const [name, text] of Object.entries(content)) await zip.add(name, [text]);
    await zip.finish();
  } finally {
    await file.close();
  }
}

async function readZip(): Promise<Record<string, string>> {
  const zip = await ZipReader.open(path);
  try {
    const content: Record<string, string> = {};
    for (const entry of zip.entries) {
      const blocks: Buffer[] = [];
      for await (const block of zip.read(entry)) blocks.push(block);
      content[entry.name] = Buffer.concat(blocks).toString();
    }
    return content;
  } finally {
    await zip.close();
  }
}

test('what was written is read, here and by Python’s zipfile', async () => {
  await writeZip(CONTENT);
  const names =
    'import sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);print(z.testzip(),[(i.filename,i.file_size) for i in z.infolist()])';
  const read = spawnSync('python3', ['-c', names, path], { encoding: 'utf8' });
  expect([await readZip(), read.error === undefined ? read.stdout : 'no python3 here']).toEqual([
    CONTENT,
    "None [('README.txt', 6), ('evidence/events.bin', 30000), ('empty.txt', 0)]\n",
  ]);
});

test('the same content is the same file, whenever it is written', async () => {
  await writeZip(CONTENT);
  const first = await readFile(path);
  await rm(path);
  await writeZip(CONTENT);
  expect(await readFile(path)).toEqual(first);
});

test('no byte can be changed, added or taken away', async () => {
  await writeZip(CONTENT);
  const whole = await readFile(path);
  const accepted: string[] = [];
  const tried = async (what: string, bytes: Uint8Array) => {
    await writeFile(path, bytes);
    await readZip().then(
      () => accepted.push(what),
      (error: unknown) => expect(error).toHaveProperty('name', 'BundleError'),
    );
  };
  for (const at of whole.keys()) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 0x01;
    await tried(`byte ${at}`, changed);
  }
  await tried('cut', whole.subarray(0, -1));
  await tried('longer', Buffer.concat([whole, Buffer.from(' ')]));
  await tried('behind another', Buffer.concat([Buffer.from(' '), whole]));
  await tried('nothing', Buffer.alloc(0));
  expect(accepted).toEqual([]);
});

test.each(['../evil', '/etc/passwd', 'a/../b', 'a//b', './a', 'a\\b', 'a b', '', 'é'])(
  'no entry is called %j',
  async (name) => {
    await expect(writeZip({ [name]: '' })).rejects.toThrow('cannot be an entry');
  },
);

test('zips of other programs are no bundles, whatever is in them', async () => {
  const script = [
    'import sys,zipfile',
    'z=zipfile.ZipFile(sys.argv[1],"w",zipfile.ZIP_DEFLATED)',
    'z.writestr("../evil","x")',
    'i=zipfile.ZipInfo("link");i.external_attr=0o120777<<16;z.writestr(i,"/etc/passwd")',
    'z.writestr("bomb","0"*100000000)',
    'z.comment=b"auditorium bundle "+b"0"*64',
  ];
  try {
    execFileSync('python3', ['-c', `${script.join('\n')}\nz.close()`, path], { stdio: 'ignore' });
  } catch {
    await writeFile(path, 'PK');
  }
  await expect(ZipReader.open(path)).rejects.toThrow('bundle');
});
