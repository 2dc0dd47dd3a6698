/** Which views are open: each is a tick in a menu. */
import { Check, Columns3 } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { memo, useState } from 'react';
import { useCommands } from '../commands.ts';
import { PANES } from '../words/replay.ts';
import type { OpenViews } from './use-views.ts';
import { VIEWS } from './views.ts';

export const ViewsMenu = memo(function ViewsMenu({ open, toggle }: OpenViews) {
  const [shown, setShown] = useState(false);
  useCommands([
    {
      id: 'replay.views',
      name: PANES.chooseViews,
      group: 'view',
      keys: [PANES.viewsKey],
      run: () => setShown(true),
    },
    ...VIEWS.map((view) => ({
      id: `replay.view.${view}`,
      name: open.includes(view) ? PANES.close(PANES.names[view]) : PANES.open(PANES.names[view]),
      group: 'view' as const,
      when: open.length > 1 || !open.includes(view),
      run: () => toggle(view),
    })),
  ]);
  return (
    <DropdownMenu.Root open={shown} onOpenChange={setShown} modal={false}>
      <DropdownMenu.Trigger
        className="button button-plain"
        title={`${PANES.views} (${PANES.viewsKey})`}
        aria-keyshortcuts={PANES.viewsKey}
      >
        <Columns3 size={14} aria-hidden />
        {PANES.views}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
          {VIEWS.map((view) => (
            <DropdownMenu.CheckboxItem
              key={view}
              className="menu-item"
              checked={open.includes(view)}
              disabled={open.length === 1 && open.includes(view)}
              onCheckedChange={() => toggle(view)}
              onSelect={(event) => event.preventDefault()}
            >
              <span>
                <DropdownMenu.ItemIndicator>
                  <Check size={14} aria-hidden />
                </DropdownMenu.ItemIndicator>
              </span>
              {PANES.names[view]}
            </DropdownMenu.CheckboxItem>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
});
