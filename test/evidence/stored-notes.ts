/** The checkpoints that lie in a volume. */
import Database from 'better-sqlite3';
import type { Surgery } from './surgery.ts';

/** Sizes of the checkpoints of a volume, ascending. */
export function checkpointsOf(volume: string): number[] {
  const db = new Database(volume, { readonly: true });
  try {
    return db.prepare<[], number>('SELECT size FROM checkpoint ORDER BY size').pluck().all();
  } finally {
    db.close();
  }
}

/** The newest checkpoint of a volume. */
export function newestNote(volume: string): string {
  const db = new Database(volume, { readonly: true });
  try {
    return String(db.prepare('SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1').pluck().get());
  } finally {
    db.close();
  }
}

/** Puts something else in its place. */
export function changeNewestNote({ db }: Surgery, change: (note: string) => string): void {
  const size = db.prepare<[], number>('SELECT max(size) FROM checkpoint').pluck().get();
  const note = String(db.prepare('SELECT note FROM checkpoint WHERE size = ?').pluck().get(size));
  db.prepare('UPDATE checkpoint SET note = ? WHERE size = ?').run(change(note), size);
}

/** A checkpoint as gateways print it. */
export function logLine(note: string): string {
  const [origin = '', size = '', root = ''] = note.split('\n');
  return `{"level":30,"msg":"auditorium checkpoint ${origin} ${size} ${root}"}\n`;
}
