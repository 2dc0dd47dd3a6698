/** The one export of this window that runs, or ran last: it goes on while its menu is closed and another place is looked at. */
import { useSyncExternalStore } from 'react';
import { ApiError } from '../../shared/api/error.ts';
import type { ExportFormat, ExportRequest } from '../../shared/api/export.ts';
import { api } from '../api.ts';
import { onExportNews } from '../live.ts';
import { saveBlob } from '../save-file.ts';
import { EXPORTS } from '../words/exports.ts';
import { savePieces, toBlob, toFile, type OpenFile, type Target } from './save-pieces.ts';

export interface Taking {
  readonly state: 'running' | 'saved' | 'stopped' | 'failed';
  readonly format: ExportFormat;
  readonly name: string;
  /** Statements written; null until the host told. */
  readonly done: number | null;
  readonly total: number | null;
  readonly bytes: number;
  readonly problem: string | null;
}

/** What is taken, and what it is called. */
export interface Wanted {
  readonly request: Partial<ExportRequest> & Pick<ExportRequest, 'format'>;
  readonly name: string;
  /** Statements at most: many are written straight to disk, where the browser can. */
  readonly most: number;
}

/** From so many statements on, the file may be larger than what a page should keep in memory. */
const MANY = 200_000;

let taking: Taking | null = null;
let stop: AbortController | null = null;
const listeners = new Set<() => void>();

export function useTaking(): Taking | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => taking,
  );
}

/** Ends it, here and at the host. */
export function stopTaking(): void {
  stop?.abort();
}

/** Forgets how the last one went. */
export function forgetTaken(): void {
  if (taking?.state !== 'running') set(null);
}

/** To be called from what the person does: only then does a browser ask for a file. One at a time; another is not begun. */
export async function takeOut({ request, name, most }: Wanted): Promise<void> {
  if (taking?.state === 'running') return;
  const control = new AbortController();
  stop = control;
  const job = crypto.randomUUID();
  set({ state: 'running', format: request.format, name, done: null, total: null, bytes: 0, problem: null });
  const unfollow = onExportNews((news) => {
    if (news.job === job) change({ done: news.done, total: news.total });
  });
  try {
    const target = await targetFor(name, most);
    const pieces = api.takeOutPieces({ ...request, job }, { signal: control.signal });
    await savePieces(pieces, target, (bytes) => change({ bytes }));
    change({ state: 'saved' });
  } catch (error) {
    if (control.signal.aborted || isCancel(error)) change({ state: 'stopped' });
    else change({ state: 'failed', problem: error instanceof ApiError ? error.message : EXPORTS.broken });
  } finally {
    unfollow();
    stop = null;
  }
}

interface Picker {
  readonly showSaveFilePicker?: (options: { readonly suggestedName: string }) => Promise<{
    createWritable(): Promise<OpenFile>;
  }>;
}

async function targetFor(name: string, most: number): Promise<Target> {
  const { showSaveFilePicker }: Picker = window as Picker;
  if (most < MANY || showSaveFilePicker === undefined) return toBlob((blob) => saveBlob(blob, name));
  try {
    const handle = await showSaveFilePicker.call(window, { suggestedName: name });
    return toFile(await handle.createWritable());
  } catch (error) {
    if (isCancel(error)) throw error;
    return toBlob((blob) => saveBlob(blob, name)); // a desktop where pages may not write files
  }
}

/** The person chose no file. */
function isCancel(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

function change(changed: Partial<Taking>): void {
  if (taking !== null) set({ ...taking, ...changed });
}

function set(next: Taking | null): void {
  taking = next;
  for (const listener of listeners) listener();
}
