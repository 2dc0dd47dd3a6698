/** What rights per connection must do whatever holds the archive: every route of the API is asked by somebody who sees one of two. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ArchiveReader } from '../../../gateway/archive/archive.ts';
import { isRouteName, type RouteName, ROUTES } from '../../../shared/api/route-table.ts';
import { startTestTeam, type TestTeam } from '../../server/testing/test-team.ts';
import type { Answer, Visitor } from '../../server/testing/visitor.ts';
import { WHOLE_ROUTES } from '../rights.ts';
import { SECRETS, type TwoConnections } from './two-connections.ts';

export interface RightsUnderTest extends TwoConnections {
  readonly reader: ArchiveReader;
  readonly remove: () => void;
}

const RIGHTS = [
  { groups: ['shop'], stores: null, connections: ['shop'] },
  { groups: ['all'], stores: null, connections: null },
] as const;

/** Every role, so that nothing is kept from them but by their right. */
const ROLES = 'everyone,security,leads,ops';

/** An id that no session has. */
const NOWHERE = 'e'.repeat(32);

interface Asked {
  readonly query?: string;
  readonly body?: unknown;
}

/** What a route is asked of a session; a path takes it too. A route that is not listed does not compile. */
type Ask = (session: string, ids: { readonly note: string; readonly finding: string }) => readonly Asked[];
const NOTHING: Ask = () => [{}];
const FILTERS = [
  '',
  'connection:ledger',
  'table:vault',
  'NOT connection:shop',
  'token:mallory',
  'sql:hushed',
];
const filtered =
  (more = ''): Ask =>
  () =>
    FILTERS.map((filter) => ({ query: `filter=${encodeURIComponent(filter)}${more}` }));
const place = (session: string) => ({ session, sequence: 0, last: null, statement: null, cell: null });

const ASKED: Readonly<Record<RouteName, Ask>> = {
  signIn: NOTHING,
  host: NOTHING,
  archive: NOTHING,
  sessions: (session, ids) => [
    ...filtered('&at=0')(session, ids),
    ...filtered('&sort=-rows')(session, ids),
    { query: `filter=session:${session}` },
  ],
  statements: (session, ids) => [
    ...filtered()(session, ids),
    { query: `session=${session}` },
    { query: `session=${session}&at=0` },
    { query: `session=${session}&statement=1` },
  ],
  facets: filtered(),
  session: NOTHING,
  steps: () => [{}, { query: 'from=0' }],
  outline: NOTHING,
  keyframe: NOTHING,
  segments: () => [{}, { query: 'around=1' }],
  segment: NOTHING,
  live: NOTHING,
  takeOut: (session, { finding }) => [
    ...FILTERS.map((filter) => ({ body: { format: 'jsonl', filter } })),
    { body: { format: 'csv', session } },
    { body: { format: 'jsonl', sessions: [session] } },
    { body: { format: 'html', finding } },
    { body: { format: 'asciicast', session } },
  ],
  approvals: NOTHING,
  approval: NOTHING,
  decide: () => [{ body: { verdict: 'approve', reason: 'why not' } }],
  fleet: NOTHING,
  fleetSessions: NOTHING,
  person: NOTHING,
  beginSignIn: NOTHING,
  signOut: NOTHING,
  chooseStore: () => [{ body: { store: 'other' } }],
  chooseArchive: NOTHING,
  preferences: NOTHING,
  keepPreferences: () => [{ body: {} }],
  integrity: NOTHING,
  verifyArchive: NOTHING,
  endSession: () => [{ body: { reason: 'why not' } }],
  redact: (session) => [
    { body: { session, sequence: 3, field: null, value: null, reason: 'why not', apply: false } },
  ],
  holds: NOTHING,
  placeHold: () => [{ body: { filter: '', reason: 'why not' } }],
  liftHold: () => [{ body: { reason: 'why not' } }],
  storeStatus: filtered(),
  fetchStore: () => [{ body: { filter: '' } }],
  stopFetching: NOTHING,
  caseInfo: NOTHING,
  annotations: (session) => [{}, { query: `session=${session}` }],
  annotate: (session, { note }) => [
    { body: { place: place(session), text: 'a note' } },
    { body: { place: null, parent: note, text: 'an answer' } },
  ],
  changeAnnotation: () => [{ body: { text: 'changed' } }],
  findings: NOTHING,
  finding: NOTHING,
  makeFinding: (session) => [{ body: { title: 'found', places: [place(session)] } }],
  changeFinding: () => [{ body: { title: 'changed' } }],
  addEvidence: (session) => [{ body: { places: [place(session)], caption: '' } }],
  changeEvidence: () => [{ body: { caption: 'changed' } }],
  reviews: NOTHING,
  review: (session) => [{ body: { sessions: [session], verdict: 'fine', reason: '' } }],
  caseLog: NOTHING,
  noteAct: (session) => [{ body: { act: 'viewed', session, what: '' } }],
  exportCase: NOTHING,
  mergeCase: () => [{ body: { file: '' } }],
  startPoints: NOTHING,
  openArchive: () => [{ body: { path: '/' } }],
  startDemo: NOTHING,
  takeConfiguration: () => [{ body: { path: '/' } }],
  writeConfiguration: () => [{ body: {} }],
  gatewayStatus: NOTHING,
  runGateway: () => [{ body: {} }],
  reloadGateway: NOTHING,
  gatewayLog: NOTHING,
  gatewaySettings: NOTHING,
  putConnection: () => [{ body: {} }],
  dropSetting: () => [{ body: {} }],
  testConnection: () => [{ body: {} }],
  putIssuer: () => [{ body: {} }],
  testIssuer: () => [{ body: {} }],
  judgeToken: () => [{ body: {} }],
  policySource: NOTHING,
  checkPolicy: () => [{ body: {} }],
  explainPolicy: () => [{ body: {} }],
  whatIf: () => [{ body: {} }],
  savePolicy: () => [{ body: {} }],
};

/** What lists and counts answer, as far as it is looked at. */
interface Told {
  readonly sessions?: number;
  readonly statements?: number;
  readonly total?: number;
  readonly items?: readonly unknown[];
  readonly fields?: { readonly connection: readonly { readonly value: string; readonly count: number }[] };
  readonly histogram?: { readonly counts: readonly number[] };
}

/** What else differs between two sessions that nobody sees: their ids, in what was asked. */
function told({ status, body }: Answer, session: string): string {
  return `${status} ${body.replaceAll(session, 'ID')}`;
}

/** Runs the suite over what `open` opens. */
export function describeRights(name: string, open: () => Promise<RightsUnderTest>): void {
  describe(`rights per connection over ${name}`, { timeout: 120_000 }, () => {
    let archive: RightsUnderTest;
    let team: TestTeam;
    let limited: Visitor;
    let whole: Visitor;
    const ids = { note: '', finding: '' };

    beforeAll(async () => {
      archive = await open();
      team = await startTestTeam({ reader: archive.reader, serve: { rights: [...RIGHTS] } });
      [limited, whole] = [team.visitor(), team.visitor()];
      await limited.signIn({ subject: 'lea', groups: `shop,${ROLES}` });
      await whole.signIn({ subject: 'max', groups: `all,${ROLES}` });
      const written = async (path: string, body: object): Promise<string> => {
        const { body: answer } = await whole.ask('POST', path, body);
        return (JSON.parse(answer) as { id: string }).id;
      };
      ids.note = await written('/api/case/annotations', { place: place(archive.other), text: 'hushed' });
      ids.finding = await written('/api/case/findings', {
        title: 'The vault',
        places: [place(archive.other), place(archive.own)],
      });
      await whole.ask('POST', '/api/case/reviews', {
        sessions: [archive.other],
        verdict: 'suspicious',
        reason: 'hushed',
      });
      await whole.ask('GET', '/api/sessions?filter=table:vault');
    });
    afterAll(async () => {
      await team[Symbol.asyncDispose]();
      await archive.reader.close();
      archive.remove();
      expect(team.reported).toEqual([]);
    });

    async function asked(route: RouteName, session: string): Promise<Answer[]> {
      const { method, path } = ROUTES[route];
      const id = path.includes('/sessions/') ? session : path.includes('findings') ? ids.finding : ids.note;
      const filled = path
        .replace('{id}', id)
        .replace('{evidence}', 'cd'.repeat(32))
        .replace('{number}', '0')
        .replace('{sequence}', '3');
      const answers: Answer[] = [];
      for (const { query, body } of ASKED[route](session, ids)) {
        // Exports are let through once in ten seconds.
        if (route === 'takeOut' || route === 'verifyArchive' || route === 'redact')
          team.clock.ahead += 11_000;
        const where = query === undefined ? filled : `${filled}?${query}`;
        answers.push(await limited.ask(method.toUpperCase(), where, body));
      }
      expect(answers.filter(({ status }) => status === 429)).toEqual([]);
      return answers;
    }

    /** Signing out comes last. */
    const names = Object.keys(ROUTES)
      .filter(isRouteName)
      .filter((route) => route !== 'signOut');

    test.each(names)('%s tells nothing of the other', async (route) => {
      const answers = [...(await asked(route, archive.other)), ...(await asked(route, archive.own))];
      for (const { body, headers } of answers) {
        // What was asked is said again in some answers.
        const said = FILTERS.slice(1).reduce((text, filter) => text.replaceAll(filter, ''), body);
        expect([
          SECRETS.filter((secret) => said.includes(secret)),
          headers['content-disposition'] ?? '',
        ]).toEqual([[], expect.not.stringContaining(archive.other)]);
      }
      if (WHOLE_ROUTES.has(route))
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]));
    });

    test('a session of the other is answered for as one that is not there, by every route that takes one', async () => {
      // Where one signs in is another place each time.
      for (const route of names.filter((one) => one !== 'beginSignIn')) {
        const other = await asked(route, archive.other);
        const nowhere = await asked(route, NOWHERE);
        expect([route, other.map((answer) => told(answer, archive.other))]).toEqual([
          route,
          nowhere.map((answer) => told(answer, NOWHERE)),
        ]);
      }
    });

    test('lists, counts and facets are of what is seen alone, and those who see all see all', async () => {
      const counts = async (by: Visitor): Promise<unknown> => {
        const ask = async (path: string) => JSON.parse((await by.ask('GET', path)).body) as Told;
        const { sessions, statements } = await ask('/api/archive');
        const { total, items } = await ask('/api/sessions?at=0');
        const listed = await ask('/api/statements');
        const { fields, histogram, total: counted } = await ask('/api/facets');
        const { connection } = fields ?? { connection: [] };
        const bars = histogram?.counts.reduce((sum, n) => sum + n, 0);
        return [
          sessions,
          statements,
          total,
          items?.length,
          listed.total,
          listed.items?.length,
          counted,
          bars,
          connection.map(({ value, count }) => [value, count]),
        ];
      };
      expect([await counts(limited), await counts(whole)]).toEqual([
        [1, 2, 1, 1, 2, 2, 1, 1, [['shop', 1]]],
        [
          3,
          4,
          3,
          3,
          4,
          4,
          3,
          3,
          [
            ['ledger', 2],
            ['shop', 1],
          ],
        ],
      ]);
    });

    test('somebody who is given no store is let to nothing of it', async () => {
      const nobody = team.visitor();
      const me = await nobody.signIn({ subject: 'nia', groups: ROLES });
      const answers = await Promise.all(
        ['/api/archive', '/api/sessions', '/api/case'].map((path) => nobody.ask('GET', path)),
      );
      expect([me.may.toSorted(), me.stores, answers.map(({ status }) => status)]).toEqual([
        ['person:own', 'public'],
        [],
        [403, 403, 403],
      ]);
    });
  });
}
