/** What the menu of views says. */
export const VIEWS = {
  button: 'Views',
  title: 'Views of this list: filter, order and columns',
  none: 'Save how the list looks now to come back to it.',
  name: 'Name of the view',
  save: 'Save this view',
  apply: (name: string) => `Show the view ${name}`,
  rename: (name: string) => `Rename ${name}`,
  drop: (name: string) => `Delete ${name}`,
  keepName: 'Keep the name',
  everything: 'everything',
  copy: 'Copy a link to this view',
  keepColumns: 'Keep these columns as mine',
  notKept: (message: string) => `It was not kept: ${message}`,
} as const;
