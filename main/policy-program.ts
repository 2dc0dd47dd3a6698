/** `auditorium policy`: what can be done with a policy document without an agent. */
import type { Command } from 'commander';
import { countOf, momentOf, wordsOf } from './arguments.ts';

const JSON_OPTION = ['--json', 'one JSON value per line', false] as const;
const FILE = ['<policy>', 'a policy document, or default for the one that ships'] as const;

export function addPolicy(program: Command): void {
  const policy = program
    .command('policy')
    .description('check a policy document, and see what it would decide');
  addInit(policy);
  addCheck(policy);
  addExplain(policy);
  addWhatIf(policy);
  addPrivileges(policy);
}

function addInit(policy: Command): void {
  policy
    .command('init')
    .description('write the policy that ships, commented, for editing; and its JSON Schema for editors')
    .argument('[file]', 'where to', 'policy.yaml')
    .action(async (file: string) => {
      const { initPolicy } = await import('./commands/policy-init.ts');
      await initPolicy(file);
    });
}

function addCheck(policy: Command): void {
  policy
    .command('check')
    .description('say everything that is wrong with a policy document, and where')
    .argument(...FILE)
    .option(...JSON_OPTION)
    .action(async (file: string, { json }: { json: boolean }) => {
      const { checkPolicy } = await import('./commands/policy-check.ts');
      await checkPolicy(file, json);
    });
}

interface ExplainFlags {
  readonly sql: string;
  readonly agent: string;
  readonly groups: string[];
  readonly issuer: string;
  readonly client?: string;
  readonly connection: string;
  readonly ci?: string;
  readonly repository?: string;
  readonly ref?: string;
  readonly attested: boolean;
  readonly at?: number;
  readonly rows?: number;
  readonly json: boolean;
}

function addExplain(policy: Command): void {
  policy
    .command('explain')
    .description('what a policy decides on a text, and why each rule applies or not')
    .argument(...FILE)
    .requiredOption('--sql <text>', 'what the agent would send')
    .option('--agent <subject>', 'who sends it', 'agent')
    .option('--groups <a,b>', 'groups of its token', wordsOf, [])
    .option('--issuer <url>', 'issuer of its token', '')
    .option('--client <id>', 'client id of its token')
    .option('--connection <name>', 'what it is connected to', '')
    .option('--ci <provider:run:job>', 'the CI job it runs in')
    .option('--repository <name>', 'of the CI job')
    .option('--ref <ref>', 'of the CI job')
    .option('--attested', 'a verified token says so of the CI job', false)
    .option('--at <time>', 'when, such as 2026-11-22T09:00:00Z; default: now', momentOf)
    .option('--rows <count>', 'how many rows the planner expects', countOf)
    .option(...JSON_OPTION)
    .action(async (file: string, flags: ExplainFlags) => {
      const { explainPolicy } = await import('./commands/policy-explain.ts');
      await explainPolicy(file, flags);
    });
}

function addPrivileges(policy: Command): void {
  policy
    .command('privileges')
    .description(
      'print the SQL by which the databases themselves would protect the columns that a policy masks',
    )
    .argument(...FILE)
    .requiredOption('--config <file>', 'the gateway’s configuration, such as auditorium.yaml')
    .option('--connection <name>', 'of this one only; default: all')
    .option(...JSON_OPTION)
    .action(async (file: string, flags: { config: string; connection?: string; json: boolean }) => {
      const { policyPrivileges } = await import('./commands/policy-privileges.ts');
      await policyPrivileges({ ...flags, policy: file });
    });
}

function addWhatIf(policy: Command): void {
  policy
    .command('what-if')
    .description('list recorded statements that a policy would have decided otherwise than was recorded')
    .argument(...FILE)
    .argument('<archive>', 'a volume, or a folder of volumes')
    .option('--filter <filter>', 'of these statements only, such as job:github/4713', '')
    .option('--limit <count>', 'how many to list at most; all are counted', countOf, 100)
    .option(...JSON_OPTION)
    .action(
      async (file: string, archive: string, flags: { filter: string; limit: number; json: boolean }) => {
        const { whatIf } = await import('./commands/policy-what-if.ts');
        await whatIf({ ...flags, policy: file, archive });
      },
    );
}
