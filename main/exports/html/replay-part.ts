/** The replay of one session in a report: every frame as text in the page, which the player shows up to a point in time. */
import type { ArchiveReader } from '../../../gateway/archive/archive.ts';
import type { SessionRow } from '../../../shared/api/session.ts';
import { visible } from '../../../shared/replay/visible.ts';
import { type Frame, framesOf, markOf } from '../frames.ts';
import { ReportHash, SessionHash } from '../session-hash.ts';
import { escaped, spansOf } from './markup.ts';

/** A page with more text than this is too much for browsers; what comes after is left out, and said. */
const ROOM_BYTES = 24 * 1024 * 1024;

/** Lines of the player's own break here. */
const COLUMNS = 120;

/** What the replays of one page have left, and what their events come to. */
export class Replays {
  #room: number;
  /** Sessions whose replay is not whole. */
  cut = 0;
  readonly #all = new ReportHash();

  constructor(room = ROOM_BYTES) {
    this.#room = room;
  }

  /** SHA-256 over the hashes of all sessions so far, hex. */
  get hash(): string {
    return this.#all.hex();
  }

  /** The replay, and below it the session's hash. */
  async *of(
    archive: Pick<ArchiveReader, 'segments' | 'segment'>,
    row: SessionRow,
  ): AsyncGenerator<string, void, undefined> {
    const hash = new SessionHash();
    let cut = false;
    yield '<h3>Replay</h3>\n<div class="replay"><pre class="screen">';
    for await (const frame of framesOf(archive, row, COLUMNS)) {
      hash.add(frame.stored);
      cut ||= this.#room <= 0;
      const markup = cut ? '' : frameMarkup(frame, row.started);
      this.#room -= markup.length;
      if (markup !== '') yield markup;
    }
    yield '</pre></div>\n';
    if (cut) {
      this.cut++;
      yield '<p class="warn">The replay ends here: a page has room for no more. The archive, and a bundle, have all of it.</p>\n';
    }
    const digest = hash.digest();
    this.#all.add(digest);
    yield `<p class="small dim">${hash.events} events, hash of the session <code>${digest.toString('hex')}</code></p>\n`;
  }
}

function frameMarkup(frame: Frame, started: number): string {
  const text = textOf(frame);
  if (text === '') return '';
  const mark = frame.step === null ? null : markOf(frame.step);
  const at = Math.max(0, Math.round((frame.time - started) / 1000));
  return `<span data-t="${at}" data-q="${frame.stored.event.sequence}"${mark === null ? '' : ` data-m="${mark}"`}>${text}</span>`;
}

/** A page is no terminal: what was sent to one is shown as text, without what moves the cursor. */
function textOf({ stored: { event, payloads }, text }: Frame): string {
  if (event.kind !== 'terminalOutput') return spansOf(text);
  const data = payloads['data'];
  const shown = data ? new TextDecoder().decode(data).replace(CONTROL_SEQUENCES, '') : '(redacted)';
  return escaped(
    shown
      .split(/\r\n|[\r\n]/)
      .map(visible)
      .join('\n'),
  );
}
// oxlint-disable-next-line no-control-regex -- CSI, OSC and the like (ECMA-48 §5.4, §8.3.89)
const CONTROL_SEQUENCES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])/g;
