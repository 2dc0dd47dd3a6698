/** Who a session was: what a verified token says, what the agent says of itself, and which of the two is which. */
import { BadgeCheck, IdCard } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState, type ReactNode } from 'react';
import type { SessionRow } from '../../shared/api/session.ts';
import { printTerm } from '../../shared/filter/print.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { useCommands } from '../commands.ts';
import { goTo, HOME } from '../router.ts';
import { Fact, Facts } from '../ui/Facts.tsx';
import { formatExact } from '../ui/format.ts';
import { ProvenanceMark } from '../ui/marks.tsx';
import { lacks, NotRecorded } from '../ui/NotRecorded.tsx';
import { IDENTITY } from '../words/identity.ts';
import { RunLink } from './RunLink.tsx';

/** Longest value shown; tokens hold no longer ones that mean anything. */
const VALUE_LENGTH = 500;

/** The last time that a calendar here knows, µs (ECMA-262, time values). */
const LAST_TIME = 8.64e18;

export function IdentityCard({ session }: { readonly session: SessionRow }) {
  const [open, setOpen] = useState(false);
  useCommands([
    {
      id: 'replay.identity',
      name: IDENTITY.name,
      group: 'replay',
      keys: [IDENTITY.key],
      run: () => setOpen(true),
    },
  ]);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        className="button button-plain button-icon"
        aria-label={IDENTITY.name}
        aria-keyshortcuts={IDENTITY.key}
        title={`${IDENTITY.name} (${IDENTITY.key})`}
      >
        <IdCard size={16} aria-hidden />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="identity-card"
          align="start"
          sideOffset={6}
          collisionPadding={8}
          aria-label={IDENTITY.name}
          data-testid="identity-card"
        >
          <Token session={session} />
          <Job session={session} />
          <Connection session={session} />
          <Policy session={session} />
          <Source session={session} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface PartProps {
  readonly session: SessionRow;
}

function Part({ name, mark, children }: { name: string; mark?: ReactNode; children: ReactNode }) {
  return (
    <section className="identity-part" aria-label={name}>
      <h2>
        {name} {mark}
      </h2>
      {children}
    </section>
  );
}

function Token({ session }: PartProps) {
  const { identity } = session;
  if (identity === null)
    return (
      <Part name={IDENTITY.token}>
        {lacks(session, 'identity') ? (
          <NotRecorded />
        ) : (
          <p className="tone-unknown">
            {session.outcome === 'refused' ? IDENTITY.refused : IDENTITY.noToken}
          </p>
        )}
      </Part>
    );
  const expires = identity.expires * 1e6;
  const during = expires > session.started && expires < (session.ended ?? 0);
  return (
    <Part
      name={IDENTITY.token}
      mark={<BadgeCheck size={12} className="tone-approved" aria-label="verified" />}
    >
      <Facts>
        <Value name={IDENTITY.subject} value={identity.subject} />
        <Value name={IDENTITY.person} value={identity.userId} />
        <Value name={IDENTITY.issuer} value={identity.issuer} />
        <Value name={IDENTITY.client} value={identity.clientId} />
        <Value name={IDENTITY.groups} value={identity.groups.join(', ')} />
        <Value name={IDENTITY.scopes} value={identity.scopes.join(' ')} />
        <Value name={IDENTITY.tokenId} value={identity.tokenId} />
        <Fact name={IDENTITY.fingerprint}>
          <button
            type="button"
            className="value-button mono identity-hash"
            title={`${IDENTITY.fingerprintMeans}. ${IDENTITY.sessionsOfToken}`}
            onClick={() =>
              goTo({
                ...HOME,
                filter: printTerm({ field: 'token', comparison: ':', value: identity.fingerprint }),
              })
            }
          >
            {identity.fingerprint}
          </button>
        </Fact>
        <Fact name={IDENTITY.expires}>
          {expires <= LAST_TIME ? formatExact(expires) : `exp ${identity.expires}`}
          {during ? <span className="tone-held"> {IDENTITY.expiredDuring}</span> : null}
        </Fact>
        <Value name={IDENTITY.profile} value={identity.profile} />
      </Facts>
    </Part>
  );
}

function Job({ session }: PartProps) {
  const { ci, ciMismatch } = session;
  return (
    <Part name={IDENTITY.job} mark={ci === null ? null : <ProvenanceMark provenance={ci.provenance} />}>
      {ci === null ? (
        <p className="cell-quiet">{IDENTITY.noJob}</p>
      ) : (
        <Facts>
          <Value name={IDENTITY.provider} value={ci.provider} />
          <Fact name={IDENTITY.run}>
            <button
              type="button"
              className="value-button"
              title={IDENTITY.sessionsOfRun}
              onClick={() =>
                goTo({
                  ...HOME,
                  filter: printTerm({ field: 'job', comparison: ':', value: `${ci.provider}/${ci.run}` }),
                })
              }
            >
              {visibleLine(ci.run, VALUE_LENGTH)}
            </button>
          </Fact>
          <Value name={IDENTITY.jobId} value={ci.job} />
          <Value name={IDENTITY.repository} value={ci.repository} />
          <Value name={IDENTITY.ref} value={ci.ref} />
          <Value name={IDENTITY.actor} value={ci.actor} />
          <Fact name={IDENTITY.attestedBy}>
            {ci.provenance === 'attested' ? (
              visibleLine(ci.issuer ?? '', VALUE_LENGTH)
            ) : (
              <span className="tone-unknown">~ {IDENTITY.asserted}</span>
            )}
          </Fact>
        </Facts>
      )}
      {ciMismatch === null ? null : (
        <p className="tone-denied">⚠ {IDENTITY.mismatch(visibleLine(ciMismatch, VALUE_LENGTH))}</p>
      )}
      {ci === null ? null : <RunLink ci={ci} />}
    </Part>
  );
}

function Connection({ session }: PartProps) {
  return (
    <Part name={IDENTITY.connection}>
      <Facts>
        <Value name={IDENTITY.connectionName} value={session.connection} />
        <Value name={IDENTITY.startUpUser} value={session.user} means={IDENTITY.startUpUserMeans} />
        <Fact name={IDENTITY.dbUser}>
          {session.dbUser === null ? (
            session.imported === null ? (
              <span className="cell-quiet">{IDENTITY.noLogIn}</span>
            ) : (
              <NotRecorded />
            )
          ) : (
            visibleLine(session.dbUser, VALUE_LENGTH)
          )}
        </Fact>
        {lacks(session, 'application') ? (
          <Fact name={IDENTITY.application}>
            <NotRecorded />
          </Fact>
        ) : (
          <Value
            name={IDENTITY.application}
            value={session.applicationName}
            means={IDENTITY.startUpUserMeans}
          />
        )}
        {lacks(session, 'address') ? (
          <Fact name={IDENTITY.address}>
            <NotRecorded />
          </Fact>
        ) : (
          <Value name={IDENTITY.address} value={session.clientAddress} />
        )}
      </Facts>
    </Part>
  );
}

function Policy({ session: { policy } }: PartProps) {
  return (
    <Part name={IDENTITY.policy}>
      {policy === null ? (
        <p className="cell-quiet">{IDENTITY.noPolicy}</p>
      ) : (
        <Facts>
          <Fact name={IDENTITY.mode}>
            {policy.mode === 'enforce' ? IDENTITY.enforced : IDENTITY.observed}
          </Fact>
          <Fact name={IDENTITY.hash}>
            <span className="mono identity-hash">{policy.hash}</span>
          </Fact>
        </Facts>
      )}
    </Part>
  );
}

function Source({ session: { id, imported } }: PartProps) {
  return (
    <Part name={IDENTITY.source}>
      <Facts>
        {imported === null ? null : (
          <>
            <Value name={IDENTITY.format} value={imported.format} />
            <Value name={IDENTITY.file} value={imported.file} />
            <Value name={IDENTITY.lacks} value={imported.lacks.join(', ')} />
          </>
        )}
        <Fact name={IDENTITY.session}>
          <span className="mono">{id}</span>
        </Fact>
      </Facts>
      {imported === null ? <p className="cell-quiet">{IDENTITY.recordedHere}</p> : null}
    </Part>
  );
}

/** A value as recorded; where there is none that is said. */
function Value({ name, value, means }: { name: string; value: string | null; means?: string }) {
  return (
    <Fact name={name}>
      {value === null || value === '' ? (
        <span className="cell-quiet">{IDENTITY.none}</span>
      ) : (
        <>
          {visibleLine(value, VALUE_LENGTH)}
          {means === undefined ? null : <span className="cell-quiet"> ~ {means}</span>}
        </>
      )}
    </Fact>
  );
}
