// TypeScript 5.9's libraries do not know these yet (ES2026), and a global declaration would reach the users' own.
type Encoding = Uint8Array & { toBase64?(): string };
/** `Uint8Array<ArrayBuffer>`, in words that TypeScript before 5.7 reads as well: there typed arrays take no argument. */
type Bytes = ReturnType<typeof Uint8Array.of>;

type Decoding = { fromBase64?(text: string): Uint8Array<ArrayBuffer> };

/** Bytes as base64 (RFC 4648 §4, padded). */
export function encodeBase64(bytes: Uint8Array): string {
  return (bytes as Encoding).toBase64?.() ?? encodeWithBtoa(bytes);
}

/** Base64 as bytes; `null` when the text is not base64. Padding may be missing; white space is skipped. */
export function decodeBase64(text: string): Bytes | null {
  const platform: Decoding = Uint8Array as unknown as Decoding;
  try {
    return platform.fromBase64?.(text) ?? decodeWithAtob(text);
  } catch {
    return null;
  }
}

/** What `encodeBase64` does where the platform has no method of its own. */
export function encodeWithBtoa(bytes: Uint8Array): string {
  let characters = "";
  for (const byte of bytes) characters += String.fromCharCode(byte);
  return btoa(characters);
}

/** What `decodeBase64` does where the platform has no method of its own. Throws when the text is not base64. */
export function decodeWithAtob(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = characters.charCodeAt(at);
  return bytes;
}
