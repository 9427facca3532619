import { expect, test } from "vitest";
import { createWorld } from "../test/world.js";
import { isLayercodeError, type LayercodeErrorCode } from "./errors.js";

// What goes wrong in the first hour, and what it is answered with: each error says what was wrong, and what to do.

type World = ReturnType<typeof createWorld>;

/** What was done; how; the code of the error; where its text says what was wrong, and where what to do about it. */
type Mistake = readonly [
  done: string,
  how: (world: World) => unknown,
  code: LayercodeErrorCode,
  wrong: string | RegExp,
  remedy: string | RegExp,
];

const circle: Record<string, unknown> = {};
circle.self = circle;

/** `connect()` where the endpoint answers so. */
const answered =
  (status: number, body: string | object) =>
  ({ client, backend }: World) => {
    backend.answer = async () => new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
    return client.connect();
  };

const page = "<!doctype html><title>My app</title>";
const url = "https://app.test/api/authorize";
const useHandler = /createAuthorizeHandler\(\).*authorizeSessionEndpoint.*layercodeMock\(\)/;

const ofTheEndpoint: Mistake[] = [
  [
    "no backend: 404",
    answered(404, ""),
    "authorization",
    `${url} answered 404 with an empty body: nothing`,
    useHandler,
  ],
  [
    "no backend: 404, a page",
    answered(404, page),
    "authorization",
    `${url} answered 404 with an HTML page`,
    useHandler,
  ],
  [
    "no backend: Express",
    answered(404, "<!DOCTYPE html><pre>Cannot POST</pre>"),
    "authorization",
    "404 with an HTML page",
    useHandler,
  ],
  [
    "no backend: Hono",
    answered(404, "404 Not Found"),
    "authorization",
    '404 with "404 Not Found": nothing',
    useHandler,
  ],
  [
    "no backend: FastAPI",
    answered(404, { detail: "Not Found" }),
    "authorization",
    '404 with "Not Found": nothing',
    useHandler,
  ],
  [
    "no backend: Fastify",
    answered(404, { message: "Route POST:/a not found", error: "Not Found" }),
    "authorization",
    '404 with "Not Found": nothing',
    useHandler,
  ],
  ["a GET route only: 405", answered(405, ""), "authorization", `${url} answered 405 with an empty body`, useHandler],
  [
    "a server that answers all with its page",
    answered(200, page),
    "authorization",
    `${url} answered 200 with an HTML page`,
    useHandler,
  ],
  [
    "an agent that there is not",
    answered(404, { error: "Agent not found" }),
    "authorization",
    /answered 404: Agent not found$/,
    "",
  ],
  [
    "an error in an error",
    answered(500, { error: '{"error":"Invalid agent id"}' }),
    "authorization",
    /answered 500: Invalid agent id$/,
    "",
  ],
  ["FastAPI's detail", answered(403, { detail: "Sign in first" }), "authorization", /answered 403: Sign in first$/, ""],
  [
    "FastAPI's list of details",
    answered(422, { detail: [{ loc: ["body"], msg: "Field required" }] }),
    "authorization",
    /answered 422: Field required$/,
    "",
  ],
  [
    "a backend that crashed",
    answered(500, page),
    "authorization",
    "answered 500 without a reason (with an HTML page)",
    "see the backend's log",
  ],
  [
    "an answer that is not Layercode's",
    answered(200, { ok: true }),
    "authorization",
    "without client_session_key",
    "pass Layercode's answer on as it is",
  ],
  [
    "an account without balance",
    answered(402, ""),
    "insufficient-balance",
    "no balance left",
    "top it up in the dashboard",
  ],
];

/** `connect()` with a session of the backend, and the first socket closes before it is open. */
const socketRefused = (options: object, key: string) => async () => {
  const world = createWorld({ audioInput: false, audioOutput: false, ...options });
  world.answer = async () => Response.json({ client_session_key: key, conversation_id: "lc_conv_1" });
  const opened = world.untilSocket();
  const connecting = world.client.connect();
  connecting.catch(() => {});
  await opened;
  world.socket.drop(1006);
  return connecting;
};

const refusesAtOnce = class {
  constructor(url: string) {
    throw new Error(`Failed to construct 'WebSocket': ${url} is insecure.`);
  }
} as never;

const ofTheSocket: Mistake[] = [
  [
    "a wrong url",
    socketRefused({ url: "wss://proxy.test/agents" }, "lc_sesskey_1"),
    "connection",
    "wss://proxy.test/agents could not be opened (code 1006)",
    'the option "url"',
  ],
  [
    "the mock's session, without the mock's url",
    socketRefused({ url: undefined }, "lc_sesskey_mock_1"),
    "connection",
    "wss://api.layercode.com/v1/agents/web/websocket could not be opened",
    /you forgot the option "url".*\/v1\/agents\/web\/websocket/,
  ],
  [
    "ws:// on a page of https",
    ({ client, options }) => {
      client.setOptions({ ...options, WebSocket: refusesAtOnce, url: "ws://app.test/a?b=c" });
      return client.connect();
    },
    "connection",
    "ws://app.test/a could not be opened (Failed to construct",
    "wss://",
  ],
];

const whileConnecting: Mistake[] = [
  [
    "metadata with a circle",
    ({ client, options }) => {
      client.setOptions({ ...options, metadata: circle });
      return client.connect();
    },
    "invalid-option",
    'Option "metadata" cannot be sent (Converting circular structure to JSON',
    "no circles",
  ],
];

test.each([...ofTheEndpoint, ...ofTheSocket, ...whileConnecting])("%s", async (_, how, code, wrong, remedy) => {
  const error: unknown = await Promise.resolve(createWorld({ audioInput: false, audioOutput: false }))
    .then(how)
    .then(
      () => expect.unreachable("nothing was said"),
      (reason) => reason,
    );
  if (!isLayercodeError(error)) throw error;
  expect(error.code).toBe(code);
  expect(error.message).toMatch(wrong);
  expect(error.message).toMatch(remedy);
  expect(error.message).not.toMatch("lc_sesskey");
});
