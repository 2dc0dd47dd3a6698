/** Views of a list that are kept by name: filter, order and columns. One is shown, renamed, deleted, or shared as a link. */
import { Check, Link, Pencil, Pin, SlidersHorizontal, Trash2 } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import type { ListName, SavedView } from '../../shared/api/preferences.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { useKeepPreferences, usePreferences } from '../preferences.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { useCopied } from '../ui/use-copied.ts';
import { VIEWS } from '../words/views.ts';
import { keptOf, layoutOf } from './kept-layout.ts';

/** Longest name, as preferences keep it, and what is seen of a filter. */
const NAME_LENGTH = 80;
const FILTER_LENGTH = 60;

interface ViewsMenuProps {
  readonly list: ListName;
  /** All columns of the list. */
  readonly ids: readonly string[];
  readonly filter: string;
  readonly sort: string;
  /** The columns as they stand now; '' is as the list likes them. */
  readonly layout: string;
  /** The columns come from the address, not from what the person keeps. */
  readonly isOther: boolean;
  readonly onShow: (view: {
    readonly filter: string;
    readonly sort: string;
    readonly columns: string;
  }) => void;
  /** The address of this view, columns and all. */
  readonly link: string;
  readonly onKeepColumns: () => void;
}

export function ViewsMenu(props: ViewsMenuProps) {
  const { list, ids, filter, sort, layout } = props;
  const views = usePreferences().views.filter((view) => view.list === list);
  const { keep, error } = useKeepPreferences();
  const { said, copy } = useCopied();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const save = (): void => {
    // What nobody arranged stays as the list likes it.
    const columns = layout === '' ? { order: [], hidden: [], widths: {} } : keptOf(layout, ids);
    keep({ kind: 'saveView', view: { name: name.trim(), list, filter, sort, columns } });
    setName('');
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="button button-plain" title={VIEWS.title}>
        <SlidersHorizontal size={14} aria-hidden /> {VIEWS.button}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="menu views"
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label={VIEWS.title}
        >
          {views.length === 0 ? <p className="views-note">{VIEWS.none}</p> : null}
          <ul>
            {views.map((view) => (
              <View
                key={view.name}
                view={view}
                onShow={() => {
                  setOpen(false);
                  props.onShow({ ...view, columns: layoutOf(view.columns) });
                }}
                onRename={(to) => keep({ kind: 'renameView', list, name: view.name, to })}
                onDrop={() => keep({ kind: 'dropView', list, name: view.name })}
              />
            ))}
          </ul>
          <form
            className="views-save"
            onSubmit={(event) => {
              event.preventDefault();
              if (name.trim() !== '') save();
            }}
          >
            <input
              value={name}
              maxLength={NAME_LENGTH}
              placeholder={VIEWS.name}
              aria-label={VIEWS.name}
              onChange={(event) => setName(event.target.value)}
            />
            <button type="submit" className="button button-primary" disabled={name.trim() === ''}>
              {VIEWS.save}
            </button>
          </form>
          <div className="views-more">
            <Button look="plain" onClick={() => copy(props.link)}>
              <Link size={12} aria-hidden /> {said ?? VIEWS.copy}
            </Button>
            {props.isOther ? (
              <Button look="plain" onClick={props.onKeepColumns}>
                <Pin size={12} aria-hidden /> {VIEWS.keepColumns}
              </Button>
            ) : null}
          </div>
          {error === null ? null : (
            <p className="tone-error views-note" role="alert">
              {VIEWS.notKept(error.message)}
            </p>
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface ViewProps {
  readonly view: SavedView;
  readonly onShow: () => void;
  readonly onRename: (to: string) => void;
  readonly onDrop: () => void;
}

function View({ view, onShow, onRename, onDrop }: ViewProps) {
  const [to, setTo] = useState<string | null>(null);
  const shown = visibleLine(view.name, NAME_LENGTH);
  if (to !== null) {
    return (
      <li>
        <form
          className="views-save"
          onSubmit={(event) => {
            event.preventDefault();
            if (to.trim() !== '' && to.trim() !== view.name) onRename(to.trim());
            setTo(null);
          }}
        >
          <input
            autoFocus
            value={to}
            maxLength={NAME_LENGTH}
            aria-label={VIEWS.rename(shown)}
            onChange={(event) => setTo(event.target.value)}
          />
          <button type="submit" className="button button-plain button-icon" aria-label={VIEWS.keepName}>
            <Check size={14} aria-hidden />
          </button>
        </form>
      </li>
    );
  }
  return (
    <li className="views-item">
      <button type="button" className="views-show" aria-label={VIEWS.apply(shown)} onClick={onShow}>
        <b className="ellipsis">{shown}</b>
        <span className="ellipsis cell-quiet">
          {view.filter === '' ? VIEWS.everything : visibleLine(view.filter, FILTER_LENGTH)}
        </span>
      </button>
      <IconButton
        name={VIEWS.rename(shown)}
        icon={<Pencil size={12} aria-hidden />}
        onClick={() => setTo(view.name)}
      />
      <IconButton name={VIEWS.drop(shown)} icon={<Trash2 size={12} aria-hidden />} onClick={onDrop} />
    </li>
  );
}
