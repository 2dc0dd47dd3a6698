import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { TestGateway } from '../gateway.ts';
import { FEATURES } from './driver.ts';
import { startGround, tryFeature } from './matrix.ts';
import { PG_DRIVERS } from './pg-driver.ts';
import { POSTGRES_DRIVER } from './postgres-driver.ts';

// Two runs each, beside other tests on few processors.
vi.setConfig({ testTimeout: 60_000 });

let under: TestGateway;
beforeAll(async () => {
  under = await startGround();
});
afterAll(() => under[Symbol.asyncDispose]());

// The drivers that npm brings; `npm run test:drivers` runs those of Debian too.
const cases = [...PG_DRIVERS, POSTGRES_DRIVER].flatMap((driver) =>
  FEATURES.flatMap((feature) => {
    const run = driver.features[feature];
    return run === undefined ? [] : [{ name: driver.name, feature, driver, run }];
  }),
);

test.each(cases)(
  '$name, $feature: the same through the gateway, and all of it in the archive',
  async ({ driver, run }) => {
    const { direct, through, spoken, recorded, statements } = await tryFeature(under, driver, run);
    expect(through).toEqual(direct);
    expect(recorded).toEqual(spoken);
    expect(statements).toBeGreaterThan(0);
  },
);
