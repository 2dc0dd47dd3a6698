/** The gateway's numbers from its metrics (Prometheus text exposition format 0.0.4), summed over its workers. */
import type { GatewayNumbers } from '../../shared/api/gateway-status.ts';

/** What was counted, and when; in ms. */
export interface Counted {
  readonly at: number;
  readonly numbers: GatewayNumbers;
}

/** `before` is an earlier look, which rates are of. */
export function numbersOf(text: string, at: number, before: Counted | null): GatewayNumbers {
  const samples = samplesOf(text);
  const sum = (name: string, label = '') => total(samples, name, label);
  const statements = sum('auditorium_statements_total');
  const sent = sum('auditorium_agent_bytes_total', 'direction="sent"');
  return {
    opened: sum('auditorium_sessions_opened_total'),
    refused: sum('auditorium_denials_total'),
    statements,
    statementsPerSecond: rate(statements, before?.numbers.statements, at, before?.at),
    received: sum('auditorium_agent_bytes_total', 'direction="received"'),
    sent,
    sentPerSecond: rate(sent, before?.numbers.sent, at, before?.at),
    syncP50: worst(samples, 'auditorium_spool_sync_recent_seconds', 'quantile="0.5"'),
    syncP99: worst(samples, 'auditorium_spool_sync_recent_seconds', 'quantile="0.99"'),
    spool: sum('auditorium_spool_bytes'),
    spoolLimit: sum('auditorium_spool_limit_bytes'),
    unshipped: sum('auditorium_spool_unshipped_bytes'),
    lag: worst(samples, 'auditorium_shipper_lag_seconds', '') ?? 0,
    memory: sum('process_resident_memory_bytes'),
  };
}

interface Sample {
  readonly name: string;
  readonly labels: string;
  readonly value: number;
}

function samplesOf(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels, value] = /^([a-z_]+)\{(.*)\} (\S+)$/.exec(line) ?? [];
    return name === undefined || labels === undefined ? [] : [{ name, labels, value: Number(value) }];
  });
}

function total(samples: readonly Sample[], name: string, label: string): number {
  return samples
    .filter((sample) => sample.name === name && sample.labels.includes(label))
    .reduce((sum, { value }) => sum + value, 0);
}

/** Of the worker where it is highest; null where no worker has a number. */
function worst(samples: readonly Sample[], name: string, label: string): number | null {
  const values = samples
    .filter((sample) => sample.name === name && sample.labels.includes(label))
    .map(({ value }) => value)
    .filter((value) => Number.isFinite(value));
  return values.length === 0 ? null : Math.max(...values);
}

/** A worker that was started anew counts from 0. */
function rate(now: number, then: number | undefined, at: number, since: number | undefined): number | null {
  if (then === undefined || since === undefined || at <= since || now < then) return null;
  return ((now - then) * 1000) / (at - since);
}
