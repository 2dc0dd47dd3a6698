/** Ada, on call and a reviewer: she looks at what is held and decides. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Verdict } from '../../../shared/approvals/request.ts';
import { decideOn, listRequests, showRequest } from '../../control-approvals.ts';
import { pause, type Stage, type Who } from './stage.ts';

export const ADA: Who = {
  subject: 'ada@example.com',
  client: 'terminal',
  groups: ['engineers', 'on-call', 'reviewers'],
};

/** Between two looks at the inbox, ms. */
const POLL = 50;

/** A statement is held within milliseconds; this is many times that, ms. */
const PATIENCE = 10_000;

/** Ada waits for `text` to be held, looks at it, and decides. */
export async function review(
  stage: Stage,
  text: string,
  decision: { readonly verdict: Verdict; readonly reason: string },
): Promise<void> {
  const access = { socket: stage.control, token: await stage.token(ADA) };
  const id = await held(stage, text);
  await showRequest(access, id);
  await pause(stage, 1200);
  await decideOn(access, id, decision);
}

/** Waits for `text` to be held; resolves to the number of its request. */
export async function held(stage: Stage, text: string): Promise<string> {
  const access = { socket: stage.control, token: await stage.token(ADA) };
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    const requests = await listRequests(access);
    const request = requests.find(({ state, preview }) => state === 'pending' && preview === text);
    if (request !== undefined) return request.id;
    if (performance.now() > deadline) throw new Error(`a statement of the story was to be held: ${text}`);
    await sleep(POLL, undefined, { signal: stage.signal });
  }
}
