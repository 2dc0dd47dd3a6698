/** Which file is shown, and what a gateway would say of it. */
import type { ReactNode } from 'react';
import type { Settings } from '../../shared/api/gateway-settings.ts';
import { shownLine } from './shown-line.ts';

export function FileLine({
  settings,
  children,
}: {
  readonly settings: Settings;
  readonly children: ReactNode;
}) {
  return (
    <div className="gateway-file">
      <code className="ellipsis" title={settings.file}>
        {shownLine(settings.file)}
      </code>
      {settings.problem === null ? null : (
        <span className="tone-write" role="status">
          ⚠ {shownLine(settings.problem)}
        </span>
      )}
      <span className="fill" />
      {children}
    </div>
  );
}
