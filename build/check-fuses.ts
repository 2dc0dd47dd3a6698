/** `node build/check-fuses.ts PROGRAM`: reads the fuses of a packaged program back; status 1 when one is other than it should be. */
import { wrongFuses } from './package/fuses.ts';

const [program] = process.argv.slice(2);
if (program === undefined) {
  process.stderr.write('usage: node build/check-fuses.ts PROGRAM (on macOS: the .app)\n');
  process.exitCode = 2;
} else {
  const wrong = await wrongFuses(program);
  for (const line of wrong) process.stderr.write(`${line}\n`);
  if (wrong.length === 0) process.stdout.write('every fuse is as it should be\n');
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
