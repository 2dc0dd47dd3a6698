/** `auditorium policy check`: everything that is wrong with a policy document, and where. */
import { issueLine, PolicyError } from '../../gateway/policy/policy-error.ts';
import { readPolicy } from '../../gateway/policy/reading.ts';
import { CommandError } from '../failure.ts';
import { note, print, printJson } from '../terminal.ts';

/** Prints one line a fault and fails; says that there is none, and what may surprise. */
export async function checkPolicy(file: string, json: boolean): Promise<void> {
  try {
    const { mode, warnings } = await readPolicy(file);
    if (!json) print(`${file}: nothing is wrong with it (mode: ${mode})`);
    for (const warning of warnings) {
      if (json) printJson({ file, warning });
      else note(`warning: ${warning}`);
    }
  } catch (error) {
    if (!(error instanceof PolicyError) || error.code !== 'POLICY_INVALID') throw error;
    for (const issue of error.issues) {
      if (json) printJson(issue);
      else print(issueLine(issue));
    }
    const count = error.issues.length;
    const message = `${file}: ${count === 1 ? 'one thing is' : `${count} things are`} wrong with it`;
    throw new CommandError('POLICY_INVALID', message, { cause: error });
  }
}
