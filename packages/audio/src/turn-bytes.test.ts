import fc from "fast-check";
import { expect, test } from "vitest";
import { createTurnBytes } from "./turn-bytes.js";

test("however the bytes of a turn are cut, its samples come out whole, each told where it begins", () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 30 });
  fc.assert(
    fc.property(chunks, (chunks) => {
      const turnBytes = createTurnBytes();
      const bytes = chunks.flatMap((chunk) => [...chunk]);
      let samples = 0;
      for (const chunk of chunks) {
        const { pcm, byteOffset } = turnBytes.append(chunk, "a");
        expect(byteOffset).toBe(samples * 2);
        for (const sample of pcm) {
          const [low, high] = [bytes[samples * 2]!, bytes[samples * 2 + 1]!];
          expect(sample).toBe(((low | (high << 8)) << 16) >> 16);
          samples++;
        }
      }
      expect(samples).toBe(bytes.length >> 1);
    }),
  );
});

test("half a sample is none when its turn ends, is cut, or is followed by another", () => {
  const turnBytes = createTurnBytes();
  turnBytes.append(Uint8Array.of(1, 0, 9), "a");
  turnBytes.end("other");
  expect(turnBytes.append(Uint8Array.of(0, 9), "a")).toEqual({ pcm: Int16Array.of(9), byteOffset: 2 });
  turnBytes.end("a");
  expect(turnBytes.append(Uint8Array.of(7, 0, 9), "a")).toEqual({ pcm: Int16Array.of(7), byteOffset: 5 });
  turnBytes.cut();
  expect(turnBytes.append(Uint8Array.of(5, 0, 9), "a")).toEqual({ pcm: Int16Array.of(5), byteOffset: 8 });
  expect(turnBytes.append(Uint8Array.of(3, 0), "b")).toEqual({ pcm: Int16Array.of(3), byteOffset: 0 });
});
