// TypeScript 5.9's libraries do not know these yet (ES2026).
declare global {
  interface Uint8Array {
    toBase64?(): string;
  }
  interface Uint8ArrayConstructor {
    fromBase64?(text: string): Uint8Array<ArrayBuffer>;
  }
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const invalid = 255;

/** Bytes as base64 (RFC 4648 §4, padded). */
export function encodeBase64(bytes: Uint8Array): string {
  return bytes.toBase64 ? bytes.toBase64() : encodeByTable(bytes);
}

/** Base64 as bytes; `null` when the text is not base64. Padding may be missing; white space is skipped. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (!Uint8Array.fromBase64) return decodeByTable(text);
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return null;
  }
}

/** What `encodeBase64` does where the platform has no method of its own. */
export function encodeByTable(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const triple = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += alphabet.charAt(triple >> 18) + alphabet.charAt((triple >> 12) & 63);
    text += left > 1 ? alphabet.charAt((triple >> 6) & 63) : "=";
    text += left > 2 ? alphabet.charAt(triple & 63) : "=";
  }
  return text;
}

// Made at the first call: nothing happens at import.
let table: Uint8Array | undefined;

/** What `decodeBase64` does where the platform has no method of its own; the same answers, `null` included. */
export function decodeByTable(text: string): Uint8Array<ArrayBuffer> | null {
  table ??= decodingTable();
  const digits = text.replace(/[\t\n\f\r ]+/g, "");
  const unpadded = digits.replace(/={1,2}$/, "");
  const padding = digits.length - unpadded.length;
  const remainder = unpadded.length % 4;
  if (remainder === 1 || (padding > 0 && padding !== (4 - remainder) % 4)) return null;
  const bytes = new Uint8Array(Math.floor((unpadded.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < unpadded.length; i++) {
    const value = table[unpadded.charCodeAt(i)] ?? invalid;
    if (value === invalid) return null;
    held = (held << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 255;
    }
  }
  return bytes;
}

function decodingTable(): Uint8Array {
  const values = new Uint8Array(128).fill(invalid);
  for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;
  return values;
}
