/** Secrets in the parameters of Bind: an Int16 count, then an Int32 length (-1: NULL) and the bytes of each. */
import { MASK } from '../../shared/recording/mask.ts';
import { maskValue } from './value.ts';

/**
 * The parameters as the record may hold them, the same object when nothing in them is masked: `all` of the values where
 * the statement takes secrets, else what is a secret wherever it is. What is taken out is added to `secrets`.
 */
export function maskSecretParameters(parameters: Buffer, all: boolean, secrets: Set<string>): Buffer {
  const parts = [parameters.subarray(0, 2)];
  let masked = false;
  for (let at = 2; at < parameters.length;) {
    const length = parameters.readInt32BE(at);
    const end = at + 4 + Math.max(0, length);
    const value = parameters.toString('latin1', at + 4, end);
    const kept = length <= 0 ? value : all ? MASK : maskValue(value, false, secrets).value;
    if (kept === value) parts.push(parameters.subarray(at, end));
    else {
      masked = true;
      if (all) secrets.add(value);
      parts.push(prefixed(kept));
    }
    at = end;
  }
  return masked ? Buffer.concat(parts) : parameters;
}

function prefixed(value: string): Buffer {
  const bytes = Buffer.alloc(4 + value.length);
  bytes.writeInt32BE(value.length);
  bytes.write(value, 4, 'latin1');
  return bytes;
}
