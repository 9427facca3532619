import type { Bytes } from "./typed-arrays.js";

const headerBytes = 44;

/**
 * The bytes of a WAV file: PCM16, mono. Takes the samples in one array or in many that follow each other. Throws
 * `RangeError` beyond 2 GiB, where the format ends. The private package of the browser tests has an encoder of its own:
 * this package depends on nothing, and that one on none of ours.
 */
export function encodeWav(pcm: Int16Array | readonly Int16Array[], sampleRate: number): Bytes {
  const parts = pcm instanceof Int16Array ? [pcm] : pcm;
  const dataBytes = parts.reduce((bytes, part) => bytes + part.length * 2, 0);
  if (dataBytes > 2 ** 31) throw new RangeError(`A WAV file holds 2 GiB; this would be ${dataBytes} bytes.`);
  const view = new DataView(new ArrayBuffer(headerBytes + dataBytes));
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
  number(4, headerBytes - 8 + dataBytes);
  text("WAVEfmt ");
  number(4, 16); // bytes of this chunk
  number(2, 1); // PCM
  number(2, 1); // channels
  number(4, sampleRate);
  number(4, sampleRate * 2); // bytes a second
  number(2, 2); // bytes a sample
  number(2, 16); // bits a sample
  text("data");
  number(4, dataBytes);
  for (const part of parts) for (const sample of part) number(2, sample);
  return new Uint8Array(view.buffer);
}
