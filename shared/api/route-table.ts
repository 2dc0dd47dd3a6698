/**
 * The declared routes as one table. A route that is declared and not listed here, or listed and without a permission,
 * does not compile.
 */
import * as declared from './routes.ts';
import type { Permission } from './permission.ts';

type Declared = typeof declared;

export type RouteName = {
  [K in keyof Declared]: Declared[K] extends { getRoutingPath(): string } ? K : never;
}[keyof Declared];
export type Routes = { readonly [K in RouteName]: Declared[K] };

const {
  signIn,
  host,
  archive,
  sessions,
  statements,
  facets,
  session,
  steps,
  outline,
  keyframe,
  segments,
  segment,
  live,
  takeOut,
  approvals,
  approval,
  decide,
  person,
  beginSignIn,
  signOut,
  chooseArchive,
  preferences,
  keepPreferences,
  integrity,
  verifyArchive,
  endSession,
  redact,
  caseInfo,
  annotations,
  annotate,
  changeAnnotation,
  findings,
  finding,
  makeFinding,
  changeFinding,
  addEvidence,
  changeEvidence,
  reviews,
  review,
  caseLog,
  noteAct,
  exportCase,
  mergeCase,
} = declared;

export const ROUTES: Routes = {
  signIn,
  host,
  archive,
  sessions,
  statements,
  facets,
  session,
  steps,
  outline,
  keyframe,
  segments,
  segment,
  live,
  takeOut,
  approvals,
  approval,
  decide,
  person,
  beginSignIn,
  signOut,
  chooseArchive,
  preferences,
  keepPreferences,
  integrity,
  verifyArchive,
  endSession,
  redact,
  caseInfo,
  annotations,
  annotate,
  changeAnnotation,
  findings,
  finding,
  makeFinding,
  changeFinding,
  addEvidence,
  changeEvidence,
  reviews,
  review,
  caseLog,
  noteAct,
  exportCase,
  mergeCase,
};

/** What a caller must hold to be answered by the route. */
export function permissionOf(name: RouteName): Permission {
  return declared.PERMISSIONS[name];
}

export function isRouteName(name: string): name is RouteName {
  return Object.hasOwn(ROUTES, name);
}
