/** Numbers of sinks for Prometheus, as metrics.ts has those of workers. */
import type { StreamStatus } from './stream/stream.ts';

interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly value: (status: StreamStatus) => number;
}

const FAMILIES: readonly Family[] = [
  {
    name: 'auditorium_stream_lag_events',
    type: 'gauge',
    help: 'Recorded events that a sink has not taken.',
    value: ({ lag }) => lag,
  },
  {
    name: 'auditorium_stream_lag_seconds',
    type: 'gauge',
    help: 'How long the oldest of them has been waiting.',
    value: ({ seconds }) => seconds,
  },
  {
    name: 'auditorium_stream_delivered_total',
    type: 'counter',
    help: 'Messages that a sink took.',
    value: ({ delivered }) => delivered,
  },
  {
    name: 'auditorium_stream_dead_letters',
    type: 'gauge',
    help: 'Messages on disk that a sink refused for good.',
    value: ({ dead }) => dead,
  },
  {
    name: 'auditorium_stream_failing',
    type: 'gauge',
    help: '1 while a sink takes nothing.',
    value: ({ failure }) => (failure === null ? 0 : 1),
  },
];

/** Nothing where there are no sinks. */
export function streamExposition(sinks: readonly StreamStatus[]): string {
  if (sinks.length === 0) return '';
  return FAMILIES.map(({ name, type, help, value }) => {
    const samples = sinks.map((sink) => `${name}{sink="${sink.name}"} ${value(sink)}`);
    return `${[`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples].join('\n')}\n`;
  }).join('');
}
