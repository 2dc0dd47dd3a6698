/** What libpq's PQcancel sends: the key of BackendKeyData (PostgreSQL manual §54.7, CancelRequest). */
import type pg from 'pg';

export function cancelPacket(client: pg.Client): Buffer {
  const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
  const request = Buffer.alloc(16);
  request.writeInt32BE(16, 0);
  request.writeInt32BE(80877102, 4);
  request.writeInt32BE(processID, 8);
  request.writeInt32BE(secretKey, 12);
  return request;
}
