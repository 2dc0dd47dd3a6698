/** What is told as a line of the format that a receiver wants. */
import { cefAct, cefSession, cefStatement } from '../archive/lines/cef.ts';
import { ecsAct, ecsSession, ecsStatement } from '../archive/lines/ecs.ts';
import { actLine, pieceLine } from '../archive/lines/json-lines.ts';
import { ocsfSession, ocsfStatement } from '../archive/lines/ocsf.ts';
import { ocsfAct } from '../archive/lines/ocsf-act.ts';
import type { Act, RecordedSession, StatementRecord } from '../archive/lines/record.ts';
import type { StreamFormat } from './sink.ts';

/** Writes one line each, with its end. */
export interface Writing {
  session(session: RecordedSession): string;
  statement(statement: StatementRecord, session: RecordedSession): string;
  act(act: Act, session: RecordedSession | null): string;
}

/** `software` is name and version. */
export function writingOf(format: StreamFormat, software: string): Writing {
  const ocsf = { software, version: '1.8', trees: new Map() } as const;
  switch (format) {
    case 'ocsf':
      return {
        session: (session) => ocsfSession(session, ocsf),
        statement: (statement, session) => ocsfStatement(statement, session, ocsf),
        act: (act, session) => ocsfAct(act, session, software),
      };
    case 'ecs':
      return { session: ecsSession, statement: ecsStatement, act: ecsAct };
    case 'cef':
      return {
        session: (session) => cefSession(session, software),
        statement: (statement, session) => cefStatement(statement, session, software),
        act: (act, session) => cefAct(act, session, software),
      };
    case 'json':
      return {
        session: (session) => pieceLine({ kind: 'session', session }),
        statement: (statement, session) => pieceLine({ kind: 'statement', statement, session }),
        act: (act, session) => actLine(act, session?.row.id ?? null),
      };
  }
}
