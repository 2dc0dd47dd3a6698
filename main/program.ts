/** The command line: commands and their options. Each command's own module is loaded only when it runs. */
import { Command } from 'commander';
import { countOf, filterText, MAX_SPEED, portOf, sequenceOf, speedOf, wordsOf } from './arguments.ts';
import type { TokenOptions } from './commands/token.ts';
import { keepCompiled } from './compile-cache.ts';
import { ARCHIVE, READ_CONFIG, withEndpoint, withIndex, withKeys } from './endpoint-option.ts';
import { addCase } from './case-program.ts';
import { addCompletion } from './completion-program.ts';
import { addEvidence } from './evidence-program.ts';
import { addFleet } from './fleet-program.ts';
import { addExchange } from './exchange-program.ts';
import { addHolds, addKey } from './key-program.ts';
import { addKeys } from './keys-program.ts';
import { addPeople } from './people-program.ts';
import { addPolicy } from './policy-program.ts';
import { addRedact } from './redact-program.ts';
import { addIndex } from './index-program.ts';
import { addServe } from './serve-program.ts';
import { addStream } from './stream-program.ts';

const JSON_OPTION = ['--json', 'one JSON value per line', false] as const;

export function programOf(version: string): Command {
  const program = new Command('auditorium')
    .description('Replay what AI agents and CI jobs did to a database, and the gateway that records it.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  addDemo(program);
  addOpen(program);
  addGateway(program);
  addServe(program);
  addFleet(program);
  addStream(program);
  addIndex(program);
  addToken(program);
  addFind(program);
  addReplay(program);
  addEvidence(program);
  addExchange(program);
  addPolicy(program);
  addKey(program);
  addKeys(program);
  addHolds(program);
  addCase(program);
  addRedact(program);
  addPeople(program);
  addCompletion(program);
  return program;
}

/** How `demo` and `open` show the app. */
interface ShowFlags {
  readonly browser: boolean;
  readonly open: boolean;
  readonly port: number;
  readonly json: boolean;
}

function withShowFlags(command: Command): Command {
  return command
    .option('--browser', 'in the browser, even where the desktop app could run', false)
    .option('--no-open', 'open no window, only print the URL')
    .option('--port <port>', 'of the browser host; 0 is any free one', portOf, 0)
    .option(...JSON_OPTION);
}

function addDemo(program: Command): void {
  withShowFlags(program.command('demo'))
    .description('record a story through a real gateway and open the app on it')
    .action(async ({ open, ...flags }: ShowFlags) => {
      const { demo } = await import('./commands/demo.ts');
      await demo({ ...flags, launch: open });
    });
}

interface OpenFlags extends ShowFlags {
  readonly config?: string;
  readonly control?: string;
  readonly case?: string;
}

function addOpen(program: Command): void {
  withKeys(withIndex(withEndpoint(withShowFlags(program.command('open')))))
    .description('open the app on an archive')
    .argument('[archive]', `${ARCHIVE}; default: ./archive, or the configuration’s`)
    .option('--config <file>', 'of the gateway whose held statements are shown and decided on')
    .option('--control <socket>', 'of that gateway, where it is not the one in its configuration')
    .option('--case <file>', 'write notes and findings to this case, not to the archive’s own')
    .action(async (named: string | undefined, flags: OpenFlags) => {
      keepCompiled();
      const { open, archiveHere } = await import('./commands/open.ts');
      const { browser, port, json, open: launch, config = null, control = null } = flags;
      const { case: file = null } = flags;
      const archive = named ?? archiveHere(config);
      await open({ browser, port, json, archive, launch, gateway: { config, control }, case: file });
    });
}

interface GatewayFlags {
  readonly config: string;
  readonly json: boolean;
}

function addGateway(program: Command): void {
  const gateway = program
    .command('gateway')
    .description('run the gateway that agents connect through')
    .requiredOption('--config <file>', 'its configuration, such as auditorium.yaml')
    .option(...JSON_OPTION)
    .configureHelp({ showGlobalOptions: true })
    .action(async (flags: GatewayFlags) => {
      const { becomeLean } = await import('./lean.ts');
      becomeLean();
      const { gateway: run } = await import('./commands/gateway.ts');
      await run(flags);
    });
  gateway
    .command('status')
    .description('whether it is ready, and what each worker does')
    .action(async (_, command: Command) => {
      const { status } = await import('./commands/control.ts');
      await status(command.optsWithGlobals());
    });
  gateway
    .command('sessions')
    .description('list the sessions that live')
    .action(async (_, command: Command) => {
      const { sessions } = await import('./commands/control.ts');
      await sessions(command.optsWithGlobals());
    });
  gateway
    .command('kill')
    .description('end a live session; who and why is recorded')
    .argument('<session>', 'its id, or the beginning of it')
    .requiredOption('--reason <text>', 'for the record, and for the agent')
    .action(async (session: string, _, command: Command) => {
      const { kill } = await import('./commands/control.ts');
      await kill(session, command.optsWithGlobals());
    });
  gateway
    .command('revoke')
    .description('refuse tokens from now on and end their sessions')
    .argument('<what>', 'fingerprint, tokenId (the jti claim), subject or clientId')
    .argument('<value>', 'compared exactly')
    .requiredOption('--reason <text>', 'for the record, and for the agent')
    .option(
      '--for <duration>',
      'how long it holds, such as 1h or 7d; for tokens, longer than they live',
      '1d',
    )
    .action(async (what: string, value: string, _, command: Command) => {
      const { revoke } = await import('./commands/control.ts');
      await revoke(what, value, command.optsWithGlobals());
    });
  gateway
    .command('reload')
    .description('take over what the configuration says now, keeping live sessions')
    .action(async (_, command: Command) => {
      const { reload } = await import('./commands/control.ts');
      await reload(command.optsWithGlobals());
    });
}

const TOKEN_EXAMPLES = `
an agent      auditorium token --sub ada --groups dba
a CI job      auditorium token --ci github:5001:2 --repository acme/shop
who,where     PGPASSWORD=$(auditorium token --sub ci-deployer),$(auditorium token --ci github:5001:2 --repository acme/shop)`;

function addToken(program: Command): void {
  program
    .command('token')
    .description('print a token of the development issuer')
    .option('--sub <subject>', 'who the token is for; of a CI job, else made as its provider makes it')
    .option(
      '--config <file>',
      'ask the issuer of this configuration, not the one started last that still runs',
    )
    .option('--groups <a,b>', 'groups of the subject', wordsOf)
    .option('--scopes <a,b>', 'scopes of the token', wordsOf)
    .option('--client-id <id>', 'the client that the token was given to')
    .option('--ci <provider:run:job>', 'a token as the CI provider gives it to this job')
    .option('--repository <name>', 'of the CI job, such as acme/shop')
    .option('--ref <ref>', 'of the CI job; its main branch where --sub and this are left out')
    .option('--actor <name>', 'who started the CI job')
    .option('--expires <duration>', 'how long it is valid, such as 5m or 1h')
    .option(...JSON_OPTION)
    .addHelpText('after', TOKEN_EXAMPLES)
    .action(async (options: TokenOptions) => {
      const { token } = await import('./commands/token.ts');
      await token(options, process.env);
    });
}

function addFind(program: Command): void {
  withKeys(withIndex(withEndpoint(program.command('find'))))
    .description('list statements, or sessions, that match a filter (see docs/filter.md)')
    .argument('<archive>', ARCHIVE)
    .argument('[filter...]', 'such as table:orders verb:delete, or (rows>100 or error:23) -user:migrator')
    // A term after a minus looks like an option; what is one too many is refused by filterText.
    .allowUnknownOption()
    .option('--sessions', 'sessions instead of statements', false)
    .option(...READ_CONFIG)
    .option('--limit <count>', 'how many at most', countOf, 100)
    .option(...JSON_OPTION)
    .action(
      async (
        archive: string,
        filter: string[],
        options: { sessions: boolean; limit: number; config?: string; json: boolean },
      ) => {
        const { find } = await import('./commands/find.ts');
        await find({ ...options, archive, filter: filterText(filter) });
      },
    );
}

interface ReplayFlags {
  readonly speed: number;
  readonly from?: number;
  readonly config?: string;
  readonly json: boolean;
}

function addReplay(program: Command): void {
  withKeys(withEndpoint(program.command('replay')))
    .description('play a session in this terminal')
    .argument('<archive>', ARCHIVE)
    .argument('<session>', 'its id, or the beginning of it')
    .option('--speed <factor>', `times recorded time, above 0 and at most ${MAX_SPEED}`, speedOf, 1)
    .option('--from <step>', 'the step to begin at, as --json numbers them', sequenceOf)
    .option(...READ_CONFIG)
    .option(...JSON_OPTION)
    .action(async (archive: string, session: string, flags: ReplayFlags) => {
      const { play } = await import('./commands/play.ts');
      await play({ ...flags, archive, session });
    });
}
