/** A link that somebody wrote: where it leads is shown before it is followed, and only the encrypted web is followed at all. */
import { ExternalLink } from 'lucide-react';
import { Popover } from 'radix-ui';
import type { ReactNode } from 'react';
import { visible } from '../../shared/replay/visible.ts';
import { PROSE } from '../words/prose.ts';

interface GuardedLinkProps {
  readonly url: string;
  readonly children: ReactNode;
}

export function GuardedLink({ url, children }: GuardedLinkProps) {
  const target = targetOf(url);
  if (target === null) {
    return (
      <>
        {children} <code>{visible(url)}</code>
      </>
    );
  }
  return (
    <>
      <Popover.Root>
        <Popover.Trigger className="value-button prose-link">{children}</Popover.Trigger>
        <Popover.Portal>
          <Popover.Content className="person link-target" sideOffset={4} collisionPadding={8}>
            <span className="cell-quiet">
              {PROSE.leads} <b>{target.host}</b>
            </span>
            <code>{target.href}</code>
            <a className="button" href={target.href} target="_blank" rel="noreferrer noopener">
              <ExternalLink size={14} aria-hidden /> {PROSE.open}
            </a>
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      <code className="print-only"> ({target.href})</code>
    </>
  );
}

/** Its host in ASCII, so that letters which look like others cannot pass for them; null when it is not followed. */
function targetOf(url: string): URL | null {
  const target = URL.parse(url);
  return target?.protocol === 'https:' && target.username === '' && target.password === '' ? target : null;
}
