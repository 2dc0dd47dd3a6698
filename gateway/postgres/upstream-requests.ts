/** The packets without a type letter that the gateway sends to servers (PostgreSQL manual §54.7, "Message Formats"). */

/** Version of the protocol: major 3 and its minor number. */
export type ProtocolVersion = '3.0' | '3.2';

/** CancelRequest's code, where a start-up packet has its version. */
const CANCEL_REQUEST = 80_877_102;

/** StartupMessage. Neither names nor values may hold a NUL. */
export function startupMessage(
  protocol: ProtocolVersion,
  parameters: Readonly<Record<string, string>>,
): Buffer {
  const texts = Object.entries(parameters).flat();
  return packet(int32(protocol === '3.2' ? 0x3_0002 : 0x3_0000), Buffer.from([...texts, '', ''].join('\0')));
}

/** CancelRequest; the key's length is the server's choice. */
export function cancelRequest(processId: number, key: Buffer): Buffer {
  return packet(int32(CANCEL_REQUEST), int32(processId), key);
}

function packet(...parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 4);
  return Buffer.concat([int32(length), ...parts]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
