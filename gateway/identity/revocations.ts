/** What an operator revoked: tokens, subjects and clients that open no session any more, and whose sessions end. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isObject } from './strict-json.ts';

/** What a revocation can name: a token by its fingerprint (hex) or `jti`, or all tokens of a subject or client. */
export const REVOCABLE = ['fingerprint', 'tokenId', 'subject', 'clientId'] as const;

/** One entry of the list. */
export interface Revocation {
  readonly by: (typeof REVOCABLE)[number];
  /** Compared exactly, a fingerprint in whatever case. */
  readonly value: string;
  /** In a person's words; agents are told. */
  readonly reason: string;
  /** Who revoked it. */
  readonly author: string;
  /** ms since 1970 from which on it no longer counts: for a token its `exp`, for a subject or client as long as meant. */
  readonly until: number;
}

/** What of a verified token is looked for in the list. */
export interface Revocable {
  readonly fingerprint: Uint8Array;
  readonly tokenId: string | null;
  readonly subject: string;
  readonly clientId: string | null;
}

/** The list; kept in a file, so that a restart forgives nobody. */
export class Revocations {
  readonly #file: string | null;
  #entries: readonly Revocation[];

  /** `file` is made when the first entry is added; null keeps the list in memory. Throws when it is damaged. */
  constructor(file: string | null = null) {
    this.#file = file;
    this.#entries = file === null || !existsSync(file) ? [] : read(file);
  }

  /** The entries that still count at `now`, ms since 1970. */
  entries(now: number): readonly Revocation[] {
    return this.#entries.filter(({ until }) => until > now);
  }

  /** Adds an entry, in place of one for the same value. */
  add(revocation: Revocation, now: number): void {
    const others = this.entries(now).filter(
      ({ by, value }) => by !== revocation.by || value !== revocation.value,
    );
    this.#entries = [...others, revocation];
    if (this.#file === null) return;
    const next = `${this.#file}.next`;
    writeFileSync(next, `${JSON.stringify(this.#entries, null, 2)}\n`, { mode: 0o600, flush: true });
    renameSync(next, this.#file);
  }

  /** The entry that a token falls under; null when none. */
  find(token: Revocable, now: number): Revocation | null {
    if (this.#entries.length === 0) return null;
    const named = { ...token, fingerprint: Buffer.from(token.fingerprint).toString('hex') };
    return (
      this.entries(now).find(
        ({ by, value }) => named[by] === (by === 'fingerprint' ? value.toLowerCase() : value),
      ) ?? null
    );
  }
}

/** A damaged list must not read as an empty one. */
function read(file: string): readonly Revocation[] {
  let cause: unknown;
  try {
    const entries: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (Array.isArray(entries) && entries.every(isRevocation)) return entries;
  } catch (error) {
    cause = error;
  }
  throw new Error(`the list of revocations in ${file} cannot be read; mend or remove it`, { cause });
}

function isRevocation(value: unknown): value is Revocation {
  if (!isObject(value)) return false;
  const texts = [value['value'], value['reason'], value['author']];
  return (
    REVOCABLE.some((by) => by === value['by']) &&
    texts.every((text) => typeof text === 'string') &&
    typeof value['until'] === 'number'
  );
}
