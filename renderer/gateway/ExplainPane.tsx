/** What the policy as it stands in the editor decides on a statement, and why. */
import { useQuery } from '@tanstack/react-query';
import { Ban, Check, EyeOff, Hand } from 'lucide-react';
import { useState } from 'react';
import { shownLine } from './shown-line.ts';
import { api } from '../api.ts';
import { POLICY_WORDS } from '../words/gateway-policy.ts';
import { listOf } from './connection-form.ts';
import { useSettled } from './use-settled.ts';

const ASK_MS = 250;

const TONES = {
  allow: 'tone-approved',
  mask: 'tone-masked',
  hold: 'tone-held',
  deny: 'tone-denied',
} as const;
const GLYPHS = { allow: Check, mask: EyeOff, hold: Hand, deny: Ban } as const;

interface ExplainPaneProps {
  readonly text: string;
  readonly connections: readonly string[];
}

export function ExplainPane({ text, connections }: ExplainPaneProps) {
  const [sql, setSql] = useState('DELETE FROM orders');
  const [agent, setAgent] = useState('');
  const [groups, setGroups] = useState('');
  const [connection, setConnection] = useState(connections[0] ?? '');
  const [ci, setCi] = useState('');
  const asked = useSettled(JSON.stringify({ sql, agent, groups, connection, ci }), ASK_MS);
  const { data } = useQuery({
    queryKey: ['policy-explain', text, asked],
    queryFn: ({ signal }) =>
      api.explainPolicy(
        {
          text,
          sql,
          subject: {
            agent,
            groups: listOf(groups),
            connection,
            ci: ci.trim() === '' ? null : ci.trim(),
            attested: true,
          },
        },
        { signal },
      ),
    placeholderData: (before) => before,
    enabled: sql.trim() !== '',
    gcTime: 0,
  });
  return (
    <section className="policy-pane" aria-label={POLICY_WORDS.explain}>
      <h2 className="gateway-title">{POLICY_WORDS.explain}</h2>
      <textarea
        className="gateway-input policy-sql"
        rows={3}
        spellCheck={false}
        aria-label={POLICY_WORDS.explainHint}
        placeholder={POLICY_WORDS.explainHint}
        value={sql}
        onChange={({ target }) => setSql(target.value)}
      />
      <div className="policy-who">
        <Small name={POLICY_WORDS.agent} value={agent} onChange={setAgent} />
        <Small name={POLICY_WORDS.groups} value={groups} onChange={setGroups} />
        <Small name={POLICY_WORDS.connection} value={connection} onChange={setConnection} />
        <Small name={POLICY_WORDS.ci} hint={POLICY_WORDS.ciHint} value={ci} onChange={setCi} />
      </div>
      {data === undefined || sql.trim() === '' ? null : <Explained explained={data} />}
    </section>
  );
}

interface SmallProps {
  readonly name: string;
  readonly hint?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Small({ name, hint, value, onChange }: SmallProps) {
  return (
    <label>
      {name}
      <input
        className="gateway-input"
        placeholder={hint}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    </label>
  );
}

function Explained({ explained }: { readonly explained: Awaited<ReturnType<typeof api.explainPolicy>> }) {
  const { problem, decision, facts, rules } = explained;
  if (problem !== null) return <p className="cell-quiet">{shownLine(problem)}</p>;
  if (decision === null) return null;
  const Glyph = GLYPHS[decision.effect];
  const by = decision.rules.map(({ rule, because }) => `${rule} (${because})`).join(', ');
  return (
    <div role="status" data-testid="explained">
      <p className={TONES[decision.effect]}>
        <Glyph size={12} aria-hidden /> <b>{POLICY_WORDS.decided[decision.effect]}</b>{' '}
        {shownLine(by === '' ? POLICY_WORDS.byDefault : by)}
      </p>
      {decision.lines.slice(1).map((line) => (
        <p key={line}>{shownLine(line)}</p>
      ))}
      <pre className="policy-facts" tabIndex={0}>
        {facts.map((fact) => shownLine(fact)).join('\n')}
      </pre>
      <details>
        <summary>{POLICY_WORDS.rulesThat}</summary>
        <table className="gateway-table">
          <tbody>
            {rules.map(({ rule, effect, matched, because }) => (
              <tr key={rule} className={matched ? '' : 'policy-unmatched'}>
                <td>{matched ? '✓' : '–'}</td>
                <td>{shownLine(rule)}</td>
                <td>{effect}</td>
                <td className="policy-because">{shownLine(because)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
      <p className="cell-quiet">{POLICY_WORDS.asWritten}</p>
    </div>
  );
}
