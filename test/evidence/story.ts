/** The archive that tamper.ts tampers with: a few sessions of one log, written by the real writer. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publicKeyPem } from '../../gateway/archive/ed25519.ts';
import { openSqliteWriter } from '../../gateway/archive/sqlite/writer.ts';
import { plainFacts, TEST_SIGNER, TestLog, type TestSession } from '../../gateway/archive/testing.ts';
import type { Signer } from '../../shared/recording/note.ts';

/** When the story begins, µs since 1970. */
const STORY_TIME = Date.UTC(2026, 10, 21, 9) * 1_000;

/** Statements of each session: with two sessions at a time, five times, events fill two subtrees of 256 and a bit. */
const STATEMENTS = 30;

export interface StoryOptions {
  /** The folder of volumes. */
  readonly path: string;
  readonly signer?: Signer;
  /** Where the story goes on from: the log as far as it was written, and pairs of sessions told. */
  readonly from?: { readonly log: TestLog; readonly pairs: number };
  /** First byte of the log's id. */
  readonly id?: number;
  /** Pairs of sessions told when it stops, without an end; default: all, and the log is closed. */
  readonly pairs?: number;
  /** Whether statements ask for something else. */
  readonly other?: boolean;
  /** Events that a log head at the end says another log has. */
  readonly head?: { readonly log: Uint8Array; readonly events: number };
  /** Whether the last session has no end. */
  readonly withoutEnd?: boolean;
}

/** Pairs of sessions in the whole story. */
const PAIRS = 5;

/** Writes the story, or more of it; returns its log, whose `index` is the number of events. */
export function writeStory(options: StoryOptions): TestLog {
  const { path, signer = TEST_SIGNER, id = 5, pairs = PAIRS, other = false, head } = options;
  const log = options.from === undefined ? new TestLog(id, STORY_TIME) : copyOf(options.from.log);
  const writer = openSqliteWriter({ path, factsOf: plainFacts, now: () => log.time, signer });
  try {
    if (options.from === undefined) {
      writer.append(log.event('logOpened'));
      writer.append(log.event('signingKey', { key: signer.publicKey, previous: null, reason: 'first' }));
    }
    for (let pair = options.from?.pairs ?? 0; pair < pairs; pair++) {
      const sessions = [log.session(2 * pair), log.session(2 * pair + 1)];
      for (const body of bodiesOf(sessions, other)) writer.append(body);
      for (const [i, session] of sessions.entries())
        if (pair < pairs - 1 || i === 0 || options.withoutEnd !== true)
          writer.append(session.event('sessionClosed'));
      writer.commit();
    }
    if (head !== undefined)
      writer.append(
        log.event('logHeads', { logs: [Buffer.from(head.log).toString('hex')], events: [head.events] }),
      );
    if (pairs === PAIRS) writer.append(log.event('logClosed', { sessions: 0 }));
    writer.commit();
  } finally {
    writer.close();
  }
  return log;
}

/** A log that can be gone on with while the other stays as it is. */
function copyOf(log: TestLog): TestLog {
  const copy = new TestLog(log.log[0] ?? 0, log.time);
  copy.index = log.index;
  return copy;
}

/** Writes the public key that a verifier is given; returns the file. */
export function writeKey(folder: string, signer: Signer = TEST_SIGNER): string {
  const path = join(folder, 'key.pem');
  writeFileSync(path, publicKeyPem(signer.publicKey));
  return path;
}

function* bodiesOf(sessions: readonly TestSession[], other: boolean): Generator<Uint8Array> {
  for (const session of sessions) {
    yield session.event('sessionOpened');
    yield session.event('identity');
  }
  for (let i = 0; i < STATEMENTS; i++) {
    for (const session of sessions) {
      yield session.query(`select ${other ? 'name' : 'total'} from orders where id = ${i}`);
      if (i === STATEMENTS / 2)
        yield session.decision({ effect: 'deny', rules: ['no-deletes'], because: ['it deletes'] });
      yield session.outcome({ tag: 'SELECT 1', rows: 1, bytes: 40, answer: Buffer.alloc(40, i) });
    }
  }
}
