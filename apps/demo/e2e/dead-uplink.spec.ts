import { createTcpProxy } from "@layercode/browser-testing";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.js";

test("a connection that dies without a word while the user talks is noticed, and comes back", async ({
  openScripted,
  nextSession,
  server,
}) => {
  const proxy = await createTcpProxy({ target: { host: "127.0.0.1", port: server.port } });
  const origin = `http://127.0.0.1:${proxy.port}`;
  const demo = await openScripted({ agent: "ag-reserved", origin, prepare: keepSocket });
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await session.waitFor("client.audio");
  proxy.blackhole();
  await fillBuffers(demo.page);
  await expect(demo.status).toHaveText("Reconnecting", { timeout: 20_000 });
  proxy.restore();
  const again = await nextSession();
  expect(again.conversationId).toBe(session.conversationId);
  await again.waitFor("client.audio");
  await expect(demo.status).toHaveText("Connected");
  await proxy.close();
});

function keepSocket(page: Page): Promise<unknown> {
  return page.addInitScript(() => {
    window.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        Object.assign(globalThis, { newestSocket: this });
      }
    };
  });
}

/**
 * The loopback's segments are 45 times as long as a network's, and so are the system's buffers: it would take two minutes
 * of speech until they are full.
 */
function fillBuffers(page: Page): Promise<void> {
  return page.evaluate(() => {
    const { newestSocket } = globalThis as unknown as { newestSocket: WebSocket };
    for (let n = 0; n < 16; n++) newestSocket.send(" ".repeat(1_000_000));
  });
}
