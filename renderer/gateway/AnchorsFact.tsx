/** Where checkpoints go that the holder of the key cannot take back: as the configuration says. */
import { formatDuration } from '../ui/format.ts';
import { STATUS } from '../words/gateway.ts';
import { shownLine } from './shown-line.ts';
import { useSettings } from './use-gateway.ts';

const MICROS_PER_MS = 1_000;

/** Nothing where no configuration is known. */
export function AnchorsFact() {
  const { data } = useSettings();
  if (data === undefined) return null;
  const told = data.anchors.map(({ kind, where, every }) =>
    STATUS.anchorEvery(
      where === null ? STATUS.anchor[kind] : `${STATUS.anchor[kind]} ${shownLine(where)}`,
      formatDuration(every * MICROS_PER_MS),
    ),
  );
  return (
    <>
      <dt>{STATUS.anchors}</dt>
      <dd>{told.length === 0 ? <span className="cell-quiet">{STATUS.noAnchors}</span> : told.join(' · ')}</dd>
    </>
  );
}
