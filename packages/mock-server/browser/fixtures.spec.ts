import { readFile } from "node:fs/promises";
import { test as base, expect } from "@playwright/test";
import { type Layercode, layercode } from "../dist/testing.js";

const test = base.extend<Layercode>(layercode);
const said = (text: string) => ({
  userTyped: () => {},
  start: (turn: { text(text: string): void }) => turn.text(text),
});

test.describe("with a scenario and an agent of the test's own", () => {
  test.use({ mockServer: { scenario: said("A welcome of this test."), voice: "tone" } });
  let wasPageClosed: boolean | undefined;
  test("the page talks with it, and only with it", async ({ page, server }) => {
    await page.goto("/");
    await page.getByRole("button").click();
    await expect(page.locator("#transcript")).toHaveText("assistant: A welcome of this test.");
    expect(server.sessions).toHaveLength(1);
    expect(server.sessions[0]?.agentId).toBe("ag-123456");
    const close = server.close.bind(server);
    server.close = () => {
      wasPageClosed = page.isClosed();
      return close();
    };
  });
  test("so does a page as the quick starts have it, whose url is a path of its own origin", async ({
    page,
    server,
  }) => {
    await page.goto("/quick-start.html");
    await page.getByRole("button").click();
    await expect(page.locator("#transcript")).toHaveText("assistant: A welcome of this test.");
    expect(server.sessions).toHaveLength(1);
  });

  // A client that lost its server would ask again, and nobody would be there to answer.
  test.afterAll("the page went before the server did", () => {
    expect(wasPageClosed).toBe(true);
  });
});

test.describe("permissions", () => {
  test.use({ mockServer: { scenario: {}, voice: "tone" } });
  for (const [permission, code] of [
    ["denied", "permission-denied"],
    ["dismissed", "permission-dismissed"],
    ["absent", "device-not-found"],
  ] as const) {
    test.describe(permission, () => {
      test.use({ microphonePermission: permission });
      test(`a microphone that is ${permission} is ${code}, until it is granted`, async ({
        page,
        server,
        microphone,
      }) => {
        await page.goto("/");
        await page.getByRole("button").click();
        await expect(page.locator("#error")).toHaveText(code);
        await microphone.setPermission("granted");
        await page.getByRole("button").click();
        // The connection of the first attempt may have been open when it was given up.
        const isReady = () =>
          server.sessions.some(({ received }) =>
            received.messages.some(({ message }) => message.type === "client.ready"),
          );
        await expect.poll(isReady).toBe(true);
      });
    });
  }

  test.describe("pending", () => {
    test.use({ microphonePermission: "pending" });
    test("a question that is pending waits for its answer", async ({ page, microphone }) => {
      await page.goto("/");
      await page.getByRole("button").click();
      await microphone.setPermission("denied");
      await expect(page.locator("#error")).toHaveText("permission-denied");
    });
  });
});

test.describe("the microphone", () => {
  test.use({ mockServer: { scenario: "echo" } });
  test("plays a WAV file, and what it said before as one", async ({ page, server, microphone }) => {
    await page.goto("/");
    await page.getByRole("button").click();
    const session = await server.waitForSession();
    await session.expect("client.ready");
    await microphone.say("Good morning.");
    const first = await session.waitForSent("user.transcript");
    const file = test.info().outputPath("heard.wav");
    await import("node:fs/promises").then(({ writeFile }) => writeFile(file, session.received.wav()));
    await microphone.play(file);
    await session.waitForSent("user.transcript", { after: first });
    await expect(microphone.play(new Uint8Array(await readFile("package.json")))).rejects.toThrow("no WAV file");
  });
});

test("a status that is an error reaches the page as one", async ({ page, server }) => {
  await page.goto("/");
  const answer = await page.evaluate(async () => {
    const response = await fetch("/api/authorize", { method: "POST", body: '{"agent_id":"ag-no-balance"}' });
    return [response.status, await response.json()];
  });
  expect(answer).toEqual([402, { error: "Insufficient balance." }]);
  expect(server.sessions).toEqual([]);
});

test("waiting for a page that goes elsewhere says where it went", async ({ page, server }) => {
  await page.goto("/");
  const opened = page.waitForEvent("websocket");
  await page.evaluate(() => void new WebSocket("ws://127.0.0.1:9/talk?key=1"));
  await opened;
  await expect(server.waitForSession({ timeoutMs: 1 })).rejects.toThrow(
    /nothing like \*\*\/api\/authorize.*none to this server \(.*\): ws:\/\/127\.0\.0\.1:9\/talk\.$/s,
  );
});
