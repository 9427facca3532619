const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const padding = "=";
// What stands in the decoding table for characters that are no digit.
const skipped = 64;
const padded = 65;
const invalid = 66;

// TypeScript 5.9's libraries do not know these yet (ES2026), and a global declaration would reach the users' own.
type Encoding = Uint8Array & { toBase64?(): string };
/** `Uint8Array<ArrayBuffer>`, in words that TypeScript before 5.7 reads as well: there typed arrays take no argument. */
type Bytes = ReturnType<typeof Uint8Array.of>;

type Decoding = { fromBase64?(text: string): Uint8Array<ArrayBuffer> };

/** Bytes as base64 (RFC 4648 §4, padded). */
export function encodeBase64(bytes: Uint8Array): string {
  return (bytes as Encoding).toBase64?.() ?? encodeByTable(bytes);
}

/** Base64 as bytes; `null` when the text is not base64. Padding may be missing; white space is skipped. */
export function decodeBase64(text: string): Bytes | null {
  const platform: Decoding = Uint8Array as unknown as Decoding;
  if (!platform.fromBase64) return decodeByTable(text);
  try {
    return platform.fromBase64(text);
  } catch {
    return null;
  }
}

/** What `encodeBase64` does where the platform has no method of its own. */
export function encodeByTable(bytes: Uint8Array): string {
  const codes = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const triple = (octet(bytes, i) << 16) | (octet(bytes, i + 1) << 8) | octet(bytes, i + 2);
    codes[at++] = alphabet.charCodeAt(triple >> 18);
    codes[at++] = alphabet.charCodeAt((triple >> 12) & 63);
    codes[at++] = alphabet.charCodeAt((triple >> 6) & 63);
    codes[at++] = alphabet.charCodeAt(triple & 63);
  }
  const missing = (3 - (bytes.length % 3)) % 3;
  return new TextDecoder().decode(codes.fill(padding.charCodeAt(0), codes.length - missing));
}

function octet(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

// Made at the first call: nothing happens at import.
let table: Uint8Array | undefined;

/** What `decodeBase64` does where the platform has no method of its own; the same answers, `null` included. */
export function decodeByTable(text: string): Uint8Array<ArrayBuffer> | null {
  table ??= decodingTable();
  const bytes = new Uint8Array(Math.ceil((text.length * 3) / 4));
  let at = 0;
  let held = 0;
  let digits = 0;
  let paddings = 0;
  for (let i = 0; i < text.length; i++) {
    const value = table[text.charCodeAt(i)] ?? invalid;
    if (value < 64 && paddings === 0) {
      held = (held << 6) | value;
      digits++;
      if (digits % 4 > 0) continue;
      bytes[at++] = held >> 16;
      bytes[at++] = held >> 8;
      bytes[at++] = held;
    } else if (value === padded) paddings++;
    else if (value !== skipped) return null;
  }
  const rest = digits % 4;
  // Two digits are one byte, three are two; what is padded is padded to four.
  if (rest === 1 || (paddings > 0 && (rest === 0 || rest + paddings !== 4))) return null;
  if (rest === 2) bytes[at++] = held >> 4;
  if (rest === 3) {
    bytes[at++] = held >> 10;
    bytes[at++] = held >> 2;
  }
  return at === bytes.length ? bytes : bytes.slice(0, at);
}

function decodingTable(): Uint8Array {
  const values = new Uint8Array(128).fill(invalid);
  for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;
  for (const space of "\t\n\f\r ") values[space.charCodeAt(0)] = skipped;
  values[padding.charCodeAt(0)] = padded;
  return values;
}
