// A deploy replaced the files of a page that is still open: its import() of what loads later fails.
import { afterEach, expect, test, vi } from "vitest";
import { createWorld, settle } from "../../test/world.js";
import { listAudioInputDevices } from "../audio/devices.js";

const remedy = /could not be fetched \(.+\)\. Reload the page: .*script-src/s;

afterEach(async () => {
  // An import that is still under way would take the next test's mocks before they are there.
  await settle();
  vi.doUnmock("../runtime/session-runtime.js");
  vi.doUnmock("../runtime/session-log-format.js");
  vi.doUnmock("../audio/audio-package.js");
  vi.doUnmock("../runtime/run-tool.js");
});

function gone(): never {
  throw new TypeError("Failed to fetch dynamically imported module: https://app.example/chunk-1.js");
}

test("connect() rejects with the remedy", async () => {
  vi.doMock("../runtime/session-runtime.js", gone);
  const { client } = createWorld();
  await expect(client.connect()).rejects.toMatchObject({ code: "connection", message: expect.stringMatching(remedy) });
  expect(client.getSnapshot()).toMatchObject({ status: "error", error: { code: "connection" } });
});

test("the session log, too", async () => {
  vi.doMock("../runtime/session-log-format.js", gone);
  // From here on the mock is there: vitest registers it with the next import.
  await expect(import("../runtime/session-log-format.js")).rejects.toThrow();
  const { client } = createWorld();
  await expect(client.exportSessionLog()).rejects.toMatchObject({ message: expect.stringMatching(remedy) });
});

test("so does whatever needs the audio package", async () => {
  vi.doMock("../audio/audio-package.js", gone);
  await expect(listAudioInputDevices()).rejects.toMatchObject({
    code: "worklet-load",
    message: expect.stringMatching(remedy),
  });
});

test("so does a tool: the backend is told, too", async () => {
  vi.doMock("../runtime/run-tool.js", gone);
  const errors: unknown[] = [];
  const world = createWorld({ audioInput: false, onError: (error) => errors.push(error) });
  await world.connect();
  world.callsTool("move");
  await settle();
  expect(errors).toMatchObject([{ code: "tool-failed", message: expect.stringMatching(remedy) }]);
  expect(world.toolResults).toMatchObject([
    { id: "c1", error: { code: "failed", message: expect.stringMatching(remedy) } },
  ]);
  await world.client.dispose();
});
