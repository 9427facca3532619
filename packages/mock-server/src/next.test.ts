import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

/** As a process of its own that Next has load the configuration. */
async function load(environment: string) {
  vi.stubEnv("NODE_ENV", environment);
  vi.resetModules();
  return (await import("./next.js")).withLayercodeMock;
}

const write = vi.spyOn(process.stdout, "write");
beforeEach(() => void write.mockReset().mockReturnValue(true));
afterEach(() => void vi.unstubAllEnvs());

/** What this file writes into the terminal. */
const printed = () => write.mock.calls.map(([text]) => String(text)).filter((text) => text.includes("Layercode mock"));

const mock = { voice: "tone" } as const;
const own = { source: "/old", destination: "/new" };
const toMock = (path: string) => ({ source: path, destination: expect.stringMatching(path), basePath: false });
const ours = [toMock("/api/authorize"), toMock("/v1/agents/web/websocket")];

describe("in next dev", () => {
  test("the two paths lead to one mock server, however often Next asks, and one line says where it is", async () => {
    const config = (await load("development"))({ reactStrictMode: true, rewrites: undefined }, mock);
    expect(config.reactStrictMode).toBe(true);
    const rewrites = config.rewrites as unknown as () => Promise<{ destination: string }[]>;
    const [first, second] = [await rewrites(), await rewrites()];
    expect(first).toEqual(ours);
    expect(second).toEqual(first);
    const [line = "", ...others] = printed();
    expect(others).toEqual([]);
    const [, url] = /^- Layercode mock: \/api\/authorize and \S+ \((http:\S+)\)\n$/.exec(line) ?? [];
    const answer = await fetch(first[0]?.destination ?? "", {
      method: "POST",
      headers: { "content-type": "application/json", origin: "http://localhost:3000" },
      body: '{"agent_id":"ag-1"}',
    });
    expect(await answer.json()).toMatchObject({ client_session_key: expect.any(String) });
    expect(answer.url).toBe(`${url}/api/authorize`);
  });

  test.each([
    ["none", () => undefined, ours],
    ["a list", () => [own], [own, ...ours]],
    ["a list that comes later", async () => [own], [own, ...ours]],
    ["three lists", () => ({ beforeFiles: [own] }), { beforeFiles: [own], afterFiles: ours }],
    ["three lists, this one among them", () => ({ afterFiles: [own] }), { afterFiles: [own, ...ours] }],
  ])("the app's own rewrites come first: %s", async (_, rewrites, expected) => {
    const config = (await load("development"))({ rewrites: rewrites as () => unknown }, mock);
    expect(await config.rewrites()).toEqual(expected);
  });

  test("a configuration that is a function is not lost: it says where to call this", async () => {
    const withLayercodeMock = await load("development");
    const config = () => ({ reactStrictMode: true });
    expect(() => withLayercodeMock(config as never, mock)).toThrow(/inside of the function.*withLayercodeMock\(\{/);
  });

  test("an option that cannot be right stops Next with its text", async () => {
    const config = (await load("development"))({ rewrites: () => [] as unknown }, { port: -1 });
    await expect(config.rewrites()).rejects.toThrow(/port/);
  });
});

test.each(["production", "test", ""])(
  "the configuration is returned as it is with NODE_ENV=%s",
  async (environment) => {
    const config = { rewrites: () => [own] };
    expect((await load(environment))(config, mock)).toBe(config);
    expect(printed()).toEqual([]);
  },
);
