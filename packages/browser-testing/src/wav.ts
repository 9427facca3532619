import { readFile, writeFile } from "node:fs/promises";

/** Mono sound: PCM16 samples and how many of them make a second. */
export interface MonoAudio {
  samples: Int16Array;
  sampleRate: number;
}

const headerBytes = 44;

/**
 * The bytes of a WAV file: RIFF, PCM16, mono. `@layercode/audio` has an encoder of its own, because a shipped package
 * cannot depend on this private one, and this one depends on none of ours. Each is tested against `decodeWav`.
 */
export function encodeWav(audio: MonoAudio): Uint8Array<ArrayBuffer> {
  const dataBytes = audio.samples.length * 2;
  const bytes = new Uint8Array(headerBytes + dataBytes);
  const view = new DataView(bytes.buffer);
  const tag = (offset: number, text: string) => {
    for (let i = 0; i < text.length; i++) view.setUint8(offset + i, text.charCodeAt(i));
  };
  tag(0, "RIFF");
  view.setUint32(4, headerBytes - 8 + dataBytes, true);
  tag(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, audio.sampleRate, true);
  view.setUint32(28, audio.sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  tag(36, "data");
  view.setUint32(40, dataBytes, true);
  // WAV is little-endian, and so is every machine that Node runs on here: the samples are copied as they are.
  new Int16Array(bytes.buffer, headerBytes).set(audio.samples);
  return bytes;
}

/** The sound of a WAV file. Throws when it is anything but PCM16 mono. */
export function decodeWav(bytes: Uint8Array): MonoAudio {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (offset: number) => String.fromCharCode(...bytes.subarray(offset, offset + 4));
  if (bytes.length < 12 || tag(0) !== "RIFF" || tag(8) !== "WAVE")
    throw new Error("This is no WAV file: it does not start with RIFF…WAVE.");

  let sampleRate = 0;
  for (let offset = 12; offset + 8 <= bytes.length; ) {
    const body = offset + 8;
    // A streamed file announces more than it has.
    const size = Math.min(view.getUint32(offset + 4, true), bytes.length - body);
    if (tag(offset) === "fmt " && size >= 16) {
      const [format, channels, bits] = [
        view.getUint16(body, true),
        view.getUint16(body + 2, true),
        view.getUint16(body + 14, true),
      ];
      if (format !== 1 || channels !== 1 || bits !== 16) {
        throw new Error(
          `Only PCM16 mono WAV files are read here; this one has format ${format}, ${channels} channels, ${bits} bits.`,
        );
      }
      sampleRate = view.getUint32(body + 4, true);
    } else if (tag(offset) === "data") {
      if (sampleRate === 0) break;
      const start = bytes.byteOffset + body;
      // A copy, because an Int16Array needs an even offset, and `body` may be odd within `bytes`.
      return { samples: new Int16Array(bytes.buffer.slice(start, start + (size & ~1))), sampleRate };
    }
    offset = body + size + (size & 1);
  }
  throw new Error("This WAV file has no fmt chunk before its data, or no data.");
}

/** Reads a PCM16 mono WAV file. */
export async function readWav(path: string): Promise<MonoAudio> {
  return decodeWav(await readFile(path));
}

/** Writes a PCM16 mono WAV file. */
export async function writeWav(path: string, audio: MonoAudio): Promise<void> {
  await writeFile(path, encodeWav(audio));
}

/** Silence of a length in seconds. */
export function silence(seconds: number, sampleRate: number): MonoAudio {
  return { samples: new Int16Array(Math.round(seconds * sampleRate)), sampleRate };
}

/** One after the other. Throws when the rates differ. */
export function concatenate(...parts: readonly [MonoAudio, ...MonoAudio[]]): MonoAudio {
  const { sampleRate } = parts[0];
  const other = parts.find((part) => part.sampleRate !== sampleRate);
  if (other) throw new Error(`Cannot join ${sampleRate} Hz and ${other.sampleRate} Hz: resample one of them first.`);
  const samples = new Int16Array(parts.reduce((sum, part) => sum + part.samples.length, 0));
  let at = 0;
  for (const part of parts) {
    samples.set(part.samples, at);
    at += part.samples.length;
  }
  return { samples, sampleRate };
}
