/** What the control API may be used for, and by whom: the one place that says so. */
import type { Roles } from './config-approvals.ts';

/**
 * What a route asks of its caller. `none`: nothing; `observe`: to see what the gateway does; `operate`: to end sessions, revoke
 * tokens, reload; `review`: to decide on held statements; `redact`: to take values out of the record; `hold`: to place legal holds, and
 * to lift them.
 */
export type Permission = 'none' | 'observe' | 'operate' | 'review' | 'redact' | 'hold';

/** Roles that carry a permission. Admins decide on nothing unless they are reviewers too. */
const CARRIERS: Readonly<Record<Exclude<Permission, 'none'>, readonly (keyof Roles)[]>> = {
  observe: ['viewer', 'investigator', 'reviewer', 'admin'],
  operate: ['admin'],
  review: ['reviewer'],
  redact: ['admin'],
  hold: ['reviewer', 'admin'],
};

/**
 * Whether a token must prove it. Deciding always takes one; what needs none is free to whoever can open the socket, which is the
 * gateway's own user.
 */
export function takesToken(permission: Permission, roles: Roles): boolean {
  if (permission === 'review') return true;
  if (permission === 'observe') return roles.viewer.length > 0;
  return roles.admin.length > 0;
}

/** Whether members of these groups have it. Where no group is called reviewer, each rule's own approvers decide. */
export function isPermitted(permission: Permission, roles: Roles, groups: readonly string[]): boolean {
  if (permission === 'none') return true;
  if (permission === 'review' && roles.reviewer.length === 0) return true;
  return CARRIERS[permission].some((role) => roles[role].some((group) => groups.includes(group)));
}

/** Who has it, for the one who has not: `a reviewer (group dba)`. */
export function permittedRoles(permission: Exclude<Permission, 'none'>, roles: Roles): string {
  return CARRIERS[permission]
    .filter((role) => roles[role].length > 0)
    .map((role) => `${/^[aeiou]/u.test(role) ? 'an' : 'a'} ${role} (group ${roles[role].join(' or ')})`)
    .join(' or ');
}
