/** The open views side by side, each as large as one likes: by the pointer, or by arrows on the line between two. */
import { Fragment, memo, type ReactNode } from 'react';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { useMedia } from '../ui/use-media.ts';
import { PANES } from '../words/replay.ts';
import { MAIN_VIEWS, SIDE_VIEWS, type View } from './views.ts';

/** Below this width, in px, two views beside each other are too narrow for either (also at 200 % zoom). */
const ONE_COLUMN = '(max-width: 879px)';

/** Below this one, what was seen stands one above the other. */
const NARROW = '(max-width: 1279px)';

/** Least width and height of a view, in px. */
const LEAST_WIDE = 220;
const LEAST_HIGH = 96;

interface PanesProps {
  readonly open: readonly View[];
  readonly render: (view: View) => ReactNode;
}

export const Panes = memo(function Panes({ open, render }: PanesProps) {
  const oneColumn = useMedia(ONE_COLUMN);
  const narrow = useMedia(NARROW);
  const main = MAIN_VIEWS.filter((view) => open.includes(view));
  const side = SIDE_VIEWS.filter((view) => open.includes(view));
  const sides: Part[] = [];
  if (main.length > 0) sides.push('main');
  if (side.length > 0) sides.push('side');
  return (
    <Split id="all" across={!oneColumn} parts={sides}>
      {(part) =>
        part === 'main' ? (
          <Split id="main" across={!narrow} parts={main}>
            {(view) => render(view)}
          </Split>
        ) : (
          <Split id="side" across={oneColumn} parts={side}>
            {(view) => render(view)}
          </Split>
        )
      }
    </Split>
  );
});

/** What has a share of the room: a view, or all those of one side. */
type Part = View | 'main' | 'side';

interface SplitProps<P extends Part> {
  readonly id: string;
  /** One beside the other; else one above the other. */
  readonly across: boolean;
  readonly parts: readonly P[];
  readonly children: (part: P) => ReactNode;
}

/** How large a part is at first, in shares of those beside it. */
const SHARES: Readonly<Record<Part, number>> = {
  main: 11,
  side: 10,
  terminal: 1,
  transcript: 1,
  result: 1,
  statements: 2,
  inspector: 3,
};

function Split<P extends Part>({ id: name, across, parts, children }: SplitProps<P>) {
  const id = `${name}-${across ? 'across' : 'down'}`;
  const { defaultLayout, onLayoutChanged } = useDefaultLayout({
    id: `auditorium.panes.${id}`,
    panelIds: parts.map(idOf),
    storage: window.sessionStorage,
    onlySaveAfterUserInteractions: true,
  });
  const all = parts.reduce((sum, part) => sum + SHARES[part], 0);
  return (
    <Group
      key={id}
      id={`panes-${id}`}
      className="panes"
      orientation={across ? 'horizontal' : 'vertical'}
      defaultLayout={defaultLayout}
      onLayoutChanged={onLayoutChanged}
    >
      {parts.map((part, index) => (
        <Fragment key={part}>
          {index === 0 ? null : (
            <Separator
              className="pane-line"
              aria-label={PANES.between(PANES.names[parts[index - 1] ?? part], PANES.names[part])}
            />
          )}
          <Panel
            id={idOf(part)}
            className="pane-place"
            defaultSize={`${(SHARES[part] / all) * 100}%`}
            minSize={across ? LEAST_WIDE : LEAST_HIGH}
          >
            {children(part)}
          </Panel>
        </Fragment>
      ))}
    </Group>
  );
}

/** In the document, and in what is kept of a layout. */
function idOf(part: Part): string {
  return `pane-${part}`;
}
