/**
 * Archives that somebody tampered with, each with the verdict that a verifier must come to and the events it must name: test 34
 * of the forty. Both verifiers are held to them.
 */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { signerOf } from '../../gateway/archive/ed25519.ts';
import { volumeFileName } from '../../gateway/archive/sqlite/volume-files.ts';
import type { TestLog } from '../../gateway/archive/testing.ts';
import type { Verdict } from '../../shared/recording/verdict.ts';
import { damageOf, type Span } from './damage.ts';
import { flipped, otherTime, renumbered } from './edits.ts';
import { writeKey, writeStory } from './story.ts';
import { changeNewestNote, checkpointsOf, logLine, newestNote } from './stored-notes.ts';
import { Surgery, withBytes, type Piece } from './surgery.ts';

export interface TamperedArchive {
  /** What was done to it. */
  readonly name: string;
  /** A folder of volumes, or a volume. */
  readonly path: string;
  /** Files of public keys that are trusted. */
  readonly keys: readonly string[];
  /** Files of checkpoints that somebody kept. */
  readonly anchors: readonly string[];
  readonly verdict: Verdict;
  /** Events that findings of this verdict name, all together. */
  readonly events: readonly Span[];
  /** Only who rebuilds projections can find it. */
  readonly projections: boolean;
}

/** What one case does to its own copy of the story. */
interface Bench {
  readonly folder: string;
  readonly volume: string;
  readonly log: TestLog;
  /** Sizes of the volume's checkpoints. */
  readonly checkpoints: readonly number[];
  /** A file beside the archive. */
  readonly file: (name: string, text: string) => string;
}

type Outcome = Partial<Omit<TamperedArchive, 'name'>> & Pick<TamperedArchive, 'verdict'>;

const corrupt = (events: readonly Span[]): Outcome => ({ verdict: 'CORRUPT', events });

/** An event in the middle of the first subtree of 256, one in the tail behind the last whole one. */
const EARLY = 100;
const LATE = 620;

const CASES: Readonly<Record<string, (bench: Bench) => Outcome>> = {
  'nothing was done to it': () => ({ verdict: 'VERIFIED' }),
  'the text of a decision was changed': ({ volume, checkpoints }) => {
    using surgery = new Surgery(volume);
    const index = surgery.find(({ kind }) => kind === 'decision');
    surgery.edit(index, (piece) => withBytes(piece, 'deny', 'hold'));
    return corrupt(damageOf([index], checkpoints));
  },
  'an event behind the last tile was changed': ({ volume, checkpoints }) => {
    using surgery = new Surgery(volume);
    surgery.edit(LATE, (piece) => ({ ...piece, bytes: otherTime(piece) }));
    return corrupt(damageOf([LATE], checkpoints));
  },
  'events here and there were changed': ({ volume, checkpoints }) => {
    using surgery = new Surgery(volume);
    const indexes = [20, 300, 301, LATE];
    for (const index of indexes) surgery.edit(index, (piece) => ({ ...piece, bytes: otherTime(piece) }));
    return corrupt(damageOf(indexes, checkpoints));
  },
  'a byte of a statement’s text was flipped': ({ volume }) => {
    using surgery = new Surgery(volume);
    const index = surgery.find(({ kind, index: at }) => kind === 'statement' && at > EARLY);
    surgery.edit(index, (piece) => ({
      ...piece,
      payloads: flipped(piece.payloads, piece.payloads.length - 1),
    }));
    return corrupt([[index, index]]);
  },
  'a text’s salt was flipped': ({ volume }) => {
    using surgery = new Surgery(volume);
    const index = surgery.find(({ kind, index: at }) => kind === 'statement' && at > EARLY);
    surgery.edit(index, (piece) => ({ ...piece, payloads: flipped(piece.payloads, 7) }));
    return corrupt([[index, index]]);
  },
  'an event was deleted': ({ volume, checkpoints }) => {
    using surgery = new Surgery(volume);
    surgery.change(EARLY, (pieces) => pieces.filter(({ event }) => event.index !== EARLY));
    return corrupt(damageOf([EARLY], checkpoints));
  },
  'an event was duplicated': ({ volume }) => {
    using surgery = new Surgery(volume);
    surgery.change(EARLY, (pieces) =>
      pieces.flatMap((piece) => (piece.event.index === EARLY ? [piece, piece] : [piece])),
    );
    return corrupt([[EARLY, EARLY]]);
  },
  'two events changed places': ({ volume }) => {
    using surgery = new Surgery(volume);
    let moved = -1;
    surgery.change(EARLY, (pieces) => {
      const at = pieces.findIndex(({ event }) => event.index === EARLY);
      moved = pieces[at]?.event.index ?? -1;
      return pieces.with(at, pieces[at + 1] as Piece).with(at + 1, pieces[at] as Piece);
    });
    return corrupt([[moved, moved]]);
  },
  'two events changed their numbers too': ({ volume, checkpoints }) => {
    using surgery = new Surgery(volume);
    let damaged: number[] = [];
    surgery.change(EARLY, (pieces) => {
      const at = pieces.findIndex(({ event }) => event.index === EARLY);
      const [a, b] = [pieces[at] as Piece, pieces[at + 1] as Piece];
      damaged = [a.event.index, b.event.index];
      return pieces
        .with(at, { ...b, bytes: renumbered(b, a) })
        .with(at + 1, { ...a, bytes: renumbered(a, b) });
    });
    return corrupt(damageOf(damaged, checkpoints));
  },
  'an event was inserted': ({ volume }) => {
    using surgery = new Surgery(volume);
    let forged = -1;
    surgery.change(EARLY, (pieces) => {
      const at = pieces.findIndex(({ event }) => event.index === EARLY);
      forged = pieces[at]?.event.index ?? -1;
      const piece = pieces[at] as Piece;
      return pieces.toSpliced(at + 1, 0, { ...piece, bytes: otherTime(piece) });
    });
    return corrupt([[forged, forged]]);
  },
  'a session was deleted, with its rows': ({ volume, checkpoints }) => {
    using surgery = new Surgery(volume);
    const session = surgery.db.prepare<[], number>('SELECT min(id) FROM session').pluck().get();
    const indexes = indexesOf(surgery, Number(session));
    for (const table of ['segment', 'statement'])
      surgery.db.prepare(`DELETE FROM ${table} WHERE session_id = ?`).run(session);
    surgery.db.prepare('DELETE FROM session WHERE id = ?').run(session);
    return corrupt(damageOf(indexes, checkpoints));
  },
  'the signature of the newest checkpoint was changed': ({ volume }) => {
    using surgery = new Surgery(volume);
    changeNewestNote(surgery, (note) => {
      const at = note.lastIndexOf(' ') + 40;
      return note.slice(0, at) + (note[at] === 'A' ? 'B' : 'A') + note.slice(at + 1);
    });
    return corrupt([]);
  },
  'the newest checkpoint was removed': ({ volume, checkpoints, log }) => {
    using surgery = new Surgery(volume);
    surgery.db.prepare('DELETE FROM checkpoint WHERE size = ?').run(log.index);
    return corrupt([[checkpoints.at(-2) ?? 0, log.index - 1]]);
  },
  'a hash of a tile was changed': ({ volume }) => {
    using surgery = new Surgery(volume);
    const hashes = surgery.db.prepare<[], Buffer>('SELECT hashes FROM tile WHERE level = 1').pluck().get();
    surgery.db
      .prepare('UPDATE tile SET hashes = ? WHERE level = 1')
      .run(flipped(hashes ?? Buffer.alloc(1), 40));
    return corrupt([]);
  },
  'a segment cannot be unpacked': ({ volume, checkpoints }) => {
    using surgery = new Surgery(volume);
    const session = Number(surgery.db.prepare('SELECT min(id) FROM session').pluck().get());
    const indexes = indexesOf(surgery, session);
    surgery.db.prepare(`UPDATE segment SET events = zeroblob(9) WHERE session_id = ?`).run(session);
    return corrupt(damageOf(indexes, checkpoints));
  },
  'it was written anew and signed with another key': ({ folder }) => {
    rmSync(folder, { recursive: true });
    writeStory({ path: folder, other: true, signer: anotherSigner() });
    return { verdict: 'UNKNOWN_KEY', events: [] };
  },
  'it was gone on with under another key': ({ folder }) => {
    rmSync(folder, { recursive: true });
    const log = writeStory({ path: folder, pairs: 2 });
    const end = writeStory({ path: folder, from: { log, pairs: 2 }, other: true, signer: anotherSigner() });
    return { verdict: 'UNKNOWN_KEY', events: [[log.index, end.index - 1]] };
  },
  'no key is given': () => ({ verdict: 'UNKNOWN_KEY', keys: [] }),
  'an older copy was put back': ({ folder, file }) => {
    rmSync(folder, { recursive: true });
    const log = writeStory({ path: folder, pairs: 2 });
    const older = `${folder}-older`;
    cpSync(folder, older, { recursive: true });
    const end = writeStory({ path: folder, from: { log, pairs: 2 } });
    const anchor = file('anchor', newestNote(join(folder, volumeFileName(log.log, 0))));
    return { verdict: 'TRUNCATED', path: older, anchors: [anchor], events: [[log.index, end.index - 1]] };
  },
  'the tail was cut off, and nobody kept a checkpoint': ({ folder }) => {
    rmSync(folder, { recursive: true });
    const log = writeStory({ path: folder, pairs: 2 });
    return { verdict: 'INCOMPLETE', events: [[log.index - 1, log.index - 1]] };
  },
  'it was gone on with otherwise behind a checkpoint, by its own key': ({ folder, file }) => {
    rmSync(folder, { recursive: true });
    const log = writeStory({ path: folder, pairs: 2 });
    const fork = `${folder}-fork`;
    cpSync(folder, fork, { recursive: true });
    writeStory({ path: folder, from: { log, pairs: 2 } });
    writeStory({ path: fork, from: { log, pairs: 2 }, other: true });
    const line = logLine(newestNote(join(folder, volumeFileName(log.log, 0))));
    return { verdict: 'FORKED', path: fork, anchors: [file('anchor.log', line)] };
  },
  'it goes on from the checkpoint that somebody kept': ({ folder, file }) => {
    rmSync(folder, { recursive: true });
    const log = writeStory({ path: folder, pairs: 2 });
    const anchor = file('anchor', newestNote(join(folder, volumeFileName(log.log, 0))));
    writeStory({ path: folder, from: { log, pairs: 2 } });
    return { verdict: 'VERIFIED', anchors: [anchor] };
  },
  'a session has no end': ({ folder }) => {
    rmSync(folder, { recursive: true });
    writeStory({ path: folder, withoutEnd: true });
    using surgery = new Surgery(join(folder, volumeFileName(new Uint8Array(16).fill(5), 0)));
    const index = surgery.db
      .prepare<[], number>(
        'SELECT max(first_index) FROM segment WHERE session_id = (SELECT max(id) FROM session) AND first_sequence = 0',
      )
      .pluck()
      .get();
    return { verdict: 'INCOMPLETE', events: [[Number(index), Number(index)]] };
  },
  'another log beside it lost its tail': ({ folder }) => {
    rmSync(folder, { recursive: true });
    const other = writeStory({ path: folder, id: 6, pairs: 1 });
    writeStory({ path: folder, head: { log: other.log, events: other.index + 10 } });
    return { verdict: 'TRUNCATED', events: [[other.index, other.index + 9]] };
  },
  'it says that it has another format': ({ volume }) => {
    using surgery = new Surgery(volume);
    surgery.db.pragma('user_version = 99');
    return { verdict: 'UNSUPPORTED_VERSION' };
  },
  'the list of sessions names another': ({ volume }) => {
    using surgery = new Surgery(volume);
    surgery.db.prepare('UPDATE session SET sid = ? WHERE id = 1').run(Buffer.alloc(16, 9));
    return { verdict: 'INDEX_MISMATCH' };
  },
  'the rows of a statement are told otherwise in lists': ({ volume }) => {
    using surgery = new Surgery(volume);
    surgery.db.prepare('UPDATE statement SET rows = 1000 WHERE id = 7').run();
    return { verdict: 'INDEX_MISMATCH', projections: true };
  },
  'a statement is left out of lists': ({ volume }) => {
    using surgery = new Surgery(volume);
    surgery.db.prepare('DELETE FROM statement WHERE id = 7').run();
    return { verdict: 'INDEX_MISMATCH', projections: true };
  },
  'a view is there that does not belong there': ({ volume }) => {
    using surgery = new Surgery(volume);
    surgery.db.exec('CREATE VIEW reports AS SELECT 1');
    return { verdict: 'INDEX_MISMATCH', projections: true };
  },
};

/** Makes each archive in a folder of its own below `folder`, one after the other. */
export function* tamperedArchives(folder: string): Generator<TamperedArchive> {
  const story = join(folder, 'story');
  const log = writeStory({ path: story });
  const key = writeKey(folder);
  const checkpoints = checkpointsOf(join(story, volumeFileName(log.log, 0)));
  for (const [number, [name, tamper]] of Object.entries(CASES).entries()) {
    const own = join(folder, String(number));
    const archive = join(own, 'archive');
    mkdirSync(own);
    cpSync(story, archive, { recursive: true });
    const bench: Bench = {
      folder: archive,
      volume: join(archive, volumeFileName(log.log, 0)),
      log,
      checkpoints,
      file: (file, text) => {
        writeFileSync(join(own, file), text);
        return join(own, file);
      },
    };
    yield { name, path: archive, keys: [key], anchors: [], events: [], projections: false, ...tamper(bench) };
  }
}

function anotherSigner() {
  return signerOf(
    generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  );
}

function indexesOf(surgery: Surgery, session: number): number[] {
  const rows = surgery.db
    .prepare<[number], { first_index: number }>('SELECT first_index FROM segment WHERE session_id = ?')
    .all(session);
  const indexes: number[] = [];
  for (const { first_index } of rows)
    surgery.change(first_index, (pieces) => {
      indexes.push(...pieces.map(({ event }) => event.index));
      return pieces;
    });
  return indexes;
}
