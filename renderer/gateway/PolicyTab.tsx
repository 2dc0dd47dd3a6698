/** The policy: edited as text, checked as one types, tried on statements, saved where the gateway reads it. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PolicySource } from '../../shared/api/gateway-policy.ts';
import type { Settings } from '../../shared/api/gateway-settings.ts';
import { shownLine } from './shown-line.ts';
import { api, queries } from '../api.ts';
import { Button } from '../ui/Button.tsx';
import { formatNumberOf } from '../ui/format.ts';
import { Fault } from '../ui/Note.tsx';
import { POLICY_WORDS } from '../words/gateway-policy.ts';
import { Conflict } from './Conflict.tsx';
import { ExplainPane } from './ExplainPane.tsx';
import { PolicyEditor } from './PolicyEditor.tsx';
import { TakenLine } from './TakenLine.tsx';
import { useSettled } from './use-settled.ts';
import { readAgain } from './use-gateway.ts';
import { WhatIfPane } from './WhatIfPane.tsx';

const SOURCE = ['gateway-policy'];

/** The window asks what is wrong so long after the last key, ms. */
const CHECK_MS = 250;

export function PolicyTab({ settings }: { readonly settings: Settings }) {
  const { data, error, refetch } = useQuery({
    queryKey: SOURCE,
    queryFn: ({ signal }) => api.policySource({}, { signal }),
    refetchOnMount: 'always',
  });
  if (data !== undefined)
    return <Editing source={data} connections={settings.connections.map(({ name }) => name)} />;
  if (error === null) return <span className="skeleton gateway-skeleton" aria-busy />;
  return <Fault title={POLICY_WORDS.failed} error={error} onRetry={() => void refetch()} />;
}

interface EditingProps {
  readonly source: PolicySource;
  readonly connections: readonly string[];
}

function Editing({ source, connections }: EditingProps) {
  const [base, setBase] = useState(source);
  const [text, setText] = useState(source.text);
  // What is on disk now replaces what nobody has changed here.
  if (source.revision !== base.revision && text === base.text) {
    setBase(source);
    setText(source.text);
  }
  const settled = useSettled(text, CHECK_MS);
  const check = useQuery({
    queryKey: ['policy-check', settled],
    queryFn: ({ signal }) => api.checkPolicy({ text: settled }, { signal }),
    placeholderData: (before) => before,
    gcTime: 0,
  });
  const save = useMutation({
    mutationFn: () => api.savePolicy({ text, revision: base.revision }),
    onSuccess: ({ policy }) => {
      setBase(policy);
      queries.setQueryData(SOURCE, policy);
      readAgain();
    },
  });
  const takeNow = async (): Promise<void> => {
    const now = await queries.fetchQuery({
      queryKey: SOURCE,
      queryFn: () => api.policySource(),
      staleTime: 0,
    });
    setBase(now);
    save.reset();
  };
  const changed = text !== base.text || !base.named;
  const sound = check.data?.issues.length === 0 && settled === text;
  return (
    <div className="policy">
      <div className="policy-left">
        <div className="gateway-file">
          <code className="ellipsis">{base.file === null ? '' : shownLine(base.file)}</code>
          {base.file === null ? (
            <span className="cell-quiet">{base.named ? POLICY_WORDS.shipped : POLICY_WORDS.none}</span>
          ) : null}
          <span className="fill" />
          <Button disabled={text === base.text} onClick={() => setText(base.text)}>
            {POLICY_WORDS.revert}
          </Button>
          <Button
            look="primary"
            disabled={!changed || !sound || save.isPending}
            onClick={() => save.mutate()}
          >
            {save.isPending ? POLICY_WORDS.saving : POLICY_WORDS.save}
          </Button>
        </div>
        <PolicyEditor text={text} issues={check.data?.issues ?? NOTHING} onChange={setText} />
        <Standing check={check.data} settled={settled === text} />
        <div className="policy-said">
          <Conflict
            error={save.error}
            before={base.text}
            now={async (signal) => (await api.policySource({}, { signal })).text}
            onTake={() => void takeNow()}
          />
          {save.data === undefined || changed ? null : (
            <p role="status" data-testid="policy-saved">
              ✓ {POLICY_WORDS.saved} · <TakenLine taken={save.data.taken} />
              {save.data.kept === null ? null : (
                <span className="cell-quiet"> · {POLICY_WORDS.kept(shownLine(save.data.kept))}</span>
              )}
            </p>
          )}
        </div>
      </div>
      <div className="policy-right">
        <ExplainPane text={settled} connections={connections} />
        <WhatIfPane text={text} sound={sound} />
      </div>
    </div>
  );
}

const NOTHING: readonly never[] = [];

type Checked = Awaited<ReturnType<typeof api.checkPolicy>>;

/** Below the text: what is wrong with it, line by line. */
function Standing({ check, settled }: { readonly check: Checked | undefined; readonly settled: boolean }) {
  if (check === undefined) return <p className="policy-standing cell-quiet">{POLICY_WORDS.checking}</p>;
  const { issues, warnings, mode } = check;
  return (
    <div className="policy-standing" role="status" aria-busy={!settled} data-testid="policy-standing">
      {issues.length === 0 ? (
        <p className="tone-approved">✓ {POLICY_WORDS.sound(mode ?? '')}</p>
      ) : (
        <p className="tone-error">
          ✕ {POLICY_WORDS.wrong(formatNumberOf(issues.length, 'thing is', 'things are'))}
        </p>
      )}
      <ul>
        {issues.map(({ line, column, rule, message }) => (
          <li key={`${line}:${column}:${message}`}>
            <code>{POLICY_WORDS.atLine(line, column)}</code>{' '}
            {rule === null ? '' : `${POLICY_WORDS.inRule(shownLine(rule))}: `}
            {shownLine(message)}
          </li>
        ))}
        {warnings.map((warning) => (
          <li key={warning} className="tone-write">
            ⚠ {shownLine(warning)}
          </li>
        ))}
      </ul>
    </div>
  );
}
