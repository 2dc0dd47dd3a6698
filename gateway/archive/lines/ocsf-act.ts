/** What OCSF has no class for, as its base event (class 0, schema.ocsf.io): what the gateway and people did, how a session ended. */
import { jsonLine } from './json-line.ts';
import { SEVERITIES } from './ocsf.ts';
import { actorOf, unmappedOf } from './ocsf-parts.ts';
import type { Act, RecordedSession } from './record.ts';

/** One of them; of a session it has who that was. */
export function ocsfAct(act: Act, session: RecordedSession | null, software: string): string {
  return jsonLine({
    activity_id: 99,
    activity_name: act.kind,
    category_uid: 0,
    category_name: 'Uncategorized',
    class_uid: 0,
    class_name: 'Base Event',
    type_uid: 99,
    type_name: 'Base Event: Other',
    severity_id: 1 + act.gravity,
    severity: SEVERITIES[act.gravity],
    time: Math.floor(act.time / 1000),
    message: act.sentence,
    metadata: {
      product: { name: 'Auditorium', vendor_name: 'Auditorium', version: software },
      version: '1.8.0',
      uid: act.id,
      sequence: act.index,
      ...(session === null ? {} : { correlation_uid: session.row.id }),
    },
    unmapped: {
      log: act.log,
      kind: act.kind,
      ...act.fields,
      ...(session === null
        ? {}
        : { ...unmappedOf(session), actor: actorOf(session), session: session.row.id }),
    },
  });
}
