/** How often people and addresses may ask a team server: enough for any work by hand, too little to wear it down or to guess. */
import { ApiError } from '../../shared/api/error.ts';
import type { RouteName } from '../../shared/api/route-table.ts';
import { type Rate, RateLimit } from './rate-limit.ts';

/** Sign-ins begun or ended, and requests by nobody known, of one address: an office may share one. */
const SIGN_INS: Rate = { burst: 60, every: 1_000 };
const STRANGERS: Rate = { burst: 300, every: 100 };

/** All that one person asks: a window that scrolls asks some dozens of times a second. */
const ANYTHING: Rate = { burst: 600, every: 20 };

/** Takes minutes of a processor, or gigabytes through the network. */
const HEAVY: Rate = { burst: 10, every: 10_000 };

/** Reads lists or counts over the whole archive. */
const SEARCH: Rate = { burst: 120, every: 100 };

const EXPENSIVE: Readonly<Partial<Record<RouteName, Rate>>> = {
  takeOut: HEAVY,
  exportCase: HEAVY,
  mergeCase: HEAVY,
  verifyArchive: HEAVY,
  redact: HEAVY,
  live: { burst: 30, every: 2_000 },
  sessions: SEARCH,
  statements: SEARCH,
  facets: SEARCH,
};

export class Admission {
  readonly #signIns: RateLimit;
  readonly #strangers: RateLimit;
  readonly #anything: RateLimit;
  readonly #expensive: ReadonlyMap<string, RateLimit>;

  /** `now` is in ms. */
  constructor(now: () => number) {
    this.#signIns = new RateLimit(SIGN_INS, now);
    this.#strangers = new RateLimit(STRANGERS, now);
    this.#anything = new RateLimit(ANYTHING, now);
    this.#expensive = new Map(
      Object.entries(EXPENSIVE).map(([route, rate]) => [route, new RateLimit(rate, now)]),
    );
  }

  /** A sign-in is begun, or comes back. Throws {@link ApiError}, as all here. */
  signIn(address: string): void {
    expectNone(this.#signIns.take(address));
  }

  /** Somebody asks who has not signed in. */
  stranger(address: string): void {
    expectNone(this.#strangers.take(address));
  }

  /** A person asks what they may ask. */
  person(who: string, route: RouteName): void {
    expectNone(this.#anything.take(who));
    expectNone(this.#expensive.get(route)?.take(who) ?? 0);
  }
}

function expectNone(wait: number): void {
  if (wait === 0) return;
  const seconds = Math.ceil(wait / 1000);
  const when = seconds === 1 ? 'a second' : `${seconds} seconds`;
  throw new ApiError('TOO_MANY_REQUESTS', `this was asked too often; try again in ${when}`);
}
