import { decodeBase64 } from "@layercode/core/protocol";

/** Samples a second of what a client sends. */
export const microphoneRate = 8000;
/** Samples a second of what the server sends. */
export const speakerRate = 16000;

/** PCM16 little-endian bytes of samples. A view, not a copy: every platform Node runs on here is little-endian. */
export function pcmToBytes(pcm: Int16Array): Uint8Array {
  return new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
}

/** Samples of PCM16 little-endian bytes; a lone last byte is dropped. */
export function bytesToPcm(bytes: Uint8Array): Int16Array {
  const even = bytes.byteLength & ~1;
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + even));
}

/** Samples as base64, by Node's own coder: core's must run in browsers and is slower here. */
export function pcmToBase64(pcm: Int16Array): string {
  return Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength).toString("base64");
}

/** Samples of base64; `null` when the text is not base64. */
export function base64ToPcm(text: string): Int16Array | null {
  return isBase64(text) ? decodePlain(text, allocate) : decodeOther(text);
}

// One buffer for all calls: callers copy the samples before the next call overwrites them.
let room = new Int16Array(4096);

/** The same, in memory that the next call overwrites: for callers that copy the samples at once. */
export function base64ToTransientPcm(text: string): Int16Array | null {
  return isBase64(text) ? decodePlain(text, reuse) : decodeOther(text);
}

const allocate = (samples: number): Int16Array => new Int16Array(samples);

function reuse(samples: number): Int16Array {
  if (room.length < samples) room = new Int16Array(samples);
  return room.subarray(0, samples);
}

function decodePlain(text: string, memory: (samples: number) => Int16Array): Int16Array {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  // A lone last byte does not fit in and is dropped.
  const pcm = memory(((text.length / 4) * 3 - padding) >> 1);
  Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength).write(text, "base64");
  return pcm;
}

// Node's decoder ignores invalid characters. Decode with it only what is plainly valid; core's decoder judges the rest.
function decodeOther(text: string): Int16Array | null {
  const bytes = decodeBase64(text);
  return bytes && bytesToPcm(bytes);
}

/** Whether the text is padded base64 without white space (RFC 4648 §4). */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

/** Several pieces of PCM as one. */
export function concatenate(pieces: readonly Int16Array[]): Int16Array {
  const joined = new Int16Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

/** How long samples last, in ms. */
export function durationOf(samples: number, rate: number): number {
  return (samples / rate) * 1000;
}

// Half-band interpolator: a windowed sinc (Hann, 32 taps) between the samples, normalised to unit gain at DC.
const halfTaps = 16;

function halfBandTaps(): Float64Array {
  const taps = new Float64Array(halfTaps);
  let sum = 0;
  for (let i = 0; i < halfTaps; i++) {
    const distance = i + 0.5;
    const tap =
      (Math.sin(Math.PI * distance) / (Math.PI * distance)) * 0.5 * (1 + Math.cos((Math.PI * distance) / halfTaps));
    taps[i] = tap;
    sum += 2 * tap;
  }
  return taps.map((tap) => tap / sum);
}

/** Twice the sample rate: 8 kHz becomes 16 kHz. The given samples are kept, what lies between them is interpolated. */
export function upsampleTwofold(pcm: Int16Array): Int16Array {
  const taps = halfBandTaps();
  const result = new Int16Array(pcm.length * 2);
  for (let n = 0; n < pcm.length; n++) {
    result[2 * n] = pcm[n] ?? 0;
    let sum = 0;
    for (let i = 0; i < halfTaps; i++) sum += (taps[i] ?? 0) * ((pcm[n - i] ?? 0) + (pcm[n + 1 + i] ?? 0));
    result[2 * n + 1] = Math.max(-32768, Math.min(32767, Math.round(sum)));
  }
  return result;
}
