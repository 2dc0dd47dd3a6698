/** How the gateway is: what it does, who is connected, what it logged. */
import { useMutation, useQuery } from '@tanstack/react-query';
import type { GatewayNumbers, GatewayStatus } from '../../shared/api/gateway-status.ts';
import { shownLine } from './shown-line.ts';
import { api } from '../api.ts';
import { beginAnew } from '../start-points.ts';
import { Button } from '../ui/Button.tsx';
import { formatBytes, formatCount, formatDuration, formatNumberOf } from '../ui/format.ts';
import { STATUS } from '../words/gateway.ts';
import { AnchorsFact } from './AnchorsFact.tsx';
import { logLine } from './log-line.ts';
import { SessionsTable } from './SessionsTable.tsx';

/** The log is read again so often, ms, while it is looked at. */
const LOG_MS = 3_000;

const MICROS = 1e6;

export function StatusTab({ status }: { readonly status: GatewayStatus }) {
  const { problem, numbers, sessions, workers } = status;
  return (
    <div className="gateway-status">
      {problem === null ? null : (
        <p className="gateway-problem tone-error" role="alert">
          ✕ {shownLine(problem)}
        </p>
      )}
      {numbers === null ? null : <Numbers numbers={numbers} />}
      <Facts status={status} />
      <section aria-label={STATUS.sessions}>
        <h2 className="gateway-title">
          {STATUS.sessions} <span className="cell-quiet">{formatCount(sessions.length)}</span>
        </h2>
        {sessions.length === 0 ? (
          <p className="cell-quiet">
            {STATUS.noSessions} {STATUS.noSessionsHow}
          </p>
        ) : (
          <SessionsTable sessions={sessions} />
        )}
      </section>
      {workers.length === 0 ? null : (
        <section aria-label={STATUS.workers}>
          <h2 className="gateway-title">{STATUS.workers}</h2>
          <ul className="gateway-workers">
            {workers.map(({ worker, pid, problem: wrong, sessions: count }) => (
              <li key={worker}>
                {STATUS.worker(worker, pid)} · {formatNumberOf(count, 'session')} ·{' '}
                {wrong === null ? (
                  <span className="tone-approved">✓ {STATUS.well}</span>
                ) : (
                  <span className="tone-error">✕ {wrong}</span>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      <Log />
    </div>
  );
}

/** What one looks at first, in a row. */
function Numbers({ numbers }: { readonly numbers: GatewayNumbers }) {
  const words = STATUS.numbers;
  const rate = numbers.statementsPerSecond;
  const sync = [numbers.syncP50, numbers.syncP99]
    .map((seconds) => (seconds === null ? '–' : formatDuration(seconds * MICROS)))
    .join(' / ');
  const tiles = [
    [
      words.statements,
      formatCount(numbers.statements),
      rate === null ? '' : words.perSecond(rate.toFixed(1)),
    ],
    [words.opened, formatCount(numbers.opened), words.refused(formatCount(numbers.refused))],
    [words.sync, sync, ''],
    [words.spool, words.spoolOf(formatBytes(numbers.spool), formatBytes(numbers.spoolLimit)), ''],
    [words.lag, formatDuration(numbers.lag * MICROS), formatBytes(numbers.unshipped)],
    [words.traffic, formatBytes(numbers.sent), ''],
    [words.memory, formatBytes(numbers.memory), ''],
  ] as const;
  return (
    <dl className="gateway-numbers" data-testid="gateway-numbers">
      {tiles.map(([name, value, more]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {value} {more === '' ? null : <small>{more}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Facts({ status }: { readonly status: GatewayStatus }) {
  const { configuration, listen, archive, volumes, checkpoint, policy, process } = status;
  return (
    <dl className="gateway-facts">
      {configuration === null ? null : <Fact name="Configuration">{shownLine(configuration)}</Fact>}
      {listen === null ? null : <Fact name={STATUS.listen}>{listen}</Fact>}
      {archive === null ? null : (
        <Fact name={STATUS.archive}>
          {shownLine(archive)}
          {volumes === null ? null : (
            <span className="cell-quiet">
              {' '}
              · {STATUS.volumes(formatNumberOf(volumes.count, 'volume'), formatBytes(volumes.bytes))}
            </span>
          )}{' '}
          <OpenArchive path={archive} />
        </Fact>
      )}
      {policy === null ? null : (
        <Fact name={STATUS.policy}>
          <PolicyFact policy={policy} running={listen !== null} />
        </Fact>
      )}
      {checkpoint === null ? null : (
        <Fact name={STATUS.checkpoint}>
          {STATUS.checkpointAt(formatCount(checkpoint.size), checkpoint.log.slice(0, 8))}
        </Fact>
      )}
      <AnchorsFact />
      <Fact name="Process">
        {process.ours ? STATUS.oursMeans : listen === null ? STATUS.startMeans : STATUS.othersMeans}
        {process.starts > 1 ? ` · ${STATUS.starts(process.starts)}` : ''}
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function PolicyFact({
  policy,
  running,
}: {
  readonly policy: NonNullable<GatewayStatus['policy']>;
  readonly running: boolean;
}) {
  const hash = policy.running ?? policy.onDisk;
  if (hash === null) return <>{STATUS.noPolicy}</>;
  const differs = running && policy.running !== policy.onDisk;
  return (
    <>
      {policy.mode} · <code title={hash}>{hash.slice(0, 12)}</code>{' '}
      {differs ? <span className="tone-write">⚠ {STATUS.policyDiffers}</span> : null}
    </>
  );
}

/** Where another archive is open, or none. */
function OpenArchive({ path }: { readonly path: string }) {
  const { data } = useQuery({
    queryKey: ['start'],
    queryFn: ({ signal }) => api.startPoints({}, { signal }),
  });
  const open = useMutation({ mutationFn: () => api.openArchive({ path }), onSuccess: () => beginAnew() });
  if (data === undefined || !data.opens || data.archive === path) return null;
  return (
    <>
      <Button disabled={open.isPending} onClick={() => open.mutate()}>
        {STATUS.openArchive}
      </Button>
      {open.error === null ? null : <span className="tone-error"> ✕ {open.error.message}</span>}
    </>
  );
}

function Log() {
  const { data } = useQuery({
    queryKey: ['gateway-log'],
    queryFn: ({ signal }) => api.gatewayLog({}, { signal }),
    refetchInterval: LOG_MS,
    refetchOnMount: 'always',
  });
  return (
    <section aria-label={STATUS.log}>
      <h2 className="gateway-title">{STATUS.log}</h2>
      {data?.known === true && data.lines.length === 0 ? (
        <p className="cell-quiet">{STATUS.emptyLog}</p>
      ) : data?.known === true ? (
        <ol className="gateway-log" tabIndex={0} data-testid="gateway-log">
          {data.lines.map((line, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- lines only come at the end, and may be equal
            <LogRow key={index} line={line} />
          ))}
        </ol>
      ) : (
        <p className="cell-quiet">{STATUS.noLog}</p>
      )}
    </section>
  );
}

function LogRow({ line }: { readonly line: string }) {
  const { time, level, message } = logLine(line);
  const tone = level === 'error' || level === 'fatal' ? 'tone-error' : level === 'warn' ? 'tone-write' : '';
  return (
    <li className={tone}>
      <time>{time}</time> <span className="gateway-log-level">{level}</span> {shownLine(message)}
    </li>
  );
}
