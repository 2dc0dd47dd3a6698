/** What drives small statements: `SELECT abalance FROM pgbench_accounts WHERE aid = $1` with a random account each. */
import type { Address } from '../raw-client.ts';

export interface Run {
  readonly address: Address;
  readonly applicationName: string;
  /** `simple` sends a Query each; `prepared` prepares once and sends Bind, Execute, Sync each. */
  readonly protocol: 'simple' | 'prepared';
  readonly clients: number;
  readonly seconds: number;
  readonly accounts: number;
  /** Ends the run early; it then rejects. */
  readonly signal: AbortSignal;
}

export interface RunResult {
  /** Statements that were answered. */
  readonly statements: number;
  /** Statements a second, without the time to connect. */
  readonly tps: number;
  /** A sample of the latencies, µs. */
  readonly latencies: readonly number[];
}

export interface Driver {
  /** For the report: what drove. */
  readonly name: string;
  run(run: Run): Promise<RunResult>;
}
