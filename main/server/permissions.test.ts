/** Who may what, held against a running server: the table of roles and routes, and every cell of it asked. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isRouteName, permissionOf, type RouteName, ROUTES } from '../../shared/api/route-table.ts';
import { type TestTeam, startTestTeam } from './testing/test-team.ts';
import type { Visitor } from './testing/visitor.ts';

/** Who asks: nobody known, somebody of no role, and somebody of each role alone. */
const CALLERS = ['stranger', 'member', 'viewer', 'investigator', 'reviewer', 'admin'] as const;
type Caller = (typeof CALLERS)[number];

const ANYBODY = 'stranger member viewer investigator reviewer admin';
const SIGNED_IN = 'member viewer investigator reviewer admin';
const ANY_ROLE = 'viewer investigator reviewer admin';
const WHO_WORKS = 'investigator reviewer';

/** Who is answered. A route that is not listed here does not compile. */
const ANSWERED: Readonly<Record<RouteName, string>> = {
  signIn: ANYBODY,
  host: ANYBODY,
  beginSignIn: ANYBODY,
  person: SIGNED_IN,
  signOut: SIGNED_IN,
  chooseStore: SIGNED_IN,
  preferences: SIGNED_IN,
  keepPreferences: SIGNED_IN,
  archive: ANY_ROLE,
  chooseArchive: ANY_ROLE,
  sessions: ANY_ROLE,
  statements: ANY_ROLE,
  facets: ANY_ROLE,
  session: ANY_ROLE,
  steps: ANY_ROLE,
  outline: ANY_ROLE,
  keyframe: ANY_ROLE,
  segments: ANY_ROLE,
  segment: ANY_ROLE,
  storeStatus: ANY_ROLE,
  fetchStore: ANY_ROLE,
  stopFetching: ANY_ROLE,
  live: ANY_ROLE,
  fleet: ANY_ROLE,
  fleetSessions: ANY_ROLE,
  integrity: ANY_ROLE,
  noteAct: ANY_ROLE,
  approvals: ANY_ROLE,
  approval: ANY_ROLE,
  caseInfo: ANY_ROLE,
  annotations: ANY_ROLE,
  findings: ANY_ROLE,
  finding: ANY_ROLE,
  reviews: ANY_ROLE,
  verifyArchive: 'investigator reviewer admin',
  takeOut: WHO_WORKS,
  exportCase: WHO_WORKS,
  annotate: WHO_WORKS,
  changeAnnotation: WHO_WORKS,
  makeFinding: WHO_WORKS,
  changeFinding: WHO_WORKS,
  addEvidence: WHO_WORKS,
  changeEvidence: WHO_WORKS,
  review: WHO_WORKS,
  mergeCase: WHO_WORKS,
  caseLog: 'reviewer admin',
  decide: 'reviewer',
  startPoints: ANY_ROLE,
  openArchive: 'admin',
  startDemo: 'admin',
  takeConfiguration: 'admin',
  writeConfiguration: 'admin',
  gatewayStatus: 'admin',
  runGateway: 'admin',
  reloadGateway: 'admin',
  gatewayLog: 'admin',
  gatewaySettings: 'admin',
  putConnection: 'admin',
  dropSetting: 'admin',
  testConnection: 'admin',
  putIssuer: 'admin',
  testIssuer: 'admin',
  judgeToken: 'admin',
  policySource: 'admin',
  checkPolicy: 'admin',
  explainPolicy: 'admin',
  whatIf: 'admin',
  savePolicy: 'admin',
  endSession: 'admin',
  redact: 'admin',
  holds: ANY_ROLE,
  placeHold: 'reviewer admin',
  liftHold: 'reviewer admin',
};

const MEMBERS = {
  member: 'painters',
  viewer: 'everyone',
  investigator: 'security',
  reviewer: 'leads',
  admin: 'ops',
};

/** Signing out comes last: nobody is answered after it. */
const NAMES = Object.keys(ROUTES)
  .filter(isRouteName)
  .toSorted((a, b) => Number(a === 'signOut') - Number(b === 'signOut'));

let team: TestTeam;
const visitors = new Map<Caller, Visitor>();

beforeAll(async () => {
  team = await startTestTeam();
  for (const caller of CALLERS) {
    const visitor = team.visitor();
    if (caller !== 'stranger') await visitor.signIn({ subject: caller, groups: MEMBERS[caller] });
    visitors.set(caller, visitor);
  }
});
afterAll(async () => {
  await team[Symbol.asyncDispose]();
  expect(team.reported).toEqual([]);
});

/** How a route answers somebody, without the effects that it may have: bodies are empty. */
async function answered(name: RouteName, caller: Caller): Promise<string> {
  const { method, path } = ROUTES[name];
  const filled = path
    .replace('{id}', path.includes('/sessions/') ? team.session : 'ab'.repeat(32))
    .replace('{evidence}', 'cd'.repeat(32))
    .replace('{number}', '0')
    .replace('{sequence}', '0');
  const visitor = visitors.get(caller) ?? team.visitor();
  const { status, body } = await visitor.ask(
    method.toUpperCase(),
    filled,
    method === 'post' ? {} : undefined,
  );
  if (status === 401 && body.includes('"this needs a sign-in"')) return 'NOT_SIGNED_IN';
  if (status === 403 && body.includes(`"this needs the permission ${permissionOf(name)}, which the role`))
    return 'FORBIDDEN';
  // Past the door it may fail of the empty body, of what is not there, or of a gateway that does not run.
  return status !== undefined && [200, 400, 404, 501, 503].includes(status)
    ? 'answered'
    : `${status} ${body}`;
}

test.each(CALLERS)('a %s is answered by these routes and no others', async (caller) => {
  const seen: Record<string, string> = {};
  for (const name of NAMES) seen[name] = await answered(name, caller);
  const expected = NAMES.map((name) => {
    if (ANSWERED[name].split(' ').includes(caller)) return [name, 'answered'];
    return [name, caller === 'stranger' ? 'NOT_SIGNED_IN' : 'FORBIDDEN'];
  });
  expect(seen).toEqual(Object.fromEntries(expected));
});

test('what the window is told that a person may is what the server lets them', async () => {
  for (const caller of CALLERS.filter((one) => one !== 'stranger')) {
    const { may, roles } = await team.visitor().signIn({ subject: caller, groups: MEMBERS[caller] });
    const told = NAMES.filter((name) => may.includes(permissionOf(name)));
    // Signing in takes no permission at a team server; it is local hosts that ask for one.
    const allowed = NAMES.filter((name) => ANSWERED[name].split(' ').includes(caller));
    expect([told.toSorted(), roles]).toEqual([allowed.toSorted(), caller === 'member' ? [] : [caller]]);
  }
});

test('who is of several groups may what any of them may', async () => {
  const { may, roles } = await team.visitor().signIn({ subject: 'chief', groups: 'ops,leads' });
  expect([roles, may.includes('gateway:redact'), may.includes('approvals:decide')]).toEqual([
    ['reviewer', 'admin'],
    true,
    true,
  ]);
});
