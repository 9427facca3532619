import { expectNothingLeft, type Instruments, installScript, probe, readCensus } from "@layercode/browser-testing";
import type { Page } from "@playwright/test";
import { expect, expectClean, test } from "./fixtures";

const strict = "default-src 'none'; script-src 'self'; connect-src 'self'";

/** Starts an engine in the page and tells how it went. */
function startEngine(page: Page, options: { workletUrl?: string } = {}) {
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
