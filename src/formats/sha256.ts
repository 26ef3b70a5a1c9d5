/** SHA-256 (FIPS 180-4) of bytes, by the platform. */
import { DataError } from '../errors.ts';

/** What Node's digest takes at most. */
const MOST_BYTES = 2 ** 31 - 1;

/** 64 hexadecimal digits. The parts count as if they stood one after the other. */
export async function sha256(...parts: readonly Uint8Array[]): Promise<string> {
  const size = parts.reduce((sum, part) => sum + part.byteLength, 0);
  if (size > MOST_BYTES)
    throw new DataError(`SHA-256: ${size} bytes, and at most ${MOST_BYTES} can be taken; use fewer numbers`);
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
