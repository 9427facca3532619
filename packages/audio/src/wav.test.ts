import { decodeWav } from "@layercode/browser-testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeWav } from "./wav.js";

test("a decoder of its own reads back what was encoded, in one array or in many", () => {
  const pcm = fc.int16Array({ maxLength: 200 });
  fc.assert(
    fc.property(fc.array(pcm, { maxLength: 5 }), fc.constantFrom(8000, 16000, 44100, 48000), (parts, sampleRate) => {
      const samples = Int16Array.from(parts.flatMap((part) => [...part]));
      const file = encodeWav(parts, sampleRate);
      expect(decodeWav(file)).toEqual({ samples, sampleRate });
      expect(encodeWav(samples, sampleRate)).toEqual(file);
      expect(file.length).toBe(44 + samples.length * 2);
    }),
  );
});

test("the header is the one of the format, byte for byte", () => {
  const header = Buffer.from(encodeWav(Int16Array.of(1, -2), 8000)).toString("hex");
  expect(header).toBe(
    ["52494646", "28000000", "57415645", "666d7420", "10000000", "0100", "0100", "401f0000", "803e0000"].join("") +
      ["0200", "1000", "64617461", "04000000", "0100", "feff"].join(""),
  );
});
