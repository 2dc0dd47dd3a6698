import { expect, test } from 'vitest';
import { numbersOf } from './metrics-text.ts';

const text = (statements: number) => `# HELP auditorium_statements_total Statements of agents.
# TYPE auditorium_statements_total counter
auditorium_statements_total{worker="0"} ${statements}
auditorium_statements_total{worker="1"} 10
auditorium_sessions_opened_total{worker="0"} 4
auditorium_denials_total{reason="EXPIRED",worker="0"} 2
auditorium_denials_total{reason="FUNCTION_CALL",worker="0"} 1
auditorium_agent_bytes_total{direction="received",worker="0"} 100
auditorium_agent_bytes_total{direction="sent",worker="0"} ${statements * 10}
auditorium_spool_sync_recent_seconds{quantile="0.5",worker="0"} NaN
auditorium_spool_sync_recent_seconds{quantile="0.99",worker="0"} 0.004
auditorium_spool_sync_recent_seconds{quantile="0.99",worker="1"} 0.002
auditorium_spool_bytes{worker="0"} 5
auditorium_spool_limit_bytes{worker="0"} 50
auditorium_spool_unshipped_bytes{worker="0"} 1
auditorium_shipper_lag_seconds{worker="0"} 0.1
auditorium_shipper_lag_seconds{worker="1"} 0.3
process_resident_memory_bytes{worker="0"} 1000
`;

test('numbers are summed over workers, the worst is told of latencies, rates are of the time between two looks', () => {
  const first = numbersOf(text(100), 1_000, null);
  const second = numbersOf(text(150), 3_000, { at: 1_000, numbers: first });
  const restarted = numbersOf(text(3), 4_000, { at: 3_000, numbers: second });
  expect(second).toEqual({
    opened: 4,
    refused: 3,
    statements: 160,
    statementsPerSecond: 25,
    received: 100,
    sent: 1500,
    sentPerSecond: 250,
    syncP50: null,
    syncP99: 0.004,
    spool: 5,
    spoolLimit: 50,
    unshipped: 1,
    lag: 0.3,
    memory: 1000,
  });
  expect([first.statementsPerSecond, restarted.statementsPerSecond]).toEqual([null, null]);
});
