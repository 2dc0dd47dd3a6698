/** The text of the whole session, following the cursor: what the terminal showed, for eyes, ears and the clipboard. */
import { ArrowDownToLine, Copy, Search } from 'lucide-react';
import { memo, useState } from 'react';
import type { SessionRow } from '../../shared/api/session.ts';
import { useCommands } from '../commands.ts';
import type { Player } from '../player/use-player.ts';
import { IconButton } from '../ui/Button.tsx';
import { Fault } from '../ui/Note.tsx';
import { Pane } from '../ui/Pane.tsx';
import { useCopied } from '../ui/use-copied.ts';
import { useFindKey } from '../ui/use-find-key.ts';
import { FIND } from '../words/find.ts';
import { PANES } from '../words/replay.ts';
import { TRANSCRIPT } from '../words/transcript.ts';
import { TranscriptFind } from './TranscriptFind.tsx';
import { TranscriptLines, type ChosenLines } from './TranscriptLines.tsx';
import { plainText } from './transcript-lines.ts';
import type { Hit } from './transcript-search.ts';
import type { TranscriptSource } from './transcript-source.ts';
import { useTranscript } from './use-transcript.ts';

interface TranscriptViewProps {
  readonly session: SessionRow;
  readonly player: Player;
  readonly onClose: () => void;
}

export const TranscriptView = memo(function TranscriptView({
  session,
  player,
  onClose,
}: TranscriptViewProps) {
  const { source, error, retry } = useTranscript(player.segments, session.connection, player.list.length);
  const [following, setFollowing] = useState(true);
  const [finding, setFinding] = useState(false);
  const [hit, setHit] = useState<Hit | null>(null);
  const [chosen, setChosen] = useState<ChosenLines | null>(null);
  const { said, copy } = useCopied();
  const open = (): void => setFinding(true);
  useFindKey(true, open);
  useCommands([
    { id: 'transcript.find', name: FIND.open(TRANSCRIPT.name), group: 'view', keys: [FIND.key], run: open },
    {
      id: 'transcript.follow',
      name: TRANSCRIPT.follow,
      group: 'view',
      when: !following,
      run: () => setFollowing(true),
    },
  ]);
  const copyChosen = (): void => {
    if (source !== null && chosen !== null) void textOf(source, chosen).then(copy);
  };
  return (
    <Pane
      name={PANES.names.transcript}
      closeName={PANES.close(PANES.names.transcript)}
      onClose={onClose}
      tools={
        <>
          {said === null ? null : <span className="cell-quiet">{said}</span>}
          {chosen === null ? null : (
            <IconButton
              name={TRANSCRIPT.copySelected}
              className="pane-button"
              icon={<Copy size={13} aria-hidden />}
              onClick={copyChosen}
            />
          )}
          <IconButton
            name={TRANSCRIPT.follow}
            className="pane-button"
            pressed={following}
            icon={<ArrowDownToLine size={13} aria-hidden />}
            onClick={() => setFollowing(!following)}
          />
          <IconButton
            name={FIND.open(TRANSCRIPT.name)}
            shortcut={FIND.key}
            className="pane-button"
            icon={<Search size={13} aria-hidden />}
            onClick={open}
          />
        </>
      }
    >
      {finding && source !== null ? (
        <TranscriptFind
          source={source}
          onHit={(found) => {
            setHit(found);
            setFollowing(false);
          }}
          onGo={(found) => player.seekSequence(found.sequence)}
          onClose={() => {
            setFinding(false);
            setHit(null);
          }}
        />
      ) : null}
      {error !== null ? (
        <Fault title={TRANSCRIPT.failed} error={error} onRetry={retry} />
      ) : source === null ? (
        <span className="skeleton" />
      ) : (
        <TranscriptLines
          source={source}
          sequence={player.step?.sequence ?? -1}
          following={following}
          onLeave={() => setFollowing(false)}
          hit={hit}
          chosen={chosen}
          onChoose={setChosen}
          onCopy={copyChosen}
          onSeek={player.seekSequence}
        />
      )}
    </Pane>
  );
});

/** Lines that are not here are fetched: what is copied is what is chosen. */
async function textOf(source: TranscriptSource, { from, to }: ChosenLines): Promise<string> {
  const text: string[] = [];
  for (let block = from.block; block <= to.block; block++) {
    const lines = await source.load(block);
    const first = block === from.block ? from.line : 0;
    const end = block === to.block ? to.line + 1 : lines.length;
    text.push(...lines.slice(first, end).map((line) => plainText(line.text)));
  }
  return text.join('\n');
}
