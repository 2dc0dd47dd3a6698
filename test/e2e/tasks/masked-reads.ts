/** Who read masked columns in the last week, and what did they read? */
import { weekAgo, type Task } from './task.ts';

/** The agents, newest first, with how many of their statements read something masked. */
const READERS = [
  /ada@example\.com – 18 \d+ 0 2 completed/,
  /ci-deployer github\/4713\/1 9 \d+ ✕ 4 2 2 1 completed/,
  /ci-deployer github\/4712\/1 11 \d+ 0 10 completed/,
];
const READ = /SELECT email, birth_date FROM customers WHERE birth_date </;

export const maskedReads: Task = {
  async byHand(hands) {
    await hands.filters('masked:*');
    await hands.seesRows('session-row', READERS.slice(0, 1));
    await hands.drags(hands.part('histogram'), 0.02, 0.99);
    await hands.sees('filter', /masked:\* after:\S+ before:/);
    await hands.filters(`masked:* after:${weekAgo()}`);
    await hands.seesRows('session-row', READERS);
    await hands.press('Statements');
    await hands.row('statement-row', READ, { twice: true });
    await hands.sees('terminal-text', /Masked: shop\.customers\.email by personal data \(partial\)/);
    await hands.click(hands.tab(/Result/));
    await hands.sees('inspector-result', /[a-z]\*\*\*@example\./);
  },

  async byKeys(keys) {
    await keys.filters(`masked:* after:${weekAgo()}`);
    await keys.seesRows('session-row', READERS);
    await keys.press('g', 'q');
    // The list is of statements now, and what was shown of the newest session is its last two.
    await keys.seesRows('statement-row', [/ada@example\.com/, /ada@example\.com/, /github\/4713\/1/, READ]);
    await keys.press('j', 'j', 'j', 'j', 'Enter');
    await keys.sees('terminal-text', /Masked: shop\.customers\.email by personal data \(partial\)/);
    await keys.press('2');
    await keys.sees('inspector-result', /[a-z]\*\*\*@example\./);
  },
};
