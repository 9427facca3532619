import { expect, test } from "vitest";
import { collectGarbage } from "../../test/collect-garbage.js";
import { pcm } from "../../test/player.js";
import { voice } from "../../test/voices.js";
import { createScope } from "../../test/worklet-scope.js";
import { playerName, recorderName } from "./messages.js";

// The scripts as they are shipped: what shortens them may make V8 keep numbers as objects, which their sources do not tell.

const quanta = 6000;
const sound = voice(130, 48_000, 128 * 375);
const input = [[sound.slice(0, 128)]];
const output = [[new Float32Array(128)]];

/** The least of several rounds, in bytes: until it is compiled it does allocate. What is left are messages, 50 a second. */
function bytesAQuantum(render: (quantum: number) => void): number {
  let least = Infinity;
  for (let round = 0; round < 6; round++) {
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let quantum = 0; quantum < quanta; quantum++) render(quantum);
    if (round > 0) least = Math.min(least, Math.abs(process.memoryUsage().heapUsed - before) / quanta);
  }
  return least;
}

test("the recorder's script leaves no garbage beside its frames", () => {
  const recorder = createScope().start(recorderName, { engine: 1, outputRate: 8000, frameLength: 160 });
  recorder.ignore();
  const bytes = bytesAQuantum((quantum) => {
    input[0]?.[0]?.set(sound.subarray((quantum % 375) * 128, (quantum % 375) * 128 + 128));
    recorder.render(input, output);
  });
  expect(bytes).toBeLessThan(300);
});

test("the player's script leaves no garbage beside its messages", () => {
  const player = createScope().start(playerName, { engine: 1, sampleRate: 16000, gain: 1, playout: "adaptive" });
  player.ignore();
  const message = pcm(voice(130, 16000, 1600));
  let byteOffset = 0;
  const bytes = bytesAQuantum((quantum) => {
    // 100 ms every 98.7 ms: what is buffered grows, and never runs dry.
    if (quantum % 37 === 0) {
      player.say({ type: "enqueue", pcm: message, turnId: "a1", deltaId: null, byteOffset });
      byteOffset += 2 * message.length;
    }
    player.render(input, output);
  });
  expect(bytes).toBeLessThan(300);
});
