import type { Bytes } from "./typed-arrays.js";

const headerBytes = 44;

/** The most bytes of samples in a file whose header has its sizes: 2 GiB, where many readers end. */
export const mostWavBytes = 2 ** 31;

/** What the samples of a WAV file are, beside PCM16. */
export interface WavFormat {
  /** In Hz. */
  sampleRate: number;
  channels: number;
}

/**
 * The bytes of a WAV file: PCM16, mono. Takes the samples in one array or in many that follow each other. Throws
 * `RangeError` beyond 2 GiB, where the format ends. The private package of the browser tests has an encoder of its own:
 * this package depends on nothing, and that one on none of ours.
 */
export function encodeWav(pcm: Int16Array | readonly Int16Array[], sampleRate: number): Bytes {
  const parts = pcm instanceof Int16Array ? [pcm] : pcm;
  const dataBytes = parts.reduce((bytes, part) => bytes + part.length * 2, 0);
  if (dataBytes > mostWavBytes) throw new RangeError(`A WAV file holds 2 GiB; this would be ${dataBytes} bytes.`);
  const file = new Uint8Array(headerBytes + dataBytes);
  file.set(wavHeader({ sampleRate, channels: 1 }, dataBytes));
  const view = new DataView(file.buffer);
  let at = headerBytes;
  for (const part of parts) {
    for (const sample of part) {
      view.setInt16(at, sample, true);
      at += 2;
    }
  }
  return file;
}

/**
 * What a WAV file of PCM16 begins with. `dataBytes`: how many bytes of samples follow; `null`: nobody knows yet, as where
 * the file is streamed. Both sizes are then the largest that there is, which readers take for "up to the end".
 */
export function wavHeader({ sampleRate, channels }: WavFormat, dataBytes: number | null): Bytes {
  const view = new DataView(new ArrayBuffer(headerBytes));
  const unknown = 2 ** 32 - 1;
  let at = 0;
  const text = (characters: string) => {
    for (const character of characters) view.setUint8(at++, character.charCodeAt(0));
  };
  const number = (bytes: 2 | 4, value: number) => {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  };
  text("RIFF");
  number(4, dataBytes === null ? unknown : headerBytes - 8 + dataBytes);
  text("WAVEfmt ");
  number(4, 16); // bytes of this chunk
  number(2, 1); // PCM
  number(2, channels);
  number(4, sampleRate);
  number(4, sampleRate * channels * 2); // bytes a second
  number(2, channels * 2); // bytes a frame
  number(2, 16); // bits a sample
  text("data");
  number(4, dataBytes ?? unknown);
  return new Uint8Array(view.buffer);
}
