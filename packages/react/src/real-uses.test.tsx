import { fileURLToPath } from "node:url";
import { compile } from "@layercode/client-testing/compile";
import { version } from "react";
import { expect, test, vi } from "vitest";
import { handlers, Shop } from "../test/real-uses.js";
import { acting, actingUntil, render } from "../test/rendered.js";
import { createWorld, stubInputDevices } from "../test/world.js";

// Not import.meta.url alone, which this environment's URL makes an address of the page.
const file = (path: string) => new URL(path, `file://${import.meta.dirname}/`);
const ours = { "@layercode/react-sdk": [fileURLToPath(file("index.ts"))] };

// The types are the same with every React.
const typeTest = test.runIf(version.startsWith("19"));

const files = ["../test/real-uses.tsx", "../test/react-sdk-migration.tsx"].map(file);

typeTest("what apps have written compiles against Layercode's own types", { timeout: 60_000 }, () => {
  expect(compile(files, {})).toEqual([]);
});

typeTest("… and against ours", { timeout: 60_000 }, () => {
  expect(compile(files, ours)).toEqual([]);
});

test("it runs: handlers with types of their own get what they name, and a word of the app's own compares", async () => {
  stubInputDevices(["Headset"]);
  const world = createWorld();
  const { agentId: _, authorizeSessionEndpoint: __, ...more } = world.options;
  const rendered = await render(<Shop shopper={{ userId: "1" }} more={more as never} />);
  expect(rendered.text).toContain("Press connect");
  const opened = world.untilSocket();
  await acting(() => rendered.find("#connect").click());
  await acting(() => opened);
  await acting(() => world.socket.open());
  await acting(() => world.socket.says({ type: "turn.start", role: "assistant", turn_id: "a1" }));
  await acting(() => world.socket.says({ type: "response.text", content: "Hello", turn_id: "a1" }));
  await acting(() => world.socket.says({ type: "response.data", content: { isThinking: true }, turn_id: "a1" }));
  await acting(() => world.socket.says({ type: "turn.end", role: "assistant", turn_id: "a1" }));
  await actingUntil(() => rendered.find("#state").textContent === "connected button Headset");
  expect(rendered.find("pre").textContent).toBe("agent: Hello\nthinking: true\nend of a1");
  await acting(() => rendered.find("#data").click());
  expect(world.socket.sent).toContainEqual({ type: "client.response.data", data: "just text" });
  vi.unstubAllGlobals();
});

test("an app finds no funds in the error's text, as it has always looked for it", async () => {
  const world = createWorld();
  world.backend.answer = async () => Response.json({ error: "Payment required" }, { status: 402 });
  const { agentId: _, authorizeSessionEndpoint: __, ...more } = world.options;
  const rendered = await render(<Shop shopper={{ userId: "1" }} more={more as never} />);
  await acting(() => rendered.find("#connect").click());
  await actingUntil(() => rendered.find("pre").textContent === "no funds");
  expect(rendered.find("#state").textContent).toMatch(/^error /);
});

test("handlers as apps have them are options", () => {
  const options = { agentId: "ag-1", authorizeSessionEndpoint: "/api/authorize" };
  for (const add of handlers) expect(add(options)).toMatchObject(options);
});
