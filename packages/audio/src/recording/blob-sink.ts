import { type WavFormat, wavHeader } from "../wav.js";
import { type Sink, wavType } from "./sink.js";

/** Bytes of samples that make a Blob, which the browser keeps outside of the page's heap: 16 s at 16 kHz. */
const chunkBytes = 2 ** 20;

/** Makes a WAV file, whose sizes are known at its end. */
export function createBlobSink(format: WavFormat): Sink {
  const chunk = new Uint8Array(chunkBytes);
  let parts: Blob[] = [];
  let filled = 0;
  return {
    write(bytes) {
      for (let from = 0; from < bytes.length; ) {
        const part = bytes.subarray(from, from + chunkBytes - filled);
        chunk.set(part, filled);
        filled += part.length;
        from += part.length;
        if (filled < chunkBytes) continue;
        parts.push(new Blob([chunk]));
        filled = 0;
      }
    },
    async end() {
      const header = wavHeader(format, parts.length * chunkBytes + filled);
      return new Blob([header, ...parts, chunk.subarray(0, filled)], { type: wavType });
    },
    abort() {
      parts = [];
    },
  };
}
