/** What can be done with the sessions that are picked. Stands below the list, so that no row moves when it comes. */
import { ClipboardList, GitCompareArrows, X } from 'lucide-react';
import { useMutation } from '@tanstack/react-query';
import type { SessionId } from '../../shared/api/session.ts';
import { api, queries } from '../api.ts';
import { chooseFinding } from '../casework/marking.ts';
import { ReviewSeveral } from '../casework/ReviewMenu.tsx';
import { wholeSessions } from '../casework/scopes.ts';
import { useCommands } from '../commands.ts';
import { ExportMenu } from '../ExportMenu.tsx';
import { useDenied } from '../me.ts';
import { compare } from '../RunList.tsx';
import { Button, IconButton } from '../ui/Button.tsx';
import { DeniedButton } from '../ui/Denied.tsx';
import { PICKS } from '../words/picks.ts';
import { MOST_PICKED } from './picked.ts';
import type { PickedSessions } from './use-picked.ts';

export function PickBar({ ids, problem, picks }: PickedSessions) {
  const comparing = useMutation({
    mutationFn: async ([a, b]: readonly [SessionId, SessionId]) => compare(...(await rowsOf(a, b))),
  });
  const [a, b] = ids;
  const two = ids.length === 2 && a !== undefined && b !== undefined ? ([a, b] as const) : null;
  const add = (): void => {
    const scope = wholeSessions(ids);
    if (scope !== null) chooseFinding([scope]);
  };
  const letGo = (): void => picks.onPicked([]);
  const some = ids.length > 0;
  useCommands([
    { id: 'picks.all', name: PICKS.command.all, group: 'list', run: picks.onAll },
    { id: 'picks.none', name: PICKS.command.letGo, group: 'list', when: some, keys: ['Esc'], run: letGo },
    { id: 'findings.choose', name: PICKS.command.finding, group: 'list', when: some, keys: ['F'], run: add },
    {
      id: 'picks.compare',
      name: PICKS.compareTwo,
      group: 'list',
      when: two !== null,
      run: () => {
        if (two !== null) comparing.mutate(two);
      },
    },
  ]);
  const wrong = problem === null ? comparing.error?.message : PICKS.failed(problem);
  if (!some && wrong === undefined) return null;
  return (
    <div className="pick-bar" role="toolbar" aria-label={PICKS.name} data-testid="pick-bar">
      <p role="status" className="pick-count">
        <b>{PICKS.count(ids.length)}</b>
        {ids.length < MOST_PICKED ? null : <span className="cell-quiet">, {PICKS.most(MOST_PICKED)}</span>}
      </p>
      {wrong === undefined ? null : (
        <p className="tone-error ellipsis" role="alert">
          ✕ {wrong}
        </p>
      )}
      <span className="fill" />
      {some ? (
        <>
          <ReviewSeveral sessions={ids} />
          <AddButton onAdd={add} />
          <button
            type="button"
            className="button button-plain"
            title={two === null ? PICKS.compareHow : PICKS.compareTwo}
            disabled={two === null || comparing.isPending}
            onClick={() => {
              if (two !== null) comparing.mutate(two);
            }}
          >
            <GitCompareArrows size={14} aria-hidden /> {PICKS.compare}
          </button>
          <ExportMenu filter="" sessions={ids} />
        </>
      ) : null}
      <IconButton
        name={PICKS.letGo}
        shortcut="Esc"
        side="top"
        icon={<X size={14} aria-hidden />}
        onClick={letGo}
      />
    </div>
  );
}

function AddButton({ onAdd }: { readonly onAdd: () => void }) {
  const denied = useDenied('case:write');
  const words = (
    <>
      <ClipboardList size={14} aria-hidden /> {PICKS.finding}
    </>
  );
  if (denied !== null) return <DeniedButton why={denied}>{words}</DeniedButton>;
  return (
    <Button look="plain" onClick={onAdd}>
      {words}
    </Button>
  );
}

async function rowsOf(a: SessionId, b: SessionId) {
  const row = (id: SessionId) =>
    queries.fetchQuery({
      queryKey: ['session', id],
      queryFn: ({ signal }) => api.session({ id }, { signal }),
    });
  const [one, other] = await Promise.all([row(a), row(b)]);
  return [one, other] as const;
}
