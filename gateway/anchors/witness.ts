/**
 * A witness that speaks C2SP tlog-witness (c2sp.org/tlog-witness, `add-checkpoint`): it remembers the last checkpoint of each log
 * that it cosigned, and cosigns the next only with a proof that it goes on from there.
 */
import { toBase64 } from '../../shared/recording/base64.ts';
import type { Sha256 } from '../../shared/recording/commitment.ts';
import {
  checkSignature,
  parseNote,
  type NoteKey,
  type NoteSignature,
  type VerifyEd25519,
} from '../../shared/recording/note.ts';
import type { Anchor, SignedCheckpoint } from './anchor.ts';

/**
 * Why a witness did not cosign. WITNESS_UNREACHABLE: no answer, or one that says to come again; WITNESS_REFUSED: it does not know
 * the log or its key, or answers what nobody expects; WITNESS_CONTRADICTS: it has seen another history of this log, or a longer
 * one; WITNESS_UNSOUND: its cosignature is not its key's; NO_PROOF: what is between is not in the archive any more.
 */
export class WitnessError extends Error {
  readonly code:
    'WITNESS_UNREACHABLE' | 'WITNESS_REFUSED' | 'WITNESS_CONTRADICTS' | 'WITNESS_UNSOUND' | 'NO_PROOF';
  constructor(code: WitnessError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WitnessError';
    this.code = code;
  }
}

export interface WitnessOptions {
  /** What `/add-checkpoint` is appended to. */
  readonly url: string;
  /** Whose cosignatures are taken. */
  readonly key: NoteKey;
  readonly fetch: typeof fetch;
  /** Consistency proof of the log between two of its sizes; 0 < from ≤ to. */
  readonly prove: (from: number, to: number) => Promise<readonly Uint8Array[]>;
  readonly crypto: { readonly sha256: Sha256; readonly verify: VerifyEd25519 };
}

/** A witness that takes longer than this, ms, is away. */
const PATIENCE_MS = 10_000;

/** No answer is longer: a witness may have several keys, each of a few hundred bytes. */
const MAX_ANSWER_BYTES = 64 * 1024;

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** `leave` rejects with {@link WitnessError}. */
export function witnessAnchor(options: WitnessOptions): Anchor {
  // What the witness cosigned last, as far as is known here: if it is otherwise, it says so.
  let known = 0;
  const leave = async (checkpoint: SignedCheckpoint): Promise<string> => {
    let answer = await submit(options, known, checkpoint);
    const size = answer.status === 409 ? sizeOf(answer) : null;
    if (size !== null && size !== known && size <= checkpoint.size) {
      known = size;
      answer = await submit(options, known, checkpoint);
    }
    if (answer.status !== 200) throw refusal(options, answer, checkpoint);
    const cosigned = checkpoint.note + cosignatureIn(options, answer.body, checkpoint.note);
    known = checkpoint.size;
    return cosigned;
  };
  return { kind: 'witness', target: options.key.name, leave };
}

async function submit(options: WitnessOptions, old: number, checkpoint: SignedCheckpoint): Promise<Answer> {
  // The proof from 0 is empty, and so is the one to the size that the witness has.
  const proof = old === 0 || old >= checkpoint.size ? [] : await proofOf(options, old, checkpoint.size);
  const lines = [`old ${Math.min(old, checkpoint.size)}`, ...proof.map(toBase64), ''];
  return ask(options, `${lines.join('\n')}\n${checkpoint.note}`);
}

async function proofOf({ prove, key }: WitnessOptions, old: number, size: number) {
  try {
    return await prove(old, size);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new WitnessError('NO_PROOF', `${key.name} has seen ${old} events of the log: ${why}`, { cause });
  }
}

async function ask({ url, key, fetch: send }: WitnessOptions, body: string): Promise<Answer> {
  try {
    const response = await send(`${url.replace(/\/$/, '')}/add-checkpoint`, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: { 'content-type': 'text/plain; charset=utf-8', 'user-agent': 'auditorium' },
      body,
    });
    return { status: response.status, body: await limited(response) };
  } catch (cause) {
    const message = `${key.name} does not answer: ${reasonOf(cause)}`;
    throw new WitnessError('WITNESS_UNREACHABLE', message, { cause });
  }
}

async function limited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`it answers with more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The size in a 409: that of the last checkpoint the witness cosigned. */
function sizeOf({ body }: Answer): number | null {
  const size = /^(0|[1-9]\d{0,15})\n$/.exec(body)?.[1];
  return size === undefined ? null : Number(size);
}

function refusal({ key }: WitnessOptions, answer: Answer, { origin, size }: SignedCheckpoint): WitnessError {
  const { status } = answer;
  const seen = status === 409 ? sizeOf(answer) : null;
  const unlike = `${key.name} has seen another history of ${origin}`;
  if (seen !== null && seen > size)
    return new WitnessError(
      'WITNESS_CONTRADICTS',
      `${unlike}: ${seen} events, where this log has ${size}; it was cut or put back`,
    );
  if (status === 409 || status === 422)
    return new WitnessError('WITNESS_CONTRADICTS', `${unlike}, or does not follow its proof`);
  if (status === 404 || status === 403) {
    const what = status === 404 ? 'does not know the log' : 'does not trust the key of';
    return new WitnessError('WITNESS_REFUSED', `${key.name} ${what} ${origin}; register it there`);
  }
  const code = status >= 500 || status === 429 ? 'WITNESS_UNREACHABLE' : 'WITNESS_REFUSED';
  return new WitnessError(code, `${key.name} answers ${status}`);
}

/** The signature line of the witness's key in its answer; others it may have added are left out, as C2SP asks. */
function cosignatureIn({ key, crypto }: WitnessOptions, answer: string, note: string): string {
  const signed = parseNote(note);
  const added = parseNote(`${signed?.text ?? ''}\n${answer}`);
  for (const signature of added?.signatures ?? []) {
    const { result } = checkSignature({ text: signed?.text ?? '', signatures: [signature] }, key, crypto);
    if (result === 'good') return lineOf(signature);
  }
  throw new WitnessError('WITNESS_UNSOUND', `the answer of ${key.name} is not signed with its key`);
}

function lineOf({ name, keyId, signature }: NoteSignature): string {
  return `— ${name} ${toBase64(Uint8Array.of(...keyId, ...signature))}\n`;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return code || (cause instanceof Error ? cause.message : 'unknown');
}
