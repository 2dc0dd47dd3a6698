/** The thread that parses long texts: see parse-pool.ts. It can be ended at any time. */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { loadParser } from '../facts.ts';
import { compactTree } from './compact-tree.ts';
import type { ParseAnswer, ParseJob } from './parse-job.ts';
import { constantStarts, parseText } from './parse-text.ts';
import { scanText } from './scan-text.ts';

/** Trees nested deeper exhaust the parser's stack, which leaks its memory; PostgreSQL itself refuses about as many. */
const MAX_DEPTH = 1000;
const MAX_OPERATORS = 5000;

/**
 * Longest tree handed out, in characters of JSON: half a MB of constants, or 20,000 of anything else. Reading it, and making facts of it, holds
 * up everybody for some 20 ms.
 */
const MAX_TREE = 2 * 1024 * 1024;

const port = parentPort;
if (port === null) throw new Error('parse-worker runs as a worker thread');
const say = (answer: ParseAnswer, moved: ArrayBufferLike[] = []) =>
  port.postMessage(answer, moved as ArrayBuffer[]);

/**
 * Where processors are short, long texts wait rather than the sessions of others: a third of a share, so that they still end in time. On Linux
 * a nice value belongs to a thread; elsewhere it would slow the whole gateway.
 */
const NICE = 5;
if (process.platform === 'linux') setPriority(0, NICE);

await loadParser();
port.on('message', ({ sql }: ParseJob) => {
  parse(sql);
});
say('ready');

function parse(sql: string): void {
  const { spans, depth, operators, dependsOnBackslash, parameters } = scanText(sql);
  if (depth > MAX_DEPTH || operators > MAX_OPERATORS) return say({ unparsed: 'it nests too deeply' });
  const parsed = parseText(sql);
  if (typeof parsed === 'string') return say({ unparsed: parsed });
  for (const { node } of parsed) compactTree(node);
  const statements = JSON.stringify(parsed);
  if (statements.length > MAX_TREE) return say({ unparsed: 'it is too large to be understood in time' });
  const all = Int32Array.from(spans);
  const constants = constantStarts(sql, spans);
  say({ statements, spans: all, constants, dependsOnBackslash, parameters }, [all.buffer, constants.buffer]);
}
