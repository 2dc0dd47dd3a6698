/** The sheet of keys. */
import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';

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
            <Dialog.Title>Keys</Dialog.Title>
            <Dialog.Close className="button button-plain button-icon" aria-label="Close">
              <X size={16} aria-hidden />
            </Dialog.Close>
          </div>
          <div className="help-groups">
            {groups.map((group) => (
              <section key={group.title} className="help-group">
                <h3>{group.title}</h3>
                {group.rows.map((row) => (
                  <div key={row.does} className="help-row">
                    <span className="help-keys">
                      {row.keys.map((key) => (
                        <kbd key={key} className="key">
                          {key}
                        </kbd>
                      ))}
                    </span>
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
