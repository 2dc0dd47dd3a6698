/** Who protects the columns that are masked for a session: a count in its head, the columns one by one on demand. */
import { useQuery } from '@tanstack/react-query';
import { EyeOff } from 'lucide-react';
import { Popover } from 'radix-ui';
import { memo, useMemo } from 'react';
import type { EventFields } from '../../shared/recording/event.ts';
import type { StepList } from '../../shared/replay/step-list.ts';
import type { Point } from '../../shared/replay/timeline.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { formatNumberOf } from '../ui/format.ts';
import { PROTECTION } from '../words/inspector.ts';
import { levelWords } from './decision-detail.ts';
import type { Segments } from '../player/segments.ts';

/** Longest name or reason shown. */
const NAME_LENGTH = 160;

interface ProtectionProps {
  readonly list: StepList;
  readonly segments: Segments;
}

export const Protection = memo(function Protection({ list, segments }: ProtectionProps) {
  const told = useMemo(() => lastAssurance(list), [list]);
  const query = useQuery({
    queryKey: ['event', segments.id, told?.sequence],
    queryFn: () => segments.event(told?.sequence ?? -1),
    enabled: told !== undefined,
  });
  const event = query.data?.event;
  if (event?.kind !== 'assurance' || event.fields.columns.length === 0) return null;
  return (
    <Popover.Root>
      <Popover.Trigger className="protection-button hatch" title={PROTECTION.means}>
        <EyeOff size={12} aria-hidden /> {formatNumberOf(event.fields.columns.length, PROTECTION.columns)}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="protection" sideOffset={6} collisionPadding={8} data-testid="protection">
          <Columns fields={event.fields} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
});

/** Where it was told last who protects what. */
function lastAssurance(list: StepList): Point | undefined {
  let at = list.length - 1;
  while (at >= 0 && list.kind(at) !== 'assurance') at--;
  return list.at(at);
}

function Columns({ fields }: { readonly fields: EventFields<'assurance'> }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{PROTECTION.column}</th>
          <th scope="col">{PROTECTION.rule}</th>
          <th scope="col">{PROTECTION.by}</th>
        </tr>
      </thead>
      <tbody>
        {fields.columns.map((column, index) => (
          <tr key={column}>
            <td className="mono">{visibleLine(column, NAME_LENGTH)}</td>
            <td>{visibleLine(fields.rules[index] ?? '', NAME_LENGTH)}</td>
            <td>
              {levelWords(fields.levels[index] ?? '')}
              <p className="cell-quiet">{visibleLine(fields.reasons[index] ?? '', NAME_LENGTH)}</p>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
