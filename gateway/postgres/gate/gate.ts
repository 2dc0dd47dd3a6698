/**
 * A session's policy at work: a text is read, its names are looked up, what masking rests on is verified and policy decides, all
 * before a byte of it is forwarded.
 */
import type { Decision } from '../../../shared/policy/decision.ts';
import type { ReadText } from '../facts/read-text.ts';
import type { ResolvedText } from '../facts/resolved-text.ts';
import type { Gate, HeldEnd, Judgement } from '../judgement.ts';
import { copyRefusal } from '../masked/copy-plan.ts';
import type { GateSurroundings } from '../relay.ts';
import type { Named } from '../symbols.ts';
import type { PostgresError } from '../wire/errors.ts';
import type { BindMessage } from '../wire/frontend.ts';
import { type Asked, type Known, unasked } from './asked.ts';
import { Asking } from './asking.ts';
import { decisionRecord } from './decision-record.ts';
import { type Effects, effectsOf } from './effects.ts';
import { heldStatement } from './held-statement.ts';
import { type Bound, hashOf, Holding } from './holding.ts';
import { Meaning } from './meaning.ts';
import { denied, UNHOLDABLE } from './refusals.ts';
import type { Sensitive } from './sensitive.ts';
import { Standing } from './standing.ts';
import type { GateOptions } from './surroundings.ts';
import type { Verdict } from './verdict.ts';

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
  readonly #standing: Standing;
  readonly #meaning: Meaning;
  readonly #asking: Asking;
  #holding: Holding | null = null;
  #closed = false;
  /** Judgements that hold for every text of the same facts: nothing is masked and nobody was asked. */
  readonly #plain = new WeakMap<ResolvedText, Made>();
  /** Texts of prepared statements as they were read. */
  readonly #read = new WeakMap<Named, ReadText>();

  constructor(options: GateOptions, wire: GateSurroundings) {
    this.#options = options;
    this.#wire = wire;
    this.#standing = new Standing(options, wire.exchange);
    this.#meaning = new Meaning(options, wire.exchange);
    this.#asking = new Asking(options, wire, this.#standing, () => {
      if (!this.#closed) this.onReady();
    });
    wire.exchange.symbols.recorded = (text) => this.recorded(text);
  }

  /** Loads what has to be known before the first statement; rejects where it cannot be. */
  async open(): Promise<void> {
    if (!this.#standing.needsCatalog) return;
    await this.#options.catalogs.refresh(this.#wire.backend);
    this.#standing.follow();
    await this.#standing.assure(this.#wire.backend);
  }

  get describes(): boolean {
    return this.#standing.lane !== null;
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
    if (prepared === null || text === null) return this.unknownPortal();
    const again = this.#again(prepared);
    if (again !== null) return again;
    const asked: Asked = { text, how: 'bind', bind, types: prepared.types };
    const judgement = this.#judge(asked);
    if (judgement !== null) this.#read.set(prepared, (judgement as Made).known.read);
    return judgement;
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
    return this.#asking.recorded(text);
  }

  reported(name: string, value: string): void {
    this.#meaning.reported(name, value);
  }

  passed(judgement: Judgement): void {
    this.#meaning.sent((judgement as Made).effects);
  }

  answered(): void {
    this.#meaning.answered();
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
    const end = await holding.end(() => this.#asking.versions(resolved));
    this.#holding = null;
    if (end.approved) this.passed(judgement);
    return end;
  }

  abandon(why: string, refusal?: PostgresError): void {
    this.#holding?.abandon(why, refusal);
  }

  close(): void {
    this.#closed = true;
    this.#meaning.close();
    this.abandon('the session ended');
  }

  /**
   * The judgement on a prepared statement that runs once more, where nothing has changed that it rests on: what most of a load is. Null: it
   * has to be judged anew.
   */
  #again(prepared: Named): Judgement | null {
    this.#standing.renew();
    this.answered();
    const { lane, needsCatalog } = this.#standing;
    if (lane !== null || (needsCatalog && !this.#options.catalogs.fresh)) return null;
    const read = this.#read.get(prepared);
    if (read === undefined || this.#asking.busy) return null;
    const resolved = this.#asking.resolve(read);
    const before = this.#plain.get(resolved);
    if (before === undefined || this.#meaning.unclear(before.asked.text, read) !== null) return null;
    const { decision } = this.#standing.verdict(resolved, false, NO_ESTIMATE);
    return before.verdict.decision === decision ? before : null;
  }

  /** Null: not yet. */
  #judge(asked: Asked): Judgement | null {
    this.#standing.renew();
    this.answered();
    const known = this.#asking.find(asked);
    if (known === null) return null;
    const unclear = this.#meaning.unclear(asked.text, known.read);
    if (unclear === null) return this.#made(asked, known);
    if (this.#meaning.mayClear && this.#asking.waits) return null;
    return this.#refusing(this.#made(asked, known), unclear);
  }

  #made(asked: Asked, known: Known): Made {
    const { lane, sensitive: values, policy } = this.#standing;
    const { estimate, verified } = known;
    const resolved = known.resolved ?? this.#asking.resolve(known.read);
    const decided = this.#standing.verdict(resolved, verified, { estimate, canEstimate: false });
    const verdict = decided.effect === 'hold' && this.#cannotRun(resolved) ? passing(decided) : decided;
    const plain = lane === null && !known.asked;
    const before = plain ? this.#plain.get(resolved) : undefined;
    if (before !== undefined && before.verdict.decision === verdict.decision) return before;
    const judged = this.#judgedBy(resolved, verdict.decision, verified);
    const copy = judged === null || lane === null ? null : copyRefusal(judged, lane);
    const { text } = asked;
    const { unparsed } = resolved.facts;
    const { decision, effect } = verdict;
    const refusal = effect === 'deny' ? denied({ decision, unparsed, text }) : copy;
    const sensitive = values?.of(asked.text, known.read, resolved.lineage) ?? null;
    const enforced = policy.mode === 'enforce';
    const made: Made = {
      asked,
      known,
      resolved,
      verdict,
      effects: effectsOf(resolved.facts),
      judged,
      refusal: enforced ? refusal : null,
      held: enforced && verdict.effect === 'hold' && refusal === null,
      text: sensitive?.text ?? null,
      parameters: (tail, formats) =>
        sensitive === null || values === null
          ? tail
          : values.parameters(tail, sensitive.parameters, formats, asked.types),
      record: (statement) => this.#record(statement, made, sensitive, refusal),
    };
    if (plain && verdict.effect === 'allow') this.#plain.set(resolved, made);
    return made;
  }

  /** In a failed transaction the server refuses all but its end (25P02): nobody has to be asked about that. */
  #cannotRun({ facts: { statements, unparsed } }: ResolvedText): boolean {
    const { idle, transaction } = this.#wire.exchange;
    const [only, ...others] = statements;
    if (!idle || transaction !== 'E' || unparsed !== null) return false;
    return only !== undefined && others.length === 0 && only.class !== 'transaction';
  }

  #refusing(made: Made, refusal: PostgresError): Made {
    if (this.#standing.policy.mode === 'observe') return made;
    const decision: Decision = {
      ...made.verdict.decision,
      effect: 'deny',
      rules: [{ rule: 'ambiguous text', because: refusal.message.replace('denied by policy: ', '') }],
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

  #judgedBy({ facts, lineage }: ResolvedText, decision: Decision, verified: boolean): Made['judged'] {
    const { lane, policy } = this.#standing;
    if (lane === null && decision.rowLimit === null) return null;
    return {
      statements: facts.statements.map(({ verb }, ordinal) => ({
        verb,
        lineage: lineage[ordinal] ?? null,
        verified,
      })),
      decision,
      lane,
      policy: policy.hash,
      enforced: policy.mode === 'enforce',
    };
  }

  #record(statement: number, made: Made, sensitive: Sensitive | null, refusal: PostgresError | null): void {
    const { session } = this.#options;
    const { verdict, resolved } = made;
    const { mode, hash } = this.#standing.policy;
    const enforced = mode === 'enforce';
    if (verdict.effect !== 'allow' || verdict.decision.rules.length > 0 || refusal !== null)
      session.record(
        'decision',
        decisionRecord(statement, verdict, resolved.facts, { enforced, hash, refusal }),
      );
    if (sensitive !== null && (sensitive.literals > 0 || sensitive.parameters.length > 0)) {
      const { literals, parameters, rules } = sensitive;
      session.record('valuesMasked', { statement, literals, parameters, rules });
    }
  }
}

function passing(verdict: Verdict): Verdict {
  return { ...verdict, effect: 'allow', decision: { ...verdict.decision, effect: 'allow', rules: [] } };
}

/** As texts are decided on that no rule asks an estimate for. */
const NO_ESTIMATE = { estimate: null, canEstimate: false } as const;

/** What the execution of something nobody knows is judged as: opaque code. */
const UNKNOWN_SQL = 'EXECUTE "unknown to the gateway"';
const UNKNOWN_TEXT = Buffer.from(UNKNOWN_SQL);
