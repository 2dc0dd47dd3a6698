import { zstdCompressSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterAll, expect, it } from 'vitest';
import { CborWriter } from '../../../shared/recording/cbor.ts';
import { encodeEvent } from '../../../shared/recording/codec.ts';
import {
  consistencyProof,
  Frontier,
  inclusionProof,
  isConsistent,
  leafHash,
  rootFromInclusion,
  rootOf,
} from '../../../shared/recording/tree.ts';
import { ArchiveError } from '../archive.ts';
import { sha256 } from '../ed25519.ts';
import { TreeReader, type TreeVolume } from './tree-reader.ts';

/** Enough for a whole tile of the first level above the lowest, and a little. */
const EVENTS = 66_000;
const CUTS = [0, 300, 301, 40_000, 65_536, EVENTS];

const log = new Uint8Array(16).fill(7);
const leaves: Uint8Array[] = [];
const roots: Uint8Array[] = [];
const databases: Database.Database[] = [];
const volumes = volumesOf();
const all = new TreeReader(volumes);

afterAll(() => {
  for (const db of databases) db.close();
});

function eventBytes(index: number): Uint8Array {
  const writer = new CborWriter();
  const header = { log, index, session: null, sequence: 0, time: index, monotonic: index };
  encodeEvent(writer, header, 'heartbeat', { sessions: index % 5 }, () => {
    throw new Error('a heartbeat has no payload');
  });
  return writer.written().slice();
}

/** Volumes of one log from cut to cut, laid out as docs/format.md says; the segments of two sessions interleave. */
function volumesOf(): TreeVolume[] {
  const tree = new Frontier(sha256);
  return CUTS.slice(0, -1).map((first, i) => {
    const db = new Database(':memory:');
    databases.push(db);
    db.exec(`CREATE TABLE volume (first INTEGER, frontier BLOB); CREATE TABLE tile (level INTEGER, number INTEGER, start INTEGER, hashes BLOB);
      CREATE TABLE segment (first_index INTEGER, last_index INTEGER, events BLOB)`);
    db.prepare('INSERT INTO volume VALUES (?, ?)').run(first, tree.bytes());
    const tiles = new Map<string, { level: number; number: number; start: number; hashes: Uint8Array[] }>();
    const pending: Uint8Array[][] = [[], []];
    const range = [
      { first: 0, last: 0 },
      { first: 0, last: 0 },
    ];
    const flush = (which: 0 | 1) => {
      if (pending[which]?.length === 0) return;
      const packed = zstdCompressSync(Buffer.concat(pending[which] ?? []));
      db.prepare('INSERT INTO segment VALUES (?, ?, ?)').run(range[which]?.first, range[which]?.last, packed);
      pending[which] = [];
    };
    const next = CUTS[i + 1] ?? EVENTS;
    db.exec('BEGIN');
    for (let index = first; index < next; index++) {
      const bytes = eventBytes(index);
      const leaf = leafHash(sha256, bytes);
      tree.add(leaf, ({ height, number }, hash) => {
        if (height === 0 || height % 8 !== 0) return;
        const name = `${height}/${number >> 8}`;
        const tile = tiles.get(name) ?? {
          level: height / 8,
          number: number >> 8,
          start: number % 256,
          hashes: [],
        };
        tile.hashes.push(hash);
        tiles.set(name, tile);
      });
      leaves.push(leaf);
      roots.push(tree.root());
      const which = index % 3 === 0 ? 0 : 1;
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      if (pending[which]?.length === 0) range[which] = { first: index, last: index };
      range[which] = { first: range[which]?.first ?? index, last: index };
      pending[which]?.push(length, bytes);
      if ((pending[which]?.length ?? 0) > 200) flush(which);
    }
    flush(0);
    flush(1);
    for (const { level, number, start, hashes } of tiles.values())
      db.prepare('INSERT INTO tile VALUES (?, ?, ?, ?)').run(level, number, start, Buffer.concat(hashes));
    db.exec('COMMIT');
    return { first, db: () => db };
  });
}

const rootAt = (size: number) => roots[size - 1] as Uint8Array;

it('gives the hash of every subtree that roots, inclusion and consistency proofs ask for', () => {
  const sizes = [1, 2, 255, 256, 257, 300, 301, 302, 40_001, 65_535, 65_536, 65_537, EVENTS];
  expect(sizes.map((size) => Buffer.from(rootOf(sha256, size, all.hashOf)))).toEqual(
    sizes.map((size) => Buffer.from(rootAt(size))),
  );
  const indexes = [0, 1, 255, 256, 299, 300, 301, 40_000, 65_535, 65_536, EVENTS - 1];
  const proven = indexes.map((index) => {
    const path = inclusionProof(sha256, index, EVENTS, all.hashOf);
    return rootFromInclusion(sha256, leaves[index] as Uint8Array, index, EVENTS, path);
  });
  expect(proven).toEqual(indexes.map(() => rootAt(EVENTS)));
  const consistent = sizes.flatMap((first, i) =>
    sizes
      .slice(i)
      .map((size) =>
        isConsistent(
          sha256,
          { size: first, root: rootAt(first) },
          { size, root: rootAt(size) },
          consistencyProof(sha256, first, size, all.hashOf),
        ),
      ),
  );
  expect(new Set(consistent)).toEqual(new Set([true]));
});

it('proves what remains where earlier volumes are gone, by the frontier of those after them', () => {
  const rest = new TreeReader(volumes.slice(3));
  expect(Buffer.from(rootOf(sha256, EVENTS, rest.hashOf))).toEqual(Buffer.from(rootAt(EVENTS)));
  const path = inclusionProof(sha256, 65_000, EVENTS, rest.hashOf);
  expect(rootFromInclusion(sha256, leaves[65_000] as Uint8Array, 65_000, EVENTS, path)).toEqual(
    rootAt(EVENTS),
  );
});

it('says which event is missing where a proof cannot be made', () => {
  // Beside leaf 100 the proof has the subtree from 16384 to 32768, which the frontier at 40000 does not tell.
  const rest = new TreeReader(volumes.slice(3));
  const error = (() => {
    try {
      return inclusionProof(sha256, 100, EVENTS, rest.hashOf);
    } catch (thrown) {
      return thrown instanceof ArchiveError ? [thrown.code, thrown.message] : thrown;
    }
  })();
  expect(error).toEqual([
    'NOT_FOUND',
    'event 16384 of the log is in none of the volumes that are here, nor the tree over it; a proof needs the volume back',
  ]);
});
