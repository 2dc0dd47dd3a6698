/** The right of somebody who sees a part of an archive, as the routes of the app are held to it. */
import { ApiError } from '../../shared/api/error.ts';
import type { RouteName } from '../../shared/api/route-table.ts';
import type { SessionId } from '../../shared/api/session.ts';

/** What is seen: sessions of some connections. */
export interface Rights {
  readonly connections: ReadonlySet<string>;
  readonly sees: (session: SessionId) => Promise<boolean>;
}

/**
 * What a route has to do with it: `part` answers of what is seen alone, because what it asks is limited to that; `none` tells nothing of
 * the archive; `whole` is about all of it, and answered to nobody who sees a part.
 */
const OF_RIGHTS: Readonly<Record<RouteName, 'part' | 'none' | 'whole'>> = {
  signIn: 'none',
  host: 'none',
  archive: 'part',
  sessions: 'part',
  statements: 'part',
  facets: 'part',
  session: 'part',
  steps: 'part',
  outline: 'part',
  keyframe: 'part',
  segments: 'part',
  segment: 'part',
  live: 'part',
  takeOut: 'part',
  approvals: 'part',
  approval: 'part',
  decide: 'part',
  person: 'none',
  beginSignIn: 'none',
  signOut: 'none',
  chooseStore: 'none',
  // How gateways are counts what everybody does on them.
  fleet: 'whole',
  fleetSessions: 'part',
  chooseArchive: 'none',
  preferences: 'none',
  keepPreferences: 'none',
  // Verdicts name sessions and count events of all.
  integrity: 'whole',
  verifyArchive: 'whole',
  endSession: 'part',
  // It says where else a value stands.
  redact: 'whole',
  // A filter names what somebody looks for, on whatever connection.
  holds: 'whole',
  placeHold: 'whole',
  liftHold: 'whole',
  caseInfo: 'part',
  annotations: 'part',
  annotate: 'part',
  changeAnnotation: 'part',
  findings: 'part',
  finding: 'part',
  makeFinding: 'part',
  changeFinding: 'part',
  addEvidence: 'part',
  changeEvidence: 'part',
  reviews: 'part',
  review: 'part',
  // Chains of signed entries hold only as a whole; the log says what others looked for.
  caseLog: 'whole',
  exportCase: 'whole',
  mergeCase: 'whole',
  noteAct: 'part',
  // What is fetched, and what there is, is of all connections.
  storeStatus: 'whole',
  fetchStore: 'whole',
  stopFetching: 'whole',
  startPoints: 'none',
  openArchive: 'whole',
  startDemo: 'whole',
  takeConfiguration: 'whole',
  writeConfiguration: 'whole',
  // A gateway's settings name all of its connections, and its log what happened on them.
  gatewayStatus: 'whole',
  runGateway: 'whole',
  reloadGateway: 'whole',
  gatewayLog: 'whole',
  gatewaySettings: 'whole',
  putConnection: 'whole',
  dropSetting: 'whole',
  testConnection: 'whole',
  putIssuer: 'whole',
  testIssuer: 'whole',
  judgeToken: 'whole',
  policySource: 'whole',
  checkPolicy: 'whole',
  explainPolicy: 'whole',
  whatIf: 'whole',
  savePolicy: 'whole',
};

/** The routes that nobody is answered who sees a part. */
export const WHOLE_ROUTES: ReadonlySet<RouteName> = new Set(
  (Object.keys(OF_RIGHTS) as RouteName[]).filter((route) => OF_RIGHTS[route] === 'whole'),
);

/** Throws {@link ApiError} FORBIDDEN. */
export function expectRight(route: RouteName, rights: Rights | null): void {
  if (rights !== null && WHOLE_ROUTES.has(route))
    throw new ApiError(
      'FORBIDDEN',
      `this is about all connections of the store, and yours are ${[...rights.connections].join(', ') || 'none'}`,
    );
}

/** Rejects with {@link ApiError} NOT_FOUND where the session is none that is seen. */
export async function expectSeen(session: SessionId, rights: Rights | null): Promise<void> {
  if (rights !== null && !(await rights.sees(session)))
    throw new ApiError('NOT_FOUND', `the archive holds no session ${session}`);
}
