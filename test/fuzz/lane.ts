/** Sends archives that were changed to who opens them, one after the other, and judges what comes of it. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ArchiveError } from '../../gateway/archive/archive.ts';
import { TEST_SIGNER } from '../../gateway/archive/testing.ts';
import { Opener } from '../../gateway/opener.ts';
import { openForeign, type OpenedForeign } from '../../gateway/opening.ts';
import type { Dice } from '../torture/dice.ts';
import type { Base } from './bases.ts';
import { type Mutation, placeOfLinks } from './mutated.ts';
import { added, type Shown, shownIn } from './shown.ts';

/** An archive with what it shows as long as nobody changes it. */
export interface Sendable {
  readonly files: Base;
  readonly truth: Shown;
}

/** What came of one. */
export interface Outcome {
  /** How it stands, or why it was refused. */
  readonly told: string;
  /** What should not be; empty: nothing. */
  readonly wrong: readonly string[];
}

/** What nobody waits for, ms; the process that hangs is ended by then, too. */
const HANGS_MS = 10_000;

/** To be closed. */
export class Lane {
  readonly #root: string;
  readonly #sent: string;
  readonly #cache: string;
  readonly #opener = new Opener();

  /** `root`: a folder to be made, where nothing else is. */
  constructor(root: string) {
    this.#root = root;
    this.#sent = join(root, 'sent');
    this.#cache = join(root, 'cache');
    mkdirSync(root);
  }

  /** Opens an archive as it is. Rejects where it does not verify. */
  async truth(files: Base): Promise<Sendable> {
    this.#send(files);
    const { standing, volumes } = await this.#open();
    if (standing.verdict !== 'VERIFIED') throw new Error(`${standing.verdict} before anything was changed`);
    return { files, truth: shownIn(volumes) };
  }

  /** Opens it after it was changed. */
  async tried(mutation: Mutation, { files, truth }: Sendable, dice: Dice): Promise<Outcome> {
    this.#send(files);
    const names = [...files.keys()].filter((name) => name.endsWith('.audit'));
    mutation.mutate({ folder: this.#sent, volumes: names.map((name) => join(this.#sent, name)), dice });
    const before = this.#listing();
    const started = performance.now();
    const outcome = await this.#judged(mutation, truth);
    const took = performance.now() - started;
    const wrong = [...outcome.wrong];
    if (took > HANGS_MS) wrong.push(`it took ${Math.round(took)} ms`);
    if (this.#listing() !== before) wrong.push('something was written beside the private folder');
    rmSync(this.#cache, { recursive: true, force: true });
    return { ...outcome, wrong };
  }

  close(): void {
    this.#opener.close();
  }

  async #judged({ trusted = false }: Mutation, truth: Shown): Promise<Outcome> {
    let opened: OpenedForeign;
    try {
      opened = await this.#open();
    } catch (error) {
      if (!(error instanceof ArchiveError)) return failed(error);
      const isClear = error.code !== 'TIMEOUT' && error.message !== '';
      return { told: error.code, wrong: isClear ? [] : [`${error.code}: ${error.message}`] };
    }
    const { verdict, findings } = opened.standing;
    try {
      const shown = shownIn(opened.volumes);
      const isDoubted = trusted || findings.some((finding) => finding.verdict === 'UNKNOWN_KEY');
      const wrong = isDoubted ? [] : added(shown, truth);
      if (verdict === 'VERIFIED' && !trusted && shown.events.size !== truth.events.size)
        wrong.push('VERIFIED, and not all of it');
      return { told: verdict, wrong };
    } catch (error) {
      return failed(error);
    }
  }

  #open(): Promise<OpenedForeign> {
    return openForeign(this.#sent, {
      cache: this.#cache,
      keys: [TEST_SIGNER.publicKey],
      anchors: [],
      now: Date.now() * 1_000,
      software: 'test',
      kind: 'volumes',
      opener: this.#opener,
    });
  }

  #send(files: Base): void {
    rmSync(this.#sent, { recursive: true, force: true });
    rmSync(placeOfLinks(this.#sent), { force: true });
    mkdirSync(this.#sent);
    for (const [name, bytes] of files) writeFileSync(join(this.#sent, name), bytes);
  }

  /** All that lies beside the private folder, and around. */
  #listing(): string {
    const own = readdirSync(this.#root, { recursive: true, encoding: 'utf8' });
    return [
      ...own.filter((name) => !name.startsWith('cache')).toSorted(),
      ...readdirSync(dirname(this.#root)),
    ].join('\n');
  }
}

function failed(error: unknown): Outcome {
  return { told: 'failed', wrong: [error instanceof Error ? String(error.stack) : String(error)] };
}
