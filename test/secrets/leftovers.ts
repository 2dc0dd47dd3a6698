/**
 * `node test/secrets/leftovers.ts FOLDER`: whether the gateways of a whole test run left a token, a stored password or the
 * test database's password in their spools and archives. Prints what it finds; status 1 when it does, 2 when it looked at
 * nothing.
 */
import { readdirSync } from 'node:fs';
import { ANY_SECRET, needlesOf } from './needles.ts';
import { scanFolder } from './scan.ts';
import { DATABASE_PASSWORD } from '../../gateway/postgres/testing/postgres.ts';

const [folder = '.'] = process.argv.slice(2);
const gateways = readdirSync(folder).length;
const found = scanFolder(folder, [...ANY_SECRET, ...needlesOf('the database’s password', DATABASE_PASSWORD)]);
for (const line of found) process.stdout.write(`${line}\n`);
process.stdout.write(`${found.length} secrets in what ${gateways} gateways left behind\n`);
process.exitCode = gateways === 0 ? 2 : Math.min(found.length, 1);
