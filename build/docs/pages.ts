/** Every file that is written from the program, as it must be: path from the root → text. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { fileFor, LAYOUTS } from '../../gateway/remote/index/schema.ts';
import { commandTable } from '../../main/completion/command-table.ts';
import { programOf } from '../../main/program.ts';
import { policyJsonSchema } from '../../shared/policy/json-schema.ts';
import { apiPage, openApi } from './api.ts';
import { cliPage } from './cli.ts';
import { configurationPage } from './configuration.ts';
import { errorsPage } from './errors.ts';
import { manualPage } from './man.ts';
import { policyReference } from './policy.ts';

const ROOT = join(import.meta.dirname, '../..');

export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const version = packageVersion();
  const program = programOf(version);
  const commands = commandTable(program);
  const pages: Readonly<Record<string, string>> = {
    'docs/policy-reference.md': policyReference(),
    'docs/configuration.md': configurationPage(readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8')),
    'docs/cli.md': cliPage(commands, program),
    'docs/api.md': apiPage(),
    'docs/openapi.json': JSON.stringify(openApi(version)),
    'docs/errors.md': errorsPage(),
    'docs/policy.schema.json': JSON.stringify(policyJsonSchema()),
  };
  const files = new Map<string, string>();
  for (const [path, text] of Object.entries(pages)) files.set(path, await formatted(path, text));
  for (const layout of LAYOUTS) files.set(`build/deploy/clickhouse/${layout}.sql`, fileFor(layout));
  return files.set('docs/auditorium.1', manualPage(commands, program, version));
}

/** As `npm run format` leaves it. */
async function formatted(path: string, text: string): Promise<string> {
  return format(text, {
    printWidth: 110,
    singleQuote: true,
    parser: path.endsWith('.json') ? 'json' : 'markdown',
  });
}

function packageVersion(): string {
  const read: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  if (typeof read === 'object' && read !== null && 'version' in read && typeof read.version === 'string')
    return read.version;
  throw new Error('package.json has no version');
}
