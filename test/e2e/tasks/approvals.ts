/** What is held is approved, or rejected with a reason, by somebody who signs in for it. */
import pg from 'pg';
import { expect } from 'vitest';
import { REVIEWERS } from '../../../main/demo/configuration.ts';
import { Keys } from './person.ts';
import type { Task } from './task.ts';

const EVERY_ORDER = 'DELETE FROM orders';
const SALE = 'UPDATE products SET price_cents = price_cents * 1';

/** What the agent is told of a statement that was rejected. */
const rejectedBy = (who: string, reason: string) => ({
  code: '42501',
  message: `rejected by ${who}: ${reason}`,
});

/** Sends a statement that is held; what comes of it, a failure included, is what this resolves to. */
function sends(client: pg.Client, text: string): Promise<unknown> {
  return client.query(text).then(
    ({ command, rowCount }) => ({ command, rowCount }),
    (error: unknown) =>
      error instanceof pg.DatabaseError ? { code: error.code, message: error.message } : error,
  );
}

export const approvals: Task = {
  async byHand(hands, stage) {
    // One has waited since the demo began.
    await hands.sees('badge', '1');
    await hands.press(/^Approvals/);
    await hands.sees('request', 'UPDATE products SET price_cents = price_cents * 9 / 10');
    const issuer = await hands.opens(() => hands.press('Sign in to decide'));
    await issuer.getByLabel('Subject').fill('grace');
    await issuer.getByLabel('Groups').fill(REVIEWERS);
    await issuer.getByRole('button', { name: 'Sign in' }).click();
    await issuer.getByText('You are signed in').waitFor();
    await issuer.close();
    await hands.click(hands.field('Reason for approving'));
    await hands.type('ten per cent off');
    await hands.press('Approve');
    await hands.sees('request', 'approved by grace: ten per cent off');

    const agent = await stage.agent('tidy');
    const answer = sends(agent, EVERY_ORDER);
    await hands.row('request-row', 'tidy');
    await hands.sees('request', EVERY_ORDER);
    await hands.press('Reject');
    await hands.sees('decide', 'Say why it is rejected');
    await hands.type('no WHERE');
    await hands.press('Reject');
    await hands.sees('request', 'rejected by grace: no WHERE');
    expect(await answer).toEqual(rejectedBy('grace', 'no WHERE'));
    await agent.end();
    await hands.click(hands.part('person'));
    await hands.press('Sign out');
  },

  async byKeys(keys, stage) {
    const agents = [await stage.agent('repricer'), await stage.agent('tidy')] as const;
    const sale = sends(agents[0], SALE);
    await keys.press('g', 'a');
    await keys.sees('request', SALE);
    await keys.tabTo(/^Sign in to decide/);
    const issuer = await keys.opens(() => keys.press('Enter'));
    const there = new Keys(issuer, []);
    await there.type('heidi');
    await there.tabTo(/^Groups/);
    await there.type(REVIEWERS);
    await there.press('Enter');
    await issuer.getByText('You are signed in').waitFor();
    await issuer.close();
    await keys.sees('decide', 'approves as heidi');
    await keys.press('a');
    await keys.type('a no-op');
    await keys.press('Enter');
    await keys.sees('request', 'approved by heidi: a no-op');
    expect(await sale).toEqual({ command: 'UPDATE', rowCount: 160 });

    const answer = sends(agents[1], EVERY_ORDER);
    await keys.sees('badge', '1');
    await keys.press('k');
    await keys.sees('request', EVERY_ORDER);
    await keys.press('r');
    await keys.type('no WHERE');
    await keys.press('Enter');
    await keys.sees('request', 'rejected by heidi: no WHERE');
    expect(await answer).toEqual(rejectedBy('heidi', 'no WHERE'));
    for (const agent of agents) await agent.end();
  },
};
