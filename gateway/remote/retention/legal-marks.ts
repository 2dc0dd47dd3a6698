/** Legal holds as the store itself keeps them (S3 Object Lock): bundles that a hold may be about are marked until it is lifted. */
import { shippedKey } from '../../../shared/remote/manifest.ts';
import { fetchDirectory, readShipped } from '../bundles.ts';
import type { KeySource } from '../keys/key-source.ts';
import type { ObjectStore } from '../object-store.ts';
import { mayMatch } from './may-match.ts';
import type { SessionLedger } from './session-ledger.ts';

/** Manifests looked through at a time for one hold. */
const MANIFESTS = 500;

/** What one hold marked: bundles by their keys, and the manifest to be looked into next. */
export interface LegalMark {
  readonly next: number;
  readonly bundles: readonly string[];
}

export interface MarkingOptions {
  readonly store: ObjectStore & { holdLegally(key: string, on: boolean): Promise<void> };
  /** Hex. */
  readonly log: string;
  readonly ledger: SessionLedger;
  readonly keySource: KeySource;
  readonly holds: readonly { readonly id: string; readonly filter: string }[];
  /** The newest manifest. */
  readonly last: number;
}

/** Marks what came since, and takes marks off whose holds were lifted. Rejects with ArchiveError. */
export async function markHeld(options: MarkingOptions): Promise<void> {
  const { store, ledger, holds } = options;
  for (const hold of holds) await markFor(hold, options);
  for (const [id, { bundles }] of ledger.marks) {
    if (holds.some((hold) => hold.id === id)) continue;
    const others = new Set([...ledger.marks].flatMap(([other, mark]) => (other === id ? [] : mark.bundles)));
    for (const key of bundles) if (!others.has(key)) await store.holdLegally(key, false);
    ledger.marks.delete(id);
    ledger.save();
  }
}

async function markFor(
  { id, filter }: MarkingOptions['holds'][number],
  { store, log, ledger, keySource, last }: MarkingOptions,
): Promise<void> {
  const mark = ledger.marks.get(id) ?? { next: ledger.removed, bundles: [] };
  const until = Math.min(last, mark.next + MANIFESTS - 1);
  if (mark.next > until) return;
  const held = new Set(mark.bundles);
  for (let number = mark.next; number <= until; number++) {
    for (const bundle of (await readShipped(store, log, shippedKey(log, number))).bundles) {
      const { segments } = await fetchDirectory(store, bundle, keySource);
      const isHeld = segments.some(
        ({ session }) => session !== null && mayMatch(filter, ledger.sessions.get(session)?.asked ?? null),
      );
      if (!isHeld) continue;
      await store.holdLegally(bundle.key, true);
      held.add(bundle.key);
    }
  }
  ledger.marks.set(id, { next: until + 1, bundles: [...held] });
  ledger.save();
}
