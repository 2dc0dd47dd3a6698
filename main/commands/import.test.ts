import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const CLI = resolve(import.meta.dirname, '../cli.ts');
const run = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-command-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const auditorium = (...args: readonly string[]) =>
  run(process.execPath, [CLI, ...args], {
    cwd: folder,
    env: { ...process.env, AUDITORIUM_HOME: join(folder, 'home') },
  });

const LOG = [
  '2026-11-22 09:00:00.100 UTC [42] user=agent,db=shop LOG:  duration: 2 ms  statement: select * from orders',
  '2026-11-22 09:00:00.200 UTC [42] user=agent,db=shop ERROR:  division by zero',
  '2026-11-22 09:00:00.200 UTC [42] user=agent,db=shop STATEMENT:  select 1/0',
  'somebody else wrote this',
];

test('what was imported is found, and replayed, with what it lacks', async () => {
  await writeFile(join(folder, 'server.log'), `${LOG.join('\n')}\n`);
  const { stdout, stderr } = await auditorium('import', 'server.log', '--into', 'archive');
  expect([stdout, stderr]).toEqual([
    '4 lines of server.log (stderr): 1 session, 2 statements\n',
    [
      '1 entry of server.log could not be read and is kept as it stands:',
      'server.log, line 4: no log entry: the line does not begin with the prefix',
      `signed with your own key: verify takes --key ${join(folder, 'home/import.key.pub')}`,
      '',
    ].join('\n'),
  ]);
  const again = await auditorium('import', 'server.log', '--into', 'archive', '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({ lines: 4, malformed: 1, events: 14, had: 14 });
  const found = await auditorium('find', 'archive', 'table:orders', '--json');
  const row = JSON.parse(found.stdout) as { readonly session: string };
  expect(row).toMatchObject({
    text: 'select * from orders',
    status: 'completed',
    duration: 2_000,
    rows: null,
    imported: true,
  });
  const replayed = await auditorium('replay', 'archive', row.session);
  expect(replayed.stdout.split('\n')).toEqual([
    '-- Session opened to shop by agent',
    '-- Read from server.log (stderr), which does not record identity, rows, row count, transaction status, address, application',
    'shop=> select * from orders',
    'completed · 2 ms · rows not recorded',
    'shop=> select 1/0',
    'ERROR:  division by zero',
    '-- End of the session not recorded: the file does not tell how this session ended',
    '',
  ]);
});

test('a recording is text where there is no terminal', async () => {
  const cast = [
    { version: 2, width: 80, height: 24, timestamp: 1_795_338_000 },
    [1, 'o', '\u001b[31mred\u001b[0m\r\n\u001b]0;title\u0007'],
  ];
  await writeFile(join(folder, 'a.cast'), cast.map((line) => JSON.stringify(line)).join('\n'));
  await auditorium('import', 'a.cast', '--into', 'terminals');
  const found = await auditorium('find', 'terminals', '--sessions', '--json');
  const { id } = JSON.parse(found.stdout) as { readonly id: string };
  const { stdout } = await auditorium('replay', 'terminals', id);
  expect(stdout.split('\n').slice(2)).toEqual(['red', '']);
});

test('what cannot be imported is said in one line', async () => {
  await expect(auditorium('import', 'absent.log', '--into', 'none')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^auditorium: FILE_UNREADABLE: absent\.log cannot be read: .*\n$/),
  });
});
