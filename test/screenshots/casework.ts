/** What an investigator has noted about the demo's story, so that the views of a case have something to show. */
import type { Page } from 'playwright-core';
import { z } from 'zod';

/** What the pictures show of. */
export interface Cited {
  /** The run that tried to empty a table. */
  readonly deployer: string;
  /** The event at which its DELETE was held. */
  readonly held: number;
  readonly finding: string;
  /** Two runs of one program, the older first. */
  readonly runs: readonly string[];
}

const Made = z.object({ id: z.string() });

const Statements = z.object({
  items: z.array(z.object({ session: z.string(), verb: z.string(), sequence: z.number() })),
});

const Sessions = z.object({ items: z.array(z.object({ id: z.string(), started: z.number() })).length(2) });

export async function doCasework(page: Page): Promise<Cited> {
  const deployed = await statementsOf(page, 'job:github/4713');
  const loaded = await statementsOf(page, 'job:github/4712');
  const dropped = oneOf(deployed, 'DROP TABLE');
  const deleted = oneOf(deployed, 'DELETE');
  const read = oneOf(loaded, 'SELECT');
  const finding = Made.parse(
    await ask(page, '/api/case/findings', {
      title: 'Run 4713 tried to empty orders',
      severity: 'high',
      narrative:
        'A model wrote `DELETE FROM orders` without a WHERE. It was **held**, and Ada rejected it: [frame 2].\n\nBefore that the same run tried to drop the table: [frame 1]. Nothing was lost.',
      places: [dropped, deleted],
    }),
  );
  await ask(page, '/api/case/findings', {
    title: 'Customers exported with masked addresses',
    severity: 'low',
    narrative: 'As agreed.',
    places: [read],
  });
  await ask(page, `/api/case/findings/${finding.id}`, { status: 'confirmed', assignee: 'Ada' });
  const notes = [
    { place: deleted, text: 'No WHERE: this would empty **orders**', tags: ['no-where'], colour: 'red' },
    { place: read, text: 'The export that was announced', tags: ['announced'], colour: 'green' },
  ];
  for (const note of notes) await ask(page, '/api/case/annotations', note);
  const reviews = [
    { sessions: [deleted.session], verdict: 'violation', reason: 'see finding 1' },
    { sessions: [read.session], verdict: 'to-review', reason: 'monthly look at exports' },
  ];
  for (const review of reviews) await ask(page, '/api/case/reviews', review);
  const { items } = Sessions.parse(
    await ask(page, '/api/sessions?filter=token%3Ashop-dashboard&sort=-statements&limit=2'),
  );
  const runs = items.toSorted((a, b) => a.started - b.started).map(({ id }) => id);
  return {
    runs,
    deployer: deleted.session,
    held: deleted.sequence,
    finding: finding.id,
  };
}

interface Place {
  readonly session: string;
  readonly sequence: number;
}

type Found = z.infer<typeof Statements>['items'];

/** Oldest first. */
async function statementsOf(page: Page, filter: string): Promise<Found> {
  const { items } = Statements.parse(
    await ask(page, `/api/statements?filter=${encodeURIComponent(filter)}&limit=50`),
  );
  return items.toReversed();
}

function oneOf(statements: Found, verb: string): Place {
  const found = statements.find((one) => one.verb === verb);
  if (found === undefined) throw new Error(`the demo's story has no ${verb} there`);
  return { session: found.session, sequence: found.sequence };
}

/** Asks the host as the window does; a body is posted. */
function ask(page: Page, path: string, body?: object): Promise<unknown> {
  return page.evaluate(
    async ([url, text]) => {
      const authorization = `Bearer ${sessionStorage.getItem('auditorium.bearer')}`;
      const answer = await fetch(url, {
        headers: { authorization, ...(text === null ? {} : { 'content-type': 'application/json' }) },
        ...(text === null ? {} : { method: 'POST', body: text }),
      });
      if (!answer.ok) throw new Error(await answer.text());
      return answer.json() as Promise<unknown>;
    },
    [path, body === undefined ? null : JSON.stringify(body)] as const,
  );
}
