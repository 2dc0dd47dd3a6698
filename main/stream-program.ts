/** `auditorium stream`: what of the record is sent elsewhere, as the command line has it. */
import type { Command } from 'commander';

/** Adds `stream status` and `stream retry`. */
export function addStream(program: Command): void {
  const stream = program
    .command('stream')
    .description('what a running gateway sends to other systems (gateway.stream)')
    .requiredOption('--config <file>', 'its configuration, such as auditorium.yaml')
    .option('--json', 'one JSON value per line', false)
    .configureHelp({ showGlobalOptions: true });
  stream
    .command('status')
    .description('how far each sink is, and why it is not')
    .action(async (_, command: Command) => {
      const { streamStatus } = await import('./commands/stream.ts');
      await streamStatus(command.optsWithGlobals());
    });
  stream
    .command('retry')
    .description('send again what a sink refused and the gateway kept')
    .argument('<sink>', 'its name in the configuration')
    .requiredOption('--reason <text>', 'for the gateway’s log')
    .action(async (sink: string, _, command: Command) => {
      const { streamRetry } = await import('./commands/stream.ts');
      await streamRetry(sink, command.optsWithGlobals());
    });
}
