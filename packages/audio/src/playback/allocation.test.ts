import { expect, test } from "vitest";
import { collectGarbage } from "../../test/collect-garbage.js";
import { pcm } from "../../test/player.js";
import { voice } from "../../test/voices.js";
import { createRingBuffer } from "../dsp/ring-buffer.js";
import { createLateness } from "./lateness.js";
import { createStretch } from "./stretch.js";

test("reading allocates nothing while it stretches", () => {
  const reads = 20_000;
  const speech = pcm(voice(130, 16000, 16 * reads));
  const queue = createRingBuffer(speech.length);
  const lateness = { ...createLateness(), isTight: () => true };
  const stretch = createStretch({ queue, sampleRate: 16000, lateness, isOpen: () => true });
  const piece = new Float32Array(16);
  function bytesARead(): number {
    queue.clear();
    stretch.clear(0);
    stretch.beginTurn();
    queue.write(speech);
    stretch.start();
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let read = 0; read < reads; read++) {
      stretch.setTime(0.5);
      stretch.read(piece, 16);
    }
    return Math.abs(process.memoryUsage().heapUsed - before) / reads;
  }
  // Until it is compiled it does allocate, numbers. The smallest object has 12 bytes.
  let rounds = 0;
  while (bytesARead() > 4 && rounds < 60) rounds++;
  expect(rounds).toBeLessThan(60);
});
