/**
 * Which entries are good. An entry holds the id of the one before it, and an id is a hash over all that an entry says: where a later
 * entry is signed, those before it in its chain are known to be that author’s, so that of a long case only the ends are checked before
 * it is shown. The other signatures are checked when there is time.
 */
import { sha256, verifyEd25519 } from '../../gateway/archive/ed25519.ts';
import { grouped } from '../../shared/recording/describe.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import type { Work } from './in-turns.ts';
import { type CaseEntry, EntryError, readEntry, type SignedEntry } from '../../shared/findings/entry.ts';

export const CRYPTO = { sha256, verify: verifyEd25519 };

/** An entry as read, and as it was signed. */
export interface Kept {
  readonly entry: CaseEntry;
  readonly signed: SignedEntry;
}

/** What of some entries is to be taken. */
export interface Vetted {
  readonly good: readonly Kept[];
  /** Of these, those whose own signature was not checked. */
  readonly unchecked: readonly Kept[];
  /** How many are known already. */
  readonly known: number;
  /** What is no good, in words. */
  readonly refused: readonly string[];
}

/** Divides them; `isKnown` says of an id that its entry need not be taken. */
export function* vet(list: Iterable<SignedEntry>, isKnown: (id: string) => boolean): Work<Vetted> {
  const good: Kept[] = [];
  const unchecked: Kept[] = [];
  const refused: string[] = [];
  const read = [];
  for (const signed of list) {
    const one = readInto(refused, signed);
    if (one !== null) read.push(one);
    yield;
  }
  const fresh = read.filter(({ kept }) => !isKnown(kept.entry.id));
  const vouchedFor = new Set<string>();
  for (const { kept, isSigned } of fresh.toSorted((a, b) => b.kept.entry.number - a.kept.entry.number)) {
    yield;
    const { entry } = kept;
    const isVouchedFor = vouchedFor.has(nameOf(entry, entry.id));
    if (isVouchedFor) unchecked.push(kept);
    else if (!isSigned()) {
      refused.push(
        `${toldOf(entry)} is left out: its signature is not good, it was changed after it was written`,
      );
      continue;
    }
    good.push(kept);
    if (entry.previous !== null) vouchedFor.add(nameOf(entry, entry.previous));
  }
  return { good: good.toReversed(), unchecked, known: read.length - fresh.length, refused };
}

/** Nobody vouches for the entries of somebody else. */
function nameOf({ author: { key } }: CaseEntry, id: string): string {
  return `${key} ${id}`;
}

function readInto(
  refused: string[],
  signed: SignedEntry,
): { readonly kept: Kept; readonly isSigned: () => boolean } | null {
  try {
    const { entry, isSigned } = readEntry(signed, CRYPTO);
    return { kept: { entry, signed }, isSigned };
  } catch (error) {
    if (!(error instanceof EntryError)) throw error;
    refused.push(`an entry is left out: ${error.message}`);
    return null;
  }
}

/** What is wrong with the signature of an entry that others vouch for, in words; null: nothing. */
export function signatureProblem({ entry, signed }: Kept): string | null {
  if (readEntry(signed, CRYPTO).isSigned()) return null;
  return `${toldOf(entry)} has another signature than its own; the entry after it says that it is the same`;
}

/** As it says itself. */
function toldOf({ number, author: { name } }: CaseEntry): string {
  return `entry ${grouped(number)} of ${visibleLine(name, 60)}`;
}
