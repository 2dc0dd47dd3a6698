/**
 * Expiry in a remote store by the rules of its configuration: which sessions' values are to be taken back, and which bundles are to go,
 * each only where no legal hold may be about it.
 */
import type { Signer } from '../../../shared/recording/note.ts';
import { shippedKey, type ReadShipped } from '../../../shared/remote/manifest.ts';
import { removalKey, signRemoval } from '../../../shared/remote/removal.ts';
import { ArchiveError } from '../../archive/archive.ts';
import { sha256 } from '../../archive/ed25519.ts';
import { digestOf, fetchDirectory, readShipped } from '../bundles.ts';
import type { KeySource } from '../keys/key-source.ts';
import type { ErasingStore } from '../object-store.ts';
import { mayMatch } from './may-match.ts';
import { removals } from './removals.ts';
import type { LedgerSession, SessionLedger } from './session-ledger.ts';

/** When sessions in a remote store expire, ms behind their newest event. */
export interface ExpiryRules {
  /** Null: only those of the connections below. */
  readonly age: number | null;
  readonly connections: Readonly<Record<string, number>>;
  /** Whether bundles are removed of which all sessions are over, and their lock. */
  readonly bundles: boolean;
}

/** Bundles removed at a time, under one note. */
const MOST_BUNDLES = 500;

/** How old the sessions of a connection may become, ms; null: for good. */
export function ageFor({ age, connections }: ExpiryRules, connection: string | null): number | null {
  // Of a session whose beginning is not there nobody knows the connection: it stays the longest.
  if (connection === null) return longestAge({ age, connections, bundles: false });
  return Object.hasOwn(connections, connection) ? (connections[connection] ?? null) : age;
}

/** The oldest that anything may become; null: something stays for good. */
export function longestAge({ age, connections }: ExpiryRules): number | null {
  return age === null ? null : Math.max(age, ...Object.values(connections));
}

/** Sessions whose values are to be taken back; `now` in µs, `holds` are filters. */
export function dueSessions(
  sessions: ReadonlyMap<string, LedgerSession>,
  rules: ExpiryRules,
  { now, holds }: { readonly now: number; readonly holds: readonly string[] },
): { readonly id: string; readonly age: number }[] {
  return [...sessions].flatMap(([id, { asked, last, gone }]) => {
    const age = gone ? null : ageFor(rules, asked?.connection ?? null);
    if (age === null || now - last <= age * 1000) return [];
    return holds.some((filter) => mayMatch(filter, asked)) ? [] : [{ id, age }];
  });
}

export interface RemovingOptions {
  readonly store: ErasingStore;
  /** 16 bytes. */
  readonly log: Uint8Array;
  readonly ledger: SessionLedger;
  readonly rules: ExpiryRules;
  readonly keySource: KeySource;
  readonly signers: () => { readonly signer: Signer; readonly previous: Signer | null };
  /** µs. */
  readonly now: number;
  /** Filters of legal holds, as they are by now. Throws where nobody knows. */
  readonly holds: () => readonly string[];
  /** The newest manifest, which stays with what it names. */
  readonly last: number;
}

/**
 * Removes bundles from the oldest on, as long as everything in them is over: a signed note first, then they go with all their versions.
 * Resolves to how many went. Rejects with ArchiveError, REFUSED where the store does not let them go.
 */
export async function removeBundles(options: RemovingOptions): Promise<number> {
  const { store, ledger, rules, now } = options;
  const log = Buffer.from(options.log).toString('hex');
  const age = longestAge(rules);
  if (!rules.bundles || age === null) return 0;
  await finishRemoval(store, log);
  const due: ReadShipped[] = [];
  let count = 0;
  for (let number = ledger.removed; number < options.last && count < MOST_BUNDLES; number++) {
    const manifest = await readShipped(store, log, shippedKey(log, number));
    if (!manifest.bundles.every(({ to, lock }) => now - to > age * 1000 && (lock?.until ?? 0) * 1000 < now))
      break;
    if (await isHeld(manifest, options)) break;
    due.push(manifest);
    count += manifest.bundles.length;
  }
  const [first] = due;
  const end = due.at(-1);
  if (first === undefined || end === undefined) return 0;
  await note(options, log, due, `older than ${Math.round(age / 86_400_000)} days`);
  await finishRemoval(store, log);
  ledger.removed = end.number + 1;
  ledger.save();
  return count;
}

/** What the last note names goes, also what a crash left. */
async function finishRemoval(store: ErasingStore, log: string): Promise<void> {
  const last = (await removals(store, log)).at(-1);
  for (const key of Object.keys(last?.bundles ?? {})) await store.erase(key);
}

async function note(
  { store, log: bytes, signers, now }: RemovingOptions,
  log: string,
  due: readonly ReadShipped[],
  reason: string,
): Promise<void> {
  const before = (await removals(store, log)).at(-1);
  const number = (before?.number ?? -1) + 1;
  const removal = {
    version: 1,
    number,
    previous: before === undefined ? null : digestOf(before.text),
    time: now,
    reason,
    first: due[0]?.first ?? 0,
    next: due.at(-1)?.next ?? 0,
    bundles: Object.fromEntries(due.flatMap(({ bundles }) => bundles.map((one) => [one.key, one.sha256]))),
  } as const;
  const text = Buffer.from(signRemoval(sha256, bytes, removal, signers()));
  const key = removalKey(log, number);
  await store.put(key, text, null);
  if (!text.equals(await store.get(key)))
    throw new ArchiveError('UNREACHABLE', `${store.named(key)} does not read back as it was put`);
}

/** Whether a hold may be about a session in it; while there is any, what is not known is held. */
async function isHeld(
  { bundles }: ReadShipped,
  { store, ledger, keySource, holds }: RemovingOptions,
): Promise<boolean> {
  const filters = holds();
  if (filters.length === 0) return false;
  for (const bundle of bundles) {
    const { segments } = await fetchDirectory(store, bundle, keySource);
    for (const { session } of segments) {
      if (session === null) continue;
      const asked = ledger.sessions.get(session)?.asked ?? null;
      if (filters.some((filter) => mayMatch(filter, asked))) return true;
    }
  }
  return false;
}
