/** A button, with its key and name in a tooltip when it shows only an icon. */
import { Tooltip } from 'radix-ui';
import type { ReactNode, Ref } from 'react';

interface ButtonProps {
  readonly children: ReactNode;
  readonly onClick: () => void;
  readonly look?: 'plain' | 'primary' | 'outline';
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button with words. */
export function Button({ children, onClick, look = 'outline', disabled, pressed, ref }: ButtonProps) {
  return (
    <button
      ref={ref}
      type="button"
      className={`button button-${look}`}
      disabled={disabled}
      aria-pressed={pressed}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

interface IconButtonProps {
  /** What it does: its accessible name and its tooltip. */
  readonly name: string;
  /** The key that does the same, as written on the key. */
  readonly shortcut?: string;
  readonly icon: ReactNode;
  readonly onClick: () => void;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly className?: string;
  readonly current?: boolean;
  readonly side?: 'top' | 'right' | 'bottom' | 'left';
}

/** A button that shows an icon. */
export function IconButton(props: IconButtonProps) {
  const { name, shortcut, icon, onClick, disabled, pressed, current, side = 'bottom' } = props;
  return (
    <Tip text={name} shortcut={shortcut} side={side}>
      <button
        type="button"
        className={props.className ?? 'button button-plain button-icon'}
        aria-label={name}
        aria-keyshortcuts={shortcut}
        aria-pressed={pressed}
        aria-current={current === true ? 'page' : undefined}
        disabled={disabled}
        onClick={onClick}
      >
        {icon}
      </button>
    </Tip>
  );
}

interface TipProps {
  readonly text: string;
  readonly shortcut?: string | undefined;
  readonly side?: 'top' | 'right' | 'bottom' | 'left';
  readonly children: ReactNode;
}

/** A tooltip over its one child, which must be an element that takes a ref. */
export function Tip({ text, shortcut, side = 'bottom', children }: TipProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="tooltip" side={side} sideOffset={6} collisionPadding={8}>
          {text}
          {shortcut === undefined ? null : <kbd className="key">{shortcut}</kbd>}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
