/** Vectors of keys and signed notes: checkpoints, cosignatures, a seal and a redaction (format.md §3, §5 and §7). */
import { publicKeyPem, sha256 } from '../../gateway/archive/ed25519.ts';
import { originOf, printCheckpoint } from '../../shared/recording/checkpoint.ts';
import {
  cosigned,
  COSIGNATURE_V1,
  ED25519,
  printKey,
  signatureLine,
  signNote,
  type NoteKey,
  type Signer,
} from '../../shared/recording/note.ts';
import { bytesOf, hex, LOG, seedFrom, signerFrom, TIME } from './seeded.ts';

const ORIGIN = originOf(LOG);
const WITNESS = 'witness.example/one';

/** What a note is to a verifier that knows the first key for the log, and the witness. */
interface NoteVector {
  readonly what: string;
  readonly note: string;
  /** Of the log's key. */
  readonly signature: 'good' | 'bad' | 'absent';
  readonly cosignature: 'good' | 'bad' | 'absent';
}

/** All vectors of notes. */
export function noteVectors() {
  const [first, second, witness] = [0, 32, 64].map((start) => signerFrom(seedFrom(start))) as [
    Signer,
    Signer,
    Signer,
  ];
  const logKey = (signer: Signer): NoteKey => ({ name: ORIGIN, type: ED25519, key: signer.publicKey });
  const text = printCheckpoint({ origin: ORIGIN, size: 4711, root: bytesOf('root', 32) });
  const signed = (words: string, signer: Signer) => signNote(sha256, words, logKey(signer), signer.sign);
  const checkpoint = signed(text, first);
  const secondLine = signatureLine(sha256, logKey(second), second.sign(Buffer.from(text)));
  const witnessLine = cosignatureLine(text, witness);
  const seal = `${ORIGIN}/seal\n${hex(LOG)}-000000000000.audit\n4096\n${base64(bytesOf('file', 32))}\n0 4711\n`;
  const redaction = `${ORIGIN}/redaction\n17\ntext\n8\n${TIME}\n"ada@example.com"\n"a card number in the statement"\n-\n`;
  const vector = (
    what: string,
    note: string,
    signature: NoteVector['signature'],
    cosignature: NoteVector['cosignature'] = 'absent',
  ): NoteVector => ({ what, note, signature, cosignature });
  return {
    about:
      'keys: made from their seeds, type 1 of the log, type 4 of the witness. notes: what a verifier finds that knows the first key ' +
      'and the witness. malformed: no notes.',
    keys: [
      keyVector(seedFrom(0), logKey(first)),
      keyVector(seedFrom(32), logKey(second)),
      keyVector(seedFrom(64), { name: WITNESS, type: COSIGNATURE_V1, key: witness.publicKey }),
    ],
    notes: [
      vector('a checkpoint', checkpoint, 'good'),
      vector('a checkpoint of two keys', checkpoint + secondLine, 'good'),
      vector('a checkpoint that a witness signed', checkpoint + witnessLine, 'good', 'good'),
      vector('a checkpoint of another key', signed(text, second), 'absent'),
      vector('another size', checkpoint.replace('4711', '4712'), 'bad'),
      vector(
        'another size under a cosignature',
        (checkpoint + witnessLine).replace('4711', '4710'),
        'bad',
        'bad',
      ),
      vector(
        'an empty tree',
        signed(printCheckpoint({ origin: ORIGIN, size: 0, root: sha256(new Uint8Array(0)) }), first),
        'good',
      ),
      vector('a seal', signed(seal, first), 'good'),
      vector('a redaction', signed(redaction, first), 'good'),
    ],
    malformed: [
      checkpoint.slice(0, -1),
      checkpoint.replace('\n\n', '\n'),
      checkpoint.replace('— ', '- '),
      `${checkpoint}no signature\n`,
      checkpoint.replace(/ [^ ]+\n$/, ' AAAA\n'),
      checkpoint.replace(/=\n$/, '\n'),
      '',
    ],
    checkpoints: [
      { text, size: 4711, root: hex(bytesOf('root', 32)) },
      { text: `${text}an extension line\n`, size: 4711, root: hex(bytesOf('root', 32)) },
      { text: text.replace('4711', '04711'), size: null, root: null },
      { text: text.replace('4711', '-1'), size: null, root: null },
      { text: text.replace('4711', '9007199254740992'), size: null, root: null },
      { text: text.replace(/=\n$/, '\n'), size: null, root: null },
    ],
  };
}

function keyVector(seed: Uint8Array, key: NoteKey) {
  return {
    seed: hex(seed),
    name: key.name,
    type: key.type,
    key: hex(key.key),
    verifierKey: printKey(sha256, key),
    pem: publicKeyPem(key.key),
  };
}

/** The line of C2SP tlog-cosignature: u64 time, s since 1970, then the signature over both. */
function cosignatureLine(text: string, witness: Signer): string {
  const seconds = Math.floor(TIME / 1_000_000);
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  const signature = Buffer.concat([time, witness.sign(cosigned(text, seconds))]);
  return signatureLine(sha256, { name: WITNESS, type: COSIGNATURE_V1, key: witness.publicKey }, signature);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
