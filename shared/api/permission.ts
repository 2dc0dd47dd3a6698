/** What callers of the API may do, and what the roles of a team may: the one place that says so. */

/** What a route asks of its caller. `public` needs no sign-in; `person:own` is what is the caller's own. */
export const PERMISSION_NAMES = [
  'public',
  'person:own',
  'archive:read',
  'archive:verify',
  'archive:export',
  'approvals:read',
  'approvals:decide',
  'case:read',
  'case:log',
  'case:write',
  'case:export',
  'gateway:read',
  'gateway:operate',
  'gateway:redact',
  'gateway:hold',
] as const;
export type Permission = (typeof PERMISSION_NAMES)[number];

/** All of them: of whoever started a host on their own machine. */
export const EVERYTHING: ReadonlySet<Permission> = new Set(PERMISSION_NAMES);

/** What groups of people are to a team server, as `roles` of its configuration names them. */
export const ROLES = ['viewer', 'investigator', 'reviewer', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Looks, and leaves no trace but in the log of the case. */
const VIEWER = ['archive:read', 'approvals:read', 'case:read'] as const;

/** Works: writes what was found, checks the evidence, and takes it to others. */
const INVESTIGATOR = [...VIEWER, 'archive:verify', 'archive:export', 'case:write', 'case:export'] as const;

/** What each role may beside `person:own`. Who has several may what any of them may. */
const MAY: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: VIEWER,
  investigator: INVESTIGATOR,
  reviewer: [...INVESTIGATOR, 'case:log', 'approvals:decide', 'gateway:hold'],
  // Whoever can take values out of the record decides on nothing and writes no findings, unless they have that role too.
  admin: [
    ...VIEWER,
    'archive:verify',
    'case:log',
    'gateway:read',
    'gateway:operate',
    'gateway:redact',
    'gateway:hold',
  ],
};

/** What somebody who signed in may, with these roles; without any, only what is their own. */
export function permissionsOf(roles: readonly Role[]): ReadonlySet<Permission> {
  return new Set(['public', 'person:own', ...roles.flatMap((role) => MAY[role])]);
}

/** The roles that may, for those who may not. */
export function rolesWith(permission: Permission): Role[] {
  return ROLES.filter((role) => MAY[role].includes(permission));
}
