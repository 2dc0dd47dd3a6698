/** One feature of one driver, direct and through the gateway: the same results, and every word of it in the archive. */
import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import { watch } from '../../gateway/postgres/fidelity/run.ts';
import { freshDatabase, startTestGateway, type TestGateway } from '../gateway.ts';
import type { Driver, Feature, FeatureRun } from './driver.ts';

/** Who logs in with a password in the clear, for drivers that know nothing else. */
const PLAIN = { user: 'plain', password: 'plain' };

const HBA = [`host all ${PLAIN.user} 127.0.0.1/32 password`, 'host all all 127.0.0.1/32 scram-sha-256'];

/** A gateway that observes, because large objects are function calls, with its PostgreSQL. */
export async function startGround(): Promise<TestGateway> {
  const under = await startTestGateway('intent', 'observe', '{}', HBA);
  const { host, port, user, password, database } = under.server;
  const client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  try {
    await client.query(`CREATE ROLE ${PLAIN.user} SUPERUSER LOGIN PASSWORD '${PLAIN.password}'`);
  } finally {
    await client.end();
  }
  return under;
}

/** What both ways brought. */
export interface Tried {
  readonly direct: unknown;
  readonly through: unknown;
  /** What the wire and the archive say of the second way. */
  readonly spoken: readonly unknown[];
  readonly recorded: readonly unknown[];
  readonly statements: number;
}

/** Runs a feature both ways, each in a database of its own. Rejects when the driver fails. */
export async function tryFeature(under: TestGateway, driver: Driver, run: FeatureRun): Promise<Tried> {
  await freshDatabase(under.server);
  const direct = await run(driver.clearPassword === true ? { ...under.direct, ...PLAIN } : under.direct);
  await freshDatabase(under.server);
  const { result, spoken, recorded } = await watch(under.address, under.archive, run);
  const statements = spoken.reduce((sum, transcript) => sum + transcript.statements.length, 0);
  return { direct, through: result, spoken, recorded, statements };
}

/** A cell of the table. */
export type Outcome =
  | { readonly is: 'ok'; readonly statements: number }
  | { readonly is: 'differs' | 'fails'; readonly why: string };

/** {@link tryFeature} in words. */
export async function outcomeOf(
  under: TestGateway,
  driver: Driver,
  feature: Feature,
): Promise<Outcome | null> {
  const run = driver.features[feature];
  if (run === undefined) return null;
  try {
    const { direct, through, spoken, recorded, statements } = await tryFeature(under, driver, run);
    const difference = differenceOf('direct', direct, 'through the gateway', through);
    const lacking = differenceOf('said', spoken, 'recorded', recorded);
    if (difference !== null || lacking !== null) return { is: 'differs', why: difference ?? lacking ?? '' };
    return statements > 0 ? { is: 'ok', statements } : { is: 'fails', why: 'it said nothing' };
  } catch (error) {
    return { is: 'fails', why: error instanceof Error ? error.message : String(error) };
  }
}

/** Where two values differ first, and what each has there; null when they are equal. */
function differenceOf(name: string, value: unknown, otherName: string, other: unknown): string | null {
  if (isDeepStrictEqual(value, other)) return null;
  let [at, one, two] = ['', value, other];
  for (;;) {
    const [first, second] = [one, two];
    if (!isObject(first) || !isObject(second)) break;
    const key = Object.keys({ ...first, ...second }).find(
      (field) => !isDeepStrictEqual(first[field], second[field]),
    );
    if (key === undefined) break;
    [at, one, two] = [`${at}/${key}`, first[key], second[key]];
  }
  return `at ${at}: ${name} ${shown(one)}, ${otherName} ${shown(two)}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 2000);
}
