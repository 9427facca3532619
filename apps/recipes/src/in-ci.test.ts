// A test in CI: no account, no key, no network. `in-ci.yml` is the workflow that runs it.
import { mockServer } from "@layercode/mock-server/testing";
import { test as base, expect } from "vitest";
import { openCart } from "./data-both-ways.js";

const test = base.extend(mockServer({ scenario: {} }));

test("what is added reaches the agent, and what the agent answers is shown", async ({ server }) => {
  const carts: object[] = [];
  const options = { agentId: "ag-shop", authorizeSessionEndpoint: server.authorizeUrl, url: server.wsUrl };
  const { client, add } = openCart({ ...options, audioInput: false, audioOutput: false }, (cart) => carts.push(cart));
  await client.connect();
  const session = await server.waitForSession();
  await add("tea");
  await session.expect("client.response.data", { data: { add: "tea" } });
  session.send({ type: "response.data", turn_id: "turn-1", content: { items: ["tea"], total: 4 } });
  await expect.poll(() => carts).toEqual([{ items: ["tea"], total: 4 }]);
  await client.dispose();
});
