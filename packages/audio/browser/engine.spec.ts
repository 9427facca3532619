import type { EnginePage } from "@layercode/browser-testing";

import { expect, expectClean, test } from "./fixtures";

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

test("the context runs at the device's rate; one that waits for a gesture is reported and runs after it", async ({
  open,
}) => {
  const page = await open({ autoplay: false });
  // Not by evaluate(), which counts as a gesture: a script of the page itself.
  await page.addInitScript(() => {
    addEventListener("load", async () => {
      const deviceRate = new OfflineAudioContext(1, 1, 48000) && new AudioContext();
      const { audio } = (await import("/dist/index.js" as string).then((module) => ({ audio: module }))) as {
        audio: typeof globalThis.audio;
      };
      const engine = audio.createAudioEngine();
      const blocked = await engine.ready().catch((error) => error.code);
      document.title = `${blocked} ${engine.context.sampleRate === deviceRate.sampleRate}`;
      await deviceRate.close();
      addEventListener("keydown", async () => {
        await engine.ready();
        document.title = engine.context.state;
        await engine.close();
      });
    });
  });
  await page.reload();
  await expect.poll(() => page.title()).toBe("audio-blocked true");
  await page.keyboard.press("a");
  await expect.poll(() => page.title()).toBe("running");
});
