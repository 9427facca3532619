import { rm } from "node:fs/promises";
import {
  bestCorrelation,
  resample,
  shareHeard,
  synthesizeSpeech,
  toFloat,
  writeMicrophoneFile,
} from "@layercode/browser-testing";
import { expect, expectClean, test } from "./fixtures";

const untouched = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

let speech: Awaited<ReturnType<typeof synthesizeSpeech>>;
let wav: string;

test.beforeAll(async () => {
  speech = await synthesizeSpeech("The quick brown fox jumps over the lazy dog.");
  wav = await writeMicrophoneFile(speech, { silenceBefore: 0.3 });
});

test.afterAll(() => rm(wav));

test("speech arrives as whole, seamless, time-stamped frames at both rates", async ({ open, engine }) => {
  const page = await open({ microphone: { wav, loop: false } });
  const seconds = speech.samples.length / speech.sampleRate + 0.8;
  const heard = await page.evaluate(
    async ({ seconds, audioConstraints }) => {
      const engine = audio.createAudioEngine();
      const microphone = audio.createMicrophone({ engine, detection: true, audioConstraints });
      const frames: { pcm: number[]; detection: number[]; time: number; now: number }[] = [];
      let level = 0;
      await new Promise<void>((resolve, reject) => {
        const onFrame: Parameters<typeof microphone.start>[0]["onFrame"] = ({ pcm, detection, time }) => {
          frames.push({ pcm: [...pcm], detection: [...(detection ?? [])], time, now: microphone.now() });
          level = Math.max(level, microphone.level());
          if (frames.length >= seconds * 50) resolve();
        };
        microphone.start({ onFrame, onEnded: reject }).catch(reject);
      });
      const tracks = microphone.stream?.getAudioTracks().length;
      microphone.stop();
      await engine.close();
      return { frames, level, tracks, after: { stream: microphone.stream, level: microphone.level() } };
    },
    { seconds, audioConstraints: untouched },
  );

  expect(heard.frames.every(({ pcm, detection }) => pcm.length === 160 && detection.length === 320)).toBe(true);
  expect(heard.frames.every(({ time, now }) => time < now)).toBe(true);
  const steps = heard.frames.slice(1).map(({ time }, index) => time - heard.frames[index]!.time);
  // A context that is just starting may leave frames of its clock out; from then on nothing is missing.
  for (const step of steps.slice(10)) expect(step).toBeCloseTo(0.02, 6);

  const source = toFloat(speech.samples);
  const pcm = heard.frames.flatMap((frame) => frame.pcm);
  const detection = heard.frames.flatMap((frame) => frame.detection);
  const alike =
    engine === "chromium"
      ? (spoken: Float32Array, heard: number[]) => bestCorrelation(spoken, heard).correlation > 0.95
      : // There the microphone is a stream out of another context, which stumbles under load: its parts are heard.
        (spoken: Float32Array, heard: number[], rate: number) => shareHeard(spoken, heard, rate / 4) > 0.6;
  expect(alike(resample(source, speech.sampleRate, 8000), pcm, 8000)).toBe(true);
  expect(alike(source, detection, 16000)).toBe(true);

  expect(heard.level).toBeGreaterThan(0.05);
  expect(heard.tracks).toBe(1);
  expect(heard.after).toEqual({ stream: null, level: 0 });
  await expectClean(page);
});

test("a frame's time is the moment of its first sample on the context's clock", async ({ open }) => {
  const page = await open();
  const { click, times, pcm } = await page.evaluate(async () => {
    const engine = audio.createAudioEngine();
    const { context } = engine;
    await engine.ready();
    // In place of a microphone: a click at a known moment of the same clock.
    const buffer = new AudioBuffer({ length: 1, sampleRate: context.sampleRate });
    buffer.getChannelData(0)[0] = 1;
    const source = new AudioBufferSourceNode(context, { buffer });
    context.createMediaStreamSource = () => source as unknown as MediaStreamAudioSourceNode;
    const microphone = audio.createMicrophone({
      engine,
      mediaStream: new MediaStreamAudioDestinationNode(context).stream,
    });
    const frames: { pcm: Int16Array; time: number }[] = [];
    const whole = new Promise<void>((resolve) => {
      const onFrame = (frame: { pcm: Int16Array; time: number }) => frames.push(frame) === 40 && resolve();
      void microphone.start({ onFrame, onEnded: () => {} });
    });
    const click = Math.ceil((context.currentTime + 0.4) * context.sampleRate) / context.sampleRate;
    source.start(click);
    await whole;
    await engine.close();
    return { click, times: frames.map(({ time }) => time), pcm: frames.map((frame) => [...frame.pcm]) };
  });
  const loudest = pcm.map((frame) => Math.max(...frame.map(Math.abs)));
  const frame = loudest.indexOf(Math.max(...loudest));
  const sample = pcm[frame]!.map(Math.abs).indexOf(loudest[frame]!);
  expect(Math.abs(times[frame]! + sample / 8000 - click)).toBeLessThan(0.6 / 8000);
});

test("flush delivers what is not yet a whole frame; mute silences; the end of the track is told once", async ({
  open,
}) => {
  const page = await open({ microphone: { wav } });
  const result = await page.evaluate(async (audioConstraints) => {
    const engine = audio.createAudioEngine();
    const microphone = audio.createMicrophone({ engine, audioConstraints, frameMs: 500 });
    let lengths: number[] = [];
    let peak = 0;
    let heard = () => {};
    const ended: string[] = [];
    const events = {
      onFrame({ pcm }: { pcm: Int16Array }) {
        lengths.push(pcm.length);
        peak = pcm.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
        heard();
      },
      onEnded: (error: { code: string }) => ended.push(error.code),
    };
    const nextFrame = () =>
      new Promise<void>((resolve) => {
        heard = resolve;
      });
    await microphone.start(events);
    await nextFrame();
    lengths = [];
    await microphone.flush();
    const flushed = [...lengths];
    microphone.setMuted(true);
    await nextFrame();
    await nextFrame();
    await nextFrame();
    const mutedPeak = peak;
    const track = microphone.stream?.getAudioTracks()[0];
    track?.dispatchEvent(new Event("ended"));
    track?.dispatchEvent(new Event("ended"));
    const state = track?.readyState;
    // Stopped: nothing to flush, and nothing to wait for.
    await microphone.flush();
    await engine.close();
    return { flushed, mutedPeak, ended, state };
  }, untouched);
  expect(result.flushed).toHaveLength(1);
  expect(result.flushed[0]).toBeLessThan(4000);
  expect(result.mutedPeak).toBe(0);
  expect(result.ended).toEqual(["device-not-found"]);
  expect(result.state).toBe("ended");
  await expectClean(page);
});

for (const [microphone, code] of [
  ["denied", "permission-denied"],
  ["dismissed", "permission-dismissed"],
  ["absent", "device-not-found"],
] as const) {
  test(`a microphone that is ${microphone} rejects with ${code}`, async ({ open }) => {
    const page = await open({ microphone });
    const error = await page.evaluate(async () => {
      const engine = audio.createAudioEngine();
      const microphone = audio.createMicrophone({ engine });
      const error = await microphone.start({ onFrame() {}, onEnded() {} }).catch((error) => error);
      await engine.close();
      return { code: error.code, name: error.name, cause: error.cause?.name, stream: microphone.stream };
    });
    expect(error).toMatchObject({ code, name: "AudioError", stream: null });
    await expectClean(page);
  });
}

test("a start that is aborted, stopped or replaced at any moment leaves no track", async ({ open }) => {
  const page = await open({ microphone: { wav } });
  const outcomes = await page.evaluate(async () => {
    const outcomes: string[] = [];
    const events = { onFrame() {}, onEnded() {} };
    const settle = (start: Promise<void>) =>
      start.then(
        () => "started",
        (error) => error.code,
      );
    // 0: in the same turn of the loop; later ones: while permission, worklet and resume are under way.
    for (const turns of [0, 1, 2, 5, 20]) {
      const wait = async () => {
        for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setTimeout(resolve));
      };
      const engine = audio.createAudioEngine();
      const microphone = audio.createMicrophone({ engine });

      const controller = new AbortController();
      const aborted = settle(microphone.start(events, controller.signal));
      await wait();
      controller.abort();
      outcomes.push(await aborted);

      const stopped = settle(microphone.start(events));
      await wait();
      microphone.stop();
      outcomes.push(await stopped);

      const replaced = settle(microphone.start(events));
      await wait();
      const last = settle(microphone.start(events));
      outcomes.push(await replaced, await last);
      microphone.stop();

      const closed = settle(microphone.start(events));
      await engine.close();
      outcomes.push(await closed);
      microphone.stop();
    }
    const engine = audio.createAudioEngine();
    const microphone = audio.createMicrophone({ engine });
    outcomes.push(await settle(microphone.start(events, AbortSignal.abort())));
    await engine.close();
    // A stream that is still on its way arrives before this one does, and must be given back as it comes.
    for (const track of (await navigator.mediaDevices.getUserMedia({ audio: true })).getTracks()) track.stop();
    return outcomes;
  });
  expect(new Set(outcomes)).toEqual(new Set(["started", "aborted"]));
  await expectClean(page);
});

test("an app's own stream is used and never stopped", async ({ open }) => {
  const page = await open({ microphone: { wav } });
  const state = await page.evaluate(async () => {
    const mediaStream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const engine = audio.createAudioEngine();
    const microphone = audio.createMicrophone({ engine, mediaStream });
    await new Promise<void>((resolve) => {
      void microphone.start({ onFrame: () => resolve(), onEnded() {} });
    });
    microphone.stop();
    await engine.close();
    const [track] = mediaStream.getTracks();
    const state = track?.readyState;
    track?.stop();
    return state;
  });
  expect(state).toBe("live");
});
