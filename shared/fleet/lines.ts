/** Messages of the fleet link as lines of JSON: what a stream is cut into, whatever its chunks. */

/** No line may be longer, bytes: a policy, or all of a held statement, fits; a reader must not gather without end. */
export const MAX_LINE_BYTES = 4 << 20;

/** Takes a stream in chunks cut anywhere and gives back the lines that became whole. Throws RangeError for one that is too long. */
export class LineReader {
  readonly #text = new TextDecoder();
  #rest = '';

  push(chunk: Uint8Array): string[] {
    const lines = (this.#rest + this.#text.decode(chunk, { stream: true })).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > MAX_LINE_BYTES || lines.some(({ length }) => length > MAX_LINE_BYTES))
      throw new RangeError(`a message is longer than ${MAX_LINE_BYTES} bytes`);
    return lines.filter((line) => line !== '');
  }
}

/** One message as a line. */
export function lineOf(message: unknown): string {
  return `${JSON.stringify(message)}\n`;
}
