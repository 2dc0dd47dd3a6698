/** Tab goes through the window and out of it again: no part keeps whoever came by key. */
import { expect } from 'vitest';
import type { Keys } from './person.ts';

/** So many presses may be within one part, however it is made. */
const FEW = 4;

/** From the parts that take keys of their own Tab leaves within a few presses. */
export async function tabLeaves(keys: Keys): Promise<void> {
  const left: Record<string, boolean> = {};
  const leaves = async (name: string, within: string): Promise<void> => {
    left[name] = await keys.leaves(within, FEW);
  };
  await keys.press('/');
  await leaves('filter', '[data-testid=filter]');
  await keys.press('Escape', 'j');
  await leaves('list of sessions', '[role=grid]');
  await keys.press('k', 'Enter');
  await keys.sees('position', 'statement');
  await keys.tabTo(/^Time line$/);
  await leaves('time line', '[data-testid=time-line]');
  await keys.tabTo(/^Terminal$/);
  await leaves('terminal', '.replay-terminal');
  await keys.tabTo(/^Statements of the session$/);
  await leaves('list of statements', '[role=grid]');
  await keys.tabTo(/^Statement$/);
  await leaves('inspector', '[role=tablist]');
  expect(left).toEqual(Object.fromEntries(Object.keys(left).map((name) => [name, true])));
}
