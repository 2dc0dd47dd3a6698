/** A recording of another program, asciinema: `../shared/data/asciicast/big.cast`, whose every line is another. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeKey } from '../../gateway/archive/key-file.ts';
import { openArchive } from '../../gateway/archive/sqlite/open.ts';
import { importFile } from '../../main/imports/import-file.ts';
import { openSource } from '../../main/imports/source-file.ts';
import { eventsOf } from '../../main/session-events.ts';
import { filterOf } from '../../main/api/filter.ts';
import type { Figure } from '../figures.ts';
import { figuresOf, type Frame } from './replay.ts';
import type { Stage } from './stage.ts';

const CAST = resolve(import.meta.dirname, '../../../shared/data/asciicast/big.cast');

/** Characters of a line that tell it from the others. */
const TELLING = 30;

/** Imports it, and measures it as sessions of our own are; tells where it is not there. */
export async function measureCast(stage: Stage, tell: (words: string) => void): Promise<Figure[]> {
  if (!existsSync(CAST)) {
    tell(`cast: left out, ${CAST} is not there`);
    return [];
  }
  await using stack = new AsyncDisposableStack();
  const folder = join(stage.folder, 'cast');
  await using source = await openSource(CAST, process.stdin);
  const { signer } = makeKey(join(stage.folder, 'cast.key'));
  const now = (): number => Date.now() * 1000;
  await importFile(source, { into: folder, signer, factsOf: () => [], now, software: 'bench' });
  const reader = await openArchive(folder);
  stack.defer(() => reader.close());
  const { items } = await reader.sessions({ filter: filterOf(''), sort: '-started', limit: 1 });
  const [session] = items;
  if (session === undefined) throw new Error(`${CAST} holds no session`);
  const frames: Frame[] = [];
  for await (const { event, payloads } of eventsOf(reader, session.id)) {
    const line = new TextDecoder()
      .decode(payloads['data'] ?? undefined)
      .split('\r\n')
      .at(-2);
    if (event.kind === 'terminalOutput' && line !== undefined && line.length >= TELLING)
      frames.push({ step: event.sequence, shows: line.slice(0, TELLING) });
  }
  const frame = (share: number): Frame => frames[Math.floor(share * frames.length)] ?? { step: 0, shows: '' };
  return await figuresOf('cast', session.id, (path) => stage.visitOn(stack, reader, path), frame);
}
