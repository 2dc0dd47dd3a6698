/** Every note of the case: which are shown, by session, and the one that is chosen in full. */
import { useMemo } from 'react';
import { MARK_COLOURS } from '../../shared/findings/annotation.ts';
import { useAnnotations } from '../casework.ts';
import { tagsInUse, threadsOf, type Thread } from '../casework/threads.ts';
import { ALL_NOTES } from '../findings-address.ts';
import { goTo, HOME, type Place } from '../router.ts';
import { Button } from '../ui/Button.tsx';
import { DataGrid } from '../ui/DataGrid.tsx';
import { Fault, Note } from '../ui/Note.tsx';
import { ALL_NOTES_WORDS } from '../words/all-notes.ts';
import { COLOUR_NAMES } from '../words/casework.ts';
import { CaseHead } from './CaseHead.tsx';
import './findings.css';
import { NOTE_COLUMNS } from './note-columns.tsx';
import { matchingThreads } from './noted.ts';
import { NotePanel } from './NotePanel.tsx';
import { placeOfAnchor } from './place-of-anchor.ts';
import { SearchField } from './SearchField.tsx';

type NotesAt = Extract<Place, { name: 'notes' }>;

/** Of options that are no value of their own. */
const ANY = '*';

/** Rows drawn while the notes are on their way. */
const PENDING_ROWS = 8;

const NO_NOTES = [] as const;

export function NotesPlace({ place }: { readonly place: NotesAt }) {
  const notes = useAnnotations();
  const all = notes.data ?? NO_NOTES;
  const threads = useMemo(() => threadsOf(all), [all]);
  const shown = useMemo(() => matchingThreads(threads, place), [threads, place]);
  const change = (next: Partial<NotesAt>): void => goTo({ ...place, ...next }, { replace: true });
  const tags = tagsInUse(all);
  return (
    <div className="case">
      <h1 className="hidden-text">{ALL_NOTES_WORDS.title}</h1>
      <CaseHead at="notes">
        <div className="case-filter">
          <SearchField
            name={ALL_NOTES_WORDS.search}
            hint={ALL_NOTES_WORDS.searchHint}
            text={place.text}
            onChange={(text) => change({ text })}
          />
          <select
            className="field"
            aria-label={ALL_NOTES_WORDS.tag}
            value={place.tag ?? ANY}
            onChange={({ target }) => change({ tag: target.value === ANY ? null : target.value })}
          >
            <option value={ANY}>{ALL_NOTES_WORDS.anyTag}</option>
            {[...new Set([...tags, ...(place.tag === null ? [] : [place.tag])])].map((tag) => (
              <option key={tag}>{tag}</option>
            ))}
          </select>
          <select
            className="field"
            aria-label={ALL_NOTES_WORDS.colour}
            value={place.colour ?? ANY}
            onChange={({ target }) =>
              change({ colour: MARK_COLOURS.find((known) => known === target.value) ?? null })
            }
          >
            <option value={ANY}>{ALL_NOTES_WORDS.anyColour}</option>
            {MARK_COLOURS.map((colour) => (
              <option key={colour} value={colour}>
                {COLOUR_NAMES[colour]}
              </option>
            ))}
          </select>
          <span className="cell-quiet case-count" role="status">
            {ALL_NOTES_WORDS.shown(shown.length, threads.length)}
          </span>
        </div>
      </CaseHead>
      {notes.isError && notes.data === undefined ? (
        <Fault title={ALL_NOTES_WORDS.failed} error={notes.error} onRetry={() => void notes.refetch()} />
      ) : notes.data !== undefined && shown.length === 0 ? (
        <Nothing any={threads.length > 0} />
      ) : (
        <List place={place} shown={shown} inUse={tags} pending={notes.data === undefined} />
      )}
    </div>
  );
}

function Nothing({ any }: { readonly any: boolean }) {
  if (any) {
    return (
      <Note title={ALL_NOTES_WORDS.noneMatch}>
        <Button onClick={() => goTo(ALL_NOTES)}>{ALL_NOTES_WORDS.clear}</Button>
      </Note>
    );
  }
  return (
    <Note title={ALL_NOTES_WORDS.none}>
      <p>{ALL_NOTES_WORDS.noneHow}</p>
      <Button onClick={() => goTo(HOME)}>{ALL_NOTES_WORDS.toSessions}</Button>
    </Note>
  );
}

interface ListProps {
  readonly place: NotesAt;
  readonly shown: readonly Thread[];
  readonly inUse: readonly string[];
  readonly pending: boolean;
}

function List({ place, shown, inUse, pending }: ListProps) {
  const chosen = shown.find(({ root }) => root.id === place.selected);
  return (
    <div className="case-body case-split">
      <section className="panel" aria-label={ALL_NOTES_WORDS.title}>
        <DataGrid
          name={ALL_NOTES_WORDS.title}
          columns={NOTE_COLUMNS}
          rows={shown}
          rowId={({ root }) => root.id}
          rowTestId="note-row"
          selected={place.selected}
          onSelect={({ root }) => goTo({ ...place, selected: root.id }, { replace: true })}
          onOpen={openPlace}
          total={shown.length}
          pending={pending ? PENDING_ROWS : 0}
          keysEverywhere
        />
      </section>
      {chosen === undefined ? (
        <aside className="panel panel-side case-detail">
          <p className="panel-none">{ALL_NOTES_WORDS.choose}</p>
        </aside>
      ) : (
        <NotePanel key={chosen.root.id} thread={chosen} inUse={inUse} onOpen={() => openPlace(chosen)} />
      )}
    </div>
  );
}

function openPlace({ root: { anchor } }: Thread): void {
  goTo(placeOfAnchor(anchor));
}
