/** How often sessions may be cancelled, and from one address: each costs an event and a connection to the server. */

/** At once, and then each second: of one session, which runs one statement at a time, and of an address, where fleets are. */
const SESSION = { burst: 10, perSecond: 2 } as const;
const ADDRESS = { burst: 200, perSecond: 50 } as const;

/** Addresses that are remembered; whoever is forgotten starts anew. */
const MAX_ADDRESSES = 1000;

interface Bucket {
  left: number;
  /** When that was so, ns. */
  at: number;
}

export class CancelPace {
  readonly #addresses = new Map<string, Bucket>();
  readonly #sessions = new WeakMap<object, Bucket>();

  /** Whether an address may ask now; `now` in ns of a clock that only goes forward. */
  admitsAddress(address: string, now: number): boolean {
    const bucket = this.#addresses.get(address) ?? { left: ADDRESS.burst, at: now };
    this.#addresses.delete(address);
    this.#addresses.set(address, bucket);
    const [oldest] = this.#addresses.keys();
    if (this.#addresses.size > MAX_ADDRESSES && oldest !== undefined) this.#addresses.delete(oldest);
    return take(bucket, ADDRESS, now);
  }

  /** Whether a session may be cancelled now. */
  admitsSession(session: object, now: number): boolean {
    let bucket = this.#sessions.get(session);
    if (bucket === undefined) this.#sessions.set(session, (bucket = { left: SESSION.burst, at: now }));
    return take(bucket, SESSION, now);
  }
}

function take(
  bucket: Bucket,
  pace: { readonly burst: number; readonly perSecond: number },
  now: number,
): boolean {
  bucket.left = Math.min(pace.burst, bucket.left + ((now - bucket.at) / 1e9) * pace.perSecond);
  bucket.at = now;
  if (bucket.left < 1) return false;
  bucket.left--;
  return true;
}
