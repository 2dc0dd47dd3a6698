/** `auditorium login` and `auditorium approvals`: what people do under their own name. */
import type { Command } from 'commander';
import { portOf } from './arguments.ts';

const JSON_OPTION = ['--json', 'one JSON value per line', false] as const;
const CONFIG_OPTION = ['--config <file>', 'the configuration of the gateway that is meant'] as const;

export function addPeople(program: Command): void {
  addLogin(program);
  addLogout(program);
  addWhoami(program);
  addApprovals(program);
}

interface LoginFlags {
  readonly config?: string;
  readonly issuer?: string;
  readonly clientId?: string;
  readonly scope?: string;
  readonly port: readonly number[];
  readonly device: boolean;
  readonly open: boolean;
  readonly tokenStdin: boolean;
  readonly json: boolean;
}

function addLogin(program: Command): void {
  program
    .command('login')
    .description('sign in as a person, to review and to operate gateways')
    .option(
      '--config <file>',
      'where people of this gateway sign in; else the development issuer started last',
    )
    .option('--issuer <url>', 'sign in there, with --client-id')
    .option('--client-id <id>', 'of this program at --issuer')
    .option('--scope <words>', 'scopes to ask --issuer for, in one argument')
    .option('--port <port>', 'of this machine, registered at --issuer; may be repeated', collected, [])
    .option('--device', 'sign in on another device, where this one has no browser', false)
    .option('--no-open', 'open no browser, only print where to go')
    .option('--token-stdin', 'take a token from standard input', false)
    .option(...JSON_OPTION)
    .action(async (flags: LoginFlags) => {
      const { login } = await import('./commands/login.ts');
      await login(flags);
    });
}

function collected(text: string, before: readonly number[]): number[] {
  return [...before, portOf(text)];
}

interface WhoFlags {
  readonly config?: string;
  readonly json: boolean;
}

function addLogout(program: Command): void {
  program
    .command('logout')
    .description('forget who is signed in')
    .option(...CONFIG_OPTION)
    .action(async (flags: WhoFlags) => {
      const { logout } = await import('./commands/login.ts');
      await logout(flags);
    });
}

function addWhoami(program: Command): void {
  program
    .command('whoami')
    .description('who is signed in')
    .option(...CONFIG_OPTION)
    .option(...JSON_OPTION)
    .action(async (flags: WhoFlags) => {
      const { whoami } = await import('./commands/login.ts');
      await whoami(flags);
    });
}

/** Which gateway, and how its answers are shown. */
interface InboxFlags {
  readonly config?: string;
  readonly control?: string;
  readonly json: boolean;
}

function addApprovals(program: Command): void {
  const approvals = program
    .command('approvals')
    .description('the statements that wait for a reviewer')
    .option(...CONFIG_OPTION)
    .option('--control <socket>', 'the control socket of the gateway that is meant')
    .option(...JSON_OPTION)
    .option('--all', 'those that were decided lately too', false)
    .option('--watch', 'go on, and tell what changes', false)
    .configureHelp({ showGlobalOptions: true })
    .action(async (flags: InboxFlags & { readonly all: boolean; readonly watch: boolean }) => {
      const { inbox } = await import('./commands/approvals.ts');
      await inbox(flags);
    });
  approvals
    .command('show')
    .description('all about one of them')
    .argument('<id>', 'as the list shows it')
    .action(async (id: string, _, command: Command) => {
      const { show } = await import('./commands/approvals.ts');
      await show(id, command.optsWithGlobals<InboxFlags>());
    });
  approvals
    .command('approve')
    .description('let it run; takes a sign-in')
    .argument('<id>', 'as the list shows it')
    .option('--reason <text>', 'for the record', '')
    .action(async (id: string, _, command: Command) => {
      const { decide } = await import('./commands/approvals.ts');
      await decide(id, 'approve', command.optsWithGlobals<InboxFlags & { reason: string }>());
    });
  approvals
    .command('reject')
    .description('refuse it; takes a sign-in')
    .argument('<id>', 'as the list shows it')
    .requiredOption('--reason <text>', 'for the record, and for the agent')
    .action(async (id: string, _, command: Command) => {
      const { decide } = await import('./commands/approvals.ts');
      await decide(id, 'reject', command.optsWithGlobals<InboxFlags & { reason: string }>());
    });
}
