/** The gateway's numbers for Prometheus: text exposition format 0.0.4 (prometheus.io, "Exposition formats"). */
import { DURATION_BOUNDS } from './durations.ts';
import type { WorkerReport } from './worker-report.ts';

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

type Labels = Readonly<Record<string, string>>;

/** One sample of a family: a suffix to its name, labels beside `worker`, and the value. */
interface Sample {
  readonly suffix?: string;
  readonly labels?: Labels;
  readonly value: number;
}

interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  readonly help: string;
  readonly samples: (report: WorkerReport) => readonly Sample[];
}

/** A family with one sample without labels of its own. */
function one(
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  value: (report: WorkerReport) => number,
): Family {
  return { name, type, help, samples: (report) => [{ value: value(report) }] };
}

/** The same of the remote store, where there is one. */
function ofRemote(
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  value: (remote: NonNullable<WorkerReport['remote']>) => number,
): Family {
  return { name, type, help, samples: ({ remote }) => (remote === null ? [] : [{ value: value(remote) }]) };
}

const FAMILIES: readonly Family[] = [
  one('auditorium_sessions_live', 'gauge', 'Sessions whose relay runs.', ({ live }) => live),
  one('auditorium_sessions_opened_total', 'counter', 'Sessions opened.', ({ opened }) => opened),
  {
    name: 'auditorium_denials_total',
    type: 'counter',
    help: 'What the gateway refused: connections, CancelRequests, function calls; by reason.',
    samples: ({ refused, refusedCalls }) =>
      Object.entries({ ...refused, FUNCTION_CALL: refusedCalls }).map(([reason, value]) => {
        return { labels: { reason }, value };
      }),
  },
  one('auditorium_statements_total', 'counter', 'Statements of agents.', ({ statements }) => statements),
  {
    name: 'auditorium_agent_bytes_total',
    type: 'counter',
    help: 'Bytes received from agents, and sent to them.',
    samples: ({ received, sent }) => [
      { labels: { direction: 'received' }, value: received },
      { labels: { direction: 'sent' }, value: sent },
    ],
  },
  one('auditorium_recording', 'gauge', '1 while events can be recorded.', ({ failure }) =>
    failure === null ? 1 : 0,
  ),
  {
    name: 'auditorium_spool_sync_seconds',
    type: 'histogram',
    help: 'How long fdatasync of the spool takes.',
    samples: ({ syncs }) => histogram(syncs),
  },
  {
    name: 'auditorium_spool_sync_recent_seconds',
    type: 'summary',
    help: 'The same, of the last one to two minutes.',
    samples: ({ syncs: { p50, p99, sum, count } }) => [
      { labels: { quantile: '0.5' }, value: p50 ?? Number.NaN },
      { labels: { quantile: '0.99' }, value: p99 ?? Number.NaN },
      { suffix: '_sum', value: sum },
      { suffix: '_count', value: count },
    ],
  },
  one('auditorium_spool_bytes', 'gauge', 'What counts against the limit.', ({ spool }) => spool.held),
  one('auditorium_spool_limit_bytes', 'gauge', 'gateway.spool.limit.', ({ spool }) => spool.limit),
  one(
    'auditorium_spool_unshipped_bytes',
    'gauge',
    'Recorded bytes that the archive does not have.',
    ({ spool }) => spool.unshippedBytes,
  ),
  one(
    'auditorium_spool_unshipped_events',
    'gauge',
    'Recorded events that the archive does not have.',
    ({ spool }) => spool.unshippedEvents,
  ),
  one(
    'auditorium_shipper_lag_seconds',
    'gauge',
    'How long the oldest event that the archive lacks has been waiting.',
    ({ lag }) => lag,
  ),
  ofRemote(
    'auditorium_remote_lacking_events',
    'gauge',
    'Recorded events that no manifest in the remote store names.',
    ({ lacks }) => lacks,
  ),
  ofRemote('auditorium_remote_failing', 'gauge', '1 while the remote store takes nothing.', ({ failure }) =>
    failure === null ? 0 : 1,
  ),
  ofRemote('auditorium_remote_bundles_total', 'counter', 'Bundles put.', ({ bundles }) => bundles),
  ofRemote('auditorium_remote_bytes_total', 'counter', 'Their bytes.', ({ bytes }) => bytes),
  ofRemote(
    'auditorium_remote_manifests_total',
    'counter',
    'Manifests signed and put.',
    ({ manifests }) => manifests,
  ),
  one('process_resident_memory_bytes', 'gauge', 'Resident memory.', ({ rss }) => rss),
  {
    name: 'process_cpu_seconds_total',
    type: 'counter',
    help: 'Processor time, shipper included.',
    samples: ({ cpu }) => [
      { labels: { mode: 'user' }, value: cpu.user },
      { labels: { mode: 'system' }, value: cpu.system },
    ],
  },
  {
    name: 'auditorium_event_loop_lag_seconds',
    type: 'gauge',
    help: 'How late the event loop was, of the last minute.',
    samples: ({ loopDelay }) => [
      { labels: { quantile: '0.5' }, value: loopDelay.p50 },
      { labels: { quantile: '0.99' }, value: loopDelay.p99 },
    ],
  },
];

/** The samples of a family stand together, each with the worker it is of. */
export function exposition(reports: readonly WorkerReport[], linked: boolean | null = null): string {
  return (
    FAMILIES.map((family) => `${familyLines(family, reports).join('\n')}\n`).join('') + linkLines(linked)
  );
}

/** Of the gateway as a whole; none where it names no team server. */
function linkLines(linked: boolean | null): string {
  if (linked === null) return '';
  const name = 'auditorium_fleet_linked';
  return `# HELP ${name} 1 while the team server is linked.\n# TYPE ${name} gauge\n${name} ${linked ? 1 : 0}\n`;
}

function familyLines({ name, type, help, samples }: Family, reports: readonly WorkerReport[]): string[] {
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
  for (const report of reports) {
    for (const { suffix = '', labels, value } of samples(report)) {
      lines.push(`${name}${suffix}${labelled({ ...labels, worker: String(report.worker) })} ${value}`);
    }
  }
  return lines;
}

/** Buckets of the format are cumulative. */
function histogram({ buckets, sum, count }: WorkerReport['syncs']): Sample[] {
  let below = 0;
  const cumulative = buckets.map((amount, index) => {
    below += amount;
    const bound = DURATION_BOUNDS[index];
    return { suffix: '_bucket', labels: { le: bound === undefined ? '+Inf' : String(bound) }, value: below };
  });
  return [...cumulative, { suffix: '_sum', value: sum }, { suffix: '_count', value: count }];
}

function labelled(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
