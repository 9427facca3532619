import { expect, test } from "vitest";
import { createMockServer } from "../server.js";
import { layercode } from "./playwright.js";

/** A page of which the fixture wants its routes: what it does with one is written down. */
function fakePage() {
  const done: string[] = [];
  let answer: ((route: never) => Promise<void>) | undefined;
  let opened: ((socket: { url(): string }) => void) | undefined;
  const page = {
    on(_event: "websocket", listener: typeof opened) {
      opened = listener;
    },
    addInitScript: async () => {},
    evaluate: async () => {},
    async route(_url: string, handler: (route: never) => Promise<void>) {
      answer = handler;
    },
  };
  const ask = (isGone: boolean, agentId = "ag-1") => {
    const end = async (what: string) => {
      if (isGone) throw new Error("Target page, context or browser has been closed");
      done.push(what);
    };
    return answer?.({
      request: () => ({ method: () => "POST", postData: () => JSON.stringify({ agent_id: agentId }) }),
      fulfill: ({ status }: { status: number }) => end(`answered ${status}`),
      abort: (reason: string) => end(`failed: ${reason}`),
    } as never);
  };
  return { page, done, ask, open: (url: string) => opened?.({ url: () => url }) };
}

const passed = { status: "passed", expectedStatus: "passed", attach: async () => {} };

test("a request of the page is answered, or fails as at a server that is gone; the handler never rejects", async () => {
  const server = await createMockServer({ voice: "tone" });
  const { page, done, ask } = fakePage();
  const authorizeEndpoint = "**/api/authorize";
  await layercode.page(
    { server, page, authorizeEndpoint },
    async () => {
      await ask(false);
      await ask(true);
      await server.close();
      await ask(false);
      await ask(true);
    },
    passed,
  );
  expect(done).toEqual(["answered 200", "failed: connectionrefused"]);
});

test("a page that does not come is told of, with what it did instead", async () => {
  const server = await createMockServer({ voice: "tone", timeoutMs: 1 });
  const { page, ask, open } = fakePage();
  const wait = async () => server.waitForSession().catch((error: Error) => error.message.split("\n"));
  const none = "No client connected within 1 ms. There were 0 sessions.";
  await layercode.page(
    { server, page, authorizeEndpoint: "**/api/authorize" },
    async () => {
      const notAsked =
        "The page has asked for nothing like **/api/authorize. If its endpoint has another path, set authorizeEndpoint.";
      expect(await wait()).toEqual([none, notAsked]);
      await ask(true);
      await ask(false, "ag-no-balance");
      expect(await wait()).toEqual([none, "The page's authorize endpoint answered nothing, 402."]);
      await ask(false);
      open(server.wsUrl);
      expect(await wait()).toEqual([none]);
      open("ws://localhost:5173/v1/talk?client_session_key=1");
      const elsewhere = `The page has opened WebSockets, but none to this server (${server.wsUrl}): ws://localhost:5173/v1/talk.`;
      expect(await wait()).toEqual([none, elsewhere]);
    },
    passed,
  );
  await server.close();
});
