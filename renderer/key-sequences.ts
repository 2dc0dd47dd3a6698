/** Keys pressed one after the other, and which command they mean. */

/** What keys do, as far as pressing them goes. */
export interface Bound {
  /** As written on the keys: `['g', 's']` is g and then s, `['Space']` the bar. */
  readonly keys?: readonly string[] | undefined;
  /** A key that does the same and is not told of: on some keyboards it is easier to reach. */
  readonly alias?: string | undefined;
}

/** What one more key comes to. */
export type Pressed<T> =
  | { readonly kind: 'run'; readonly command: T }
  /** These are the beginning of some keys. */
  | { readonly kind: 'wait'; readonly sofar: readonly string[] }
  | { readonly kind: 'nothing' };

/** `key` as of a keyboard event, behind `sofar`. Keys that lead nowhere are forgotten, and the last begins anew. */
export function press<T extends Bound>(
  commands: readonly T[],
  sofar: readonly string[],
  key: string,
): Pressed<T> {
  const pressed = [...sofar, key];
  // Of two that have the same keys the later is of what lies nearer to the person.
  const command = commands.findLast(
    ({ keys, alias }) => isSame(keys, pressed) || (pressed.length === 1 && alias === key),
  );
  if (command !== undefined) return { kind: 'run', command };
  if (commands.some(({ keys }) => keys !== undefined && isSame(keys.slice(0, pressed.length), pressed)))
    return { kind: 'wait', sofar: pressed };
  return sofar.length === 0 ? { kind: 'nothing' } : press(commands, [], key);
}

function isSame(keys: readonly string[] | undefined, pressed: readonly string[]): boolean {
  return keys?.length === pressed.length && keys.every((key, n) => keyOf(key) === pressed[n]);
}

/** What is written on keys, where the event calls them otherwise. */
const WRITTEN: Readonly<Record<string, string>> = {
  Space: ' ',
  Esc: 'Escape',
  PgUp: 'PageUp',
  PgDn: 'PageDown',
  '↑': 'ArrowUp',
  '↓': 'ArrowDown',
  '←': 'ArrowLeft',
  '→': 'ArrowRight',
};

function keyOf(written: string): string {
  return WRITTEN[written] ?? written;
}
