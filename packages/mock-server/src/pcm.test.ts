import { decodeBase64, encodeBase64 } from "@layercode/core/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { base64ToPcm, base64ToTransientPcm, bytesToPcm, pcmToBase64, pcmToBytes, upsampleTwofold } from "./pcm.js";

test("bytes and samples are each other's inverse; an odd byte is dropped", () => {
  fc.assert(
    fc.property(fc.int16Array(), (pcm) => {
      expect(bytesToPcm(pcmToBytes(pcm))).toEqual(pcm);
      expect(bytesToPcm(new Uint8Array([...pcmToBytes(pcm), 7]))).toEqual(pcm);
    }),
  );
  expect([...pcmToBytes(new Int16Array([0x0102, -2]))]).toEqual([2, 1, 254, 255]);
});

test("base64 is read and written as core does, what is not base64 included", () => {
  fc.assert(
    fc.property(fc.int16Array(), (pcm) => {
      expect(pcmToBase64(pcm)).toBe(encodeBase64(pcmToBytes(pcm)));
      expect(base64ToPcm(pcmToBase64(pcm))).toEqual(pcm);
      expect(base64ToTransientPcm(pcmToBase64(pcm))).toEqual(pcm);
    }),
  );
  const characters = fc.constantFrom(..."Az09+/= \n-é");
  fc.assert(
    fc.property(fc.string({ unit: characters, maxLength: 12 }), (text) => {
      const bytes = decodeBase64(text);
      expect(base64ToPcm(text)).toEqual(bytes && bytesToPcm(bytes));
      expect(base64ToTransientPcm(text)).toEqual(bytes && bytesToPcm(bytes));
    }),
    { numRuns: 2000 },
  );
});

test.each([300, 1000, 2000, 3000])("a sine of %d Hz stays that sine at twice the rate", (frequency) => {
  const sine = (rate: number, length: number) =>
    new Int16Array(length).map((_, i) => Math.round(20000 * Math.sin((2 * Math.PI * frequency * i) / rate)));
  const upsampled = upsampleTwofold(sine(8000, 800)).slice(100, 1500);
  const truth = sine(16000, 1600).slice(100, 1500);
  const error = upsampled.reduce((sum, sample, i) => sum + (sample - truth[i]!) ** 2, 0);
  const power = truth.reduce((sum, sample) => sum + sample ** 2, 0);
  expect(10 * Math.log10(power / error)).toBeGreaterThan(45);
});

test("full scale does not wrap around", () => {
  const square = new Int16Array(200).map((_, i) => (i % 20 < 10 ? 32767 : -32768));
  const upsampled = upsampleTwofold(square);
  for (let i = 40; i < 360; i += 40) expect(upsampled[i + 1]).toBeGreaterThan(0);
});
