/** A finding as it is taken out: with those of its sessions that the archive holds, and what its authors signed. */
import type { ArchiveReader } from '../../../gateway/archive/archive.ts';
import type { SessionId } from '../../../shared/api/session.ts';
import type { Finding } from '../../../shared/findings/finding.ts';
import type { Casework } from '../../casework/casework.ts';

export interface ToldFinding {
  readonly finding: Finding;
  readonly sessions: readonly SessionId[];
  /** Its entries as a case of its own. */
  readonly entries: Uint8Array;
}

/** Rejects with ENTRY_NOT_FOUND where the case has no such finding. */
export async function toldFinding(
  id: string,
  reader: Pick<ArchiveReader, 'session'>,
  casework: Pick<Casework, 'finding' | 'findingBytes'>,
): Promise<ToldFinding> {
  const finding = await casework.finding(id);
  const sessions: SessionId[] = [];
  for (const session of new Set(finding.evidence.map(({ anchor }) => anchor.session)))
    if ((await reader.session(session)) !== null) sessions.push(session);
  return { finding, sessions, entries: casework.findingBytes(id) };
}
