/** Compares what the same scripts printed in two runs. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The result files of two runs of a suite, by name. */
export interface Compared {
  readonly files: number;
  readonly identical: number;
  /** In only one run, or with other bytes. */
  readonly differing: readonly string[];
}

/** Compares the `.out` files of two folders byte by byte. */
export async function compareResults(one: string, other: string): Promise<Compared> {
  const names = new Set([...(await resultsIn(one)), ...(await resultsIn(other))]);
  const differing: string[] = [];
  for (const name of [...names].toSorted()) {
    const [mine, its] = await Promise.all([bytesOf(join(one, name)), bytesOf(join(other, name))]);
    if (mine === null || its === null || !mine.equals(its)) differing.push(name.replace(/\.out$/, ''));
  }
  return { files: names.size, identical: names.size - differing.length, differing };
}

async function resultsIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.out'));
}

async function bytesOf(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch {
    return null;
  }
}
