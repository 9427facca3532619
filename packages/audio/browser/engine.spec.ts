import {
  type EnginePage,
  expectNothingLeft,
  type Instruments,
  installScript,
  probe,
  readCensus,
} from "@layercode/browser-testing";
import type { Page } from "@playwright/test";
import { expect, expectClean, test } from "./fixtures.js";

const strict = "default-src 'none'; script-src 'self'; connect-src 'self'";

/** Starts an engine in the page and tells how it went. */
function startEngine(page: EnginePage, options: { workletUrl?: string } = {}) {
  return page.evaluate(async (options) => {
    const engine = audio.createAudioEngine(options);
    const outcome = await engine.ready().then(
      () => ({ code: "ready", message: "" }),
      ({ code, message }) => ({ code, message }),
    );
    await engine.close();
    return outcome;
  }, options);
}

test("under script-src 'self' the hosted worklet loads, and its absence is explained", async ({ open }) => {
  const page = await open({ policy: strict });
  expect(await startEngine(page, { workletUrl: "/dist/worklet.js" })).toEqual({ code: "ready", message: "" });
  const refused = await startEngine(page);
  expect(refused.code).toBe("worklet-load");
  expect(refused.message).toContain("script-src");
  expect(refused.message).toContain("@layercode/audio/worklet.js");
  const missing = await startEngine(page, { workletUrl: "/nowhere.js" });
  expect(missing.code).toBe("worklet-load");
  expect(missing.message).toContain("/nowhere.js");
  await expectClean(page);
});

test("the worklet is loaded once a context, and loading the file by hand does no harm", async ({ open }) => {
  const page = await open();
  const result = await page.evaluate(async () => {
    const context = new AudioContext();
    await context.audioWorklet.addModule("/dist/worklet.js");
    let loads = 0;
    const addModule = context.audioWorklet.addModule.bind(context.audioWorklet);
    context.audioWorklet.addModule = (url) => {
      loads++;
      return addModule(url);
    };
    const engines = [audio.createAudioEngine({ context }), audio.createAudioEngine({ context })];
    await Promise.all(engines.map((engine) => engine.ready()));
    await engines[0]?.ready();
    await Promise.all(engines.map((engine) => engine.close()));
    return { loads, state: context.state };
  });
  expect(result).toEqual({ loads: 1, state: "closed" });
  await expectClean(page);
});

for (const [name, policy, schemes] of [
  ["no policy", undefined, ["blob:"]],
  ["blob: in script-src", "script-src 'self' blob:", ["blob:"]],
  ["data: in script-src", "script-src 'self' data:", ["blob:", "data:"]],
] as const) {
  test(`without a workletUrl, and with ${name}, the worklet comes from ${schemes.at(-1)}`, async ({ open }) => {
    const page = await open(policy ? { policy } : {});
    const tried = await page.evaluate(async () => {
      const tried: string[] = [];
      const { addModule } = AudioWorklet.prototype;
      AudioWorklet.prototype.addModule = function (url) {
        tried.push(new URL(url, location.href).protocol);
        return addModule.call(this, url);
      };
      const engine = audio.createAudioEngine();
      await engine.ready();
      AudioWorklet.prototype.addModule = addModule;
      await engine.close();
      return tried;
    });
    // The output tap has a module of its own in the same context.
    expect(tried.filter((scheme) => scheme !== "http:")).toEqual(schemes);
    await expectClean(page);
  });
}

test("in a cross-origin isolated page the worklet loads from a blob, and from the page's own origin", async ({
  open,
}) => {
  const page = await open({ isolated: true });
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(await startEngine(page)).toMatchObject({ code: "ready" });
  expect(await startEngine(page, { workletUrl: "/dist/worklet.js" })).toMatchObject({ code: "ready" });
  await expectClean(page);
});

test("the context runs at the device's rate, and says how long its sound takes to be heard", async ({ open }) => {
  const page = await open();
  const { rates, latency, output } = await page.evaluate(async () => {
    const device = new AudioContext();
    const engine = audio.createAudioEngine();
    await engine.ready();
    const rates = [engine.context.sampleRate, device.sampleRate];
    const latency = engine.outputLatency;
    const output = engine.output === engine.context.destination;
    await Promise.all([device.close(), engine.close()]);
    return { rates, latency, output };
  });
  expect(rates[0]).toBe(rates[1]);
  expect(latency).toBeGreaterThanOrEqual(0);
  expect(output).toBe(true);
  await expectClean(page);
});

/** What the page of a test that is not to count as a gesture does when it is told to, by `probe()`. */
function blockedPage({ probes }: Instruments): void {
  const loaded = new Promise<void>((resolve) => Object.assign(globalThis, { loaded: resolve }));
  probes["page.loaded"] = () => loaded;
  const states: string[] = [];
  let engine: ReturnType<typeof audio.createAudioEngine>;
  probes["engine.start"] = async () => {
    engine = audio.createAudioEngine();
    engine.onStateChange((state) => states.push(state));
    const before = engine.state;
    const ready = await engine.ready().catch((error) => error.code);
    return { before, ready, state: engine.state };
  };
  const rendered: string[] = [];
  probes["engine.play"] = async () => {
    const speaker = audio.createSpeaker({ engine });
    const note = (event: string) => (of: unknown) => rendered.push(`${event} ${JSON.stringify(of)}`);
    await speaker.start({
      onStarted: note("started"),
      onUnderrun: note("underrun"),
      onFinished: note("finished"),
      onInterrupted: note("interrupted"),
    });
    speaker.enqueue(new Uint8Array(3200), { turnId: "a", deltaId: null });
    speaker.end("a");
    return rendered.length;
  };
  probes["engine.states"] = () => states;
  probes["engine.rendered"] = () => rendered.map((event) => event.split(" ")[0]);
  probes["engine.close"] = async () => {
    await engine.close();
    return engine.state;
  };
}

test("a blocked engine says so, takes what is to be played, and plays it after the next gesture; one listener each, gone afterwards", async ({
  open,
}) => {
  const page = await open({ autoplay: false });
  await installScript(page, blockedPage, null);
  await page.reload();
  await probe(page, "page.loaded");
  const before = await readCensus(page);
  expect(await probe(page, "engine.start")).toEqual({ before: "running", ready: "audio-blocked", state: "blocked" });
  expect(await probe(page, "engine.play")).toBe(0);
  const waiting = (await readCensus(page)).listeners.filter((listener) => listener.includes("keydown"));
  expect(waiting).toHaveLength(1 + before.listeners.filter((listener) => listener.includes("keydown")).length);
  await page.keyboard.press("a");
  await expect.poll(() => probe(page, "engine.rendered")).toEqual(["started", "finished"]);
  expect((await readCensus(page)).listeners).toEqual(before.listeners);
  expect(await probe(page, "engine.close")).toBe("closed");
  expect(await probe(page, "engine.states")).toEqual(["blocked", "running", "closed"]);
  expectNothingLeft(await readCensus(page), before);
});

test("an engine that is closed while it is blocked leaves no listener", async ({ open }) => {
  const page = await open({ autoplay: false });
  await installScript(page, blockedPage, null);
  await page.reload();
  await probe(page, "page.loaded");
  const before = await readCensus(page);
  expect(await probe(page, "engine.start")).toMatchObject({ state: "blocked" });
  await probe(page, "engine.close");
  expectNothingLeft(await readCensus(page), before);
});

test("a context that the system interrupts is told, comes back by itself, and is blocked when it does not", async ({
  open,
}) => {
  const page = await open();
  const { states, code } = await page.evaluate(async () => {
    const engine = audio.createAudioEngine();
    const { context } = engine;
    await engine.ready();
    // What WebKit does in a call. Only the state is played: Chromium has no way to be interrupted.
    let state: AudioContextState | null = null;
    const { get } = Object.getOwnPropertyDescriptor(BaseAudioContext.prototype, "state") as {
      get(): AudioContextState;
    };
    Object.defineProperty(context, "state", { get: () => state ?? get.call(context) });
    const become = (next: AudioContextState | null) => {
      state = next;
      context.dispatchEvent(new Event("statechange"));
    };
    const states: string[] = [];
    const blocked = new Promise<void>((resolve) => {
      engine.onStateChange((state) => {
        states.push(state);
        if (state === "blocked") resolve();
      });
    });
    become("interrupted");
    become(null);
    become("interrupted");
    // The call is over, and the sound is not given back.
    become("suspended");
    await blocked;
    const code = await engine.resume().then(
      () => "running",
      (error) => error.code,
    );
    state = null;
    document.dispatchEvent(new Event("visibilitychange"));
    while (engine.state !== "running") await new Promise((resolve) => setTimeout(resolve));
    await engine.close();
    return { states, code };
  });
  expect(states).toEqual(["interrupted", "running", "interrupted", "blocked", "running", "closed"]);
  expect(code).toBe("audio-blocked");
  await expectClean(page);
});

test("a page that was frozen goes on", async ({ open, engine }) => {
  test.skip(engine !== "chromium", "Only Chromium freezes a page on demand.");
  const page = await open();
  await page.evaluate(async () => {
    const engine = audio.createAudioEngine();
    await engine.ready();
    Object.assign(globalThis, { engine });
  });
  const session = await (page as Page).context().newCDPSession(page as Page);
  await session.send("Page.setWebLifecycleState", { state: "frozen" });
  await session.send("Page.setWebLifecycleState", { state: "active" });
  const states = await page.evaluate(async () => {
    const { engine } = globalThis as unknown as { engine: ReturnType<typeof audio.createAudioEngine> };
    const then = engine.context.currentTime;
    while (engine.context.currentTime < then + 0.1) await new Promise((resolve) => setTimeout(resolve));
    const state = engine.state;
    await engine.close();
    return [state, engine.state];
  });
  expect(states).toEqual(["running", "closed"]);
  await expectClean(page);
});

test("an engine may be closed twice at once, and while another closes its context", async ({ open }) => {
  const page = await open();
  const states = await page.evaluate(async () => {
    const twice = audio.createAudioEngine();
    await Promise.all([twice.close(), twice.close()]);
    await twice.close();
    const context = new AudioContext();
    const engine = audio.createAudioEngine({ context });
    // Firefox's answer to the second of two.
    const closed = context.close();
    Object.defineProperty(context, "state", { value: "running", configurable: true });
    const closing = engine.close();
    await closed;
    Reflect.deleteProperty(context, "state");
    context.dispatchEvent(new Event("statechange"));
    await closing;
    return [twice.state, engine.state];
  });
  expect(states).toEqual(["closed", "closed"]);
  await expectClean(page);
});

test("an engine that is closed lets its processors end before its context", async ({ open }) => {
  const page = await open();
  const order = await page.evaluate(async () => {
    const order: string[] = [];
    const Native = AudioWorkletNode;
    globalThis.AudioWorkletNode = class extends Native {
      constructor(context: BaseAudioContext, name: string, options?: AudioWorkletNodeOptions) {
        super(context, name, options);
        this.port.addEventListener("message", ({ data }) => {
          if (data.type === "closed") order.push(name);
        });
      }
    };
    const context = new AudioContext();
    const engine = audio.createAudioEngine({ context });
    // Of this context's rate, so that no browser captures it in another one.
    const { stream } = new MediaStreamAudioDestinationNode(context);
    const nothing = () => {};
    const microphone = audio.createMicrophone({ engine, mediaStream: stream });
    const speaker = audio.createSpeaker({ engine });
    await engine.ready();
    await microphone.start({ onFrame: nothing, onEnded: nothing });
    await speaker.start({ onStarted: nothing, onUnderrun: nothing, onFinished: nothing, onInterrupted: nothing });
    globalThis.AudioWorkletNode = Native;
    const close = context.close.bind(context);
    context.close = () => {
      order.push("context");
      return close();
    };
    await engine.close();
    return [...order.slice(0, -1).sort(), order.at(-1)];
  });
  expect(order).toEqual(["layercode-player", "layercode-recorder", "context"]);
});

test("an output is chosen, or it is said why not", async ({ open, engine }) => {
  const page = await open();
  const outcomes = await page.evaluate(async () => {
    const engine = audio.createAudioEngine();
    await engine.ready();
    const choose = (id: string | null) =>
      engine.setOutputDevice(id).then(
        () => "chosen",
        (error) => `${error.name} ${error.code} ${error.message}`,
      );
    const outcomes = [await choose(null), await choose("no such device")];
    Object.assign(engine.context, { setSinkId: undefined });
    outcomes.push(await choose("speaker"), await choose(null));
    await engine.close();
    return outcomes;
  });
  expect(outcomes[0]).toBe("chosen");
  // Firefox and WebKit have no setSinkId() of a context.
  const refusal =
    engine === "chromium" ? /^AudioError device-not-found .*"no such device"/ : /^AudioError output-unsupported /;
  expect(outcomes[1]).toMatch(refusal);
  expect(outcomes[2]).toMatch(/^AudioError output-unsupported /);
  expect(outcomes[3]).toBe("chosen");
  await expectClean(page);
});

test("on iOS sound goes through an audio element, which plays inline and is given up with the engine", async ({
  open,
  engine,
}) => {
  const page = await open();
  const seen = await page.evaluate(async (isHeard) => {
    // What tells Safari of a phone or a tablet from all others.
    Object.defineProperty(navigator, "audioSession", { value: { type: "auto" }, configurable: true });
    Object.defineProperty(navigator, "maxTouchPoints", { value: 5, configurable: true });
    const elements: HTMLAudioElement[] = [];
    const { createElement } = document;
    document.createElement = ((name: string) => {
      const element = createElement.call(document, name);
      if (element instanceof HTMLAudioElement) elements.push(element);
      return element;
    }) as typeof createElement;
    const engine = audio.createAudioEngine();
    await engine.ready();
    const { output, context } = engine;
    const element = elements[0];
    if (!(output instanceof MediaStreamAudioDestinationNode) || element === undefined) throw new Error("no stream");
    const speaker = audio.createSpeaker({ engine });
    // What the element plays, heard once more on its way.
    const ear = new AnalyserNode(context);
    context.createMediaStreamSource(output.stream).connect(ear);
    const silent = () => {};
    const tone = Int16Array.from({ length: 32000 }, (_, index) => 16000 * Math.sin(index / 3));
    const play = () => speaker.enqueue(new Uint8Array(tone.buffer), { turnId: "a", deltaId: null });
    await speaker.start({ onStarted: silent, onUnderrun: play, onFinished: silent, onInterrupted: silent });
    play();
    const heard = new Float32Array(ear.fftSize);
    while (isHeard && Math.max(...heard) < 0.3) {
      await new Promise((resolve) => setTimeout(resolve));
      ear.getFloatTimeDomainData(heard);
    }
    const playing = [elements.length, element.paused, element.hasAttribute("playsinline")];
    const same = element.srcObject === output.stream;
    await engine.close();
    const after = [element.paused, element.srcObject, output.stream.getTracks()[0]?.readyState];
    return { playing, same, after };
    // WebKitGTK cannot always read a stream of its own: there only the element is looked at.
  }, engine !== "webkit");
  expect(seen).toEqual({ playing: [1, false, true], same: true, after: [true, null, "ended"] });
  await expectClean(page);
});
