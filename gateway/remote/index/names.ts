/** Ids for what many rows share, while a log is folded: rows of the index hold the names themselves. */
import { hash } from 'node:crypto';
import type {
  Dictionary,
  KnownText,
  KnownToken,
  MaskKind,
  TextFactsOf,
  Verdict,
} from '../../archive/fold/store.ts';
import type { EventFields } from '../../../shared/recording/event.ts';
import type { AgentIndexRow, JobIndexRow } from './rows.ts';

/** Texts kept at once: those of a busy hour. */
const KEPT_TEXTS = 50_000;

/** Hex digits of a text's SHA-256 that a row shows, as volumes do. */
const FINGERPRINT_DIGITS = 32;

/** Hex digits of a key: enough to tell ten million jobs apart. */
const KEY_DIGITS = 16;

/** A text with all that rows say of it. */
export interface NamedText extends KnownText {
  readonly verb: string;
  readonly class: string;
  readonly tables: readonly string[];
  readonly columns: readonly string[];
  readonly functions: readonly string[];
  readonly fingerprint: string;
}

/** A token and who holds it. */
export interface NamedToken {
  readonly agent: AgentIndexRow;
  readonly fields: EventFields<'identity'>;
}

export interface NamedJob {
  readonly row: JobIndexRow;
  readonly fields: EventFields<'ciContext'>;
}

export class Names implements Dictionary {
  readonly #verbs = new Ids<string>();
  readonly #tables = new Ids<string>();
  readonly #masks = new Ids<string>();
  readonly #verdicts = new Ids<Verdict>();
  readonly #approvers = new Ids<readonly [string, string]>();
  readonly #texts = new Map<string, NamedText>();
  #textId = 0;
  /** Taken by the session they are of. */
  readonly #tokens = new Map<number, NamedToken>();
  readonly #jobs = new Map<number, NamedJob>();
  #lastId = 0;

  text(facts: TextFactsOf): NamedText {
    const { verb, fingerprintText: text } = facts;
    const key = `${verb}\0${text}`;
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const named: NamedText = {
      textId: ++this.#textId,
      verbId: this.#verbs.of(verb, verb),
      tableIds: [...new Set(facts.tables)].map((name) => this.#tables.of(name, name)),
      text,
      verb,
      class: facts.class,
      tables: facts.tables,
      columns: [...new Set(facts.columns)].toSorted(),
      functions: [...new Set(facts.functions)].toSorted(),
      fingerprint: hash('sha256', text, 'hex').slice(0, FINGERPRINT_DIGITS),
    };
    const oldest = this.#texts.keys().next();
    if (this.#texts.size >= KEPT_TEXTS && !oldest.done) this.#texts.delete(oldest.value);
    this.#texts.set(key, named);
    return named;
  }

  mask(kind: MaskKind, name: string): number {
    return this.#masks.of(`${kind} ${name}`, `${kind} ${name}`);
  }

  approver({ issuer, subject, name }: Pick<EventFields<'vote'>, 'issuer' | 'subject' | 'name'>): number {
    return this.#approvers.of(JSON.stringify([issuer, subject, name]), [subject, name ?? '']);
  }

  verdict(verdict: Verdict): number {
    const { decision, rules, severity } = verdict;
    return this.#verdicts.of(JSON.stringify([decision, rules, severity]), verdict);
  }

  verdictOf(id: number): Verdict | null {
    return this.#verdicts.name(id) ?? null;
  }

  token(fields: EventFields<'identity'>): KnownToken {
    const { issuer, subject, clientId: client, userId } = fields;
    const key = keyOf([issuer, subject, client, userId]);
    const tokenId = ++this.#lastId;
    this.#tokens.set(tokenId, { agent: { key, issuer, subject, client, user_id: userId }, fields });
    return { tokenId, agentId: tokenId };
  }

  job(fields: EventFields<'ciContext'>): number {
    const { provenance, provider, run, job, repository, ref, actor, issuer } = fields;
    const key = keyOf([provenance, provider, run, job, repository, ref, actor, issuer]);
    const row = {
      key,
      path: `${provider}/${run}/${job}`,
      provenance,
      provider,
      run,
      job_name: job,
      repository,
    };
    this.#jobs.set(++this.#lastId, { row, fields });
    return this.#lastId;
  }

  /** What {@link token} gave an id, once. */
  takeToken(id: number): NamedToken | undefined {
    return taken(this.#tokens, id);
  }

  takeJob(id: number): NamedJob | undefined {
    return taken(this.#jobs, id);
  }

  verbName(id: number): string {
    return this.#verbs.name(id) ?? '';
  }

  tableName(id: number): string {
    return this.#tables.name(id) ?? '';
  }

  maskName(id: number): string {
    return this.#masks.name(id) ?? '';
  }

  approverName(id: number): readonly [string, string] {
    return this.#approvers.name(id) ?? ['', ''];
  }
}

/** Numbers from 0 for things, each known by a key. */
class Ids<T> {
  readonly #ids = new Map<string, number>();
  readonly #things: T[] = [];

  of(key: string, thing: T): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#things.push(thing) - 1;
    this.#ids.set(key, id);
    return id;
  }

  name(id: number): T | undefined {
    return this.#things[id];
  }
}

function keyOf(facts: readonly (string | null)[]): string {
  return hash('sha256', JSON.stringify(facts), 'hex').slice(0, KEY_DIGITS);
}

function taken<V>(from: Map<number, V>, id: number): V | undefined {
  const found = from.get(id);
  from.delete(id);
  return found;
}
