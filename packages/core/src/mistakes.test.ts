import { expect, onTestFinished, test, vi } from "vitest";
import { createWorld, settle } from "../test/world.js";
import { LayercodeClient } from "./client/client.js";
import { attachPushToTalk } from "./dom/push-to-talk.js";
import { attachVisualizer } from "./dom/visualizer.js";
import { isLayercodeError, LayercodeError, type LayercodeErrorCode } from "./errors.js";

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

const required = { agentId: "ag-123456", authorizeSessionEndpoint: "/api/authorize" };
const make = (options: unknown) => new LayercodeClient(options as never);
const withOption = (option: object) => () => make({ ...required, ...option });
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
const useHandler =
  /createAuthorizeHandler\(\).*authorizeSessionEndpoint.*layercodeMock\(\).*`npx -p @layercode\/mock-server layercode-mock`/;

// biome-ignore format: a row a line, as a table is read.
const ofTheEndpoint: Mistake[] = [
  ["no backend: 404", answered(404, ""), "authorization", `${url} answered 404 with an empty body: nothing`, useHandler],
  ["no backend: 404, a page", answered(404, page), "authorization", `${url} answered 404 with an HTML page`, useHandler],
  ["no backend: Express", answered(404, "<!DOCTYPE html><pre>Cannot POST</pre>"), "authorization", "404 with an HTML page", useHandler],
  ["no backend: Hono", answered(404, "404 Not Found"), "authorization", '404 with "404 Not Found": nothing', useHandler],
  ["no backend: FastAPI", answered(404, { detail: "Not Found" }), "authorization", '404 with "Not Found": nothing', useHandler],
  ["no backend: Fastify", answered(404, { message: "Route POST:/a not found", error: "Not Found" }), "authorization", '404 with "Not Found": nothing', useHandler],
  ["a GET route only: 405", answered(405, ""), "authorization", `${url} answered 405 with an empty body`, useHandler],
  ["a server that answers all with its page", answered(200, page), "authorization", `${url} answered 200 with an HTML page`, useHandler],
  ["an agent that there is not", answered(404, { error: "Agent not found" }), "authorization", /answered 404: Agent not found$/, ""],
  ["an error in an error", answered(500, { error: '{"error":"Invalid agent id"}' }), "authorization", /answered 500: Invalid agent id$/, ""],
  ["FastAPI's detail", answered(403, { detail: "Sign in first" }), "authorization", /answered 403: Sign in first$/, ""],
  ["FastAPI's list of details", answered(422, { detail: [{ loc: ["body"], msg: "Field required" }] }), "authorization", /answered 422: Field required$/, ""],
  ["a backend that crashed", answered(500, page), "authorization", "answered 500 without a reason (with an HTML page)", "see the backend's log"],
  ["an answer that is not Layercode's", answered(200, { ok: true }), "authorization", "without client_session_key", "pass Layercode's answer on as it is"],
  ["an account without balance", answered(402, ""), "insufficient-balance", "no balance left", "top it up in the dashboard"],
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

// biome-ignore format: a row a line, as a table is read.
const ofTheSocket: Mistake[] = [
  ["a wrong url", socketRefused({ url: "wss://proxy.test/agents" }, "lc_sesskey_1"), "connection", "wss://proxy.test/agents could not be opened (code 1006)", 'the option "url". The server may have refused the session\'s key: see client.diagnose().'],
  ["the mock's session, without the mock's url", socketRefused({ url: undefined }, "lc_sesskey_mock_1"), "connection", "wss://api.layercode.com/v1/agents/web/websocket could not be opened", /For the mock pass "\/v1\/agents\/web\/websocket".* as "url"\. For Layercode take layercodeMock\(\) out\.$/],
  ["ws:// on a page of https", ({ client, options }) => { client.setOptions({ ...options, WebSocket: refusesAtOnce, url: "ws://app.test/a?b=c" }); return client.connect(); }, "connection", "ws://app.test/a could not be opened (Failed to construct", "wss://"],
];

// biome-ignore format: a row a line, as a table is read.
const whileConnecting: Mistake[] = [
  ["metadata with a circle", ({ client, options }) => { client.setOptions({ ...options, metadata: circle }); return client.connect(); }, "invalid-option", 'Option "metadata" cannot be sent (Converting circular structure to JSON', "no circles"],
];

// biome-ignore format: a row a line, as a table is read.
const ofOptions: Mistake[] = [
  ["no options", () => make(undefined), "invalid-option", '"agentId" is missing', 'such as "ag-123456"'],
  ["an environment variable that is not set", withOption({ authorizeSessionEndpoint: undefined }), "invalid-option", '"authorizeSessionEndpoint" is missing', 'a path such as "/api/authorize"'],
  ["an empty agent id", withOption({ agentId: "" }), "invalid-option", '"agentId" is ""', 'such as "ag-123456"'],
  ["the API key in the page", withOption({ apiKey: "sk" }), "invalid-option", 'no option "apiKey"', 'Keep it in your backend: pass "authorizeSessionEndpoint"'],
  ["endpoint", withOption({ endpoint: "/api/authorize" }), "invalid-option", 'no option "endpoint"', 'Pass "authorizeSessionEndpoint"'],
  ["agentID", withOption({ agentID: "ag-1" }), "invalid-option", 'no option "agentID"', 'Pass "agentId"'],
  ["pipelineId, of old", withOption({ pipelineId: "p" }), "invalid-option", 'no option "pipelineId"', 'Pass "agentId"'],
  ["_websocketUrl, of old", withOption({ _websocketUrl: "ws:" }), "invalid-option", 'no option "_websocketUrl"', 'Pass "url"'],
  ["a callback that is called", withOption({ onError: "alert" }), "invalid-option", '"onError" is "alert"', "Pass a function"],
  ["seconds of volume", withOption({ volume: 80 }), "invalid-option", '"volume" is 80', "a number from 0 to 1"],
  ["reconnect: true", withOption({ reconnect: true }), "invalid-option", '"reconnect" is true', "false, or an object"],
  ["logger: console.log", withOption({ logger: () => {} }), "invalid-option", '"logger" is', "an object with error, warn, info, debug"],
  ["metadata as a list", withOption({ metadata: [] }), "invalid-option", '"metadata" is []', "a plain object"],
  ['setAudioInput("off"), which would switch it on', ({ client }) => client.setAudioInput("off" as never), "invalid-option", '"audioInput" is "off"', "Pass true or false"],
  ["setAudioOutput() of nothing", ({ client }) => client.setAudioOutput(undefined as never), "invalid-option", '"audioOutput" is missing', "Pass true or false"],
  ["on() without a listener", ({ client }) => client.on("status", undefined as never), "invalid-option", '"listener" is missing', "Pass a function"],
  ["subscribe() to what on() takes", ({ client }) => client.subscribe("status" as never), "invalid-option", '"listener" is "status"', "Pass a function"],
  ["setVolume(80)", ({ client }) => client.setVolume(80), "invalid-option", '"volume" is 80', "a number from 0 to 1"],
];

// biome-ignore format: a row a line, as a table is read.
const ofCalls: Mistake[] = [
  ["a message before connect()", ({ client }) => client.sendClientResponseText("hello"), "not-connected", 'while the status is "disconnected"', "Await connect() first"],
  ["a press before connect()", ({ client }) => client.triggerUserTurnStarted(), "not-connected", 'while the status is "disconnected"', "Await connect() first"],
  ["a message of undefined", (world) => world.connect().then(() => world.client.sendClientResponseText(undefined as never)), "invalid-option", "sendClientResponseText() was given undefined", "Pass text"],
  ["data with a circle", (world) => world.connect().then(() => world.client.sendClientResponseData(circle)), "invalid-option", "JSON cannot carry this data", "no circles"],
  ["data that is a function", (world) => world.connect().then(() => world.client.sendClientResponseData(() => {})), "invalid-option", "JSON cannot carry this data", "no function"],
  ["connect() with a signal that has fired", ({ client }) => client.connect({ signal: AbortSignal.abort() }), "aborted", "aborted by disconnect() or its signal", ""],
  ["connect() after dispose()", ({ client }) => client.dispose().then(() => client.connect()), "aborted", "was disposed of", "Make a new one"],
];

// biome-ignore format: a row a line, as a table is read.
const ofElements: Mistake[] = [
  ["attachVisualizer(null)", ({ client }) => attachVisualizer(null as never, client), "invalid-option", "attachVisualizer() was given null", "Pass a <canvas> of the page"],
  ["attachVisualizer() on a <div>", ({ client }) => attachVisualizer({ localName: "div" } as never, client), "invalid-option", "was given div", "Pass a <canvas> of the page"],
  ["attachVisualizer() on what is no element", ({ client }) => attachVisualizer(Object.create(null), client), "invalid-option", "was given object", "Pass a <canvas> of the page"],
  ["attachVisualizer() without a client", () => attachVisualizer({ getContext() {} } as never, undefined as never), "invalid-option", "was given no client", "Pass a LayercodeClient"],
  ["attachPushToTalk(null)", ({ client }) => attachPushToTalk(null as never, client), "invalid-option", "attachPushToTalk() was given null", "Pass a <button> of the page"],
  ["Control as the hotkey", ({ client }) => attachPushToTalk({ addEventListener() {} } as never, client, { key: "Control" }), "invalid-option", "Control", "key"],
];

test.each([...ofTheEndpoint, ...ofTheSocket, ...whileConnecting, ...ofOptions, ...ofCalls, ...ofElements])(
  "%s",
  async (_, how, code, wrong, remedy) => {
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
  },
);

/** What is no error, for the app may be right: a warning, with the name that was meant. */
// biome-ignore format: a row a line, as a table is read.
const doubtful = [
  ["an event of no such name", 'no event "mesage". Did you mean "message"?'],
  ["a callback of no such name", 'no option "onMesage". Did you mean "onMessage"?'],
  ["a binding's name", 'no option "onUserSpeakingChange". Did you mean "onUserIsSpeakingChange"?'],
] as const;

/** The console of a page that a bundler built for development. */
function inDevelopment() {
  vi.stubEnv("NODE_ENV", "development");
  const lines: string[] = [];
  for (const level of ["warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation((line) => void lines.push(`${level} ${line}`));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });
  return lines;
}

test.each(doubtful)("%s is a warning in development, and nothing in production", async (_, warning) => {
  const lines = inDevelopment();
  const options: object = { onMesage() {}, onUserSpeakingChange() {} };
  const world = createWorld(options);
  world.client.on("mesage" as "message", () => {});
  await world.connect();
  await settle();
  expect(lines.filter((line) => line.startsWith("warn layercode: ")).join()).toMatch(warning);
  lines.length = 0;
  vi.stubEnv("NODE_ENV", "production");
  await createWorld(options).connect();
  await settle();
  expect(lines).toEqual([]);
});

test("a call that fails is in the console in development, if nobody waits for it and nobody listens", async () => {
  const lines = inDevelopment();
  const { options } = createWorld();
  const { onError: _, ...silent } = options;
  const client = new LayercodeClient(silent);
  void client.sendClientResponseText("hello");
  await settle();
  expect(lines).toEqual([
    expect.stringMatching(/^error layercode: not-connected: Nothing can be sent .* Await connect/),
  ]);
  expect(client.getSnapshot().error?.code).toBe("not-connected");
  lines.length = 0;

  await client.sendClientResponseText("hello").catch(() => {});
  await Promise.allSettled([client.sendClientResponseText("hello")]);
  const off = client.on("error", () => {});
  void client.sendClientResponseText("hello");
  await settle();
  off();
  vi.stubEnv("NODE_ENV", "production");
  void client.sendClientResponseText("hello");
  await settle();
  expect(lines).toEqual([]);
});

test("an error as JSON says its code, and what to do", () => {
  const error = new LayercodeError("not-connected", "Nothing can be sent. Await connect() first.");
  expect(JSON.parse(JSON.stringify(error))).toMatchObject({ code: error.code, message: error.message });
});
