/**
 * A witness as c2sp.org/tlog-witness describes it, on a loopback port: knows one log, keeps the size and root that it cosigned
 * last, and checks all that the page asks for.
 */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { fromBase64 } from '../../../shared/recording/base64.ts';
import { parseCheckpoint } from '../../../shared/recording/checkpoint.ts';
import {
  checkSignature,
  cosigned,
  COSIGNATURE_V1,
  parseNote,
  signatureLine,
  type NoteKey,
  type Signer,
} from '../../../shared/recording/note.ts';
import { isConsistent } from '../../../shared/recording/tree.ts';
import { sha256, signerOf, verifyEd25519 } from '../../archive/ed25519.ts';

/** What the witness keeps of the log. */
interface Seen {
  readonly size: number;
  readonly root: Uint8Array;
}

export interface TestWitness {
  readonly url: string;
  readonly key: NoteKey;
  /** The statuses it answered with, in order. */
  readonly answered: readonly number[];
  seen: Seen;
  /** Answers 503 to everything while set. */
  away: boolean;
  /** Signs with another key than the one it is known by while set. */
  unsound: boolean;
  close(): Promise<void>;
}

/** Starts a witness that trusts a key of the log; `log` is null for one that knows no log. */
export async function startWitness(log: () => NoteKey | null, now = Date.now): Promise<TestWitness> {
  const signers = [newSigner(), newSigner()] as const;
  const key: NoteKey = { name: 'witness.test/w1', type: COSIGNATURE_V1, key: signers[0].publicKey };
  const answered: number[] = [];
  const server = createServer((request, response) => {
    void respond(request, response);
  });
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const { status, body = '', type = 'text/plain' } = await answer(request);
    answered.push(status);
    response.writeHead(status, { 'content-type': type }).end(body);
  };
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const body = await text(request);
    if (request.method !== 'POST' || request.url !== '/w1/add-checkpoint') return { status: 404 };
    if (witness.away) return { status: 503 };
    const known = log();
    return known === null ? { status: 404 } : add(body, known);
  };
  const add = (body: string, known: NoteKey): Answer => {
    const split = body.indexOf('\n\n');
    const [first = '', ...lines] = body.slice(0, split).split('\n');
    const old = Number(/^old (0|[1-9]\d*)$/.exec(first)?.[1]);
    const note = parseNote(body.slice(split + 2));
    const checkpoint = note === null ? null : parseCheckpoint(note.text);
    if (note === null || checkpoint === null || !Number.isInteger(old) || lines.length > 63)
      return { status: 400 };
    if (checkpoint.origin !== known.name) return { status: 404 };
    if (checkSignature(note, known, { sha256, verify: verifyEd25519 }).result !== 'good')
      return { status: 403 };
    if (old > checkpoint.size) return { status: 400 };
    if (old !== witness.seen.size)
      return { status: 409, body: `${witness.seen.size}\n`, type: 'text/x.tlog.size' };
    const proof = lines.map(fromBase64).filter((hash) => hash !== null);
    if (old === checkpoint.size && !Buffer.from(witness.seen.root).equals(checkpoint.root))
      return { status: 409 };
    if (!isConsistent(sha256, witness.seen, checkpoint, proof)) return { status: 422 };
    witness.seen = checkpoint;
    return { status: 200, body: cosign(note.text) };
  };
  const cosign = (checkpoint: string): string => {
    const time = Math.floor(now() / 1000);
    const signature = Buffer.alloc(8 + 64);
    signature.writeBigUInt64BE(BigInt(time));
    signature.set(signers[witness.unsound ? 1 : 0].sign(cosigned(checkpoint, time)), 8);
    return (
      signatureLine(sha256, { ...key, name: 'another.test/w2' }, signature) +
      signatureLine(sha256, key, signature)
    );
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const witness: TestWitness = {
    url: `http://127.0.0.1:${port}/w1`,
    key,
    answered,
    seen: { size: 0, root: new Uint8Array(0) },
    away: false,
    unsound: false,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return witness;
}

interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly type?: string;
}

function newSigner(): Signer {
  const { privateKey } = generateKeyPairSync('ed25519');
  return signerOf(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
}
