/**
 * A session's policy at work. A text is read, its names are looked up, what masking rests on is verified and policy decides, all
 * before a byte of it is forwarded. Mostly all of that is at hand; where a thread or the backend has to be asked, the message waits
 * and is judged again with the answer.
 */
import type { Decision } from '../../../shared/policy/decision.ts';
import type { Assurance } from '../../../shared/policy/mask-rule.ts';
import type { SessionPolicy } from '../../policy/session-policy.ts';
import { factsOf } from '../facts/facts-of.ts';
import type { ReadText } from '../facts/read-text.ts';
import type { ResolvedText } from '../facts/resolved-text.ts';
import type { Gate, HeldEnd, Judgement } from '../judgement.ts';
import { sourcesOf } from '../lineage/sources-of.ts';
import type { Lane } from '../masked/lane.ts';
import { copyRefusal } from '../masked/copy-plan.ts';
import type { GateSurroundings } from '../relay.ts';
import type { Named } from '../symbols.ts';
import type { PostgresError } from '../wire/errors.ts';
import type { BindMessage } from '../wire/frontend.ts';
import { dependsOnEncoding, isAscii } from './encoding.ts';
import { estimateOf } from './estimate.ts';
import { type Effects, effectsOf } from './effects.ts';
import { heldStatement } from './held-statement.ts';
import { type Bound, hashOf, Holding } from './holding.ts';
import { decisionRecord } from './decision-record.ts';
import { AMBIGUOUS, denied, OTHER_ENCODING, UNHOLDABLE } from './refusals.ts';
import { involves, mustVerify, restsOnAll } from './rests-on.ts';
import { type Sensitive, SensitiveValues } from './sensitive.ts';
import type { GateOptions } from './surroundings.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** What is to be judged: a text, and what runs it. */
interface Asked {
  readonly text: Buffer;
  readonly how: 'query' | 'parse' | 'bind';
  readonly bind: BindMessage | null;
  readonly types: readonly number[];
}

/** What has been found out of a text by asking others; as far as it could be. */
interface Known {
  readonly read: ReadText;
  readonly verified: boolean;
  readonly estimate: { readonly rows: number; readonly plan: string } | null;
  /** Of a text to be held: the versions of what it uses. */
  readonly versions: string | null;
  /** The backend was asked what could be asked. */
  readonly asked: boolean;
}

/** A text that others are being asked about. */
interface Working {
  readonly asked: Asked;
  known: Known | null;
}

/** A judgement with what it was made of. */
interface Made extends Judgement {
  readonly asked: Asked;
  readonly effects: Effects;
  readonly verdict: Verdict;
  readonly resolved: ResolvedText;
  readonly known: Known;
}

export class PolicyGate implements Gate {
  onReady = (): void => {};
  readonly #options: GateOptions;
  readonly #wire: GateSurroundings;
  #from: unknown = null;
  #policy: SessionPolicy;
  #lane: Lane | null = null;
  #sensitive: SensitiveValues | null = null;
  /** Who protects each masked column, by its name. */
  #levels: ReadonlyMap<string, Assurance> = new Map();
  /** The catalog that the lane is made by. */
  #laneCatalog: unknown = null;
  #conforming: boolean;
  /** The server reads texts as the gateway does. */
  #isUtf8 = true;
  /** Something that may change settings was sent and is not answered yet. */
  #settingsOpen = false;
  /** Something that may change the catalog was sent: it is not answered yet, or its transaction has not ended. */
  #schema: 'as known' | 'sent' | 'uncommitted' = 'as known';
  #working: Working | null = null;
  /** The text verified last, and the group of messages that it belongs to: its Bind needs no asking again. */
  #verified: { readonly text: Buffer; readonly group: number; readonly known: Known } | null = null;
  #holding: Holding | null = null;
  #closed = false;
  readonly #plain = new WeakMap<ResolvedText, Made>();

  constructor(options: GateOptions, wire: GateSurroundings) {
    this.#options = options;
    this.#wire = wire;
    this.#conforming = options.conforming;
    this.#policy = this.#adopt();
    wire.exchange.symbols.recorded = (text) => this.recorded(text);
  }

  /** Loads what has to be known before the first statement. */
  async open(): Promise<void> {
    if (!this.#needsCatalog) return;
    const { catalogs, session } = this.#options;
    const { backend } = this.#wire;
    await catalogs.refresh(backend);
    const { masks } = this.#policy;
    if (masks.length > 0) {
      const found = await catalogs.assurance(masks, sourcesOf, backend);
      this.#levels = new Map(found.map(({ column, level }) => [column, level]));
      session.record('assurance', {
        columns: found.map(({ column }) => column),
        rules: found.map(({ rule }) => rule),
        levels: found.map(({ level }) => level),
        reasons: found.map(({ reason }) => reason),
      });
    }
    this.#laneCatalog = null;
    this.#renewLane();
  }

  get lane(): Lane | null {
    return this.#lane;
  }

  get describes(): boolean {
    return this.#lane !== null;
  }

  query(text: Buffer): Judgement | null {
    return this.#judge({ text, how: 'query', bind: null, types: [] });
  }

  parse(text: Buffer, types: readonly number[], bind: BindMessage | null): Judgement | null {
    const judgement = this.#judge({ text, how: 'parse', bind, types });
    // Whoever only prepares a statement does nothing yet that somebody has to approve.
    return judgement !== null && judgement.held ? { ...judgement, held: false } : judgement;
  }

  bind(prepared: Named | null, bind: BindMessage): Judgement | null {
    const text = prepared?.source ?? null;
    if (text === null) return this.unknownPortal();
    return this.#judge({ text, how: 'bind', bind, types: prepared?.types ?? [] });
  }

  unknownPortal(): Judgement {
    const asked: Asked = { text: UNKNOWN_TEXT, how: 'bind', bind: null, types: [] };
    const read = this.#options.reader.read(UNKNOWN_SQL);
    if (read instanceof Promise) throw new TypeError('a short text is read at once');
    return this.#made(asked, unasked(read));
  }

  unholdable(judgement: Judgement): Judgement {
    return { ...judgement, held: false, refusal: UNHOLDABLE };
  }

  recorded(text: Buffer): Buffer {
    const sensitive = this.#sensitive;
    if (sensitive === null) return text;
    const read = this.#options.reader.read(text.toString('utf8'));
    if (read instanceof Promise) return sensitive.unread(text).text ?? text;
    return sensitive.of(text, read, this.#resolve(read).lineage).text ?? text;
  }

  reported(name: string, value: string): void {
    if (name === 'standard_conforming_strings') this.#conforming = value === 'on';
    if (name === 'client_encoding') this.#isUtf8 = value === 'UTF8';
    if (name === 'search_path') this.#options.catalogs.searchPathMayHaveChanged();
  }

  passed(judgement: Judgement): void {
    const { effects } = judgement as Made;
    if (effects.settings || effects.unseen) this.#settingsOpen = true;
    if (effects.settings && !this.#options.reportsSearchPath)
      this.#options.catalogs.searchPathMayHaveChanged();
    if (effects.schema) this.#schema = 'sent';
  }

  async hold(judgement: Judgement, statement: number): Promise<HeldEnd> {
    const { asked, known, verdict, resolved, text } = judgement as Made;
    const { asker, session } = this.#options;
    const parameters = asked.bind?.parameters ?? Buffer.alloc(0);
    const bound: Bound = { text: asked.text, parameters, versions: known.versions };
    const held = heldStatement({
      session,
      statement,
      connection: this.#options.subject.connection,
      asker,
      text: text ?? asked.text,
      parameters: asked.bind === null ? null : judgement.parameters(parameters, asked.bind.parameterFormats),
      formats: asked.bind?.parameterFormats ?? [],
      facts: resolved.facts,
      verdict,
      hash: hashOf(bound),
      resolved: known.versions !== null,
      estimate: known.estimate?.plan ?? null,
    });
    const holding = new Holding(held, bound, this.#options, (bytes) => this.#wire.tell(bytes));
    this.#holding = holding;
    const end = await holding.end(() => this.#versions(resolved));
    this.#holding = null;
    if (end.approved) this.passed({ ...judgement, held: false });
    return end;
  }

  abandon(why: string, refusal?: PostgresError): void {
    this.#holding?.abandon(why, refusal);
  }

  close(): void {
    this.#closed = true;
    if (this.#schema !== 'as known') this.#options.schemaChanged();
    this.abandon('the session ended');
  }

  get #needsCatalog(): boolean {
    return this.#policy.needsCatalog || this.#policy.masks.some(({ columns }) => columns.length > 0);
  }

  /** Null: not yet. */
  #judge(asked: Asked): Judgement | null {
    if (this.#options.source.current !== this.#from) this.#adopt();
    this.answered();
    const known = this.#find(asked);
    if (known === null) return null;
    const unclear = this.#unclear(asked, known.read);
    if (unclear === null) return this.#made(asked, known);
    if (this.#conforming && this.#isUtf8 && this.#waits) return null;
    return this.#refusing(this.#made(asked, known), unclear);
  }

  answered(): void {
    if (this.#wire.exchange.expected.length > 0) return;
    this.#settingsOpen = false;
    if (this.#schema === 'as known') return;
    const open = this.#wire.exchange.transaction !== 'I';
    if (this.#schema === 'uncommitted' && open) return;
    this.#schema = open ? 'uncommitted' : 'as known';
    this.#options.schemaChanged();
    this.#options.catalogs.searchPathMayHaveChanged();
  }

  /** What is known of a text once nobody has to be asked any more; null while somebody has. */
  #find(asked: Asked): Known | null {
    const working = this.#working;
    if (working !== null) {
      if (working.known === null) return null;
      this.#working = null;
      if (working.asked.text.equals(asked.text) && working.asked.how === asked.how) return working.known;
    }
    const again = this.#verified;
    const { exchange } = this.#wire;
    if (
      again !== null &&
      asked.how === 'bind' &&
      again.group === exchange.symbols.group &&
      again.text.equals(asked.text)
    )
      return again.known;
    const read = this.#options.reader.read(asked.text.toString('utf8'));
    if (read instanceof Promise) return this.#work(asked, read);
    const known: Known = { read, verified: false, estimate: null, versions: null, asked: false };
    if (!this.#mustAsk(asked, known)) return known;
    if (this.#wire.backend.free) return this.#work(asked, read);
    return this.#waits ? null : { ...known, asked: true };
  }

  /** Whether there is something about a text that only the backend can tell. */
  #mustAsk(asked: Asked, { read }: Known): boolean {
    if (read.unparsed !== null) return false;
    const { catalogs } = this.#options;
    if (this.#needsCatalog && !catalogs.fresh) return true;
    const resolved = this.#resolve(read);
    if (this.#lane !== null && mustVerify(resolved, this.#lane)) return true;
    const { decision, effect } = this.#verdict(resolved, false, { estimate: null, canEstimate: true });
    return runs(asked) && (decision.needsEstimate || effect === 'hold');
  }

  /** Answers are owed and will come without another message of the agent: what cannot be told now can be told then. */
  get #waits(): boolean {
    const { exchange, backend } = this.#wire;
    return !backend.free && exchange.expected.length > 0 && !exchange.inGroup;
  }

  /** Why the server could understand a text in another way than the gateway does; null: it cannot. */
  #unclear({ text }: Asked, { dependsOnBackslash }: ReadText): PostgresError | null {
    if (this.#conforming && this.#isUtf8 && !this.#settingsOpen) return null;
    if (dependsOnBackslash && (this.#settingsOpen || !this.#conforming)) return AMBIGUOUS;
    if (!this.#isUtf8) return isAscii(text) ? null : OTHER_ENCODING;
    return this.#settingsOpen && dependsOnEncoding(text) ? OTHER_ENCODING : null;
  }

  #work(asked: Asked, reading: ReadText | Promise<ReadText>): null {
    const kept = { ...asked, text: Buffer.from(asked.text) };
    const working: Working = { asked: kept, known: null };
    this.#working = working;
    void this.#answer(working, reading);
    return null;
  }

  async #answer(working: Working, reading: ReadText | Promise<ReadText>): Promise<void> {
    try {
      working.known = await this.#ask(working.asked, reading);
    } catch {
      working.known = unasked(await reading); // the session ended, or its catalog cannot be read: nothing is known
    }
    if (!this.#closed) this.onReady();
  }

  async #ask(asked: Asked, reading: ReadText | Promise<ReadText>): Promise<Known> {
    const read = await reading;
    const nothing = unasked(read);
    const { backend } = this.#wire;
    const { catalogs } = this.#options;
    if (read.unparsed !== null || !backend.free) return nothing;
    if (this.#needsCatalog && !catalogs.fresh) await catalogs.refresh(backend);
    this.#renewLane();
    let resolved = this.#resolve(read);
    let verified = false;
    if (this.#lane !== null && mustVerify(resolved, this.#lane)) {
      verified = await catalogs.verify(restsOnAll(resolved), backend);
      if (!verified) {
        await catalogs.refresh(backend);
        this.#renewLane();
        resolved = this.#resolve(read);
        verified = await catalogs.verify(restsOnAll(resolved), backend);
      }
    }
    const first = this.#verdict(resolved, verified, { estimate: null, canEstimate: true });
    const wants = first.decision.needsEstimate || (first.effect === 'hold' && first.terms.estimate);
    const estimate =
      wants && runs(asked) ? await estimateOf(asked, this.recorded(asked.text), backend) : null;
    const { effect } = this.#verdict(resolved, verified, { estimate, canEstimate: false });
    const versions = effect === 'hold' && runs(asked) ? await this.#versions(resolved) : null;
    const known = { ...nothing, verified, estimate, versions };
    const { group } = this.#wire.exchange.symbols;
    this.#verified = { text: asked.text, group, known };
    return known;
  }

  async #versions(resolved: ResolvedText): Promise<string | null> {
    const { backend } = this.#wire;
    const { catalogs } = this.#options;
    if (catalogs.catalog === null && backend.free) await catalogs.refresh(backend);
    const { catalog } = catalogs;
    if (!backend.free || catalog === null || !resolved.facts.resolved) return null;
    return catalogs.versions(involves(resolved, catalog), backend);
  }

  #made(asked: Asked, known: Known): Made {
    const resolved = this.#resolve(known.read);
    const plain = this.#lane === null && !known.asked ? this.#plain.get(resolved) : undefined;
    if (plain !== undefined && plain.verdict.decision === this.#decide(resolved)) return plain;
    const { estimate, verified } = known;
    const verdict = this.#verdict(resolved, verified, { estimate, canEstimate: false });
    const enforced = this.#policy.mode === 'enforce';
    const refusal =
      verdict.effect === 'deny' ? denied(verdict.decision) : this.#copyRefusal(resolved, verdict, verified);
    const sensitive = this.#sensitive?.of(asked.text, known.read, resolved.lineage) ?? null;
    const made: Made = {
      asked,
      known,
      resolved,
      verdict,
      effects: effectsOf(resolved.facts),
      judged: this.#judgedBy(resolved, verdict.decision, verified),
      refusal: enforced ? refusal : null,
      held: enforced && verdict.effect === 'hold' && refusal === null,
      text: sensitive?.text ?? null,
      parameters: (tail, formats) => this.#maskedParameters(tail, sensitive, formats, asked.types),
      record: (statement) => this.#record(statement, made, sensitive, refusal),
    };
    if (this.#lane === null && !known.asked && verdict.effect === 'allow') this.#plain.set(resolved, made);
    return made;
  }

  #refusing(made: Made, refusal: PostgresError): Made {
    if (this.#policy.mode === 'observe') return made;
    const decision: Decision = {
      ...made.verdict.decision,
      effect: 'deny',
      rules: [{ rule: 'ambiguous text', because: 'a back slash in a plain constant' }],
    };
    const refused: Made = {
      ...made,
      verdict: { ...made.verdict, decision, effect: 'deny' },
      held: false,
      refusal,
      record: (statement) => this.#record(statement, refused, null, refusal),
    };
    return refused;
  }

  #copyRefusal(resolved: ResolvedText, { decision }: Verdict, verified: boolean): PostgresError | null {
    const judged = this.#judgedBy(resolved, decision, verified);
    return judged === null || this.#lane === null ? null : copyRefusal(judged, this.#lane);
  }

  #judgedBy({ facts, lineage }: ResolvedText, decision: Decision, verified: boolean): Made['judged'] {
    if (this.#lane === null && decision.rowLimit === null) return null;
    return {
      statements: facts.statements.map(({ verb }, ordinal) => ({
        verb,
        lineage: lineage[ordinal] ?? null,
        verified,
      })),
      decision,
      policy: this.#policy.hash,
      enforced: this.#policy.mode === 'enforce',
    };
  }

  #maskedParameters(
    tail: Buffer,
    sensitive: Sensitive | null,
    formats: readonly number[],
    types: readonly number[],
  ): Buffer {
    if (sensitive === null || this.#sensitive === null) return tail;
    return this.#sensitive.parameters(tail, sensitive.parameters, formats, types);
  }

  #record(statement: number, made: Made, sensitive: Sensitive | null, refusal: PostgresError | null): void {
    const { session } = this.#options;
    const { verdict, resolved } = made;
    const enforced = this.#policy.mode === 'enforce';
    if (verdict.effect !== 'allow' || verdict.decision.rules.length > 0 || refusal !== null)
      session.record(
        'decision',
        decisionRecord(statement, verdict, resolved.facts, { enforced, hash: this.#policy.hash, refusal }),
      );
    if (sensitive !== null && (sensitive.literals > 0 || sensitive.parameters.length > 0)) {
      const { literals, parameters, rules } = sensitive;
      session.record('valuesMasked', { statement, literals, parameters, rules });
    }
  }

  #resolve(read: ReadText): ResolvedText {
    return factsOf(read, this.#options.catalogs.catalog, (name, kind) => this.#prepared(name, kind));
  }

  /** What a name of a prepared statement stands for, as far as the server has said so. */
  #prepared(name: string, kind: 'statement' | 'cursor'): ResolvedText | null {
    const { symbols } = this.#wire.exchange;
    const named = kind === 'statement' ? symbols.live('S', name) : symbols.live('P', name)?.prepared;
    const source = named?.source ?? null;
    if (source === null) return null;
    const read = this.#options.reader.read(source.toString('utf8'));
    return read instanceof Promise ? null : this.#resolve(read);
  }

  #verdict(
    resolved: ResolvedText,
    verified: boolean,
    { estimate, canEstimate }: { readonly estimate: Known['estimate']; readonly canEstimate: boolean },
  ): Verdict {
    const circumstances = { now: this.#options.now(), estimatedRows: estimate?.rows ?? null, canEstimate };
    return verdictOf(resolved, verified, circumstances, this.#policy, this.#lane);
  }

  #decide(resolved: ResolvedText): Decision {
    return this.#policy.decide(resolved.facts, {
      now: this.#options.now(),
      estimatedRows: null,
      canEstimate: false,
    });
  }

  /** Takes the policy that is in force now, on the record. */
  #adopt(): SessionPolicy {
    const { source, subject, session } = this.#options;
    this.#from = source.current;
    this.#policy = source.current.forSession(subject);
    this.#laneCatalog = null;
    const { hash, mode } = this.#policy;
    session.record('policyApplied', { hash, mode });
    this.#renewLane();
    return this.#policy;
  }

  #renewLane(): void {
    const { catalogs, laneOf } = this.#options;
    const catalog = catalogs.catalog ?? NO_CATALOG;
    if (this.#laneCatalog === catalog) return;
    this.#laneCatalog = catalog;
    this.#lane = this.#policy.masks.length === 0 ? null : laneOf(this.#policy, catalogs, this.#levels);
    this.#wire.exchange.lane = this.#lane;
    this.#sensitive = this.#lane === null ? null : new SensitiveValues(this.#lane, this.#policy.masks);
  }
}

/** Whether a text is about to run, and not only prepared. */
function runs({ how, bind }: Asked): boolean {
  return how !== 'parse' || bind !== null;
}

/** What is known of a text when nobody could be asked. */
function unasked(read: ReadText): Known {
  return { read, verified: false, estimate: null, versions: null, asked: true };
}

const NO_CATALOG = Symbol('no catalog');

/** What the execution of something nobody knows is judged as: opaque code. */
const UNKNOWN_SQL = 'EXECUTE "unknown to the gateway"';
const UNKNOWN_TEXT = Buffer.from(UNKNOWN_SQL);
