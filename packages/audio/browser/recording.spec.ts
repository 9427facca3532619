import {
  bestCorrelation,
  type EnginePage,
  readTap,
  resample,
  type TapRecording,
  tapReady,
} from "@layercode/browser-testing";
import { expect, expectClean, test } from "./fixtures.js";

// They listen to seconds of sound, and look for them in seconds of others.
test.describe.configure({ timeout: 90_000 });

interface RecordingPage {
  engine: import("../src/index.js").AudioEngine;
  speaker: import("../src/index.js").Speaker;
  microphone: import("../src/index.js").Microphone;
  /** Opens the microphone, which captures this noise; resolves with the frame of the context's clock at which it begins. */
  capture(seed: number): Promise<number>;
  /** Resolves when the context has played for so long. */
  play(seconds: number): Promise<void>;
  noise(seconds: number, seed: number): Float32Array;
  /** Noise for the speaker. */
  pcm(seconds: number, seed: number): Uint8Array;
  base64(blob: Blob): Promise<string>;
}

declare global {
  var talk: RecordingPage;
}

/** A page with a speaker that runs, and a microphone that captures what it is told to. */
async function startTalk(page: EnginePage): Promise<void> {
  await page.evaluate(async () => {
    const engine = audio.createAudioEngine();
    const { context } = engine;
    await engine.ready();
    const speaker = audio.createSpeaker({ engine });
    const mediaStream = new MediaStreamAudioDestinationNode(context).stream;
    const microphone = audio.createMicrophone({ engine, mediaStream });
    const ignore = () => {};
    globalThis.talk = {
      engine,
      speaker,
      microphone,
      async capture(seed) {
        const samples = talk.noise(20, seed);
        // By the clock, not by what it has played: Chromium may leave quanta out when it resumes a context, and the
        // position of an AudioBufferSourceNode stands still meanwhile.
        const script = `registerProcessor("noise-by-clock", class extends AudioWorkletProcessor {
          constructor({ processorOptions }) {
            super();
            this.port.onmessage = () => {
              this.begin = currentFrame + 1000;
              this.port.postMessage(this.begin);
            };
            this.samples = processorOptions.samples;
          }
          process(_, [[output]]) {
            for (let at = 0; at < output.length; at++)
              output[at] = this.samples[currentFrame + at - this.begin] ?? 0;
            return true;
          }
        })`;
        const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
        await context.audioWorklet.addModule(url);
        URL.revokeObjectURL(url);
        const source = new AudioWorkletNode(context, "noise-by-clock", { processorOptions: { samples } });
        // The stream's delay is the browser's own: a node has none.
        context.createMediaStreamSource = () => source as unknown as MediaStreamAudioSourceNode;
        await microphone.start({ onFrame: ignore, onEnded: ignore });
        return new Promise((resolve) => {
          source.port.onmessage = ({ data }) => resolve(data);
          source.port.postMessage("begin");
        });
      },
      async play(seconds) {
        const until = context.currentTime + seconds;
        while (context.currentTime < until) await new Promise((resolve) => setTimeout(resolve, 5));
      },
      noise(seconds, seed) {
        // As test/signals.ts makes it; smoothed, so that it has no more than speech has at the top.
        let state = seed;
        let last = 0;
        return Float32Array.from({ length: Math.round(seconds * context.sampleRate) }, () => {
          state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
          last += 0.3 * (state / 2 ** 31 - 1 - last);
          return last;
        });
      },
      pcm(seconds, seed) {
        let state = seed;
        let last = 0;
        const samples = Int16Array.from({ length: Math.round(seconds * 16_000) }, () => {
          state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
          last += 0.3 * (state / 2 ** 31 - 1 - last);
          return 20_000 * last;
        });
        return new Uint8Array(samples.buffer);
      },
      base64: (blob) =>
        new Promise((resolve) => {
          const reader = new FileReader();
          reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
          reader.readAsDataURL(blob);
        }),
    };
    await speaker.start({ onStarted: ignore, onUnderrun: ignore, onFinished: ignore, onInterrupted: ignore });
  });
  await tapReady(page);
}

/** Both channels of a WAV file, and what its header says. */
function read(base64: string) {
  const bytes = Buffer.from(base64, "base64");
  const frames = Array.from({ length: (bytes.length - 44) / 4 }, (_, index) => 44 + 4 * index);
  const channel = (offset: number) => Float32Array.from(frames, (at) => bytes.readInt16LE(at + offset) / 32767);
  return {
    header: bytes.subarray(0, 44),
    dataBytes: bytes.readUInt32LE(40),
    sampleRate: bytes.readUInt32LE(24),
    left: channel(0),
    right: channel(2),
  };
}

/** What was captured from frame `began` on: silence where the browser left out quanta, whose time a recording keeps. */
function captured(samples: readonly number[], began: number, { renderedAt, startFrame }: TapRecording): number[] {
  const isLeftOut = (frame: number) => Number.isNaN(renderedAt[Math.floor((frame - startFrame) / 128)]);
  return samples.map((sample, index) => (isLeftOut(began + index) ? 0 : sample));
}

const loudest = (samples: Float32Array) => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

test("left is what the microphone captured, right what was rendered, by one clock, to a fraction of a millisecond", async ({
  open,
}) => {
  const page = await open();
  await startTalk(page);
  const { file, contextRate, began } = await page.evaluate(async () => {
    const { engine, speaker, microphone, capture, play, pcm, base64 } = talk;
    const recording = await audio.createRecording();
    await recording.start(engine);
    await play(0.3);
    const began = await capture(7);
    speaker.setVolume(0.5);
    speaker.enqueue(pcm(4, 1), { turnId: "a", deltaId: null });
    await play(0.6);
    speaker.duck(0.25);
    await play(0.3);
    speaker.duck(1);
    speaker.pause();
    await play(0.3);
    speaker.resume();
    await play(0.3);
    speaker.interrupt();
    await play(0.2);
    speaker.enqueue(pcm(0.4, 9), { turnId: "b", deltaId: null });
    microphone.stop();
    await play(0.7);
    const blob = await recording.stop();
    return { file: await base64(blob), contextRate: engine.context.sampleRate, began };
  });
  const { left, right, sampleRate, dataBytes } = read(file);
  expect([sampleRate, dataBytes]).toEqual([16_000, 4 * left.length]);

  const tap = await readTap(page);
  const rendered = resample(tap.samples, contextRate, sampleRate);
  const atTap = bestCorrelation(right, rendered);
  expect(atTap.correlation).toBeGreaterThan(0.99);
  expect(loudest(right)).toBeGreaterThan(0.05);

  // Where the microphone's sound began on the clock by which the tap counts, and where in the recording.
  const expected = ((began - tap.startFrame) / contextRate) * sampleRate - atTap.lag;
  const noise = await page.evaluate(() => [...talk.noise(1, 7)]);
  const spoken = resample(captured(noise, began, tap), contextRate, sampleRate);
  const atMicrophone = bestCorrelation(spoken, left);
  expect(atMicrophone.correlation).toBeGreaterThan(0.99);
  expect(Math.abs(atMicrophone.lag - expected) / sampleRate).toBeLessThan(0.0005);
  // Until it captures, and after it was given back: silence, while the clock goes on.
  expect(loudest(left.subarray(0, Math.floor(atMicrophone.lag) - 20))).toBeLessThan(0.01);
  expect(loudest(left.subarray(-sampleRate / 2))).toBe(0);
  await page.evaluate(() => talk.engine.close());
  await expectClean(page);
});

test("a recording ends with its engine, at its limit, or when it is stopped, and keeps what there is", async ({
  open,
}) => {
  const page = await open();
  await startTalk(page);
  const { files, ends, durations } = await page.evaluate(async () => {
    const { engine, speaker, play, pcm, base64 } = talk;
    const options = [{ maxDurationMs: 500 }, { sampleRate: 48_000 }, {}] as const;
    const recordings = await Promise.all(options.map((one) => audio.createRecording(one)));
    const unused = await audio.createRecording({ sampleRate: 8000 });
    await Promise.all(recordings.map((recording) => recording.start(engine)));
    speaker.enqueue(pcm(3, 1), { turnId: "a", deltaId: null });
    const [limited, stopped] = recordings;
    await limited!.finished;
    await play(0.4);
    await stopped!.stop();
    await play(0.1);
    await engine.close();
    await unused.stop();
    const all = [...recordings, unused];
    return {
      files: await Promise.all(all.map(async ({ finished }) => base64(await finished))),
      ends: all.map(({ endedBy }) => endedBy),
      durations: all.map(({ durationMs }) => durationMs),
    };
  });
  expect(ends).toEqual(["limit", "stop", "closed", "stop"]);
  const [limited, stopped, closed, unused] = files.map(read);
  expect(limited!.left).toHaveLength(8000);
  expect(stopped!.sampleRate).toBe(48_000);
  expect(durations).toEqual([500, (stopped!.left.length / 48_000) * 1000, (closed!.left.length / 16_000) * 1000, 0]);
  expect(durations[1]).toBeGreaterThan(850);
  // All of it, the last quarter of a second included, which had not been delivered yet.
  expect(durations[2]! - durations[1]!).toBeGreaterThan(50);
  expect(unused!.left).toHaveLength(0);
  // Independent of each other: what one has, the other has too.
  expect(bestCorrelation(limited!.right, closed!.right).correlation).toBeGreaterThan(0.99);
  await expectClean(page);
});

test("a suspended context records nothing, and both channels go on together", async ({ open }) => {
  const page = await open();
  await startTalk(page);
  const { file, contextRate, began } = await page.evaluate(async () => {
    const { engine, speaker, capture, play, pcm, base64 } = talk;
    const { context } = engine;
    const recording = await audio.createRecording();
    const other = await audio.createRecording();
    await Promise.all([recording.start(engine), other.start(engine)]);
    const began = await capture(7);
    speaker.enqueue(pcm(3, 1), { turnId: "a", deltaId: null });
    await play(0.5);
    // The engine resumes at once what somebody else suspends.
    const { resume } = context;
    context.resume = () => new Promise(() => {});
    await context.suspend();
    const before = recording.durationMs;
    await new Promise((resolve) => setTimeout(resolve, 300));
    const grown = recording.durationMs - before;
    // One that ends meanwhile has what was recorded before.
    await other.stop();
    if (other.durationMs < before - 250) throw new Error(`It has ${other.durationMs} ms of ${before}.`);
    context.resume = resume;
    await context.resume();
    await play(0.8);
    await recording.stop();
    if (grown > 0) throw new Error(`It grew by ${grown} ms while nothing sounded.`);
    return { file: await base64(await recording.finished), contextRate: context.sampleRate, began };
  });
  const { left, right, sampleRate } = read(file);
  const tap = await readTap(page);
  const atTap = bestCorrelation(right, resample(tap.samples, contextRate, sampleRate));
  expect(atTap.correlation).toBeGreaterThan(0.99);
  const noise = await page.evaluate(() => [...talk.noise(0.7, 7)]);
  const spoken = resample(captured(noise, began, tap), contextRate, sampleRate);
  const atMicrophone = bestCorrelation(spoken, left);
  expect(atMicrophone.correlation).toBeGreaterThan(0.99);
  const expected = ((began - tap.startFrame) / contextRate) * sampleRate - atTap.lag;
  expect(Math.abs(atMicrophone.lag - expected) / sampleRate).toBeLessThan(0.0005);
  await page.evaluate(() => talk.engine.close());
});

test("a stream gets a header without sizes, then the sound as it comes; the browser reads both files", async ({
  open,
}) => {
  const page = await open();
  await startTalk(page);
  const { streamed, whole, decoded, size, endedBy, code } = await page.evaluate(async () => {
    const { engine, speaker, play, pcm, base64 } = talk;
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    const stream = new WritableStream<Uint8Array<ArrayBuffer>>({ write: (chunk) => void chunks.push(chunk) });
    const failing = new WritableStream<Uint8Array>({ write: () => Promise.reject(new Error("The disk is full.")) });
    const toStream = await audio.createRecording({ stream: stream as WritableStream<Uint8Array> });
    const toBlob = await audio.createRecording();
    const refused = await audio.createRecording({ stream: failing });
    await Promise.all([toStream, toBlob].map((recording) => recording.start(engine)));
    void refused.start(engine);
    speaker.enqueue(pcm(2, 1), { turnId: "a", deltaId: null });
    await play(1);
    const code = await refused.finished.catch((error) => error.code);
    const [empty, file] = await Promise.all([toStream.stop(), toBlob.stop()]);
    const text = await base64(new Blob(chunks));
    const lengths = await Promise.all(
      [new Blob(chunks), file].map(async (blob) => {
        const buffer = await engine.context.decodeAudioData(await blob.arrayBuffer());
        return [buffer.numberOfChannels, buffer.duration];
      }),
    );
    await engine.close();
    return {
      streamed: text,
      whole: await base64(file),
      decoded: lengths,
      size: empty.size,
      endedBy: refused.endedBy,
      code,
    };
  });
  const [one, other] = [read(streamed), read(whole)];
  expect(one.dataBytes).toBe(2 ** 32 - 1);
  expect(size).toBe(0);
  expect([endedBy, code]).toEqual(["error", "recording-failed"]);
  const length = Math.min(one.right.length, other.right.length);
  expect(bestCorrelation(one.right.subarray(0, length), other.right).correlation).toBeGreaterThan(0.999);
  for (const [index, { right }] of [one, other].entries())
    expect(decoded[index]).toEqual([2, expect.closeTo(right.length / 16_000, 2)]);
});

test("under a strict policy the script is the app's own file; without one, that is an error that says so", async ({
  open,
}) => {
  const page = await open({ policy: "script-src 'self'" });
  const { code, message, endedBy, duration } = await page.evaluate(async () => {
    const engine = audio.createAudioEngine({ workletUrl: "/dist/worklet.js" });
    await engine.ready();
    const refused = await audio.createRecording();
    const { code, message } = await refused.start(engine).then(
      () => ({ code: "none", message: "" }),
      (error) => error,
    );
    const recording = await audio.createRecording({ workletUrl: "/dist/recording.js", maxDurationMs: 300 });
    await recording.start(engine);
    await recording.finished;
    await engine.close();
    return { code, message, endedBy: refused.endedBy, duration: recording.durationMs };
  });
  expect([code, endedBy, duration]).toEqual(["worklet-load", "error", 300]);
  expect(message).toContain("@layercode/audio/recording.js");
});
