/** What the tests of one client library share: a gateway for the file, a fresh database for each test, two runs of it. */
import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest';
import { freshDatabase, startTestGateway, type TestGateway } from './gateway.ts';
import { watch, type Address } from '../gateway/postgres/fidelity/run.ts';

/** Runs a client both ways: the same results, and the second way's every word in the archive. Returns the results. */
export type BothWays = <T>(client: (address: Address) => Promise<T>) => Promise<T>;

/** Has a gateway for the tests of this file. */
export function bothWays(): BothWays {
  // Two runs each, beside other tests on few processors.
  vi.setConfig({ testTimeout: 60_000 });
  let under: TestGateway;
  beforeAll(async () => {
    under = await startTestGateway();
  });
  afterAll(() => under[Symbol.asyncDispose]());
  beforeEach(() => freshDatabase(under.server));
  return async (client) => {
    const direct = await client(under.direct);
    await freshDatabase(under.server);
    const { result, spoken, recorded } = await watch(under.address, under.archive, client);
    expect(result).toEqual(direct);
    expect(recorded).toEqual(spoken);
    expect(spoken[0]?.statements.length).toBeGreaterThan(0);
    return result;
  };
}
