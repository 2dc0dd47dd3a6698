/** What goes between a {@link ParsePool} and its threads. */

export interface ParseJob {
  readonly sql: string;
}

/** `ready` once, when the thread can parse; then one answer a job. */
export type ParseAnswer =
  | 'ready'
  | {
      /** JSON of the statements' trees, long lists of constants cut down to where they are (see compact-tree.ts). */
      readonly statements: string;
      /** Start and end of each constant by turns, UTF-16. */
      readonly spans: Int32Array;
      readonly constants: Int32Array;
      readonly dependsOnBackslash: boolean;
      readonly parameters: number;
    }
  | { readonly unparsed: string };
