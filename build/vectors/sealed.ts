/** Vectors of what is sealed in a remote store, and of the keys that open it (docs/remote.md, “What is sealed”). */
import { sha256 } from '../../gateway/archive/ed25519.ts';
import {
  ABOUT_DATA_KEY,
  ABOUT_DIRECTORY,
  aboutEvents,
  aboutManifest,
  aboutPayloads,
} from '../../gateway/remote/keys/abouts.ts';
import { printKey } from '../../gateway/remote/keys/key-record.ts';
import { keyIdOf, seal } from '../../gateway/remote/keys/seal.ts';
import { tenantKeysOf } from '../../gateway/remote/keys/tenant-keys.ts';
import { toBase64 } from '../../shared/recording/base64.ts';
import { joinBundle, printDirectory, type BundleSegment, type Envelope } from '../../shared/remote/bundle.ts';
import { signDestruction } from '../../shared/remote/key-journal.ts';
import { bytesOf, hex, LOG, seedFrom, signerFrom, TIME } from './seeded.ts';
import { frame, uint32, type Stored } from './stored-events.ts';

const NOTHING = Buffer.alloc(0);

/** Of these events, each a segment of its own. */
export function sealedVectors(events: readonly Stored[]) {
  const [sessionKey, tenantKey, dataKey] = ['session key', 'tenant key', 'data key'].map((name) =>
    bytesOf(name, 32),
  ) as [Uint8Array, Uint8Array, Uint8Array];
  const session = events.find((event) => event.session !== null)?.session ?? NOTHING;
  const owner = { log: hex(LOG), session: hex(session) };
  const id = keyIdOf(sessionKey);
  const envelope = { key: keyIdOf(tenantKey), wrapped: seal(tenantKey, ABOUT_DATA_KEY, dataKey) };
  const signers = { signer: signerFrom(seedFrom(0)), previous: null };
  const gone = { by: 'ada', reason: 'ticket 812', time: TIME, keys: [{ session: owner.session, id }] };
  const words = { gateway: 'gw-1', bundles: [{ sessions: hex(session.subarray(0, 8)), sets: null }] };
  return {
    session: owner.session,
    sessionKey: hex(sessionKey),
    tenantKey: hex(tenantKey),
    seals: [0, 1, 16, 32].map((length) => {
      const [about, plain] = [`payloads ${owner.log} log ${length}`, bytesOf('plain', length)];
      return { key: hex(sessionKey), about, plain: hex(plain), sealed: hex(seal(sessionKey, about, plain)) };
    }),
    ids: { sessionKey: id, tenantKey: envelope.key },
    bundles: [null, { ...envelope, dataKey }].map((within) => ({
      bundle: hex(bundle(events, { id, key: sessionKey }, within)),
      events: events.map(({ event }) => hex(event)),
      payloads: events.map(({ payloads }) => hex(payloads)),
    })),
    records: [null, tenantKeysOf([tenantKey])].map((tenant) =>
      printKey(owner, { id, key: sessionKey }, tenant, TIME),
    ),
    journal: signDestruction(sha256, LOG, { version: 1, number: 0, previous: null, ...gone }, signers),
    words: {
      number: 0,
      plain: words,
      sealed: {
        key: envelope.key,
        data: toBase64(
          seal(tenantKey, aboutManifest(owner.log, 0), frame(Buffer.from(JSON.stringify(words)))),
        ),
      },
    },
  };
}

function bundle(
  events: readonly Stored[],
  values: { readonly id: string; readonly key: Uint8Array },
  envelope: (Envelope & { readonly dataKey: Uint8Array }) | null,
): Uint8Array {
  const log = hex(LOG);
  const parts = events.map(({ session, index, sequence, event, payloads }) => {
    const of = session === null ? null : hex(session);
    const raw = Buffer.concat([uint32(event.length), event]);
    const packed = frame(raw);
    const own = envelope === null ? packed : seal(envelope.dataKey, aboutEvents(log, of, index), packed);
    const kept =
      payloads.length === 0 ? NOTHING : seal(values.key, aboutPayloads(log, of, index), frame(payloads));
    const frames = Buffer.concat([own, kept]);
    const told: BundleSegment = {
      session: of,
      firstSequence: sequence,
      lastSequence: sequence,
      firstIndex: index,
      lastIndex: index,
      count: 1,
      eventsBytes: raw.length,
      payloadsBytes: payloads.length,
      eventsPacked: own.length,
      payloadsPacked: kept.length,
      sha256: toBase64(sha256(frames)),
      ...(payloads.length > 0 && { key: values.id }),
    };
    return { told, frames };
  });
  const segments = parts.map(({ told }) => told);
  const text = printDirectory({ version: 2, log, first: 0, next: events.length, segments });
  const directory = frame(Buffer.from(text));
  const head = envelope === null ? directory : seal(envelope.dataKey, ABOUT_DIRECTORY, directory);
  const frames = parts.map((part) => part.frames);
  return joinBundle(head, frames, envelope);
}
