/** Where one can begin: an archive, the demo, a gateway. */
import { useMutation } from '@tanstack/react-query';
import { FolderOpen, PlayCircle, ServerCog } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Start } from '../../shared/api/gateway.ts';
import { shownLine } from './shown-line.ts';
import { api, queries } from '../api.ts';
import { GATEWAY, goTo, HOME } from '../router.ts';
import { beginAnew, useStart } from '../start-points.ts';
import { Button } from '../ui/Button.tsx';
import { formatDateTime } from '../ui/format.ts';
import { Fault } from '../ui/Note.tsx';
import { START } from '../words/start.ts';
import './gateway.css';
import { Wizard } from './Wizard.tsx';

export function StartPlace() {
  const { data, error, refetch } = useStart();
  const [wizard, setWizard] = useState(false);
  if (data === undefined)
    return error === null ? (
      <span className="skeleton gateway-skeleton" aria-busy />
    ) : (
      <Fault title={START.failed} error={error} onRetry={() => void refetch()} />
    );
  return (
    <div className="start" data-testid="start">
      <h1>{START.title}</h1>
      <p className="start-lead">{START.lead}</p>
      {data.archive === null ? null : (
        <p className="cell-quiet">
          {START.shown(shownLine(data.archive))}{' '}
          <Button look="plain" onClick={() => goTo(HOME)}>
            {START.back}
          </Button>
        </p>
      )}
      {data.opens ? (
        <div className="start-cards">
          <OpenCard start={data} />
          <DemoCard start={data} />
          <GatewayCard start={data} onNew={() => setWizard(true)} />
        </div>
      ) : (
        <p>
          {START.notHere} <code>{START.notHereCommand}</code>
        </p>
      )}
      {wizard ? <Wizard suggested={data.suggested} onClose={() => setWizard(false)} /> : null}
    </div>
  );
}

interface CardProps {
  readonly title: string;
  readonly icon: ReactNode;
  readonly means: string;
  readonly children: ReactNode;
}

function Card({ title, icon, means, children }: CardProps) {
  return (
    <section className="start-card" aria-label={title}>
      <h2>
        {icon} {title}
      </h2>
      <p>{means}</p>
      {children}
    </section>
  );
}

function Failure({ error }: { readonly error: Error | null }) {
  if (error === null) return null;
  return (
    <p className="tone-error" role="alert">
      ✕ {shownLine(error.message)}
    </p>
  );
}

function OpenCard({ start }: { readonly start: Start }) {
  const [path, setPath] = useState('');
  const open = useMutation({
    mutationFn: (wanted: string) => api.openArchive({ path: wanted }),
    onSuccess: () => beginAnew(),
  });
  return (
    <Card title={START.open} icon={<FolderOpen size={18} aria-hidden />} means={START.openMeans}>
      <form
        className="gateway-line"
        onSubmit={(event) => {
          event.preventDefault();
          if (path.trim() !== '') open.mutate(path.trim());
        }}
      >
        <input
          className="gateway-input fill"
          aria-label={START.path}
          placeholder={START.path}
          spellCheck={false}
          value={path}
          onChange={({ target }) => setPath(target.value)}
        />
        <button
          type="submit"
          className="button button-primary"
          disabled={path.trim() === '' || open.isPending}
        >
          {open.isPending ? START.opening : START.go}
        </button>
      </form>
      <Failure error={open.error} />
      <h3 className="section-title">{START.recent}</h3>
      {start.recent.length === 0 ? <p className="cell-quiet">{START.noRecent}</p> : null}
      <ul className="start-recent">
        {start.recent.map(({ path: one, opened }) => (
          <li key={one}>
            <button
              type="button"
              className="value-button"
              disabled={open.isPending}
              onClick={() => open.mutate(one)}
            >
              {shownLine(one)}
            </button>{' '}
            <span className="cell-quiet">{formatDateTime(opened * 1000)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function DemoCard({ start: { demo, demoProblem } }: { readonly start: Start }) {
  const run = useMutation({
    mutationFn: () => api.startDemo(),
    onSuccess: (told) => queries.setQueryData(['start'], told),
  });
  // The host turns to it by itself once it is there.
  const began = useRef(false);
  useEffect(() => {
    if (demo === 'starting') began.current = true;
    if (demo === 'running' && began.current) beginAnew();
  }, [demo]);
  return (
    <Card title={START.demo} icon={<PlayCircle size={18} aria-hidden />} means={START.demoMeans}>
      <div>
        <Button look="primary" disabled={demo !== 'idle' || run.isPending} onClick={() => run.mutate()}>
          {START.demoGo}
        </Button>
      </div>
      {demo === 'starting' ? (
        <p role="status">
          {START.demoStarting} <span className="cell-quiet">{shownLine(demoProblem ?? '')}</span>
        </p>
      ) : demo === 'running' ? (
        <p className="cell-quiet">{START.demoRunning}</p>
      ) : demoProblem === null ? null : (
        <p className="tone-error" role="alert">
          ✕ {shownLine(demoProblem)}
        </p>
      )}
      <Failure error={run.error} />
    </Card>
  );
}

function GatewayCard({ start, onNew }: { readonly start: Start; readonly onNew: () => void }) {
  const [path, setPath] = useState('');
  const take = useMutation({
    mutationFn: () => api.takeConfiguration({ path: path.trim() }),
    onSuccess: () => beginAnew('/gateway'),
  });
  return (
    <Card title={START.gateway} icon={<ServerCog size={18} aria-hidden />} means={START.gatewayMeans}>
      {start.configuration === null ? (
        <div>
          <Button look="primary" onClick={onNew}>
            {START.gatewayNew}
          </Button>
        </div>
      ) : (
        <p>
          {START.gatewayKnown(shownLine(start.configuration))}{' '}
          <Button look="primary" onClick={() => goTo(GATEWAY)}>
            {START.gatewayShow}
          </Button>
        </p>
      )}
      <form
        className="gateway-line"
        onSubmit={(event) => {
          event.preventDefault();
          if (path.trim() !== '') take.mutate();
        }}
      >
        <input
          className="gateway-input fill"
          aria-label={START.gatewayHave}
          placeholder={START.gatewayHave}
          spellCheck={false}
          value={path}
          onChange={({ target }) => setPath(target.value)}
        />
        <button
          type="submit"
          className="button button-outline"
          disabled={path.trim() === '' || take.isPending}
        >
          {START.gatewayTake}
        </button>
      </form>
      <Failure error={take.error} />
    </Card>
  );
}
