/** How a client connects to a connection: to be copied, with where its token comes from. */
import { useState } from 'react';
import type { Settings } from '../../shared/api/gateway-settings.ts';
import { Button } from '../ui/Button.tsx';
import { useCopied } from '../ui/use-copied.ts';
import { CONNECTIONS } from '../words/gateway.ts';
import { developmentToken, SNIPPET_NAMES, snippetsOf, type SnippetName } from './snippets.ts';
import { useStatus } from './use-gateway.ts';

export function Snippets({
  settings,
  connection,
}: {
  readonly settings: Settings;
  readonly connection: string;
}) {
  const [name, setName] = useState<SnippetName>('psql');
  const { said, copy } = useCopied();
  // A port that the system chose is known once it runs.
  const listen = useStatus().data?.listen ?? settings.listen;
  const { tls, file, issuers } = settings;
  const snippet = snippetsOf({ listen, tls, connection, file })[name];
  const development = issuers.find(({ profile }) => profile === 'development');
  return (
    <div className="gateway-snippets" data-testid="snippets">
      <div className="gateway-snippet-names" role="group" aria-label={CONNECTIONS.snippets}>
        {SNIPPET_NAMES.map((one) => (
          <Button key={one} look="plain" pressed={one === name} onClick={() => setName(one)}>
            {CONNECTIONS.snippet[one]}
          </Button>
        ))}
        <span className="fill" />
        <Button onClick={() => copy(snippet)}>{said ?? CONNECTIONS.copy}</Button>
      </div>
      <pre tabIndex={0} aria-label={CONNECTIONS.snippet[name]}>
        {snippet}
      </pre>
      <p className="cell-quiet">{CONNECTIONS.token}</p>
      <ul className="gateway-tokens">
        {issuers.map((issuer) => (
          <li key={issuer.name}>
            <b>{issuer.name}</b>{' '}
            {issuer === development
              ? CONNECTIONS.tokenDev
              : issuer.profile === 'generic' || issuer.profile === 'okta'
                ? `${issuer.issuer ?? ''} · ${issuer.audience ?? ''}`
                : CONNECTIONS.tokenCi}
            {issuer === development ? <pre tabIndex={0}>{developmentToken(file)}</pre> : null}
          </li>
        ))}
      </ul>
      {tls ? null : <p className="cell-quiet">{CONNECTIONS.notTls}</p>}
    </div>
  );
}
