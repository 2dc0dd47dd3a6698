/** Which run deleted rows from `orders`, and with which token? Then: who else came with that token? */
import type { Task } from './task.ts';

const DELETED = 'table:orders verb:delete rows>0';
const RUN = /ci-deployer github\/4713\/1 /;
const WHO = /CI job\s+attested by a verified claim\s+job\s+github\/4713\/1\s+run\s+4713/;
const TOKEN = /token\s+(?<token>[0-9a-f]{16})…/;

/** All that came with the token: the pipeline's is shared by its runs. */
const SHARED = ['4714', 'gitlab/88', '4713', '4712', '4711'];

/** Newest first; some came at the same second. */
const ANY_RUN = SHARED.map(
  () => new RegExp(`^[\\d: -]+ ci-deployer (github|gitlab)/(${SHARED.join('|')}|88)`),
);

export const deletedRows: Task = {
  async byHand(hands) {
    await hands.filters(DELETED);
    await hands.seesRows('session-row', [RUN]);
    await hands.row('session-row', '4713');
    await hands.sees('preview', WHO);
    const token = tokenIn(await hands.read('preview'));
    await hands.row('session-row', '4713', { twice: true });
    await hands.sees('position', 'statement 8/9');
    await hands.sees('terminal-text', /DELETE FROM orders WHERE status = 'test'[^]*DELETE 12/);
    await hands.press('Identity');
    await hands.seesDialog(new RegExp(`ci-deployer[^]*${token}`));
    await hands.press('Sessions');
    await hands.filters(`token:${token}`);
    await hands.seesRows('session-row', ANY_RUN);
  },

  async byKeys(keys) {
    await keys.filters(DELETED);
    await keys.seesRows('session-row', [RUN]);
    await keys.press('j');
    await keys.sees('preview', WHO);
    const token = tokenIn(await keys.read('preview'));
    await keys.press('Enter');
    await keys.sees('position', 'statement 8/9');
    await keys.sees('terminal-text', /DELETE FROM orders WHERE status = 'test'[^]*DELETE 12/);
    await keys.press('u');
    await keys.seesDialog(new RegExp(`ci-deployer[^]*${token}`));
    await keys.closes();
    await keys.press('g', 's');
    await keys.filters(`token:${token}`);
    await keys.seesRows('session-row', ANY_RUN);
  },
};

function tokenIn(text: string): string {
  const token = TOKEN.exec(text)?.groups?.['token'];
  if (token === undefined) throw new Error(`no token is told in ${text}`);
  return token;
}
