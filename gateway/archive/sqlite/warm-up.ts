/**
 * The first question of each kind compiles its SQL and this program's own way to the answer, and reads the pages of its indexes: some
 * 70 ms of which nobody is to wait. They are asked before anybody does, each in a turn of its own, so that a question waits for one of
 * them at most.
 */
import { EVERYTHING, type Filter } from '../../../shared/filter/filter.ts';
import { parseFilter } from '../../../shared/filter/parse.ts';
import type { SessionId } from '../../../shared/api/session.ts';
import type { SqliteArchive } from './reader.ts';

/** Rows that are asked for: few, and more than one, so that they are put in order. */
const ROWS = 20;

/** Steps of the outline that are asked for. */
const STEPS = 100;

/** What to ask, in the order in which a window does. What fails here fails again for who asks it, and is told then. */
export function warmUps(archive: SqliteArchive): (() => unknown)[] {
  const all = EVERYTHING;
  const some = filterOf('verb:select');
  const page = { limit: ROWS };
  const list = () => archive.sessions({ ...page, filter: all, sort: '-started' });
  const onFirst = (ask: (id: SessionId) => unknown) => () => {
    const id = list().items[0]?.id;
    return id === undefined ? null : ask(id);
  };
  return [
    list,
    () => archive.sessions({ ...page, filter: some, sort: '-started' }),
    () => archive.statements({ ...page, filter: all }),
    () => archive.statements({ ...page, filter: some }),
    onFirst((id) => archive.session(id)),
    onFirst((id) => archive.segmentsAround(id, 0)),
    onFirst((id) => archive.outline(id, 0, STEPS)),
    onFirst((id) => archive.steps(id, { from: 0, limit: ROWS })),
  ];
}

function filterOf(text: string): Filter {
  const { filter } = parseFilter(text);
  if (filter === undefined) throw new Error(`${text} is no filter`);
  return filter;
}
