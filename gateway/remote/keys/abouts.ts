/** What sealed bytes are about: each names its place, so that bytes of one place are no bytes of another. Ids are hex. */

/** Of a session, or of the log itself. */
function whose(log: string, session: string | null): string {
  return `${log} ${session ?? 'log'}`;
}

/** The frame of a segment's payloads. */
export function aboutPayloads(log: string, session: string | null, firstIndex: number): string {
  return `payloads ${whose(log, session)} ${firstIndex}`;
}

/** The frame of a segment's events. */
export function aboutEvents(log: string, session: string | null, firstIndex: number): string {
  return `events ${whose(log, session)} ${firstIndex}`;
}

/** A bundle's directory. */
export const ABOUT_DIRECTORY = 'directory';

/** A bundle's data key, wrapped. */
export const ABOUT_DATA_KEY = 'data key';

/** A session's key in the key store. */
export function aboutSessionKey(log: string, session: string | null): string {
  return `session key ${whose(log, session)}`;
}

/** What a manifest says of names. */
export function aboutManifest(log: string, number: number): string {
  return `manifest ${log} ${number}`;
}
