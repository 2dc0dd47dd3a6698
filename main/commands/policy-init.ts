/** `auditorium policy init`: the policy that ships, as a file to edit. */
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DEFAULT_POLICY, SCHEMA_FILE } from '../../gateway/policy/default-policy.ts';
import { policyJsonSchema } from '../../shared/policy/json-schema.ts';
import { CommandError } from '../failure.ts';
import { print } from '../terminal.ts';

/** Writes the document, and beside it its schema, which its first line names. Never over another document. */
export async function initPolicy(file: string): Promise<void> {
  try {
    await writeFile(file, DEFAULT_POLICY, { flag: 'wx' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      const message = `${file} is there already: name another file, or remove it`;
      throw new CommandError('FILE_EXISTS', message, { cause: error });
    }
    throw error;
  }
  await writeFile(join(dirname(file), SCHEMA_FILE), `${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
  print(`${file} written, and ${SCHEMA_FILE} beside it, for editors`);
  print(`auditorium policy check ${file} says whether it holds together once you edited it`);
}
