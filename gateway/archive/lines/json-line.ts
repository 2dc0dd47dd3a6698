/** One JSON value on one line, with nothing in it that a reader of lines or a terminal would act on; its values are exact. */

/**
 * Controls, format characters (bidi among them), separators of lines and lone surrogates: as escapes they mean the same to every JSON
 * parser. U+2028, U+2029 and U+0085 end lines for some readers.
 */
const ACTING = /[\u007f-\u009f\p{Cf}\u2028\u2029]/gu;

/** The value with its line feed. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value).replace(ACTING, escaped)}\n`;
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, i) => {
    const unit = character.charCodeAt(i);
    return `\\u${unit.toString(16).padStart(4, '0')}`;
  }).join('');
}
