import { expect, test, vi } from "vitest";
import { post, read, withApi } from "../../test/authorize-handler.js";

test("authorize sees request and body, and adds metadata the browser cannot forge", async () => {
  const { handler, requests } = await withApi({
    authorize: ({ request, body }) => {
      expect(body).toEqual({ agent_id: "ag-1", conversation_id: "lc_conv_7", metadata: { user: "admin", page: 1 } });
      return { metadata: { user: request.headers.get("x-user") } };
    },
    metadata: { region: "eu" },
  });
  await handler(
    post({ agent_id: "ag-1", conversation_id: "lc_conv_7", metadata: { user: "admin", page: 1 } }, { "x-user": "u-1" }),
  );
  expect(requests[0]?.body.metadata).toEqual({ user: "u-1", page: 1, region: "eu" });
});

test("the metadata option wins over the browser and over authorize, as a function too", async () => {
  const { handler, requests } = await withApi({
    authorize: () => ({ metadata: { tenant: 1, user: 2 } }),
    metadata: async ({ body }) => ({ tenant: body.agent_id }),
  });
  await handler(post('{"agent_id":"ag-1","metadata":{"tenant":"x","__proto__":{"admin":true}}}'));
  expect(requests[0]?.body.metadata).toMatchObject({ tenant: "ag-1", user: 2 });
  expect(requests[0]?.body.metadata).not.toHaveProperty("admin");
});

test("authorize cannot change what is asked by changing the body it was shown", async () => {
  const { handler, requests } = await withApi({
    authorize: ({ body }) => {
      body.agent_id = "ag-9";
      body.conversation_id = "lc_conv_9";
      return true;
    },
  });
  await handler(post({ agent_id: "ag-1" }));
  expect(requests[0]?.body).toEqual({ agent_id: "ag-1", metadata: {} });
});

test.each([
  ["false", false, 403, /may not talk/],
  ["an error", { error: "Please sign in." }, 403, /Please sign in/],
  ["an error with a status", { error: "Please sign in.", status: 401 }, 401, /Please sign in/],
  ["an error with a status that is none", { error: "No.", status: 200 }, 403, /No\./],
  ["a Response", Response.json({ error: "Not yours." }, { status: 401 }), 401, /Not yours/],
])("authorize refuses with %s", async (_, decision, status, error) => {
  const { handler, requests } = await withApi({ authorize: () => decision });
  expect(await read(await handler(post({ agent_id: "ag-1", conversation_id: "lc_conv_7" })))).toEqual({
    status,
    body: { error: expect.stringMatching(error) },
  });
  expect(requests).toHaveLength(0);
});

test("a Response that authorize throws is the answer, headers included", async () => {
  const { handler } = await withApi({
    allowedOrigins: ["https://page.example"],
    authorize: () => {
      throw new Response('{"error":"Sign in."}', {
        status: 401,
        headers: { "content-type": "application/json", "set-cookie": "a=1" },
      });
    },
  });
  const response = await handler(post({ agent_id: "ag-1" }, { origin: "https://page.example" }));
  expect(response.status).toBe(401);
  expect(response.headers.getSetCookie()).toEqual(["a=1"]);
  expect(response.headers.get("access-control-allow-origin")).toBe("https://page.example");
});

test.each([undefined, null, 1, "yes", [], {}, { metadata: 1 }, { id: "user" }])(
  "an authorize that answers %j lets nobody in",
  async (decision) => {
    const onError = vi.fn();
    const { handler, requests } = await withApi({ authorize: () => decision as never, onError });
    expect((await handler(post({ agent_id: "ag-1" }))).status).toBe(500);
    expect(requests).toHaveLength(0);
    expect(String(onError.mock.calls[0]?.[0])).toMatch("authorize answered neither");
  },
);

test.each(["authorize", "metadata", "apiKey", "allowedAgents"])(
  "a %s function that throws is a 500 without its words",
  async (name) => {
    const onError = vi.fn(() => {
      throw new Error("also the reporter");
    });
    const { handler } = await withApi({
      ...(name === "allowedAgents" && { agentId: undefined }),
      [name]: () => {
        throw new Error("database password is hunter2");
      },
      onError,
    });
    const { status, body } = await read(await handler(post({ agent_id: "ag-1" })));
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toMatch("hunter2");
    expect(onError).toHaveBeenCalledOnce();
  },
);
