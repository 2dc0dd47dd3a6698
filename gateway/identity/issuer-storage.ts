/** What a development issuer remembers of sign-ins while it runs: in memory, for a while, and never more than so much. */
import type { Adapter, AdapterPayload } from 'oidc-provider';

/** The oldest goes when there are more: a page that opens sign-ins in a loop must not fill the memory. */
const MAX_ENTRIES = 1000;

/** What has no end of its own goes after a day, s. */
const LASTING_S = 86_400;

interface Entry {
  readonly payload: AdapterPayload;
  /** ms since 1970. */
  readonly until: number;
}

/** One store for all kinds of things; ids are unguessable, so kinds need not be kept apart for safety, only for order. */
export class IssuerStorage {
  readonly #entries = new Map<string, Entry>();

  /** What the provider keeps one kind in. */
  of(kind: string): Adapter {
    const key = (id: string) => `${kind} ${id}`;
    const matching = async (fits: (payload: AdapterPayload) => boolean) =>
      this.#live().find(([name, { payload }]) => name.startsWith(`${kind} `) && fits(payload))?.[1].payload;
    return {
      upsert: async (id, payload, expiresIn) => this.#put(key(id), payload, expiresIn),
      find: async (id) => this.#live().find(([name]) => name === key(id))?.[1].payload,
      findByUid: (uid) => matching((payload) => payload.uid === uid),
      findByUserCode: (userCode) => matching((payload) => payload.userCode === userCode),
      consume: async (id) => {
        const entry = this.#entries.get(key(id));
        if (entry) entry.payload['consumed'] = Math.floor(Date.now() / 1000);
      },
      destroy: async (id) => void this.#entries.delete(key(id)),
      revokeByGrantId: async (grantId) => {
        for (const [name, { payload }] of this.#entries)
          if (payload.grantId === grantId) this.#entries.delete(name);
      },
    };
  }

  #put(name: string, payload: AdapterPayload, expiresIn: number | undefined): void {
    this.#entries.delete(name);
    this.#entries.set(name, { payload, until: Date.now() + (expiresIn ?? LASTING_S) * 1000 });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MAX_ENTRIES && oldest !== undefined) this.#entries.delete(oldest);
  }

  #live(): [string, Entry][] {
    const now = Date.now();
    for (const [name, { until }] of this.#entries) if (until <= now) this.#entries.delete(name);
    return [...this.#entries];
  }
}
