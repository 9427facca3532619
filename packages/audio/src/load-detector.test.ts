import { afterEach, expect, test, vi } from "vitest";
import { loadDetector } from "./load-detector.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A context whose worklet takes scripts, or refuses all of them. */
function createContext(refusal?: Error) {
  const addModule = vi.fn(async () => {
    if (refusal) throw refusal;
  });
  const context = Object.assign(new EventTarget(), { state: "running", audioWorklet: { addModule } });
  return { addModule, context: context as unknown as BaseAudioContext };
}

test("loads the script, and of a detector without a model nothing else", async () => {
  const asked = vi.fn();
  vi.stubGlobal("fetch", asked);
  const { addModule, context } = createContext();
  await loadDetector(context, { vad: "energy", workletUrl: "/detector.js" });
  expect(addModule.mock.calls).toEqual([["/detector.js"]]);
  expect(asked).not.toHaveBeenCalled();
});

test("rejects as a detection would fail: the script is refused", async () => {
  const { context } = createContext(new DOMException("Refused.", "AbortError"));
  await expect(loadDetector(context, { vad: "energy" })).rejects.toMatchObject({
    code: "worklet-load",
    message: expect.stringContaining("@layercode/audio/detector.js"),
  });
});

test("a context that is closed meanwhile is asked for nothing more", async () => {
  const { addModule, context } = createContext();
  addModule.mockImplementation(async () => {
    Object.assign(context, { state: "closed" });
    throw new DOMException("Unable to load a worklet's module.", "AbortError");
  });
  await expect(loadDetector(context, { vad: "energy", workletUrl: "/detector.js" })).rejects.toMatchObject({
    code: "aborted",
  });
  expect(addModule).toHaveBeenCalledOnce();
});

test.each([
  ["is not there", new Response(null, { status: 404 })],
  ["is something else", new Response("<!doctype html>")],
])("rejects as a detection would fail: the model %s", async (_, answer) => {
  vi.stubGlobal("fetch", async () => answer);
  const { context } = createContext();
  await expect(loadDetector(context, { vad: "silero", modelUrl: "/model.bin" })).rejects.toMatchObject({
    code: "detector-failed",
    message: expect.stringContaining("/model.bin"),
  });
});
