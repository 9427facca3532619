import { render } from "svelte/server";
import { expect, test } from "vitest";
import Page from "../test/fixtures/Page.svelte";
import { createWorld } from "../test/world.js";
import { createAuthorizeHandler } from "./server.js";

test("renders on a server, where it opens nothing", () => {
  const world = createWorld();
  expect(globalThis).not.toHaveProperty("window");
  const { body } = render(Page, { props: { options: world.options } });
  expect(body).toContain("<h1>disconnected</h1>");
  expect(body).toContain("<p>0 0 false</p>");
  expect(body).toContain("disconnected, 0 messages");
  expect(body).toMatch(/<select><\/select>/);
  expect(world.requests).toEqual([]);
  expect(world.held).toEqual({ sockets: 0, microphone: false, speaker: false });
});

test("the first rendering shows the messages that are given", () => {
  const { options } = createWorld();
  const message = { id: "m1", turnId: "t1", role: "user", text: "Hi", status: "final", createdAt: 0 } as const;
  const { body } = render(Page, { props: { options: { ...options, initialMessages: [message] } } });
  expect(body).toContain("disconnected, 1 messages");
});

test("has the endpoint beside it", () => {
  expect(createAuthorizeHandler({ apiKey: "key", agentId: "ag-123456" })).toBeTypeOf("function");
});
