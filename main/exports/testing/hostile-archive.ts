/** An archive for tests of exports: two agents, one of whom means harm to whoever reads what it did. */
import { createHash } from 'node:crypto';
import { openSqliteWriter } from '../../../gateway/archive/sqlite/writer.ts';
import {
  errorResponse,
  TEST_SIGNER,
  TestLog,
  type TestSession,
  testWriting,
} from '../../../gateway/archive/testing.ts';
import { dataRow, rowDescription, values } from '../../../shared/replay/fixtures/recording.ts';

/** Texts that a program which shows them may act on. */
export const HOSTILE = {
  formula: "=cmd|' /C calc'!A0",
  plus: '+1+1',
  tab: '\t=1+1',
  fullWidth: '＝1+1',
  html: '<img src=x onerror=alert(1)>',
  script: '</script><script>alert(1)</script>',
  separators: 'one\u2028two\u2029three\u0085four',
  bidi: 'user\u202Enimda\u202C',
  escape: '\u001b]52;c;ZXZpbA==\u0007\u001b[2J',
  template: '${alert(1)} {{7*7}}',
} as const;

export interface HostileArchive {
  /** Session ids: the plain one, then the hostile one. */
  readonly plain: string;
  readonly hostile: string;
  readonly log: TestLog;
}

const POLICY_HASH = new Uint8Array(32).fill(7);

/** Writes the archive into the folder `path`. */
export function writeHostileArchive(path: string): HostileArchive {
  const log = new TestLog(9);
  const plain = log.session(1);
  const hostile = log.session(2);
  const writer = openSqliteWriter({ path, ...testWriting() });
  try {
    const bodies = [
      log.event('logOpened'),
      log.event('signingKey', { key: TEST_SIGNER.publicKey, previous: null, reason: 'the first' }),
      log.event('policyLoaded', {
        hash: POLICY_HASH,
        mode: 'enforce',
        document: Buffer.from('mode: enforce\n'),
      }),
      ...begin(plain, 'ci-deployer', 'deploy'),
      ...begin(hostile, HOSTILE.html, HOSTILE.script),
      ...plainStory(plain),
      ...hostileStory(hostile),
      log.event('heartbeat', { sessions: 1 }),
      plain.event('sessionClosed'),
      hostile.query('select pg_sleep(10)'),
    ];
    for (const body of bodies) writer.append(body);
    writer.commit();
  } finally {
    writer.close();
  }
  return { plain: plain.hex, hostile: hostile.hex, log };
}

function begin(session: TestSession, subject: string, application: string): Uint8Array[] {
  return [
    session.event('sessionOpened', { applicationName: application }),
    session.event('identity', { subject, fingerprint: createHash('sha256').update(subject).digest() }),
    session.event('ciContext'),
    session.event('policyApplied', { hash: POLICY_HASH, mode: 'enforce' }),
    session.event('connected', {
      host: 'db.example',
      port: 5432,
      database: 'shop',
      user: 'shop_agent',
      server: '18.4',
      backend: 77,
    }),
  ];
}

/** A result with a masked column, a prepared statement with parameters, an error, a denial, an approval. */
function plainStory(session: TestSession): Uint8Array[] {
  const masked = [
    session.query('select id, email from public.users'),
    session.event('columnsMasked', {
      statement: session.statements,
      ordinal: 0,
      positions: [1],
      columns: ['public.users.email'],
      rules: ['mask-email'],
      styles: ['redact'],
      levels: ['gateway'],
    }),
    session.outcome({
      tag: 'SELECT 2',
      rows: 2,
      answer: Buffer.concat([
        rowDescription(['id', 23], ['email', 25]),
        dataRow('1', '████'),
        dataRow('2', null),
      ]),
    }),
  ];
  const parsedAt = session.sequence;
  return [
    ...masked,
    session.event('parse', {
      name: 's',
      text: Buffer.from('update orders set note = $1 where id = $2'),
      parameterTypes: [25, 23],
    }),
    session.event('statement', {
      statement: ++session.statements,
      protocol: 'extended',
      name: 's',
      portal: '',
      parsedAt,
      parameters: Buffer.from(values('it’s', '42')),
    }),
    session.outcome({ tag: 'UPDATE 1', rows: 1 }),
    session.query('select * from nowhere'),
    session.outcome({
      status: 'failed',
      sqlstate: '42P01',
      answer: errorResponse('42P01', 'relation "nowhere" does not exist'),
    }),
    session.query('drop table orders'),
    session.decision({
      effect: 'deny',
      rules: ['no-drop'],
      because: ['verb DROP TABLE'],
      message: 'never',
      severity: 'critical',
    }),
    session.outcome({ status: 'failed', sqlstate: '42501', answer: errorResponse('42501', 'never') }),
    session.query('delete from orders'),
    session.decision({ effect: 'hold', rules: ['delete-many'], because: ['verb DELETE'], severity: 'high' }),
    session.event('hold', { statement: session.statements, request: '12' }),
    session.event('vote', {
      statement: session.statements,
      request: '12',
      verdict: 'approve',
      issuer: 'https://issuer.example',
      subject: 'ada@example.com',
      name: 'Ada',
      fingerprint: new Uint8Array(32).fill(3),
      reason: 'agreed',
    }),
    session.holdEnded('approved'),
    session.outcome({ tag: 'DELETE 3', rows: 3 }),
  ];
}

/** Every hostile text as a statement, as a value that came back, and as an error. */
function hostileStory(session: TestSession): Uint8Array[] {
  return Object.values(HOSTILE).flatMap((text) => [
    session.query(`select '${text}' from ${text}`),
    session.outcome({
      tag: 'SELECT 1',
      rows: 1,
      answer: Buffer.concat([rowDescription([text.replaceAll('\0', ''), 25]), dataRow(text)]),
    }),
    session.query(text),
    session.outcome({ status: 'failed', sqlstate: '42601', answer: errorResponse('42601', text) }),
  ]);
}
