/** Who asks, what they may, and how they sign in and out. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { ApiError } from '../../shared/api/error.ts';
import type { Permission, Role } from '../../shared/api/permission.ts';
import { ROUTES } from '../../shared/api/route-table.ts';
import type { ApprovalDesk } from '../approval-desk.ts';
import { asked } from './gateway-failure.ts';

/** What a team server knows of who asks beside who they are. */
export interface Membership {
  readonly roles: readonly Role[];
  /** What their window proves itself with. */
  readonly csrf: string;
  /** The stores that they see. */
  readonly stores: readonly { readonly name: string; readonly chosen: boolean }[];
  /** From here on they look at another. Throws {@link ApiError} where they see none of that name. */
  readonly choose: (store: string) => void;
}

export interface PersonSources {
  /** What the caller may do; null when it is nobody known. */
  readonly authorise: (request: Request) => ReadonlySet<Permission> | null;
  /** null where nobody can sign in. */
  readonly desk: ApprovalDesk | null;
  /** null: of no team. */
  readonly membership: (() => Membership) | null;
}

export function servePerson(app: OpenAPIHono, { authorise, desk, membership }: PersonSources): void {
  app.openapi(ROUTES.person, async (c) => {
    const person = desk === null ? null : await asked(desk.person());
    const { roles, csrf, stores } = membership?.() ?? { roles: [], csrf: null, stores: [] };
    const may = [...(authorise(c.req.raw) ?? [])];
    return c.json({ person, may, roles: [...roles], csrf, stores: [...stores] }, 200);
  });
  app.openapi(ROUTES.beginSignIn, async (c) => c.json(await asked(here(desk).beginSignIn()), 200));
  app.openapi(ROUTES.signOut, async (c) => {
    return c.json({ person: null, issuer: await asked(here(desk).signOut()) }, 200);
  });
}

/** For those who see several stores of a team. */
export function serveStores(app: OpenAPIHono, membership: PersonSources['membership']): void {
  app.openapi(ROUTES.chooseStore, (c) => {
    if (membership === null) throw new ApiError('NOT_AVAILABLE_HERE', 'this host shows one archive');
    membership().choose(c.req.valid('json').store);
    return c.json({}, 200);
  });
}

function here(desk: ApprovalDesk | null): ApprovalDesk {
  if (desk === null) throw new ApiError('NOT_AVAILABLE_HERE', 'nobody can sign in here');
  return desk;
}
