/** What became of a statement between two sessions: a glyph, and a word beside it. */
import { Equal, EqualNot, Minus, Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import type { PairKind } from '../../shared/compare/compare.ts';
import { GLYPH, Mark } from '../ui/marks.tsx';
import { COMPARE } from '../words/compare.ts';

const ICONS: Readonly<Record<PairKind, ReactNode>> = {
  same: <Equal size={GLYPH} aria-hidden />,
  changed: <EqualNot size={GLYPH} aria-hidden />,
  removed: <Minus size={GLYPH} aria-hidden />,
  added: <Plus size={GLYPH} aria-hidden />,
};

interface KindMarkProps {
  readonly kind: PairKind;
  /** In place of the word. */
  readonly children?: ReactNode;
}

export function KindMark({ kind, children }: KindMarkProps) {
  return (
    <Mark tone="plain" icon={ICONS[kind]} className={`kind-${kind}`}>
      {children ?? COMPARE.kinds[kind]}
    </Mark>
  );
}
