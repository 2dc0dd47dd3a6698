/** A view among others: its name, its tools, and a way to close it. */
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from './Button.tsx';

interface PaneProps {
  readonly name: string;
  /** What closes it, in words. */
  readonly closeName: string;
  readonly onClose: () => void;
  /** Buttons and fields in its head. */
  readonly tools?: ReactNode;
  readonly children: ReactNode;
}

export function Pane({ name, closeName, onClose, tools, children }: PaneProps) {
  return (
    <section className="pane" aria-label={name}>
      <div className="pane-head">
        <h2 className="pane-name">{name}</h2>
        <span className="fill" />
        {tools}
        <PaneClose name={closeName} onClose={onClose} />
      </div>
      {children}
    </section>
  );
}

/** For panes with a head of their own. */
export function PaneClose({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  return (
    <IconButton name={name} className="pane-button" icon={<X size={13} aria-hidden />} onClick={onClose} />
  );
}
