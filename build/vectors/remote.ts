/** Vectors of what lies in a remote store: two bundles of one log and their manifests (docs/remote.md). */
import { sha256 } from '../../gateway/archive/ed25519.ts';
import { toBase64 } from '../../shared/recording/base64.ts';
import { originOf, printCheckpoint } from '../../shared/recording/checkpoint.ts';
import { ED25519, signNote, type Signer } from '../../shared/recording/note.ts';
import { Frontier, leafHash } from '../../shared/recording/tree.ts';
import { headBytesOf, joinBundle, printDirectory, type BundleSegment } from '../../shared/remote/bundle.ts';
import { bundleKey, shippedKey, signShipped, type ShippedBundle } from '../../shared/remote/manifest.ts';
import { sealedVectors } from './sealed.ts';
import { bytesOf, hex, LOG, seedFrom, signerFrom, TIME } from './seeded.ts';
import { frame, stored, uint32, type Stored } from './stored-events.ts';

const SESSION = bytesOf('session', 16);
const UNTIL = TIME / 1000 + 86_400_000;

/** All vectors of a remote store. */
export function remoteVectors() {
  const [first, second] = [signerFrom(seedFrom(0)), signerFrom(seedFrom(32))];
  const tree = new Frontier(sha256);
  const opened = stored('logOpened', { software: 'vectors 1', boot: 1, durability: 'intent' }, 0, null);
  const call = { statement: 1, function: 1598, message: Buffer.from('a message') };
  const called = stored('functionCall', call, 1, SESSION);
  const closed = stored('logClosed', { sessions: 0 }, 2, null);
  const one = bundle([opened, called], tree);
  const two = bundle([closed], tree);
  const left = bundleKey(hex(LOG), 2, hex(bytesOf('left', 32)));
  const zero = manifest(one, { number: 0, previous: null, left: [] }, { signer: first, previous: null });
  const previous = toBase64(sha256(Buffer.from(zero)));
  const next = manifest(two, { number: 1, previous, left: [left] }, { signer: second, previous: first });
  return {
    about:
      'bundles: their keys, their bytes, and the events in them in the order of the log. manifests: their keys and notes; the first ' +
      'is signed with the first key of notes.json, the second with both, since it names the second. malformed: no manifests. ' +
      'sealed: what keys of 32 bytes make of bytes; a bundle whose values are under a session’s key, and the same in the envelope of a ' +
      'tenant; each key as it lies in a key store; a line of its journal; and what a manifest says under the tenant’s key.',
    log: hex(LOG),
    bundles: [one, two].map(({ about, bytes, events }) => ({
      key: about.key,
      bundle: hex(bytes),
      events: events.map(({ event }) => hex(event)),
    })),
    manifests: [zero, next].map((note, number) => ({ key: shippedKey(hex(LOG), number), note })),
    malformed: malformed(zero),
    sealed: sealedVectors([opened, called]),
  };
}

/** A bundle of events of which each is a segment of its own. */
function bundle(events: readonly Stored[], tree: Frontier) {
  const first = tree.size;
  const opening = { size: first, frontier: tree.bytes() };
  for (const { event } of events) tree.add(leafHash(sha256, event));
  const segments = events.map(segment);
  const log = hex(LOG);
  const next = tree.size;
  const about = segments.map(({ told }) => told);
  const directory = frame(Buffer.from(printDirectory({ version: 1, log, first, next, segments: about })));
  const frames = segments.map((one) => one.frames);
  const bytes = joinBundle(directory, frames);
  const head = headBytesOf(directory);
  const named: ShippedBundle = {
    key: bundleKey(log, first, hex(sha256(bytes))),
    bytes: bytes.length,
    sha256: toBase64(sha256(bytes)),
    head: { bytes: head, sha256: toBase64(sha256(bytes.subarray(0, head))) },
    first,
    next,
    root: toBase64(tree.root()),
    from: TIME + first,
    to: TIME + next - 1,
    statements: events.filter(({ session }) => session !== null).length,
    sessions: events.map(({ session }) => (session === null ? '' : hex(session.subarray(0, 8)))).join(''),
    sets: first === 0 ? { user: { values: ['agent'] }, table: { bloom: 'AAE=' } } : null,
    lock: { mode: 'COMPLIANCE', until: UNTIL },
  };
  return { about: named, bytes, events, opening, frontier: tree.bytes() };
}

function segment({ session, index, sequence, event, payloads }: Stored) {
  const raw = Buffer.concat([uint32(event.length), event]);
  const parts = [frame(raw), payloads.length === 0 ? Buffer.alloc(0) : frame(payloads)] as const;
  const frames = Buffer.concat(parts);
  const told: BundleSegment = {
    session: session === null ? null : hex(session),
    firstSequence: sequence,
    lastSequence: sequence,
    firstIndex: index,
    lastIndex: index,
    count: 1,
    eventsBytes: raw.length,
    payloadsBytes: payloads.length,
    eventsPacked: parts[0].length,
    payloadsPacked: parts[1].length,
    sha256: toBase64(sha256(frames)),
  };
  return { told, frames };
}

function manifest(
  { about, opening, frontier }: ReturnType<typeof bundle>,
  place: { readonly number: number; readonly previous: string | null; readonly left: readonly string[] },
  keys: { readonly signer: Signer; readonly previous: Signer | null },
): string {
  const { publicKey, sign } = keys.signer;
  const origin = originOf(LOG);
  const root = Buffer.from(about.root, 'base64');
  const text = printCheckpoint({ origin, size: about.next, root });
  const told = {
    version: 1,
    ...place,
    time: TIME + 60_000_000 * (place.number + 1),
    gateway: 'gw-1',
    key: toBase64(publicKey),
    first: opening.size,
    opening: toBase64(opening.frontier),
    next: about.next,
    root: about.root,
    frontier: toBase64(frontier),
    checkpoint: signNote(sha256, text, { name: origin, type: ED25519, key: publicKey }, sign),
    lock: about.lock,
    bundles: [about],
  } as const;
  return signShipped(sha256, LOG, told, keys);
}

function malformed(good: string): { readonly why: string; readonly note: string }[] {
  const changed = (from: string, to: string) => good.replace(from, to);
  return [
    { why: 'of another log', note: changed(hex(LOG), hex(LOG.toReversed())) },
    { why: 'of another version', note: changed('{"version":1', '{"version":2') },
    {
      why: 'a bundle that begins behind the one before',
      note: changed('"first":0,"next":2,"root"', '"first":1,"next":2,"root"'),
    },
    { why: 'bundles that end elsewhere than it says', note: changed('"next":2,"root"', '"next":3,"root"') },
    { why: 'a hash of other than 32 bytes', note: changed('"sha256":"', '"sha256":"AAAA') },
    { why: 'a lock of no mode', note: changed('COMPLIANCE', 'FOREVER') },
    { why: 'without a signature', note: good.slice(0, good.lastIndexOf('\n\n') + 1) },
  ];
}
