/** How the gateway would judge a token: pasted here, sent once, kept nowhere. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { shownLine } from './shown-line.ts';
import { api } from '../api.ts';
import { Button } from '../ui/Button.tsx';
import { ISSUERS } from '../words/gateway.ts';

export function TokenJudge() {
  const [token, setToken] = useState('');
  // Nothing of it stays in the window’s cache either.
  const judge = useMutation({ mutationFn: (text: string) => api.judgeToken({ token: text }), gcTime: 0 });
  const go = (): void => judge.mutate(token.trim());
  return (
    <section className="gateway-card" aria-label={ISSUERS.judge} data-testid="judge">
      <h2 className="gateway-title">{ISSUERS.judge}</h2>
      <p className="cell-quiet">{ISSUERS.judgeHint}</p>
      <div className="gateway-line">
        <input
          className="gateway-input fill"
          type="password"
          autoComplete="off"
          aria-label={ISSUERS.judgeLabel}
          value={token}
          onChange={({ target }) => setToken(target.value)}
          onKeyDown={({ key }) => {
            if (key === 'Enter' && token.trim() !== '') go();
          }}
        />
        <Button disabled={token.trim() === '' || judge.isPending} onClick={go}>
          {ISSUERS.judgeGo}
        </Button>
      </div>
      {judge.error === null ? null : (
        <p className="tone-error" role="alert">
          ✕ {judge.error.message}
        </p>
      )}
      {judge.data === undefined ? null : <Verdict judged={judge.data} />}
    </section>
  );
}

function Verdict({ judged }: { readonly judged: Awaited<ReturnType<typeof api.judgeToken>> }) {
  const { accepted, words, facts, connections, notes } = judged;
  return (
    <div role="status" data-testid="judged">
      <p className={accepted ? 'tone-approved' : 'tone-denied'}>
        {accepted ? `✓ ${ISSUERS.accepted}` : `✕ ${ISSUERS.refused}`}: {shownLine(words)}
      </p>
      {notes.map((note) => (
        <p key={note} className="cell-quiet">
          ⚠ {shownLine(note)}
        </p>
      ))}
      <dl className="gateway-facts">
        {facts.map(({ name, value }) => (
          <div key={name} className="gateway-fact">
            <dt>{name}</dt>
            <dd>{shownLine(value)}</dd>
          </div>
        ))}
      </dl>
      <ul className="gateway-tried">
        {connections.map(({ name, may, words: why }) => (
          <li key={name}>
            <span className={may ? 'tone-approved' : 'tone-denied'}>{may ? '✓' : '✕'}</span>
            <span>
              {may ? ISSUERS.may : ISSUERS.mayNot} <b>{shownLine(name)}</b>: {shownLine(why)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
