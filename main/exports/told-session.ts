/** The facts of one session in words, for reports: who, from where, to what, under which policy, and how it ended. */
import { counted } from '../../shared/recording/describe.ts';
import type { RecordedSession } from '../../gateway/archive/lines/record.ts';
import { isoTime, jobOf, lacks, NOT_RECORDED } from '../../gateway/archive/lines/words.ts';

/** How something is to be read: proven, only said, or what an investigator must not read over. */
export type Tone = 'plain' | 'good' | 'warning' | 'bad' | 'code' | 'dim' | 'mask';

export interface Told {
  readonly text: string;
  readonly tone: Tone;
}

export interface Fact {
  readonly name: string;
  readonly told: readonly Told[];
}

const ATTESTED = tell('attested by a verified token', 'good');
const ASSERTED = tell('asserted: the agent’s own word', 'warning');

/** A piece of text with its tone. */
export function tell(text: string, tone: Tone = 'plain'): Told {
  return { text, tone };
}

/** `Session of ci-deployer on shop`. */
export function titleOf({ row }: RecordedSession): string {
  return `Session of ${row.identity?.subject ?? row.user} on ${row.connection}`;
}

/** Everything about the session but its statements; facts that there are none of are left out. */
export function factsOf(session: RecordedSession): Fact[] {
  const { row, facts } = session;
  const { identity, policy } = row;
  const { target, source } = facts;
  const all: readonly (readonly [string, readonly (Told | null)[]])[] = [
    ['Session', [tell(row.id, 'code')]],
    ['Log', [facts.log === '' ? null : tell(facts.log, 'code')]],
    ['Read from', [source && tell(`${source.file} (${source.format})`)]],
    ['Not recorded', [facts.lacks.length === 0 ? null : tell(facts.lacks.join(', '), 'warning')]],
    ['Time (UTC)', [tell(`${isoTime(row.started)} to ${row.ended === null ? '…' : isoTime(row.ended)}`)]],
    ['Agent', agentOf(session)],
    ['Issuer', [identity && tell(identity.issuer)]],
    ['Groups', [identity && identity.groups.length > 0 ? tell(identity.groups.join(', ')) : null]],
    ['Token (SHA-256)', [identity && tell(identity.fingerprint, 'code')]],
    ['CI job', jobTold(session)],
    [
      'Contradicted',
      [row.ciMismatch === null ? null : tell(`the agent said that it is ${row.ciMismatch}`, 'bad')],
    ],
    ['From', [tell(lacks(session, 'address') ? NOT_RECORDED : row.clientAddress)]],
    [
      'Said of itself',
      [tell(`user ${row.user || '—'}, application ${row.applicationName || '—'}`), ASSERTED],
    ],
    ['Database', [target && tell(`${target.database} on ${target.host}:${target.port} as ${target.user}`)]],
    ['Policy', [policy && tell(policy.hash.slice(0, 16), 'code'), policy && tell(`in mode ${policy.mode}`)]],
    ['Ended', [endOf(session)]],
    ['In all', [tell(totalOf(session))]],
  ];
  return all
    .map(([name, told]) => ({ name, told: told.filter((part) => part !== null) }))
    .filter(({ told }) => told.length > 0);
}

function agentOf(session: RecordedSession): Told[] {
  const { identity } = session.row;
  if (identity !== null) return [tell(identity.subject), ATTESTED];
  return [lacks(session, 'identity') ? tell(NOT_RECORDED) : tell('nobody: the token was refused', 'bad')];
}

function jobTold({ row }: RecordedSession): (Told | null)[] {
  const job = jobOf(row);
  if (job === null) return [];
  const where = [job, row.ci?.repository, row.ci?.ref, row.ci?.actor].filter((part) => part !== null);
  return [tell(where.join(', ')), row.ci?.provenance === 'attested' ? ATTESTED : ASSERTED];
}

function endOf(session: RecordedSession): Told {
  const { outcome, reason } = session.row;
  if (lacks(session, 'session end')) return tell(NOT_RECORDED);
  if (outcome === 'live') return tell('not yet: this is what was recorded so far', 'warning');
  if (outcome === 'unknown') return tell('unknown: the record ends before its end', 'warning');
  return tell(
    outcome + (reason === null ? '' : `: ${reason}`),
    outcome === 'completed' ? 'plain' : 'warning',
  );
}

function totalOf(session: RecordedSession): string {
  const { row } = session;
  return [
    counted(row.statements, 'statement'),
    lacks(session, 'row count') ? 'rows not recorded' : counted(row.rows, 'row'),
    counted(row.errors, 'error'),
    `${row.denied} denied`,
    `${row.held} held`,
    `${row.masked} with something masked`,
  ].join(', ');
}
