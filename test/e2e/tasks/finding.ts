/** A finding with three frames of two sessions, written and handed over; a stranger checks it. */
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { runCommand } from '../command-line.ts';
import type { Stage } from './stage.ts';
import type { Task } from './task.ts';

const CLI = join(import.meta.dirname, '../../../main/cli.ts');

const NARRATIVE = 'Run 4713 lost its WHERE, see [frame 1].';

/** What the stranger has: the file, and the key of the gateway. */
async function isVerified(stage: Stage, bundle: string): Promise<void> {
  const key = join(stage.folder, 'gateway.pub');
  await writeFile(key, stage.key);
  const { status, printed } = await runCommand(CLI, ['verify', bundle, '--key', key]);
  expect([status, printed.join('\n')]).toEqual([0, expect.stringMatching(/^VERIFIED/m)]);
}

export const finding: Task = {
  async byHand(hands, stage) {
    await hands.filters('run:4713');
    await hands.row('session-row', '4713', { twice: true });
    await hands.sees('position', 'before the first statement');
    for (const decision of ['Held', 'rejected']) {
      while (!(await hands.read('terminal-text')).includes(decision)) await hands.press('Next decision');
      await hands.click(hands.tab(/Notes/));
      await hands.press('Add to a finding');
      const dock = hands.part('dock');
      await hands.click(dock.getByLabel('Finding', { exact: true }));
      if (decision === 'Held') await hands.type('Orders were nearly emptied');
      await hands.click(dock.getByRole('button', { name: /^(Add|Make and add)$/ }));
      await hands.sees('marking-notice', 'to finding #1 “Orders were nearly emptied”');
    }
    await hands.press('Back');
    await hands.filters('run:4712');
    await hands.row('session-row', '4712', { twice: true });
    await hands.sees('position', 'before the first statement');
    await hands.press('End');
    await hands.click(hands.tab(/Notes/));
    await hands.press('Add to a finding');
    await hands.click(hands.part('dock').getByRole('button', { name: /^Add$/ }));
    await hands.sees('marking-notice', 'to finding #1');
    await hands.press('Findings');
    await hands.click(hands.part('finding-card').first(), { twice: true });
    await hands.counts('evidence', 3);
    await hands.press('Write what happened');
    await hands.type(NARRATIVE);
    await hands.press(/^(Save|Keep)/);
    await hands.sees('narrative', 'Run 4713 lost its WHERE, see frame 1.');
    await hands.press('Export…');
    const bundle = join(stage.folder, 'by-hand.zip');
    await hands.takes(bundle, () => hands.press(/^Evidence bundle/));
    await isVerified(stage, bundle);
  },

  async byKeys(keys, stage) {
    await keys.filters('run:4713');
    await keys.seesRows('session-row', [/4713/]);
    await keys.press('j', 'Enter');
    await keys.sees('position', 'before the first statement');
    await keys.runs('7');
    await keys.sees('position', 'statement 7/9');
    await keys.press('F');
    await keys.type('Nearly emptied, twice told');
    await keys.press('Enter');
    await keys.sees('marking-notice', /Added .* “Nearly emptied, twice told”/);
    await keys.press('d', 'f');
    await keys.sees('marking-notice', /Added event \d+/);
    await keys.press('Escape');
    await keys.filters('run:4712');
    await keys.seesRows('session-row', [/4712/]);
    await keys.press('j', 'Enter');
    await keys.sees('position', 'before the first statement');
    await keys.press('End', 'f');
    await keys.sees('marking-notice', 'Nearly emptied');
    await keys.press('g', 'f');
    await keys.sees('column-open', 'Nearly emptied');
    await keys.press('/');
    await keys.type('twice');
    await keys.press('Enter');
    await keys.counts('finding-card', 1);
    await keys.press('j', 'Enter');
    await keys.counts('evidence', 3);
    await keys.tabTo(/^Write what happened/);
    await keys.press('Enter');
    await keys.type(NARRATIVE);
    await keys.press('Control+Enter');
    await keys.sees('narrative', 'Run 4713 lost its WHERE, see frame 1.');
    await keys.tabTo(/^\s*Export/);
    await keys.press('Enter');
    await keys.tabTo(/^Evidence bundle/);
    const bundle = join(stage.folder, 'by-keys.zip');
    await keys.takes(bundle, () => keys.press('Enter'));
    await isVerified(stage, bundle);
  },
};
