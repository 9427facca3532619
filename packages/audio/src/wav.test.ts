import { decodeWav } from "@layercode/browser-testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeWav, wavHeader } from "./wav.js";

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

test("of two channels a frame has four bytes; a length that nobody knows is the largest", () => {
  const hex = (dataBytes: number | null) =>
    Buffer.from(wavHeader({ sampleRate: 16_000, channels: 2 }, dataBytes)).toString("hex");
  const format = [
    "57415645",
    "666d7420",
    "10000000",
    "0100",
    "0200",
    "803e0000",
    "00fa0000",
    "0400",
    "1000",
    "64617461",
  ];
  expect(hex(8)).toBe(`52494646${"2c000000"}${format.join("")}08000000`);
  expect(hex(null)).toBe(`52494646${"ffffffff"}${format.join("")}ffffffff`);
});
