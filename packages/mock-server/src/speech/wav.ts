import { bytesToPcm, pcmToBytes } from "../pcm.js";

const headerBytes = 44;

/** Mono PCM16, as a RIFF/WAVE file holds it. */
export interface WavAudio {
  sampleRate: number;
  pcm: Int16Array;
}

/**
 * Reads a mono PCM16 WAV file.
 * @throws {Error} when the bytes are something else.
 */
export function parseWav(bytes: Uint8Array): WavAudio {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 12 || tag(view, 0) !== "RIFF" || tag(view, 8) !== "WAVE")
    throw new Error(`Not a WAV file: ${bytes.byteLength} bytes without a RIFF/WAVE header.`);
  let sampleRate = 0;
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (tag(view, at) === "fmt " && body + 16 <= view.byteLength) {
      const [format, channels, bits] = [
        view.getUint16(body, true),
        view.getUint16(body + 2, true),
        view.getUint16(body + 14, true),
      ];
      if (format !== 1 || channels !== 1 || bits !== 16)
        throw new Error(`A WAV of format ${format}, ${channels} channels, ${bits} bits; expected mono PCM16.`);
      sampleRate = view.getUint32(body + 4, true);
    }
    if (tag(view, at) === "data") {
      if (sampleRate === 0) throw new Error("A WAV whose data comes before its format.");
      return { sampleRate, pcm: bytesToPcm(bytes.subarray(body, Math.min(body + size, bytes.byteLength))) };
    }
    at = body + size + (size & 1);
  }
  throw new Error("A WAV without a data chunk.");
}

/** The bytes of a WAV file: RIFF, mono, PCM16. */
export function encodeWav({ sampleRate, pcm }: WavAudio): Uint8Array {
  const bytes = new Uint8Array(headerBytes + pcm.byteLength);
  const view = new DataView(bytes.buffer);
  new TextEncoder().encodeInto("RIFF    WAVEfmt ", bytes);
  view.setUint32(4, bytes.byteLength - 8, true);
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  new TextEncoder().encodeInto("data", bytes.subarray(36));
  view.setUint32(40, pcm.byteLength, true);
  bytes.set(pcmToBytes(pcm), headerBytes);
  return bytes;
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}
