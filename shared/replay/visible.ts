/**
 * Recorded text made visible: what a terminal or a browser would act on, reorder or hide is written out, so that
 * recorded data can neither become a control sequence nor look other than it is (Unicode TR 36 and TR 55, CVE-2021-42574).
 */

/**
 * Controls, format characters (bidi among them), surrogates, separators other than a space, default-ignorables, blanks.
 * The one that asks for an emoji's colours stays where an emoji stands before it.
 */
const HIDDEN =
  /(?!(?<=\p{Extended_Pictographic})\u{FE0F})[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}\u{2800}]|(?! )\p{Zs}/gu;

/** White space as SQL knows it; other blanks are shown. */
const WHITE_SPACE = /[ \t\r\n\f\v]+/g;
const OUTER_SPACE = /^ | $/g;

/** A mark at the start would sit on whatever stands before it. */
const LEADING_MARK = /^\p{M}/u;

/** U+2400 SYMBOL FOR NULL: the control pictures follow in the order of the C0 controls. */
const CONTROL_PICTURES = 0x2400;
const SYMBOL_FOR_DELETE = '␡';
/** U+237D SHOULDERED OPEN BOX, made for exactly this. */
const SYMBOL_FOR_NO_BREAK_SPACE = '⍽';
const DOTTED_CIRCLE = '◌';

/**
 * `text` with every control, bidi, zero-width and otherwise invisible character written out: C0 as control pictures (␛),
 * others as ⟨U+202E⟩. Line feeds and tabs are written out too: split into lines before where lines matter.
 */
export function visible(text: string): string {
  return pictured(text, (picture) => picture);
}

/** As {@link visible}, but for line breaks and tabs, which stay: for texts whose lines are shown. */
export function visibleLines(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => line.split('\t').map(visible).join('\t'))
    .join('\n');
}

/** As {@link visible}, with `dress` put around each picture that stands for a character. */
export function pictured(text: string, dress: (picture: string) => string): string {
  const shown = text.replace(HIDDEN, (character) => dress(pictureOf(character)));
  return LEADING_MARK.test(shown) ? DOTTED_CIRCLE + shown : shown;
}

/** `text` on one line: runs of white space become one space, the rest as {@link visible}; longer than `limit` ends in `…`. */
export function visibleLine(text: string, limit: number): string {
  const shown = visible(text.replace(WHITE_SPACE, ' ').replace(OUTER_SPACE, ''));
  return shown.length <= limit ? shown : `${clipText(shown, limit - 1)}…`;
}

/** At most `limit` UTF-16 units of `text`, never half of a surrogate pair. */
export function clipText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}

function pictureOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(CONTROL_PICTURES + code);
  if (code === 0x7f) return SYMBOL_FOR_DELETE;
  if (code === 0xa0) return SYMBOL_FOR_NO_BREAK_SPACE;
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
