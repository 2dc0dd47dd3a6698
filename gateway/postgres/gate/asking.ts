/**
 * Finds out of a text what has to be known before it can be judged. Mostly all of it is at hand; where a thread or the backend has to
 * be asked, the text waits and is looked at again with the answer.
 */
import type { SqlFacts } from '../../../shared/policy/facts.ts';
import { factsOf } from '../facts/facts-of.ts';
import type { ReadText } from '../facts/read-text.ts';
import type { ResolvedText } from '../facts/resolved-text.ts';
import type { GateSurroundings } from '../relay.ts';
import { type Asked, type Known, runs, unasked } from './asked.ts';
import { canExplain, estimateOf } from './estimate.ts';
import { involves, mustVerify, restsOnAll } from './rests-on.ts';
import type { Standing } from './standing.ts';
import type { GateOptions } from './surroundings.ts';

/** A text that others are being asked about. */
interface Working {
  readonly asked: Asked;
  known: Known | null;
}

/** A text with its names looked up, and whether what its masking relies on was as known right then. */
interface Verified {
  readonly resolved: ResolvedText;
  readonly verified: boolean;
}

export class Asking {
  readonly #options: GateOptions;
  readonly #wire: GateSurroundings;
  readonly #standing: Standing;
  readonly #onReady: () => void;
  #working: Working | null = null;
  /** The text asked about last, and the group of messages that it belongs to: its Bind needs no asking again. */
  #last: { readonly text: Buffer; readonly group: number; readonly known: Known } | null = null;

  constructor(options: GateOptions, wire: GateSurroundings, standing: Standing, onReady: () => void) {
    this.#options = options;
    this.#wire = wire;
    this.#standing = standing;
    this.#onReady = onReady;
  }

  /** What is known of a text once nobody has to be asked any more; null while somebody has. */
  find(asked: Asked): Known | null {
    const working = this.#working;
    if (working !== null) {
      if (working.known === null) return null;
      this.#working = null;
      if (working.asked.text.equals(asked.text) && working.asked.how === asked.how) return working.known;
    }
    const known = this.#ofGroup(asked);
    if (known !== null) return known;
    const read = this.#options.reader.read(asked.text.toString('utf8'));
    if (read instanceof Promise) return this.#work(asked, read);
    if (!this.#mustAsk(asked, read)) return { ...unasked(read), asked: false };
    if (this.#wire.backend.free) return this.#work(asked, read);
    return this.waits ? null : unasked(read);
  }

  /** Somebody is being asked, about a text that comes first. */
  get busy(): boolean {
    return this.#working !== null;
  }

  /** Answers are owed and will come without another message of the agent: what cannot be told now can be told then. */
  get waits(): boolean {
    const { exchange, backend } = this.#wire;
    return !backend.free && exchange.expected.length > 0 && !exchange.inGroup;
  }

  /** A text with its names looked up, as they are known. */
  resolve(read: ReadText): ResolvedText {
    return factsOf(read, this.#options.catalogs.catalog, (name, kind) => this.#prepared(name, kind));
  }

  /** Search path and versions of all that a text is about; null: they cannot be read. */
  async versions(resolved: ResolvedText): Promise<string | null> {
    const { backend } = this.#wire;
    const { catalogs } = this.#options;
    if (catalogs.catalog === null && backend.free) await catalogs.refresh(backend);
    const { catalog } = catalogs;
    if (!backend.free || catalog === null || !resolved.facts.resolved) return null;
    return catalogs.versions(involves(resolved, catalog), backend);
  }

  /** A text as the record may hold it. */
  recorded(text: Buffer): Buffer {
    const { sensitive } = this.#standing;
    if (sensitive === null) return text;
    const read = this.#options.reader.read(text.toString('utf8'));
    if (read instanceof Promise) return sensitive.unread(text).text ?? text;
    return sensitive.of(text, read, this.resolve(read).lineage).text ?? text;
  }

  #ofGroup({ text, how }: Asked): Known | null {
    const last = this.#last;
    if (last === null || how !== 'bind' || last.group !== this.#wire.exchange.symbols.group) return null;
    return last.text.equals(text) ? last.known : null;
  }

  /** Whether there is something about a text that only the backend can tell. */
  #mustAsk(asked: Asked, read: ReadText): boolean {
    if (read.unparsed !== null) return false;
    const { lane, needsCatalog } = this.#standing;
    const resolved = this.resolve(read);
    if (this.#wire.backend.inTransaction && resolved.facts.statements.every(takesNoSnapshot)) return false;
    if (needsCatalog && !this.#options.catalogs.fresh) return true;
    if (lane !== null && mustVerify(resolved, lane)) return true;
    const asking = { estimate: null, canEstimate: true };
    const { decision, effect } = this.#standing.verdict(resolved, false, asking);
    return runs(asked) && (decision.needsEstimate || effect === 'hold');
  }

  #work(asked: Asked, reading: ReadText | Promise<ReadText>): null {
    this.#working = { asked: { ...asked, text: Buffer.from(asked.text) }, known: null };
    void this.#answer(this.#working, reading);
    return null;
  }

  async #answer(working: Working, reading: ReadText | Promise<ReadText>): Promise<void> {
    try {
      working.known = await this.#ask(working.asked, reading);
    } catch {
      working.known = unasked(await reading); // the session ended, or its catalog cannot be read: nothing is known
    }
    this.#onReady();
  }

  async #ask(asked: Asked, reading: ReadText | Promise<ReadText>): Promise<Known> {
    const read = await reading;
    const { backend, exchange } = this.#wire;
    if (read.unparsed !== null || !backend.free) return unasked(read);
    const { resolved, verified } = await this.#verify(read);
    const first = this.#standing.verdict(resolved, verified, { estimate: null, canEstimate: true });
    const wants =
      canExplain(resolved.facts) &&
      (first.decision.needsEstimate || (first.effect === 'hold' && first.terms.estimate));
    const estimate =
      wants && runs(asked) ? await estimateOf(asked, this.recorded(asked.text), backend) : null;
    const { effect } = this.#standing.verdict(resolved, verified, { estimate, canEstimate: false });
    const held = effect === 'hold' && runs(asked);
    const current = held && !verified ? await this.#current(read, resolved) : resolved;
    const versions = held ? await this.versions(current) : null;
    const known = { ...unasked(read), resolved: current, verified, estimate, versions };
    this.#last = { text: asked.text, group: exchange.symbols.group, known };
    return known;
  }

  /** A text by the catalog as it is now: versions of what it was are no use. */
  async #current(read: ReadText, resolved: ResolvedText): Promise<ResolvedText> {
    const { backend } = this.#wire;
    const { catalogs } = this.#options;
    if (catalogs.catalog !== null && (await catalogs.verify(restsOnAll(resolved), backend))) return resolved;
    await catalogs.refresh(backend);
    this.#standing.follow();
    return this.resolve(read);
  }

  /** Whether what the text's masking relies on is as known; where it is not, it is looked up anew. */
  async #verify(read: ReadText): Promise<Verified> {
    const { backend } = this.#wire;
    const { catalogs } = this.#options;
    if (this.#standing.needsCatalog && !catalogs.fresh) await catalogs.refresh(backend);
    this.#standing.follow();
    const { lane } = this.#standing;
    const resolved = this.resolve(read);
    if (lane === null || !mustVerify(resolved, lane)) return { resolved, verified: false };
    if (await catalogs.verify(restsOnAll(resolved), backend)) return { resolved, verified: true };
    await catalogs.refresh(backend);
    this.#standing.follow();
    const again = this.resolve(read);
    return { resolved: again, verified: await catalogs.verify(restsOnAll(again), backend) };
  }

  /** What a name of SQL stands for, as far as the server has said so. */
  #prepared(name: string, kind: 'statement' | 'cursor'): ResolvedText | null {
    const { symbols } = this.#wire.exchange;
    const named = kind === 'statement' ? symbols.live('S', name) : symbols.live('P', name)?.prepared;
    const source = named?.source ?? null;
    if (source === null) return null;
    const read = this.#options.reader.read(source.toString('utf8'));
    return read instanceof Promise ? null : this.resolve(read);
  }
}

/** What may come before the first snapshot of a transaction, as SET TRANSACTION must: a question would take it. */
function takesNoSnapshot({ class: kind, verb }: SqlFacts): boolean {
  return kind === 'transaction' || BEFORE_SNAPSHOT.has(verb);
}

const BEFORE_SNAPSHOT: ReadonlySet<string> = new Set([
  'SET',
  'RESET',
  'SHOW',
  'LOCK',
  'SET CONSTRAINTS',
  'LISTEN',
]);
