import { isSpeechHeard, resample, synthesizeSpeech, toFloat, writeMicrophoneFile } from "@layercode/browser-testing";
import { expect, expectClean, test } from "./fixtures.js";

const untouched = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

let speech: Awaited<ReturnType<typeof synthesizeSpeech>>;
let wav: string;

test.beforeAll(async () => {
  speech = await synthesizeSpeech("The quick brown fox jumps over the lazy dog.");
  wav = await writeMicrophoneFile(speech, { silenceBefore: 0.3 });
});

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
  expect(isSpeechHeard(engine, resample(source, speech.sampleRate, 8000), pcm, 8000)).toBe(true);
  expect(isSpeechHeard(engine, source, detection, 16000)).toBe(true);

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
  // A click has all frequencies: it is loudest a fifth of a sample before the lowest come, by which the time is told.
  expect(Math.abs(times[frame]! + sample / 8000 - click)).toBeLessThan(0.8 / 8000);
});

test("flush delivers what is not yet a whole frame; mute silences; the end of the track is told once", async ({
  open,
}) => {
  const page = await open({ microphone: { wav } });
  const result = await page.evaluate(async (audioConstraints) => {
    const engine = audio.createAudioEngine();
    const microphone = audio.createMicrophone({ engine, audioConstraints, frameMs: 200 });
    let lengths: number[] = [];
    let peak = 0;
    let heard = () => {};
    const ended: string[] = [];
    let gone = () => {};
    const isGone = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const events = {
      onFrame({ pcm }: { pcm: Int16Array }) {
        lengths.push(pcm.length);
        peak = pcm.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
        heard();
      },
      onEnded(error: { code: string }) {
        ended.push(error.code);
        gone();
      },
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
    // Why it ended is asked of the browser.
    await isGone;
    // Stopped: nothing to flush, and nothing to wait for.
    await microphone.flush();
    await engine.close();
    return { flushed, mutedPeak, ended, state };
  }, untouched);
  expect(result.flushed).toHaveLength(1);
  expect(result.flushed[0]).toBeLessThan(1600);
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

test("a start that is aborted, stopped or replaced at any moment leaves no track", async ({ open, engine }) => {
  test.skip(engine === "webkit", "WebKitGTK 2.50 itself crashes now and then when microphones come and go this fast.");
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

test("frames are as long as frameMs says, from 5 to 200, and nothing else is taken", async ({ open }) => {
  const page = await open({ microphone: { wav } });
  const { lengths, errors } = await page.evaluate(async () => {
    const engine = audio.createAudioEngine();
    const lengths: number[] = [];
    for (const frameMs of [5, 20, 37, 200]) {
      const microphone = audio.createMicrophone({ engine, frameMs, sampleRate: 16000 });
      await new Promise<void>((resolve, reject) => {
        const onFrame = ({ pcm }: { pcm: Int16Array }) => {
          lengths.push(pcm.length);
          resolve();
          microphone.stop();
        };
        microphone.start({ onFrame, onEnded: reject }).catch(reject);
      });
    }
    const errors = [{ frameMs: 4 }, { frameMs: 201 }, { frameMs: NaN }, { sampleRate: 44.1 }].map((options) => {
      try {
        audio.createMicrophone({ engine, ...options });
        return "made";
      } catch (error) {
        const { name, code, message } = error as InstanceType<typeof audio.AudioError>;
        return `${name} ${code} ${message}`;
      }
    });
    await engine.close();
    return { lengths, errors };
  });
  expect(lengths).toEqual([80, 320, 592, 3200]);
  expect(errors[0]).toBe(
    'AudioError invalid-option Option "frameMs" is 4. Pass a number from 5 to 200, in milliseconds.',
  );
  expect(errors.every((error) => error.startsWith("AudioError invalid-option"))).toBe(true);
  expect(errors[3]).toContain('"sampleRate" is 44.1');
  await expectClean(page);
});

test("an engine that is closed stops its microphone", async ({ open }) => {
  const page = await open({ microphone: { wav } });
  const stream = await page.evaluate(async () => {
    const engine = audio.createAudioEngine();
    const microphone = audio.createMicrophone({ engine });
    await microphone.start({ onFrame() {}, onEnded() {} });
    await engine.close();
    return microphone.stream;
  });
  expect(stream).toBe(null);
  await expectClean(page);
});

test("a processor stands between microphone and recorder, and is disconnected at the end", async ({ open }) => {
  const page = await open();
  const { peaks, connected, contexts } = await page.evaluate(async () => {
    const engine = audio.createAudioEngine();
    await engine.ready();
    const { context } = engine;
    // A microphone that hears one constant, so that what is done to it shows in every sample.
    const source = new ConstantSourceNode(context, { offset: 0.5 });
    const { stream: mediaStream } = source.connect(
      new MediaStreamAudioDestinationNode(context),
    ) as MediaStreamAudioDestinationNode;
    source.start();
    const made: { node: GainNode; connected: boolean }[] = [];
    const contexts: boolean[] = [];
    const processor = async (given: AudioContext) => {
      contexts.push(given === context);
      const node = new GainNode(given, { gain: 0.5 });
      const one = { node, connected: true };
      const disconnect: () => void = node.disconnect.bind(node);
      node.disconnect = () => {
        one.connected = false;
        disconnect();
      };
      made.push(one);
      return node;
    };
    const peaks: number[] = [];
    for (const options of [{}, { processor }]) {
      const microphone = audio.createMicrophone({ engine, mediaStream, ...options });
      await new Promise<void>((resolve) => {
        let frames = 0;
        const onFrame = ({ pcm }: { pcm: Int16Array }) => {
          // The first ones hold the filter's beginning.
          if (++frames < 10) return;
          peaks.push(pcm.at(-1) ?? 0);
          resolve();
          microphone.stop();
        };
        void microphone.start({ onFrame, onEnded() {} });
      });
    }
    const connected = made.map((one) => one.connected);
    for (const track of mediaStream.getTracks()) track.stop();
    await engine.close();
    return { peaks, connected, contexts };
  });
  expect(Math.abs(peaks[0]! - 16384)).toBeLessThan(4);
  expect(Math.abs(peaks[1]! - 8192)).toBeLessThan(4);
  expect(connected).toEqual([false]);
  expect(contexts).toEqual([true]);
  await expectClean(page);
});

test("a processor that fails is named, and the microphone is given back", async ({ open }) => {
  const page = await open({ microphone: { wav } });
  const errors = await page.evaluate(async () => {
    const engine = audio.createAudioEngine();
    const other = new AudioContext();
    const failing = [
      () => {
        throw new Error("no model");
      },
      () => Promise.reject(new Error("no model")),
      () => new GainNode(other),
      () => undefined as unknown as AudioNode,
    ];
    const errors: { code: string; message: string }[] = [];
    for (const processor of failing) {
      const microphone = audio.createMicrophone({ engine, processor });
      await microphone
        .start({ onFrame() {}, onEnded() {} })
        .catch(({ code, message }) => errors.push({ code, message }));
    }
    await Promise.all([other.close(), engine.close()]);
    return errors;
  });
  expect(errors).toHaveLength(4);
  for (const { code, message } of errors) {
    expect(code).toBe("invalid-option");
    expect(message).toContain('"processor"');
  }
  expect(errors[0]!.message).toContain("no model");
  await expectClean(page);
});

test("a microphone that is lost while it starts is told by start(), and not a second time", async ({ open }) => {
  const page = await open({ microphone: { wav } });
  const { code, ended } = await page.evaluate(async () => {
    const engine = audio.createAudioEngine();
    const ended: string[] = [];
    const microphone = audio.createMicrophone({
      engine,
      async processor(context) {
        microphone.stream?.getAudioTracks()[0]?.dispatchEvent(new Event("ended"));
        return new GainNode(context);
      },
    });
    const code = await microphone.start({ onFrame() {}, onEnded: (error) => ended.push(error.code) }).then(
      () => "started",
      (error) => error.code,
    );
    await engine.close();
    return { code, ended };
  });
  expect(code).toBe("device-not-found");
  expect(ended).toEqual([]);
  await expectClean(page);
});

test("where the context refuses the microphone's rate, a context of its own captures, on the engine's clock", async ({
  open,
}) => {
  const page = await open();
  const heard = await page.evaluate(async () => {
    const engine = audio.createAudioEngine();
    const { context } = engine;
    await engine.ready();
    // The engine's clock is ahead of the other one's by this.
    while (context.currentTime < 0.7) await new Promise((resolve) => setTimeout(resolve, 10));
    let refusals = 0;
    // Firefox up to 150.
    context.createMediaStreamSource = () => {
      refusals++;
      throw new DOMException(
        "Connecting AudioNodes from AudioContexts with different sample-rate",
        "NotSupportedError",
      );
    };
    const destination = new MediaStreamAudioDestinationNode(context);
    const tone = new OscillatorNode(context, { frequency: 440 });
    const gate = new GainNode(context, { gain: 0 });
    tone.connect(gate).connect(destination);
    tone.start();
    const contexts: AudioContext[] = [];
    const processor = (given: AudioContext) => {
      contexts.push(given);
      return new GainNode(given);
    };
    const microphone = audio.createMicrophone({ engine, mediaStream: destination.stream, processor });
    const frames: { loud: boolean; time: number; now: number; apart: number }[] = [];
    let begin = Infinity;
    await new Promise<void>((resolve, reject) => {
      const onFrame = ({ pcm, time }: { pcm: Int16Array; time: number }) => {
        const loud = pcm.some((sample) => Math.abs(sample) > 3000);
        const now = microphone.now();
        frames.push({ loud, time, now, apart: now - (contexts[0]?.currentTime ?? 0) });
        if (frames.length === 30) {
          begin = context.currentTime + 0.1;
          gate.gain.setValueAtTime(1, begin);
        }
        if (frames.filter((frame) => frame.loud).length >= 10) resolve();
      };
      microphone.start({ onFrame, onEnded: reject }).catch(reject);
    });
    const own = contexts[0];
    const whileOpen = { own: own !== context, state: own?.state, player: context.state };
    microphone.stop();
    // Stopped: nothing to wait for.
    await microphone.flush();
    for (const track of destination.stream.getTracks()) track.stop();
    while (own?.state !== "closed") await new Promise((resolve) => setTimeout(resolve));
    const player = context.state;
    await engine.close();
    return { frames, begin, refusals, whileOpen, player };
  });
  expect(heard.refusals).toBe(1);
  expect(heard.whileOpen).toEqual({ own: true, state: "running", player: "running" });
  expect(heard.player).toBe("running");
  // On a machine that is late one clock may stand still while the other goes on: the times follow it by as much.
  const apart = heard.frames.map((frame) => frame.apart);
  const spread = Math.max(...apart) - Math.min(...apart);
  const stoodStill = spread < 0.05 ? 0 : spread;
  const first = heard.frames.find(({ loud }) => loud)!;
  // The way through the stream takes its time; the clocks are apart by much more.
  expect(first.time).toBeGreaterThan(heard.begin - 0.05 - stoodStill);
  expect(first.time).toBeLessThan(heard.begin + 0.35 + stoodStill);
  for (const [index, { time, now }] of heard.frames.entries()) {
    // WebKit's clock stands still while a buffer of the device is rendered.
    expect(time).toBeLessThan(now + 0.03 + stoodStill);
    if (index > 0) expect(time).toBeGreaterThan(heard.frames[index - 1]!.time - stoodStill);
  }
  await expectClean(page);
});

test("a microphone that gives nothing but zeros for three seconds is told, and so is its return; a muted one is not", async ({
  open,
}) => {
  const page = await open();
  const told = await page.evaluate(async () => {
    const engine = audio.createAudioEngine();
    await engine.ready();
    const { context } = engine;
    const source = new ConstantSourceNode(context, { offset: 0 });
    const { stream: mediaStream } = source.connect(
      new MediaStreamAudioDestinationNode(context),
    ) as MediaStreamAudioDestinationNode;
    source.start();
    const microphone = audio.createMicrophone({ engine, mediaStream });
    const told: { silent: boolean; after: number }[] = [];
    let unmuted = Infinity;
    let first = NaN;
    microphone.setMuted(true);
    await new Promise<void>((resolve) => {
      void microphone.start({
        onFrame({ time }) {
          first = Number.isNaN(first) ? time : first;
          if (time > first + 3.3 && unmuted === Infinity) {
            unmuted = microphone.now();
            microphone.setMuted(false);
          }
        },
        onEnded() {},
        onSilent(silent) {
          told.push({ silent, after: microphone.now() - unmuted });
          if (silent) source.offset.setValueAtTime(0.1, 0);
          else resolve();
        },
      });
    });
    microphone.stop();
    for (const track of mediaStream.getTracks()) track.stop();
    await engine.close();
    return told;
  });
  expect(told.map(({ silent }) => silent)).toEqual([true, false]);
  expect(told[0]!.after).toBeGreaterThanOrEqual(2.99);
  await expectClean(page);
});

test("a page that is put away gives the microphone back, and opens it again when it returns, or says why not", async ({
  open,
}) => {
  const page = await open({ microphone: { wav } });
  const seen = await page.evaluate(async () => {
    const engine = audio.createAudioEngine();
    const microphone = audio.createMicrophone({ engine });
    let heard = () => {};
    const ended: string[] = [];
    let over = () => {};
    const frame = () =>
      new Promise<void>((resolve) => {
        heard = resolve;
      });
    await microphone.start({
      onFrame: () => heard(),
      onEnded(error) {
        ended.push(error.code);
        over();
      },
    });
    await frame();
    const first = microphone.stream?.getAudioTracks()[0];
    // What a browser does to a page in the back/forward cache; a driven Chromium has none.
    const pass = (type: string, persisted: boolean) => dispatchEvent(new PageTransitionEvent(type, { persisted }));
    microphone.setMuted(true);
    pass("pagehide", true);
    const away = [first?.readyState, microphone.stream, microphone.level()];
    pass("pageshow", true);
    await frame();
    const second = microphone.stream?.getAudioTracks()[0];
    const back = [second?.readyState, second !== first, second?.enabled, ended.length];
    // A page that goes for good, or comes for the first time, is none of ours.
    pass("pagehide", false);
    pass("pageshow", false);
    const untouched = second === microphone.stream?.getAudioTracks()[0] && second?.readyState === "live";
    // Away, back and away again, before it has opened.
    pass("pagehide", true);
    pass("pageshow", true);
    pass("pagehide", true);
    MediaDevices.prototype.getUserMedia = async () => {
      throw new DOMException("Requested device not found", "NotFoundError");
    };
    const told = new Promise<void>((resolve) => {
      over = resolve;
    });
    pass("pageshow", true);
    await told;
    await engine.close();
    return { away, back, untouched, ended };
  });
  expect(seen.away).toEqual(["ended", null, 0]);
  expect(seen.back).toEqual(["live", true, false, 0]);
  expect(seen.untouched).toBe(true);
  expect(seen.ended).toEqual(["device-not-found"]);
  await expectClean(page);
});

test("the audio session is told that the page records, and when the last microphone has let go", async ({ open }) => {
  const page = await open({ microphone: { wav } });
  const types = await page.evaluate(async () => {
    const types: string[] = [];
    const session = {
      set type(type: string) {
        types.push(type);
        // Safari refuses some of them at times.
        if (types.length > 3) throw new DOMException("no", "InvalidStateError");
      },
    };
    Object.defineProperty(navigator, "audioSession", { value: session, configurable: true });
    const { getUserMedia } = MediaDevices.prototype;
    MediaDevices.prototype.getUserMedia = function (constraints) {
      types.push("asked");
      return getUserMedia.call(this, constraints);
    };
    const engine = audio.createAudioEngine();
    const microphones = [audio.createMicrophone({ engine }), audio.createMicrophone({ engine })];
    for (const microphone of microphones) await microphone.start({ onFrame() {}, onEnded() {} });
    microphones[0]?.stop();
    types.push("one stopped");
    microphones[1]?.stop();
    await microphones[0]?.start({ onFrame() {}, onEnded() {} });
    await engine.close();
    return types;
  });
  expect(types).toEqual([
    "play-and-record",
    "asked",
    "asked",
    "one stopped",
    "auto",
    "play-and-record",
    "asked",
    "auto",
  ]);
  await expectClean(page);
});

test("the audio session is left alone where the app wants that", async ({ open }) => {
  const page = await open({ microphone: { wav } });
  const types = await page.evaluate(async () => {
    const types: string[] = [];
    const session = {
      set type(type: string) {
        types.push(type);
      },
    };
    Object.defineProperty(navigator, "audioSession", { value: session, configurable: true });
    const engine = audio.createAudioEngine();
    const microphone = audio.createMicrophone({ engine, audioSession: false });
    await microphone.start({ onFrame() {}, onEnded() {} });
    await microphone.setDevice(null);
    microphone.stop();
    await engine.close();
    return types;
  });
  expect(types).toEqual([]);
  await expectClean(page);
});

test("the spectrum is that of the microphone, costs nothing before it is asked for, and ends with it", async ({
  open,
}) => {
  const page = await open();
  const seen = await page.evaluate(async () => {
    let analysers = 0;
    const native = AnalyserNode;
    globalThis.AnalyserNode = new Proxy(native, {
      construct(target, args) {
        analysers++;
        return Reflect.construct(target, args);
      },
    });
    const engine = audio.createAudioEngine();
    await engine.ready();
    const { context } = engine;
    const tone = new OscillatorNode(context, { frequency: 3000 });
    const { stream: mediaStream } = tone.connect(
      new MediaStreamAudioDestinationNode(context),
    ) as MediaStreamAudioDestinationNode;
    tone.start();
    const microphone = audio.createMicrophone({ engine, mediaStream });
    const spectrum = new Float32Array(256);
    microphone.spectrum(spectrum);
    const before = spectrum.every((value) => value === -Infinity);
    await new Promise<void>((resolve) => {
      let frames = 0;
      void microphone.start({ onFrame: () => ++frames === 20 && resolve(), onEnded() {} });
    });
    const idle = analysers;
    // It hears from the first call on.
    microphone.spectrum(spectrum);
    let loudest = -1;
    while (!(Math.max(...spectrum) > -30)) {
      await new Promise((resolve) => setTimeout(resolve));
      microphone.spectrum(spectrum);
      loudest = spectrum.indexOf(Math.max(...spectrum));
    }
    const refused = [15, 100, 32768].map((length) => {
      try {
        return microphone.spectrum(new Float32Array(length));
      } catch (error) {
        return (error as { code: string }).code;
      }
    });
    microphone.stop();
    microphone.spectrum(spectrum);
    const after = spectrum.every((value) => value === -Infinity);
    for (const track of mediaStream.getTracks()) track.stop();
    await engine.close();
    const frequency = (loudest * context.sampleRate) / 2 / spectrum.length;
    return { before, idle, analysers, frequency, refused, after, bin: context.sampleRate / 2 / spectrum.length };
  });
  expect(seen.before).toBe(true);
  expect(seen.idle).toBe(0);
  expect(seen.analysers).toBe(1);
  expect(Math.abs(seen.frequency - 3000)).toBeLessThanOrEqual(seen.bin);
  expect(seen.refused).toEqual(["invalid-option", "invalid-option", "invalid-option"]);
  expect(seen.after).toBe(true);
  await expectClean(page);
});

test("levels and frames come where no animation frame does, as in a hidden tab", async ({ open }) => {
  const page = await open({ microphone: { wav } });
  const level = await page.evaluate(async () => {
    window.requestAnimationFrame = () => 0;
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
    const engine = audio.createAudioEngine();
    const microphone = audio.createMicrophone({ engine });
    const level = await new Promise<number>((resolve, reject) => {
      const onFrame = () => microphone.level() > 0.02 && resolve(microphone.level());
      microphone.start({ onFrame, onEnded: reject }).catch(reject);
    });
    await engine.close();
    return level;
  });
  expect(level).toBeGreaterThan(0.02);
});

const sandboxed = `<!doctype html><script type="module">
import { createAudioEngine, createMicrophone } from "/dist/index.js";
const microphone = createMicrophone({ engine: createAudioEngine() });
microphone.start({ onFrame: () => {}, onEnded: () => {} }).then(
  () => parent.postMessage({ code: "opened" }, "*"),
  ({ code, message }) => parent.postMessage({ code, message }, "*"),
);
</script>`;

test("a sandboxed frame is told what it needs, and that is enough", async ({ open, engine }) => {
  test.skip(engine !== "chromium", "Only Chromium has a microphone of its own here.");
  const page = await open({ microphone: { wav, loop: false }, files: { "/sandboxed": sandboxed } });
  const inFrame = (sandbox: string, allow: string) =>
    page.evaluate(
      ([sandbox, allow]) =>
        new Promise<{ code: string; message?: string }>((resolve) => {
          addEventListener("message", ({ data }) => resolve(data), { once: true });
          const frame = document.createElement("iframe");
          frame.setAttribute("sandbox", sandbox);
          frame.allow = allow;
          frame.src = "/sandboxed";
          document.body.append(frame);
        }),
      [sandbox, allow] as const,
    );
  const blocked = { code: "blocked-by-policy", message: expect.stringContaining('allow="microphone *"') };
  expect(await inFrame("allow-scripts", "microphone")).toEqual(blocked);
  expect(await inFrame("allow-scripts", "microphone *")).toEqual(blocked);
  expect(await inFrame("allow-scripts allow-same-origin", "microphone *")).toEqual({ code: "opened" });
});
