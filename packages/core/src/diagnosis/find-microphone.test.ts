import { expect, test, vi } from "vitest";
import { deferred } from "../../test/world.js";
import { initialModel } from "../machine/model.js";
import { resolveOptions } from "../options/resolve.js";
import { findMicrophone } from "./find-microphone.js";
import type { Scene } from "./scene.js";

function createScene(openMicrophone: () => Promise<MediaStream>, options = {}) {
  const resolved = resolveOptions({ agentId: "ag-1", authorizeSessionEndpoint: "/api/authorize", ...options });
  const ending = new AbortController();
  const firstPage = { importAudio: async () => ({ openMicrophone }), context: null };
  const scene = { model: initialModel(resolved), options: resolved, ports: null, firstPage, over: ending.signal };
  return { scene: { ...scene, openSession: false } as unknown as Scene, ending };
}

function createStream() {
  const track = { stop: vi.fn() };
  return { track, stream: { getTracks: () => [track] } as unknown as MediaStream };
}

test("the microphone is stopped with the diagnosis, and not before", async () => {
  const { track, stream } = createStream();
  const { scene, ending } = createScene(async () => stream);
  expect(await findMicrophone(scene)).toEqual({ type: "opened", stream });
  expect(track.stop).not.toHaveBeenCalled();
  ending.abort();
  expect(track.stop).toHaveBeenCalledOnce();
});

test("one that is allowed after the diagnosis is over is stopped at once", async () => {
  const { track, stream } = createStream();
  const prompt = deferred<MediaStream>();
  const { scene, ending } = createScene(() => prompt.promise);
  const finding = findMicrophone(scene);
  ending.abort();
  prompt.resolve(stream);
  await finding;
  expect(track.stop).toHaveBeenCalledOnce();
});

test("a stream of the app's own is looked at, and goes on", async () => {
  const { track, stream } = createStream();
  const ask = vi.fn();
  const { scene, ending } = createScene(ask);
  const own = { ...scene, options: { ...scene.options, mediaStream: stream } };
  expect(await findMicrophone(own)).toEqual({ type: "opened", stream });
  ending.abort();
  expect(track.stop).not.toHaveBeenCalled();
  expect(ask).not.toHaveBeenCalled();
});

test("a refusal keeps its code, and says what the browser knows of the permission", async () => {
  const denied = Object.assign(new Error("Blocked. Allow it."), { code: "permission-denied" });
  const { scene } = createScene(() => Promise.reject(denied));
  vi.stubGlobal("navigator", { permissions: { query: async () => ({ state: "denied" }) } });
  expect(await findMicrophone(scene)).toMatchObject({
    type: "refused",
    error: { code: "permission-denied" },
    permission: "denied",
  });
  vi.stubGlobal("navigator", {});
  expect(await findMicrophone(scene)).toMatchObject({ type: "refused", permission: null });
  vi.unstubAllGlobals();
});

test.each([
  ["switched off", { audioInput: false }],
  ["of the app's own", { audio: { input: {}, output: {} } }],
])("one that is %s is not opened", async (_, options) => {
  const ask = vi.fn();
  const { scene } = createScene(ask);
  const resolved = { ...scene.options, ...options } as Scene["options"];
  expect(await findMicrophone({ ...scene, options: resolved, model: initialModel(resolved) })).toMatchObject({
    type: "unused",
  });
  expect(ask).not.toHaveBeenCalled();
});
