import { expect, test, vi } from "vitest";
import type { MockServer } from "../server.js";
import { mockServer } from "./vitest.js";

/** The fixture in a test that may take so long. */
const inTest = (timeout: number | undefined, use: (server: MockServer) => Promise<void>, options = {}) =>
  mockServer(options).server({ onTestFailed: () => {}, task: { ...(timeout !== undefined && { timeout }) } }, use);

test("what is waited for is told before the test's own time is up", async () => {
  await inTest(50, async (server) => {
    await expect(server.waitForSession()).rejects.toThrow("No client connected within 40 ms");
    const answer = await fetch(server.authorizeUrl, { method: "POST", body: '{"agent_id":"ag-1"}' });
    const { client_session_key } = (await answer.json()) as { client_session_key: string };
    const socket = new WebSocket(`${server.wsUrl}?client_session_key=${client_session_key}`);
    const session = await server.waitForSession({ timeoutMs: 10_000 });
    const waits = [session.expect("client.ready"), session.waitFor("client.ready"), session.waitForSent("turn.end")];
    for (const wait of waits) await expect(wait).rejects.toThrow("did not come: 40 ms have passed");
    socket.close();
  });
});

test.each([
  ["the time that Vitest gives a test, where that does not say it", undefined, 4000],
  ["a test of a minute", 60_000, 10_000],
  ["a test that never ends", 0, 10_000],
])("%s", async (_, timeout, expected) => {
  await inTest(timeout, async (server) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const waiting = expect(server.waitForSession()).rejects.toThrow(`within ${expected} ms`);
    vi.advanceTimersByTime(expected);
    vi.useRealTimers();
    await waiting;
  });
});

test("the option counts as it is given", async () => {
  await inTest(
    5000,
    async (server) => {
      await expect(server.waitForSession()).rejects.toThrow("within 1 ms");
    },
    { timeoutMs: 1 },
  );
});
