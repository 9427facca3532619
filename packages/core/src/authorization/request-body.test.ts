import { expect, onTestFinished, test, vi } from "vitest";
import { apiKey, endpoint, post, read, withApi } from "../../test/authorize-handler.js";
import { createAuthorizeHandler } from "./server.js";

test("takes from the browser four fields and nothing else", async () => {
  const { handler, requests } = await withApi();
  await handler(
    post({
      agent_id: "ag-1",
      conversation_id: "lc_conv_7",
      config: { voice: "expensive" },
      custom_metadata: { admin: true },
      custom_headers: { "x-admin": "1" },
      anything: 1,
    }),
  );
  expect(requests[0]?.body).toEqual({ agent_id: "ag-1", conversation_id: "lc_conv_7", metadata: {} });
});

test("null in an optional field counts as absent", async () => {
  const { handler, requests } = await withApi();
  await handler(post({ agent_id: "ag-1", conversation_id: null, metadata: null, sdk_version: null }));
  expect(requests[0]?.body).toEqual({ agent_id: "ag-1", metadata: {} });
});

test.each([
  ["no JSON", "{", /no JSON object/],
  ["an empty body", "", /no JSON object/],
  ["an array", [], /no JSON object/],
  ["a null", "null", /no JSON object/],
  ["no agent_id", {}, /"agent_id"/],
  ["an empty agent_id", { agent_id: "" }, /"agent_id"/],
  ["a numeric agent_id", { agent_id: 1 }, /"agent_id"/],
  ["an empty conversation_id", { agent_id: "ag-1", conversation_id: "" }, /"conversation_id"/],
  ["an object for a conversation_id", { agent_id: "ag-1", conversation_id: {} }, /"conversation_id"/],
  ["an array of metadata", { agent_id: "ag-1", metadata: [] }, /"metadata"/],
  ["a string of metadata", { agent_id: "ag-1", metadata: "x" }, /"metadata"/],
  ["a numeric sdk_version", { agent_id: "ag-1", sdk_version: 2 }, /"sdk_version"/],
])("refuses %s with 400 and names the field", async (_, body, error) => {
  const { handler, requests } = await withApi();
  expect(await read(await handler(post(body)))).toEqual({ status: 400, body: { error: expect.stringMatching(error) } });
  expect(requests).toHaveLength(0);
});

test("refuses a body that is not UTF-8", async () => {
  const { handler } = await withApi();
  const body = new Uint8Array([...Buffer.from('{"agent_id":"ag-1","metadata":{"x":"'), 0xff, ...Buffer.from('"}}')]);
  const request = new Request(endpoint, { method: "POST", body });
  expect((await handler(request)).status).toBe(400);
});

test("stops reading a body at 64 kB and cancels the rest", async () => {
  const { handler, requests } = await withApi();
  let sent = 0;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 16_384;
      controller.enqueue(new Uint8Array(16_384).fill(0x20));
    },
    cancel() {
      cancelled = true;
    },
  });
  const request = new Request(endpoint, { method: "POST", body, duplex: "half" } as RequestInit);
  expect(await read(await handler(request))).toEqual({ status: 413, body: { error: expect.stringMatching("64 kB") } });
  expect(cancelled).toBe(true);
  expect(sent).toBeLessThan(200_000);
  expect(requests).toHaveLength(0);
});

test("takes a body of exactly 64 kB and refuses one byte more", async () => {
  const { handler } = await withApi();
  const filled = (length: number) => {
    const frame = JSON.stringify({ agent_id: "ag-1", metadata: { text: "" } });
    return frame.replace('""', JSON.stringify("x".repeat(length - frame.length)));
  };
  expect((await handler(post(filled(65_536)))).status).toBe(200);
  expect((await handler(post(filled(65_537)))).status).toBe(413);
});

test("a body that breaks off is a 400, one that was read before is a 500 that says so", async () => {
  const { handler } = await withApi();
  const broken = new ReadableStream({ pull: (controller) => controller.error(new Error("gone")) });
  const request = new Request(endpoint, { method: "POST", body: broken, duplex: "half" } as RequestInit);
  expect((await handler(request)).status).toBe(400);
  const consumed = post({ agent_id: "ag-1" });
  await consumed.text();
  expect(await read(await handler(consumed))).toEqual({
    status: 500,
    body: { error: expect.stringMatching("already read") },
  });
});

test.each(["GET", "HEAD", "PUT", "DELETE", "PATCH"])(
  "refuses %s with 405 and names the allowed methods",
  async (method) => {
    const { handler } = await withApi();
    const response = await handler(new Request(endpoint, { method }));
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST, OPTIONS");
  },
);

const nested = (levels: number, [open, close]: readonly [string, string]) =>
  `{"agent_id":"ag-1","metadata":{"x":${open.repeat(levels)}1${close.repeat(levels)}}}`;

test.each([[["[", "]"]], [['{"a":', "}"]]] as const)("JSON may be 64 levels deep, and not 65: %j", async (brackets) => {
  const { handler, requests } = await withApi();
  expect((await handler(post(nested(62, brackets)))).status).toBe(200);
  for (const levels of [63, 4_500])
    expect(await read(await handler(post(nested(levels, brackets))))).toEqual({
      status: 400,
      body: { error: expect.stringMatching(/64 levels/) },
    });
  expect(requests).toHaveLength(1);
});

test("names that change a prototype are dropped, at every depth", async () => {
  let seen: unknown;
  const { handler, requests } = await withApi({
    authorize: ({ body }) => {
      seen = structuredClone(body);
      return true;
    },
  });
  const forged = '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"plan":"free"}';
  await handler(
    post(
      `{"agent_id":"ag-1","__proto__":{"sdk_version":"9"},"metadata":{"list":[${forged}],"car":{"constructor":"Lotus"},${forged.slice(1)}}`,
    ),
  );
  const clean = {
    agent_id: "ag-1",
    metadata: { list: [{ plan: "free" }], car: { constructor: "Lotus" }, plan: "free" },
  };
  // As text: toEqual() would overlook an own __proto__.
  expect(JSON.stringify(seen)).toBe(JSON.stringify(clean));
  expect(JSON.stringify(requests[0]?.body)).toBe(JSON.stringify(clean));
});

test("a body that stays away is waited for as long as bodyTimeoutMs, then let go: 408", async () => {
  let cancelled = false;
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode("{")),
    cancel() {
      cancelled = true;
    },
  });
  const { handler } = await withApi({ bodyTimeoutMs: 20 });
  const request = new Request(endpoint, { method: "POST", body, duplex: "half" } as RequestInit);
  expect(await read(await handler(request))).toEqual({
    status: 408,
    body: { error: expect.stringMatching("too long") },
  });
  expect(cancelled).toBe(true);
});

test("by default it is 10 s", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const handler = createAuthorizeHandler({ apiKey, agentId: "ag-1" });
  const request = new Request(endpoint, { method: "POST", body: new ReadableStream(), duplex: "half" } as RequestInit);
  const settled = vi.fn();
  const answer = handler(request).then((response) => settled(response.status));
  await vi.advanceTimersByTimeAsync(9_999);
  expect(settled).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await answer;
  expect(settled).toHaveBeenCalledWith(408);
});

test("a body that somebody else reads at the moment is a 500 that says so", async () => {
  const { handler } = await withApi();
  const request = post({ agent_id: "ag-1" });
  request.body?.getReader();
  expect(await read(await handler(request))).toEqual({
    status: 500,
    body: { error: expect.stringMatching("already read") },
  });
});
