/** A session is followed while it goes on, and ended; the agent's connection is closed, and the record says by whom and why. */
import { once } from 'node:events';
import { expect } from 'vitest';
import type { Task } from './task.ts';

const REASON = 'it locks orders';
const ENDED = /ended while you looked[^]*it locks orders/;

/** What an agent hears that loses its connection so: admin shutdown. */
const TOLD = { code: '57P01' };

export const liveSession: Task = {
  async byHand(hands, stage) {
    const agent = await stage.agent('reindexer');
    const lost = once(agent, 'error');
    await agent.query('SELECT count(*) FROM orders');
    await hands.seesRows('session-row', [/^[\d: -]+ reindexer .* live$/]);
    await hands.row('session-row', 'reindexer', { twice: true });
    await hands.sees('position', 'statement 1/1');
    await agent.query('SELECT count(*) FROM products');
    await hands.sees('position', 'statement 2/2');
    await hands.press('End session…');
    await hands.click(hands.field('Reason'));
    await hands.type(REASON);
    await hands.press('End it');
    await hands.sees('ended-strip', ENDED);
    expect(await lost).toMatchObject([TOLD]);
    await hands.sees('terminal-text', REASON);
  },

  async byKeys(keys, stage) {
    const agent = await stage.agent('reindexer');
    const lost = once(agent, 'error');
    await agent.query('SELECT count(*) FROM orders');
    await keys.seesRows('session-row', [/^[\d: -]+ reindexer .* live$/]);
    await keys.press('j', 'Enter');
    await keys.sees('position', 'statement 1/1');
    await agent.query('SELECT count(*) FROM products');
    await keys.sees('position', 'statement 2/2');
    await keys.runs('end this live');
    await keys.seesDialog(/End the session of reindexer/);
    await keys.type(REASON);
    await keys.press('Enter');
    await keys.sees('ended-strip', ENDED);
    expect(await lost).toMatchObject([TOLD]);
    await keys.sees('terminal-text', REASON);
  },
};
