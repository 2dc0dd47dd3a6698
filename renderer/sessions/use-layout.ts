/** The columns of a list: as the address says, else as the person keeps them. */
import type { ListName } from '../../shared/api/preferences.ts';
import { useKeepPreferences, usePreferences } from '../preferences.ts';
import type { ListLook } from '../router.ts';
import { keptOf, layoutOf } from './kept-layout.ts';

interface Layout {
  readonly layout: string;
  /** The address says it. */
  readonly isOther: boolean;
  /** Keeps what the address says as the person's own. */
  readonly keepOther: () => void;
  readonly change: (layout: string) => void;
}

/** `write` puts columns into the address: there they stay while it says any, for it came from somebody else, or a view. */
export function useLayout(
  list: ListName,
  ids: readonly string[],
  look: ListLook | undefined,
  write: (columns: string) => void,
): Layout {
  const kept = usePreferences().columns[list];
  const { keep } = useKeepPreferences();
  const written = look?.columns ?? '';
  return {
    isOther: written !== '',
    keepOther() {
      keep({ kind: 'columns', list, columns: keptOf(written, ids) });
      write('');
    },
    layout: written !== '' ? written : kept === undefined ? '' : layoutOf(kept),
    change(layout) {
      if (written !== '') write(layout);
      else keep({ kind: 'columns', list, columns: layout === '' ? null : keptOf(layout, ids) });
    },
  };
}
