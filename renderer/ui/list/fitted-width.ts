/** How wide a column must be for what it shows. */

/** Of both paddings and a glyph, px. */
const AROUND = 36;

/** Characters of a value beyond which a column does not grow with it. */
const LONGEST = 160;

/** The width in px that a name and some texts need, in the type of an element. */
export function fittedWidth(title: string, texts: readonly string[], near: Element | null): number {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null || near === null) return 100;
  const { fontFamily } = getComputedStyle(near);
  context.font = `500 12px ${fontFamily}`;
  const widest = [title, ...texts].reduce(
    (most, text) => Math.max(most, context.measureText(text.slice(0, LONGEST)).width),
    0,
  );
  return Math.ceil(widest) + AROUND;
}
