/** `auditorium completion`: lets a shell complete command lines. */
import { Argument, type Command } from 'commander';
import { type Shell, SHELLS } from './completion/scripts.ts';

const HELP = `
bash  auditorium completion bash > ~/.local/share/bash-completion/completions/auditorium
zsh   auditorium completion zsh > a folder of $fpath, as _auditorium
fish  auditorium completion fish > ~/.config/fish/completions/auditorium.fish

They complete npx auditorium too: zsh by the same file; bash and fish look for a command's completions by its name, so
there give the same text as file npx (bash) and npx.fish (fish). In bash, completions of npx that are there stay.`;

export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('print what lets a shell complete command lines of auditorium')
    .addArgument(new Argument('<shell>', 'which shell it is for').choices(SHELLS))
    .addHelpText('after', HELP)
    .action(async (shell: Shell) => {
      const { commandTable } = await import('./completion/command-table.ts');
      const { completionScript } = await import('./completion/scripts.ts');
      process.stdout.write(completionScript(shell, commandTable(program)));
    });
}
