import { expect, test } from "vitest";
import { createMockServer } from "../server.js";
import { layercode } from "./playwright.js";

/** A page of which the fixture wants its routes: what it does with one is written down. */
function fakePage() {
  const done: string[] = [];
  let answer: ((route: never) => Promise<void>) | undefined;
  const page = {
    addInitScript: async () => {},
    evaluate: async () => {},
    async route(_url: string, handler: (route: never) => Promise<void>) {
      answer = handler;
    },
  };
  const ask = (isGone: boolean) => {
    const end = async (what: string) => {
      if (isGone) throw new Error("Target page, context or browser has been closed");
      done.push(what);
    };
    return answer?.({
      request: () => ({ method: () => "POST", postData: () => '{"agent_id":"ag-1"}' }),
      fulfill: ({ status }: { status: number }) => end(`answered ${status}`),
      abort: (reason: string) => end(`failed: ${reason}`),
    } as never);
  };
  return { page, done, ask };
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
