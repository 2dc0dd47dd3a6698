/** The painter's text as lines of a page: what its colours say becomes a class. Pure. */
import { SEQUENCES } from '../../shared/replay/terminal-text.ts';

/** A piece of a line in one look. */
export interface Run {
  readonly text: string;
  readonly look: Look;
}

/** Colour by number of SGR (30–37, 90–97); null is the text’s own. */
export interface Look {
  readonly colour: number | null;
  readonly bold: boolean;
  readonly inverse: boolean;
}

export type StyledLine = readonly Run[];

const PLAIN: Look = { colour: null, bold: false, inverse: false };

// oxlint-disable-next-line no-control-regex -- the painter's own colours are what is looked for
const COLOURS = /\x1b\[([\d;]*)m/;

/** Lines of terminal text, looks going on from line to line; without empty lines behind the last one. */
export function styledLines(text: string): StyledLine[] {
  let look = PLAIN;
  const lines = text.split(/\r?\n/).map((line) => {
    const runs: Run[] = [];
    const pieces = line.split(new RegExp(COLOURS, 'g'));
    pieces.forEach((piece, index) => {
      if (index % 2 === 1) look = lookAfter(look, piece);
      else {
        const shown = piece.replace(SEQUENCES, '').replaceAll('\r', '');
        if (shown !== '') runs.push({ text: shown, look });
      }
    });
    return runs;
  });
  while (lines.at(-1)?.length === 0) lines.pop();
  return lines;
}

function lookAfter(look: Look, codes: string): Look {
  let next = look;
  for (const code of codes.split(';').map(Number)) {
    if (code === 0) next = PLAIN;
    else if (code === 1 || code === 22) next = { ...next, bold: code === 1 };
    else if (code === 7 || code === 27) next = { ...next, inverse: code === 7 };
    else if (code === 39) next = { ...next, colour: null };
    else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) next = { ...next, colour: code };
  }
  return next;
}

/** The classes of a look: see frame.css. */
export function classOf({ colour, bold, inverse }: Look): string | undefined {
  const classes = [
    colour === null ? '' : `sgr-${colour}`,
    bold ? 'sgr-bold' : '',
    inverse ? 'sgr-inverse' : '',
  ];
  return classes.filter((name) => name !== '').join(' ') || undefined;
}
