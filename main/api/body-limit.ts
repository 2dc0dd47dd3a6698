/** How much each route takes at most. */
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { ApiError } from '../../shared/api/error.ts';
import { ROUTES } from '../../shared/api/route-table.ts';

/** Most requests are a few hundred bytes. */
const MOST = 64 * 1024;

/** A narrative of 20,000 characters, each escaped; a hundred places. */
const MOST_OF_CASE = 512 * 1024;

/** 64 MiB of base64, as the route declares, and what stands around it. */
const MOST_OF_MERGE = 64 * 1024 * 1024 + 1024;

/** Refuses bodies that are longer than their route takes. */
export function limitBodies(): MiddlewareHandler {
  const limits = new Map([MOST, MOST_OF_CASE, MOST_OF_MERGE].map((most) => [most, limitOf(most)]));
  return (c, next) => {
    const limit = limits.get(mostOf(c.req.path));
    if (limit === undefined) throw new TypeError('every limit is listed');
    return limit(c, next);
  };
}

function mostOf(path: string): number {
  if (path === ROUTES.mergeCase.path) return MOST_OF_MERGE;
  return path.startsWith(`${ROUTES.caseInfo.path}/`) ? MOST_OF_CASE : MOST;
}

function limitOf(maxSize: number): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new ApiError('BAD_REQUEST', `this request holds at most ${maxSize} bytes`);
    },
  });
}
