/** At the foot of the rail: whether what is shown is what was recorded, and up to where; details one click away. */
import { FolderSearch, ShieldAlert, ShieldCheck, ShieldEllipsis, ShieldQuestion } from 'lucide-react';
import { Popover } from 'radix-ui';
import { IntegrityDetails } from './integrity/IntegrityDetails.tsx';
import { standingOf, type StandingGlyph } from './integrity/standing.ts';
import { useIntegrity, useOpenArchive } from './integrity/use-integrity.ts';

const ICON = 18;

const GLYPHS: Readonly<Record<StandingGlyph, typeof ShieldCheck>> = {
  sound: ShieldCheck,
  doubtful: ShieldQuestion,
  bad: ShieldAlert,
  verifying: ShieldEllipsis,
  unverified: FolderSearch,
};

export function StandingBadge() {
  const archive = useOpenArchive();
  const integrity = useIntegrity();
  if (archive === undefined) return null;
  const { glyph, tone, short, name } = standingOf(integrity, archive.events);
  const Glyph = GLYPHS[glyph];
  return (
    <Popover.Root>
      <Popover.Trigger
        className={`rail-button standing-badge ${tone}`}
        aria-label={`${short}: ${name}`}
        title={name}
        data-testid="standing"
        data-standing={glyph}
      >
        <Glyph size={ICON} aria-hidden />
        <span className="standing-short" aria-hidden>
          {short}
        </span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="person standing"
          side="right"
          align="end"
          sideOffset={8}
          collisionPadding={8}
          data-testid="integrity"
        >
          <IntegrityDetails archive={archive} integrity={integrity} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
