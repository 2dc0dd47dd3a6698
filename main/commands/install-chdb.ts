/** `auditorium index install`: puts chdb where indexes in a folder find it, apart from the packages of the program. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHDB_VERSION, chdbHome, chdbModule } from '../../gateway/remote/index/chdb-engine.ts';
import { CommandError } from '../failure.ts';
import { print } from '../terminal.ts';

export async function installChdb(): Promise<void> {
  const home = chdbHome(process.env);
  if (chdbModule(process.env) === null) {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
    const packages = ['install', '--save-exact', '--ignore-scripts', `chdb@${CHDB_VERSION}`];
    const npm = spawn('npm', packages, { cwd: home, stdio: ['ignore', 'ignore', 'inherit'] });
    const [status] = (await once(npm, 'exit')) as [number | null];
    if (status !== 0 || chdbModule(process.env) === null)
      throw new CommandError(
        'INDEX_UNUSABLE',
        `npm could not install chdb ${CHDB_VERSION} in ${home}: see what it said above`,
      );
  }
  print(`chdb ${CHDB_VERSION} is in ${home}`);
}
