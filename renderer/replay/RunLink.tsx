/** The way to a CI run at its provider: the target is shown before anything is opened. */
import { ExternalLink } from 'lucide-react';
import { useState } from 'react';
import type { CiContext } from '../../shared/api/session.ts';
import { Button } from '../ui/Button.tsx';
import { useCopied } from '../ui/use-copied.ts';
import { IDENTITY } from '../words/identity.ts';
import { runLink } from './run-link.ts';

export function RunLink({ ci }: { readonly ci: CiContext }) {
  const [asked, setAsked] = useState(false);
  const { said, copy } = useCopied();
  const target = runLink(ci);
  if (target === null)
    return (
      <p className="cell-quiet">{ci.provenance === 'attested' ? IDENTITY.noRun : IDENTITY.noRunAsserted}</p>
    );
  if (!asked)
    return (
      <Button onClick={() => setAsked(true)}>
        <ExternalLink size={13} aria-hidden />
        {IDENTITY.openRun}
      </Button>
    );
  return (
    <div className="run-link" role="group" aria-label={IDENTITY.openRun}>
      <p>{IDENTITY.target}</p>
      <p className="mono run-target">{target}</p>
      <p className="run-link-acts">
        <a className="button button-primary" href={target} target="_blank" rel="noopener noreferrer">
          {IDENTITY.open}
        </a>
        <Button onClick={() => copy(target)}>{said ?? IDENTITY.copy}</Button>
      </p>
    </div>
  );
}
