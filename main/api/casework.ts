/** The case: notes, findings, reviews, its log, and the case as a file. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { ApiError } from '../../shared/api/error.ts';
import { ROUTES } from '../../shared/api/route-table.ts';
import type { Casework } from '../casework/casework.ts';
import type { NewsFeed } from '../news-feed.ts';

/** Between two looks at whether the case has grown, by this host or another process, ms: a look costs microseconds. */
const LOOK_MS = 250;

/** Between two words on how far taking in a case is, ms. */
const TELL_MS = 200;

export function serveCasework(
  app: OpenAPIHono,
  casework: Casework | null,
  news: Pick<NewsFeed, 'tell'>,
): void {
  const here = (): Casework => {
    if (casework === null) throw new ApiError('NOT_AVAILABLE_HERE', 'this host has no case open');
    return casework;
  };
  app.openapi(ROUTES.caseInfo, async (c) => c.json(await here().info(), 200));
  serveNotes(app, here);
  serveFindings(app, here);
  app.openapi(ROUTES.reviews, async (c) => c.json({ items: await here().reviews() }, 200));
  app.openapi(ROUTES.review, async (c) => c.json({ items: await here().review(c.req.valid('json')) }, 200));
  app.openapi(ROUTES.caseLog, (c) => c.json(here().log(c.req.valid('query')), 200));
  app.openapi(ROUTES.noteAct, async (c) => {
    const { act, what, session = null } = c.req.valid('json');
    await here().note(act, what, session);
    return c.json({}, 200);
  });
  app.openapi(ROUTES.exportCase, (c) => c.body(Uint8Array.from(here().bytes()), 200, FILE_HEADERS));
  app.openapi(ROUTES.mergeCase, async (c) => {
    const { file, job } = c.req.valid('json');
    let told = performance.now();
    const merged = await here().merge(Buffer.from(file, 'base64'), (progress) => {
      const now = performance.now();
      if (job === undefined || now - told < TELL_MS) return;
      told = now;
      news.tell('export', { job, ...progress });
    });
    return c.json(merged, 200);
  });
}

const FILE_HEADERS = {
  'content-type': 'application/octet-stream',
  'content-disposition': 'attachment; filename="auditorium.case-export"',
};

function serveNotes(app: OpenAPIHono, here: () => Casework): void {
  app.openapi(ROUTES.annotations, async (c) =>
    c.json({ items: await here().annotations(c.req.valid('query').session) }, 200),
  );
  app.openapi(ROUTES.annotate, async (c) => c.json(await here().annotate(c.req.valid('json')), 200));
  app.openapi(ROUTES.changeAnnotation, async (c) =>
    c.json(await here().changeAnnotation(c.req.valid('param').id, c.req.valid('json')), 200),
  );
}

function serveFindings(app: OpenAPIHono, here: () => Casework): void {
  app.openapi(ROUTES.findings, async (c) => c.json({ items: await here().findings() }, 200));
  app.openapi(ROUTES.finding, async (c) => c.json(await here().finding(c.req.valid('param').id), 200));
  app.openapi(ROUTES.makeFinding, async (c) => c.json(await here().makeFinding(c.req.valid('json')), 200));
  app.openapi(ROUTES.changeFinding, async (c) =>
    c.json(await here().changeFinding(c.req.valid('param').id, c.req.valid('json')), 200),
  );
  app.openapi(ROUTES.addEvidence, async (c) => {
    const { places, caption } = c.req.valid('json');
    return c.json(await here().addEvidence(c.req.valid('param').id, places, caption), 200);
  });
  app.openapi(ROUTES.changeEvidence, async (c) => {
    const { id, evidence } = c.req.valid('param');
    return c.json(await here().changeEvidence(id, evidence, c.req.valid('json')), 200);
  });
}

/** Tells windows that the case has grown, until the signal aborts or the case cannot be read, which `report` is told. */
export function tellOfCase(
  casework: Casework,
  news: NewsFeed,
  { closing, report }: { readonly closing: AbortSignal; readonly report: (error: unknown) => void },
): void {
  let told = casework.size;
  const look = (): void => {
    if (news.followers === 0 || casework.size === told) return;
    told = casework.size;
    // How much others write is not for whoever sees a part of it.
    news.tell('case', { entries: casework.isPart ? 0 : told });
  };
  const timer = setInterval(() => {
    try {
      look();
    } catch (error) {
      clearInterval(timer);
      report(error);
    }
  }, LOOK_MS).unref();
  closing.addEventListener('abort', () => clearInterval(timer));
}
