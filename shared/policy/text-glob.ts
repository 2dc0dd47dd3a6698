/** Globs over plain texts (subjects, connections, jobs, verbs): `*` is any run of characters, all else stands for itself. */

/** Tests a whole text. */
export function textGlob(glob: string): RegExp {
  const source = glob
    .split(/\*+/u)
    .map((run) => run.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`))
    .join('.*');
  return new RegExp(`^${source}$`, 'su');
}
