/** Did any CI run change the schema outside of its window? That of the shop was two hours ago, for an hour. */
import { weekAgo, type Task } from './task.ts';

const HOUR = 3_600_000;

/** A minute, as filters take it. */
function minute(time: number): string {
  return new Date(time).toISOString().slice(0, 16);
}

function filters(): { readonly within: string; readonly outside: string } {
  const now = Date.now();
  const window = `time:${minute(now - 2 * HOUR)}..${minute(now - HOUR)}`;
  const changes = `class:schema ci:attested after:${weekAgo()}`;
  return { within: `${changes} ${window}`, outside: `${changes} -${window}` };
}

const release = (what: string) => new RegExp(`ci-deployer github/4711/1 ${what} .*allowed \\d+ ok$`);

/** Newest first: a job that tried and was denied, then the release, which did. */
const OUTSIDE = [
  /ci-deployer github\/4713\/1 DROP TABLE .* denied \d+ 42501$/,
  ...['CREATE INDEX', 'CREATE INDEX', 'CREATE INDEX', 'CREATE TABLE', 'CREATE TABLE'].map(release),
];

export const schemaWindow: Task = {
  async byHand(hands) {
    const { within, outside } = filters();
    await hands.press('Statements');
    await hands.filters(within);
    await hands.sees('matching', /^0 statements/);
    await hands.filters(outside);
    await hands.seesRows('statement-row', OUTSIDE);
    await hands.sees('matching', /^9 statements/);
    await hands.row('statement-row', 'CREATE TABLE orders', { twice: true });
    await hands.sees('position', /^statement 5\/16/);
    await hands.press('Identity');
    await hands.seesDialog(/refs\/tags\/v1\.8\.0/);
  },

  async byKeys(keys) {
    const { within, outside } = filters();
    await keys.press('g', 'q');
    await keys.sees('matching', 'statements');
    await keys.filters(within);
    await keys.sees('matching', /^0 statements/);
    await keys.filters(outside);
    await keys.seesRows('statement-row', OUTSIDE);
    await keys.sees('matching', /^9 statements/);
    await keys.press('j', 'j', 'Enter');
    await keys.sees('position', /^statement \d+\/16/);
    await keys.press('u');
    await keys.seesDialog(/refs\/tags\/v1\.8\.0/);
  },
};
