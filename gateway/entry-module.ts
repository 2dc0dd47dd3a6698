/**
 * The module a worker or child process starts with: beside its parent as TypeScript in a checkout (Node strips the
 * types), beside the bundle as JavaScript once built, where all entries lie flat in one folder.
 */
export function entryModule(parent: string, name: string): URL {
  return new URL(parent.endsWith('.ts') ? `./${name}.ts` : `./${name}.js`, parent);
}
