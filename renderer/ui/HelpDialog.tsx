/** The sheet of keys. */
import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { KEY_SHEET } from '../words/commands.ts';
import { Keys } from './Keys.tsx';

/** Keys that belong together: `keys` as written on them. */
export interface KeyGroup {
  readonly title: string;
  readonly rows: readonly { readonly keys: readonly string[]; readonly does: string }[];
}

interface HelpProps {
  readonly groups: readonly KeyGroup[];
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** Lists every key by group; Esc closes it. */
export function HelpDialog({ groups, open, onOpenChange }: HelpProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="dialog-veil" />
        <Dialog.Content className="dialog" aria-describedby={undefined}>
          <div className="dialog-head">
            <Dialog.Title>{KEY_SHEET.title}</Dialog.Title>
            <Dialog.Close className="button button-plain button-icon" aria-label={KEY_SHEET.close}>
              <X size={16} aria-hidden />
            </Dialog.Close>
          </div>
          <div className="help-groups">
            {groups.map((group) => (
              <section key={group.title} className="help-group">
                <h3>{group.title}</h3>
                {group.rows.map((row) => (
                  <div key={row.does} className="help-row">
                    <Keys keys={row.keys} />
                    <span>{row.does}</span>
                  </div>
                ))}
              </section>
            ))}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
