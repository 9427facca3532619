import { createFramer } from "../src/capture/framer.js";
import { recorderName } from "../src/worklets/messages.js";
import { noise } from "../test/signals.js";
import { expect, expectClean, test } from "./fixtures.js";

interface Recorded {
  pcm: number[];
  detection: number[];
  time: number;
}

/** What the framer makes of a second of sound in Node, in blocks of 128 samples. */
function frameInNode(input: Float32Array, inputRate: number, outputRate: number, frameLength: number): Recorded[] {
  const frames: Recorded[] = [];
  const framer = createFramer({
    inputRate,
    outputRate,
    frameLength,
    detection: true,
    onFrame({ pcm, detection, length, detectionLength, time }) {
      const heard = [...(detection?.subarray(0, detectionLength) ?? [])];
      frames.push({ pcm: [...pcm.subarray(0, length)], detection: heard, time });
    },
    onFlushed() {},
  });
  for (let at = 0; at < input.length; at += 128) framer.push([input.subarray(at, at + 128)], at);
  return frames;
}

for (const [deviceRate, sampleRate, frameMs] of [
  [48000, 8000, 20],
  [44100, 16000, 20],
  [96000, 8000, 5],
  [16000, 8000, 200],
] as const) {
  test(`from ${deviceRate} to ${sampleRate} Hz in ${frameMs} ms the recorder in the browser gives what the framer gives in Node, to the last bit of PCM16`, async ({
    open,
  }) => {
    const page = await open();
    const frameLength = (sampleRate * frameMs) / 1000;
    // Whole blocks: a browser renders no less.
    const input = noise(Math.floor(deviceRate / 128) * 128);
    const expected = frameInNode(input, deviceRate, sampleRate, frameLength);
    const recorded = await page.evaluate(
      async ({ deviceRate, input, name, processorOptions, count }) => {
        const context = new OfflineAudioContext(1, input.length, deviceRate);
        await context.audioWorklet.addModule("/dist/worklet.js");
        const buffer = new AudioBuffer({ length: input.length, sampleRate: deviceRate });
        buffer.copyToChannel(Float32Array.from(input), 0);
        const source = new AudioBufferSourceNode(context, { buffer });
        const recorder = new AudioWorkletNode(context, name, { processorOptions });
        source.connect(recorder).connect(context.destination);
        source.start();
        const frames: { pcm: number[]; detection: number[]; time: number }[] = [];
        const all = new Promise<void>((resolve) => {
          recorder.port.onmessage = ({ data: { pcm, detection, length, detectionLength, time } }) => {
            frames.push({ pcm: [...pcm.slice(0, length)], detection: [...detection.slice(0, detectionLength)], time });
            if (frames.length === count) resolve();
          };
        });
        await context.startRendering();
        await all;
        return frames;
      },
      {
        deviceRate,
        input: [...input],
        name: recorderName,
        processorOptions: { outputRate: sampleRate, frameLength, detection: true },
        count: expected.length,
      },
    );
    expect(expected.length).toBeGreaterThanOrEqual(Math.floor(980 / frameMs));
    expect(recorded.map(({ pcm }) => pcm)).toEqual(expected.map(({ pcm }) => pcm));
    // An engine's logarithms and cosines differ from Node's in the last bit, and so may floats.
    const off = recorded.flatMap(({ time, detection }, index) => [
      time - expected[index]!.time,
      detection.length - expected[index]!.detection.length,
      ...detection.map((sample, at) => sample - expected[index]!.detection[at]!),
    ]);
    expect(Math.max(...off.map(Math.abs))).toBeLessThan(1e-6);
    await expectClean(page);
  });
}
