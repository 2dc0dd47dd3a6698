/**
 * `node bench/facts.ts`: what a decision costs, from a text to allow, hold or deny by the shipped policy: of texts that were seen before, in
 * the same words or with other constants, and of texts that nobody saw.
 */
import { parseArgs } from 'node:util';
import { DEFAULT_POLICY } from '../gateway/policy/default-policy.ts';
import { parsePolicy } from '../gateway/policy/reading.ts';
import type { SessionPolicy } from '../gateway/policy/session-policy.ts';
import { factsOf } from '../gateway/postgres/facts/facts-of.ts';
import { TextReader } from '../gateway/postgres/facts/text-reader.ts';
import { SHOP } from '../gateway/postgres/testing/shop-catalog.ts';
import { becomeLean } from '../main/lean.ts';
import type { Figure } from './figures.ts';
import { percentile } from './statistics.ts';

/** Decisions of one kind that are measured, after as many that warm up. */
const DECISIONS = 4000;

/** A decision that nobody made before takes longer: fewer do. */
const UNCACHED = 800;

becomeLean(); // as the gateway does: the collector's pauses are part of what is measured

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const reader = await TextReader.open();
const policy = parsePolicy(DEFAULT_POLICY, 'policy.yaml').forSession({
  issuer: 'dev',
  subject: 'bench',
  clientId: null,
  groups: [],
  connection: 'shop',
  ci: null,
});

const figures = [
  ...(await measure(
    'facts.cached.same',
    20,
    DECISIONS,
    () => "select name from people where id = 7 and ssn = 'x'",
  )),
  ...(await measure('facts.cached.shape', 20, DECISIONS, (i) => transaction(i))),
  ...(await measure('facts.uncached.1KiB', 1000, UNCACHED, (i) => unseen(i, 900))),
  ...(await measure('facts.uncached.4KiB', 6000, UNCACHED, (i) => unseen(i, 3900))),
];
await reader.close();
process.exitCode = figures.every(({ met }) => met !== false) ? 0 : 1;

/** Times decisions on texts, µs each. */
async function measure(
  name: string,
  most: number,
  count: number,
  text: (i: number) => string,
): Promise<Figure[]> {
  const took: number[] = [];
  for (let i = 0; i < count * 2; i++) {
    const sql = text(i);
    const start = performance.now();
    const read = reader.read(sql);
    decide(policy, factsOf(read instanceof Promise ? await read : read, SHOP, () => null).facts);
    if (i >= count) took.push((performance.now() - start) * 1000);
  }
  const found: Figure[] = [
    { name: `${name}.p50`, value: percentile(took, 0.5), unit: 'µs', bar: null, met: null },
    ...[percentile(took, 0.99)].map((value) => ({
      name: `${name}.p99`,
      value,
      unit: 'µs',
      bar: `<= ${most}`,
      met: value <= most,
    })),
  ];
  for (const figure of found) print(figure);
  return found;
}

function decide(session: SessionPolicy, facts: Parameters<SessionPolicy['decide']>[0]): void {
  session.decide(facts, { now: 0, estimatedRows: null, canEstimate: false });
}

/** What pgbench sends, with constants of its own each time. */
function transaction(i: number): string {
  return `UPDATE orders SET total = total + ${i - 2000} WHERE id = ${i * 7};`;
}

/** A query of about so many characters that no other is like. */
function unseen(i: number, length: number): string {
  const parts = [`select o.id as c${i}, p.name, count(*) over (partition by o.person_id)`];
  let characters = 0;
  for (let n = 0; characters < length - 200; n++) {
    const part = `, case when p.ssn like '${n}%' then coalesce(upper(p.name), 'x${i}') else o.note end as k${n}x${i}`;
    characters += part.length;
    parts.push(part);
  }
  return `${parts.join('')} from orders o join people p on p.id = o.person_id where o.total > 5 and exists (select from log where what = p.name)`;
}

function print({ name, value, unit, bar, met }: Figure): void {
  const text = values.json
    ? JSON.stringify({ name, value, unit, bar, met })
    : `${name.padEnd(26)} ${value.toFixed(1).padStart(9)} ${unit}${bar === null ? '' : `  ${bar}  ${met === true ? 'reached' : 'MISSED'}`}`;
  process.stdout.write(`${text}\n`);
}
