/** Words for files that are dropped onto the window. */
export const DROPPED = {
  title: (files: number) => (files === 1 ? 'A file was dropped' : `${files} files were dropped`),
  hidden: 'A browser does not tell a page where a file lies.',
  begin: 'Open another archive by its path…',
} as const;
