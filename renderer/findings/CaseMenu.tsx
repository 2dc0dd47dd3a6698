/** The case as a file: taken out for a colleague, and a colleague’s taken in. */
import { Ellipsis } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useRef, useState } from 'react';
import { toBase64 } from '../../shared/recording/base64.ts';
import type { Merged } from '../../shared/findings/case.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { api } from '../api.ts';
import { refreshCase } from '../casework.ts';
import { onExportNews } from '../live.ts';
import { useDenied } from '../me.ts';
import { saveFile } from '../save-file.ts';
import { Modal } from '../ui/Modal.tsx';
import { formatBytes } from '../ui/format.ts';
import { CASE_FILE } from '../words/findings.ts';

/** What the host takes, less a third for base64. */
const MOST_BYTES = 48 * 1024 * 1024;

/** Characters of a file’s or a person’s name that are shown. */
const NAME_LENGTH = 80;

/** How far taking in a case is, in entries of its file. */
interface Progress {
  readonly done: number;
  readonly total: number | null;
}

type Doing =
  | { readonly kind: 'exporting' }
  | { readonly kind: 'merging'; readonly name: string; readonly progress: Progress | null }
  | { readonly kind: 'merged'; readonly name: string; readonly merged: Merged }
  | { readonly kind: 'failed'; readonly title: string; readonly why: string };

export function CaseMenu() {
  const picker = useRef<HTMLInputElement>(null);
  const [doing, setDoing] = useState<Doing | null>(null);
  const notOut = useDenied('case:export');
  const notIn = useDenied('case:write');

  const takeOut = async (): Promise<void> => {
    setDoing({ kind: 'exporting' });
    try {
      saveFile(await api.exportCase(), `auditorium-${new Date().toISOString().slice(0, 10)}.case`);
      setDoing(null);
    } catch (error) {
      setDoing({ kind: 'failed', title: CASE_FILE.exportFailed, why: wordsOf(error) });
    }
  };

  const takeIn = async (file: File): Promise<void> => {
    const name = visibleLine(file.name, NAME_LENGTH);
    const title = CASE_FILE.mergeFailed(name);
    if (file.size > MOST_BYTES) {
      setDoing({ kind: 'failed', title, why: CASE_FILE.tooLarge(name, formatBytes(MOST_BYTES)) });
      return;
    }
    setDoing({ kind: 'merging', name, progress: null });
    const job = crypto.randomUUID();
    const unfollow = onExportNews((news) => {
      if (news.job === job) setDoing({ kind: 'merging', name, progress: news });
    });
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const merged = await api.mergeCase({ file: toBase64(bytes), job });
      refreshCase();
      setDoing({ kind: 'merged', name, merged });
    } catch (error) {
      setDoing({ kind: 'failed', title, why: wordsOf(error) });
    } finally {
      unfollow();
    }
  };

  return (
    <>
      <DropdownMenu.Root>
        <DropdownMenu.Trigger className="button button-plain" data-testid="case-menu">
          <Ellipsis size={14} aria-hidden /> {CASE_FILE.menu}
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu" align="end" sideOffset={6} collisionPadding={8}>
            <DropdownMenu.Item
              className="menu-item menu-offer"
              disabled={notOut !== null}
              onSelect={() => void takeOut()}
            >
              <b>{CASE_FILE.export}</b>
              <span className="cell-quiet">{notOut ?? CASE_FILE.exportAbout}</span>
            </DropdownMenu.Item>
            <DropdownMenu.Item
              className="menu-item menu-offer"
              disabled={notIn !== null}
              onSelect={() => picker.current?.click()}
            >
              <b>{CASE_FILE.merge}</b>
              <span className="cell-quiet">{notIn ?? CASE_FILE.mergeAbout}</span>
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <input
        ref={picker}
        type="file"
        hidden
        aria-label={CASE_FILE.merge}
        data-testid="case-file"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          if (file !== undefined) void takeIn(file);
        }}
      />
      <Modal title={titleOf(doing)} open={doing !== null} onClose={() => setDoing(null)}>
        <Said doing={doing} />
      </Modal>
    </>
  );
}

function titleOf(doing: Doing | null): string {
  switch (doing?.kind) {
    case undefined:
      return '';
    case 'exporting':
      return CASE_FILE.exporting;
    case 'merging':
      return CASE_FILE.merging(doing.name);
    case 'merged':
      return CASE_FILE.merged(doing.name);
    case 'failed':
      return doing.title;
  }
}

function Said({ doing }: { readonly doing: Doing | null }) {
  if (doing?.kind === 'failed') return <p role="alert">{doing.why}</p>;
  if (doing?.kind === 'merging' && doing.progress !== null) return <Merging progress={doing.progress} />;
  if (doing?.kind !== 'merged') return <span className="skeleton" />;
  const { added, known, authors, problems } = doing.merged;
  const names = authors.map(({ name }) => visibleLine(name, NAME_LENGTH)).join(', ');
  return (
    <div className="case-merged" role="status">
      <p>{CASE_FILE.added(added, known)}</p>
      {authors.length === 0 ? null : <p>{CASE_FILE.from(names)}</p>}
      {problems.length === 0 ? null : (
        <>
          <h3>{CASE_FILE.problems}</h3>
          <ul className="case-problems">
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Merging({ progress: { done, total } }: { readonly progress: Progress }) {
  const words = CASE_FILE.progress(done, total ?? done);
  return (
    <p className="export-progress">
      <span>{words}</span>
      <progress className="progress" aria-label={words} value={done} max={Math.max(1, total ?? done)} />
    </p>
  );
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
