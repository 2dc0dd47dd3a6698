/** Who a session was: the identity of its token, the CI job it ran in, the connection it took. Every value filters. */
import type { CiContext, Identity, SessionRow } from '../../shared/api/session.ts';
import { visibleLine } from '../../shared/replay/visible.ts';
import { formatDateTime } from '../ui/format.ts';
import { MismatchMark, ProvenanceMark } from '../ui/marks.tsx';
import { lacks, NotRecorded } from '../ui/NotRecorded.tsx';
import { PREVIEW } from '../words/preview.ts';
import { Fact, Facts, Section } from './fact-list.tsx';
import { jobOf } from './session-facts.ts';
import { ValueButton } from './ValueButton.tsx';

/** Longest value shown on a line of its own. */
const LONG = 300;

/** Whose token it was. */
export function WhoSection({ session }: { readonly session: SessionRow }) {
  return (
    <Section title={PREVIEW.sections.identity}>
      {session.identity === null && lacks(session, 'identity') ? (
        <NotRecorded />
      ) : session.identity === null ? (
        <p className="tone-unknown">{PREVIEW.noToken}</p>
      ) : (
        <IdentityFacts identity={session.identity} />
      )}
    </Section>
  );
}

/** In which CI job, and how far that is proven. */
export function JobSection({ session }: { readonly session: SessionRow }) {
  return (
    <Section
      title={PREVIEW.sections.job}
      mark={session.ci === null ? null : <ProvenanceWords ci={session.ci} />}
    >
      {session.ci === null ? (
        <p className="cell-quiet">{PREVIEW.notRecorded}</p>
      ) : (
        <CiFacts ci={session.ci} mismatch={session.ciMismatch} />
      )}
    </Section>
  );
}

/** To which database, from where, under which names. */
export function ConnectionSection({ session }: { readonly session: SessionRow }) {
  return (
    <Section title={PREVIEW.sections.connection}>
      <Facts>
        <Fact name={PREVIEW.facts.name}>
          {session.connection === '' && session.imported !== null ? (
            <NotRecorded />
          ) : (
            <ValueButton field="connection" value={session.connection} />
          )}
        </Fact>
        <Fact name={PREVIEW.facts.from}>
          {session.clientAddress === '' && session.imported !== null ? (
            <NotRecorded />
          ) : (
            <ValueButton field="address" value={session.clientAddress} />
          )}
        </Fact>
        <Fact name={PREVIEW.facts.user}>
          {session.user === '' && session.imported !== null ? (
            <NotRecorded />
          ) : (
            <ValueButton field="user" value={session.user}>
              {visibleLine(session.user, LONG)}
            </ValueButton>
          )}
        </Fact>
        <Fact name={PREVIEW.facts.application}>
          {session.applicationName === '' ? (
            <span className="cell-quiet">{PREVIEW.notRecorded}</span>
          ) : (
            <ValueButton field="app" value={session.applicationName}>
              {visibleLine(session.applicationName, LONG)}
            </ValueButton>
          )}
        </Fact>
        <Fact name={PREVIEW.facts.session}>
          <span className="mono">{session.id}</span>
        </Fact>
      </Facts>
    </Section>
  );
}

function IdentityFacts({ identity }: { readonly identity: Identity }) {
  return (
    <Facts>
      <Fact name={PREVIEW.facts.subject}>
        <ValueButton field="sub" value={identity.subject} />
      </Fact>
      {identity.clientId === null ? null : (
        <Fact name={PREVIEW.facts.client}>
          <ValueButton field="client" value={identity.clientId} />
        </Fact>
      )}
      {identity.userId === null ? null : (
        <Fact name={PREVIEW.facts.person}>
          <ValueButton field="token" value={identity.userId} />
        </Fact>
      )}
      <Fact name={PREVIEW.facts.issuer}>
        <ValueButton field="issuer" value={identity.issuer} />
      </Fact>
      {identity.groups.length === 0 ? null : (
        <Fact name={PREVIEW.facts.groups}>
          {identity.groups.map((group) => (
            <span key={group} className="preview-item">
              <ValueButton field="group" value={group} />
            </span>
          ))}
        </Fact>
      )}
      <Fact name={PREVIEW.facts.token}>
        <ValueButton field="token" value={identity.fingerprint}>
          <span className="mono" title={identity.fingerprint}>
            {identity.fingerprint.slice(0, 16)}…
          </span>
        </ValueButton>
      </Fact>
      <Fact name={PREVIEW.facts.expires}>{PREVIEW.utc(formatDateTime(identity.expires * 1_000_000))}</Fact>
    </Facts>
  );
}

function CiFacts({ ci, mismatch }: { readonly ci: CiContext; readonly mismatch: string | null }) {
  return (
    <Facts>
      <Fact name={PREVIEW.facts.job}>
        <ValueButton field="job" value={jobOf(ci)} />
      </Fact>
      <Fact name={PREVIEW.facts.run}>
        <ValueButton field="run" value={ci.run} />
      </Fact>
      {ci.repository === null ? null : (
        <Fact name={PREVIEW.facts.repository}>
          <ValueButton field="repo" value={ci.repository} />
        </Fact>
      )}
      {ci.ref === null ? null : <Fact name={PREVIEW.facts.ref}>{visibleLine(ci.ref, LONG)}</Fact>}
      {ci.actor === null ? null : <Fact name={PREVIEW.facts.actor}>{visibleLine(ci.actor, LONG)}</Fact>}
      {ci.issuer === null ? null : <Fact name={PREVIEW.facts.attestedBy}>{ci.issuer}</Fact>}
      {mismatch === null ? null : (
        <Fact name={PREVIEW.facts.alsoSaid}>
          <ValueButton field="ci" value="mismatch">
            <MismatchMark asserted={visibleLine(mismatch, LONG)} /> {visibleLine(mismatch, LONG)}
          </ValueButton>
        </Fact>
      )}
    </Facts>
  );
}

function ProvenanceWords({ ci }: { readonly ci: CiContext }) {
  return (
    <span className="provenance-words">
      <ProvenanceMark provenance={ci.provenance} /> {formatProvenance(ci.provenance)}
    </span>
  );
}

function formatProvenance(provenance: CiContext['provenance']): string {
  return provenance === 'attested' ? PREVIEW.attested : PREVIEW.asserted;
}
