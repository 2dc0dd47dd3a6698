/** A menu at a place of the window. */
import { DropdownMenu } from 'radix-ui';
import { useId, type ReactNode } from 'react';

/** px from the window's start. */
export interface MenuPlace {
  readonly x: number;
  readonly y: number;
}

/** Something to do; null draws a line between what stands before and behind it. */
export type MenuEntry = {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly disabled?: boolean;
  readonly run: () => void;
} | null;

interface CellMenuProps {
  /** What it is about: its heading and its name. */
  readonly name: string;
  readonly entries: readonly MenuEntry[];
  readonly place: MenuPlace;
  readonly onClose: () => void;
}

export function CellMenu({ name, entries, place, onClose }: CellMenuProps) {
  const id = useId();
  return (
    <DropdownMenu.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <DropdownMenu.Trigger asChild>
        <span className="menu-anchor" style={{ left: place.x, top: place.y }} aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="menu"
          align="start"
          sideOffset={2}
          collisionPadding={8}
          aria-labelledby={id}
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          <DropdownMenu.Label id={id} className="menu-label ellipsis">
            {name}
          </DropdownMenu.Label>
          <MenuEntries entries={entries} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** The entries of any menu. */
export function MenuEntries({ entries }: { readonly entries: readonly MenuEntry[] }) {
  return entries.map((entry, at) =>
    entry === null ? (
      <DropdownMenu.Separator key={`line ${String(at)}`} className="menu-line" />
    ) : (
      <DropdownMenu.Item
        key={entry.label}
        className="menu-item"
        disabled={entry.disabled === true}
        onSelect={entry.run}
      >
        <span className="menu-icon">{entry.icon}</span>
        <span className="ellipsis">{entry.label}</span>
      </DropdownMenu.Item>
    ),
  );
}
