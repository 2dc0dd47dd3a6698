/** What is known of the two statements of a pair, fact by fact. */
import { Fragment, type ReactNode } from 'react';
import type { Compared, ComparedPair } from '../../shared/compare/compare.ts';
import { textDifference, type TextPart } from '../../shared/compare/text-difference.ts';
import type { Parameter } from '../../shared/replay/parameters.ts';
import { clipText, visible, visibleLine, visibleLines } from '../../shared/replay/visible.ts';
import { CellText } from '../ui/CellText.tsx';
import { DecisionMark } from '../ui/decision-marks.tsx';
import { formatCount, formatDuration, formatExact } from '../ui/format.ts';
import { Status } from '../ui/marks.tsx';
import { NotRecorded } from '../ui/NotRecorded.tsx';
import { COMPARE } from '../words/compare.ts';
import { closerOf, type PairDetail } from './look-closer.ts';

/** Characters of a text compared word by word; the replay has the rest. */
const TEXT_LENGTH = 20_000;

/** Longest error shown. */
const ERROR_LENGTH = 500;

/** One line: how it stands in both. */
export interface PairFact {
  readonly name: string;
  readonly a: ReactNode;
  readonly b: ReactNode;
  readonly differs: boolean;
}

/** All facts; what only the events tell is there once `detail` is. */
export function pairFacts(pair: ComparedPair, detail: PairDetail | null): PairFact[] {
  const { a, b, differences } = pair;
  const differs = new Set(differences);
  const both = (name: string, isOther: boolean, show: (statement: Compared) => ReactNode): PairFact => ({
    name,
    a: a === null ? <Gap /> : show(a),
    b: b === null ? <Gap /> : show(b),
    differs: isOther,
  });
  const facts = COMPARE.facts;
  return [
    textFact(pair, detail),
    ...(detail === null ? [] : parameterFacts(detail)),
    both(facts.outcome, differs.has('outcome'), (statement) => <Status {...statement} />),
    ...((a?.errorMessage ?? null) === null && (b?.errorMessage ?? null) === null
      ? []
      : [
          both(facts.error, a?.errorMessage !== b?.errorMessage, ({ errorMessage }) =>
            errorMessage === null ? <None /> : visibleLine(errorMessage, ERROR_LENGTH),
          ),
        ]),
    both(facts.rows, differs.has('rows'), ({ rows }) =>
      rows === null ? <NotRecorded /> : formatCount(rows),
    ),
    both(facts.duration, differs.has('duration'), ({ duration }) =>
      duration === null ? <NotRecorded /> : formatDuration(duration),
    ),
    both(facts.decision, differs.has('decision'), ({ decision, rules }) =>
      decision === null ? <None /> : <DecisionMark decision={decision} rules={rules} />,
    ),
    both(facts.masking, differs.has('masking'), ({ maskedColumns }) =>
      maskedColumns.length === 0 ? <None /> : maskedColumns.map(visible).join(', '),
    ),
    both(facts.sent, false, ({ time }) => formatExact(time)),
  ];
}

function textFact({ a, b }: ComparedPair, detail: PairDetail | null): PairFact {
  const left = textOf(a, detail?.a);
  const right = textOf(b, detail?.b);
  const differs = left !== null && right !== null && left !== right;
  const parts = differs ? textDifference(left, right) : null;
  return {
    name: COMPARE.facts.text,
    a: left === null ? <Gap /> : <Text parts={parts ?? [{ of: 'both', text: left }]} side="a" />,
    b: right === null ? <Gap /> : <Text parts={parts ?? [{ of: 'both', text: right }]} side="b" />,
    differs,
  };
}

function textOf(statement: Compared | null, detail: PairDetail['a'] | undefined): string | null {
  if (statement === null) return null;
  return clipText(detail?.text ?? statement.text, TEXT_LENGTH);
}

/** One side of two texts: what the other has alone is left out, what this has alone is set off. */
function Text({ parts, side }: { readonly parts: readonly TextPart[]; readonly side: 'a' | 'b' }) {
  return (
    <pre className="pair-text">
      {partsOf(parts, side).map(({ at, own, text }) =>
        !own ? (
          <Fragment key={at}>{text}</Fragment>
        ) : side === 'a' ? (
          <del key={at}>{text}</del>
        ) : (
          <ins key={at}>{text}</ins>
        ),
      )}
    </pre>
  );
}

/** The parts that one side has, by where they begin in it. */
function partsOf(parts: readonly TextPart[], side: 'a' | 'b') {
  let at = 0;
  return parts
    .filter(({ of }) => of === 'both' || of === side)
    .map(({ of, text }) => {
      const part = { at, own: of === side, text: visibleLines(text) };
      at += text.length;
      return part;
    });
}

/** One line a parameter, of as many as the longer list has. */
function parameterFacts(detail: PairDetail): PairFact[] {
  const { a, b } = detail;
  if ((a !== null && a.parameters === null) || (b !== null && b.parameters === null)) {
    const unknown = <span className="tone-unknown">{COMPARE.facts.parametersUnknown}</span>;
    const of = (side: PairDetail['a']): ReactNode =>
      side === null ? <Gap /> : side.parameters === null ? unknown : <None />;
    return [{ name: COMPARE.what.parameters, a: of(a), b: of(b), differs: false }];
  }
  const count = Math.max(a?.parameters?.length ?? 0, b?.parameters?.length ?? 0);
  const { parameters: anyDiffers } = closerOf(detail);
  return Array.from({ length: count }, (_, index) => {
    const left = a?.parameters?.[index];
    const right = b?.parameters?.[index];
    return {
      name: COMPARE.facts.parameter(index + 1),
      a: a === null ? <Gap /> : <Value parameter={left} />,
      b: b === null ? <Gap /> : <Value parameter={right} />,
      differs: anyDiffers && left?.text !== right?.text,
    };
  });
}

function Value({ parameter }: { readonly parameter: Parameter | undefined }) {
  return parameter === undefined ? (
    <None />
  ) : (
    <span className="mono">
      <CellText value={parameter.text} whole /> <span className="cell-quiet">{visible(parameter.type)}</span>
    </span>
  );
}

function Gap() {
  return <span className="compare-gap">{COMPARE.notSent}</span>;
}

function None() {
  return <span className="cell-quiet">{COMPARE.none}</span>;
}
