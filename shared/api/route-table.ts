/** The declared routes as one table. A route without a permission does not compile. */
import * as declared from './routes.ts';
import type { Permission } from './permission.ts';

type Declared = typeof declared;

export type RouteName = {
  [K in keyof Declared]: Declared[K] extends { getRoutingPath(): string } ? K : never;
}[keyof Declared];
export type Routes = { readonly [K in RouteName]: Declared[K] };

/** By name: of what routes.ts exports, the routes. */
export const ROUTES: Routes = Object.fromEntries(
  Object.entries(declared).filter(([, value]) => isRoute(value)),
) as Routes;

function isRoute(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'getRoutingPath' in value;
}

/** What a caller must hold to be answered by the route. */
export function permissionOf(name: RouteName): Permission {
  return declared.PERMISSIONS[name];
}

export function isRouteName(name: string): name is RouteName {
  return Object.hasOwn(ROUTES, name);
}
