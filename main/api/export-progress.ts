/** How far an export is, as windows are told under the word it was asked for with. */
import type { ArchiveReader } from '../../gateway/archive/archive.ts';
import type { ExportOptions } from '../exports/export.ts';
import { findSession, type Selection } from '../exports/selection.ts';
import type { NewsFeed } from '../news-feed.ts';

/** Between two words, ms. */
const TELL_MS = 200;

type Lists = Pick<ArchiveReader, 'info' | 'statements' | 'session' | 'sessions'>;

/** Tells the first word at once; nothing where it has no `job`. */
export async function progressTo(
  news: NewsFeed,
  job: string | undefined,
  selection: Selection,
  archive: Lists,
): Promise<ExportOptions['progress']> {
  if (job === undefined) return () => undefined;
  const total = await totalOf(selection, archive);
  news.tell('export', { job, done: 0, total });
  let told = performance.now();
  return ({ statements }) => {
    const now = performance.now();
    if (now - told < TELL_MS) return;
    told = now;
    news.tell('export', { job, done: statements, total });
  };
}

/** How many statements it will have; null where only counting them all would tell. */
async function totalOf({ filter, filterText, sessions }: Selection, archive: Lists): Promise<number | null> {
  if (filterText !== null)
    return sessions.length > 0 ? null : (await archive.statements({ filter, limit: 1 })).total;
  if (sessions.length === 0) return (await archive.info()).statements;
  const rows = await Promise.all(sessions.map((name) => findSession(archive, name)));
  return rows.reduce((sum, { statements }) => sum + statements, 0);
}
