/** The same data as JSON lines, asked by what is at hand everywhere: grep, jq, and DuckDB where it is installed. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from '../figures.ts';
import { literalText } from './recording.ts';
import { BIG_SUBJECT, COMMON_TABLE, RARE_SUBJECT, RARE_TABLE, RARE_WORD, type Size } from './shape.ts';
import { Story } from './story.ts';

/** Lines are written in runs of about so many bytes. */
const RUN_BYTES = 4 << 20;

/** How long one answer may take, ms. */
const PATIENCE_MS = 600_000;

/** Programs that answer, as a shell runs them over the file `"$1"`. */
const COMMANDS: readonly Command[] = [
  { name: 'grep.token.rare', needs: 'grep', command: `grep -F '"token":"${RARE_SUBJECT}"' "$1" | tail -100` },
  {
    name: 'grep.token.common',
    needs: 'grep',
    command: `grep -F '"token":"${BIG_SUBJECT}"' "$1" | tail -100`,
  },
  { name: 'grep.word.rare', needs: 'grep', command: `grep -F '${RARE_WORD}' "$1" | tail -100` },
  {
    name: 'jq.table.rare',
    needs: 'jq',
    command: `jq -c 'select(.table == "${RARE_TABLE}")' "$1" | tail -100`,
  },
  {
    name: 'jq.facets.table',
    needs: 'jq',
    command: `jq -r .table "$1" | sort | uniq -c | sort -rn | head -50`,
  },
  duckdb('load', `CREATE TABLE s AS SELECT * FROM read_json_auto('$1', format = 'newline_delimited')`),
  duckdb('token.rare', `SELECT * FROM s WHERE token = '${RARE_SUBJECT}' ORDER BY time DESC LIMIT 100`),
  duckdb('table.common', `SELECT * FROM s WHERE "table" = '${COMMON_TABLE}' ORDER BY time DESC LIMIT 100`),
  duckdb('word.rare', `SELECT * FROM s WHERE sql LIKE '%${RARE_WORD}%' ORDER BY time DESC LIMIT 100`),
  duckdb('facets.table', `SELECT "table", count(*) FROM s GROUP BY 1 ORDER BY 2 DESC LIMIT 50`),
];

interface Command {
  readonly name: string;
  readonly needs: string;
  readonly command: string;
}

function duckdb(name: string, sql: string): Command {
  const quoted = sql.replaceAll('"', String.raw`\"`);
  return { name: `duckdb.${name}`, needs: 'duckdb', command: `duckdb "$1.duckdb" -c "${quoted}"` };
}

/** Writes the JSON lines into `folder` and asks; `told` hears what is not there. */
export function askedBeside(
  folder: string,
  size: Size,
  seed: number,
  told: (words: string) => void,
): Figure[] {
  const path = join(folder, 'statements.jsonl');
  rmSync(`${path}.duckdb`, { force: true });
  writeLines(path, size, seed);
  const missing = new Set(COMMANDS.map(({ needs }) => needs).filter((program) => !isThere(program)));
  for (const program of missing) told(`${program} is not installed: its answers are left out`);
  const figures: Figure[] = [row('beside.json-lines', statSync(path).size / size.statements, 'B/statement')];
  for (const { name, command } of COMMANDS.filter(({ needs }) => !missing.has(needs))) {
    const started = performance.now();
    const { status } = spawnSync('sh', ['-c', command, 'sh', path], {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: PATIENCE_MS,
    });
    if (status === 0) figures.push(row(`beside.${name}`, performance.now() - started, 'ms'));
    else told(`${name} gave no answer${status === null ? ` within ${PATIENCE_MS / 1000} s` : ''}`);
  }
  return figures;
}

function isThere(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

function row(name: string, value: number, unit: string): Figure {
  return { name, value, unit, bar: null, met: null };
}

function writeLines(path: string, size: Size, seed: number): void {
  const story = new Story(size, seed);
  const fd = openSync(path, 'w');
  try {
    let run = '';
    for (let act = story.next(); act !== null; act = story.next()) {
      if (act.kind !== 'statement') continue;
      const { session, statement, time } = act;
      const { template, error, rows, duration } = statement;
      run += `${JSON.stringify({
        time,
        session: session.number,
        token: session.subject,
        job: session.job === null ? null : `github/${session.job.run}/${session.job.job}`,
        verb: template.verb,
        table: template.table,
        sql: literalText(statement).toString('latin1'),
        error: error?.sqlstate ?? null,
        duration,
        rows,
      })}\n`;
      if (run.length < RUN_BYTES) continue;
      writeSync(fd, run);
      run = '';
    }
    writeSync(fd, run);
  } finally {
    closeSync(fd);
  }
}
