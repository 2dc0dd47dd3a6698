/** The command `auditorium`: exit status 0, or one line on stderr with a code and a status of failure.ts. */
import { CommanderError } from 'commander';
import { EXIT_STATUS, statusOf, toCommandError } from './failure.ts';
import { packageOf } from './package.ts';
import { programOf } from './program.ts';
import { note } from './terminal.ts';

/** Runs one command line and resolves to the exit status. */
async function run(words: readonly string[]): Promise<number> {
  try {
    await programOf(packageOf(import.meta.dirname).version).parseAsync(words, { from: 'user' });
    // `verify` did what it was asked to, and says what it found.
    return Number(process.exitCode ?? 0);
  } catch (thrown) {
    if (thrown instanceof CommanderError) return usageStatus(thrown);
    const failure = toCommandError(thrown);
    note(`auditorium: ${failure.code}: ${failure.message}`);
    if (process.env['AUDITORIUM_DEBUG'] && thrown instanceof Error)
      process.stderr.write(`${thrown.stack ?? ''}\n`);
    return statusOf(failure);
  }
}

/** Help and version were asked for and shown; the rest is a command line that was not understood. */
function usageStatus({ code, exitCode, message }: CommanderError): number {
  if (exitCode === 0) return 0;
  // Without any command, commander has shown the help.
  if (code !== 'commander.help')
    note(`auditorium: BAD_USAGE: ${message.replace(/^error: /, '')}; see --help`);
  return EXIT_STATUS.usage;
}

// Who reads a list may stop early, as `head` does: that ends the command, and is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await run(process.argv.slice(2));
