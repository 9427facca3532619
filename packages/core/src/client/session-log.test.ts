import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connected } from "../../test/conversation.js";
import { audioContent, createWorld, settle } from "../../test/world.js";
import type { Logger, LogLevel } from "../options/layercode-client-options.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Keeps what it is told. */
function createLogger() {
  const lines: { level: keyof Logger; message: string; details: object }[] = [];
  const log = (level: keyof Logger) => (message: string, details: object) =>
    void lines.push({ level, message, details });
  const logger: Logger = { error: log("error"), warn: log("warn"), info: log("info"), debug: log("debug") };
  return { lines, logger };
}

type World = ReturnType<typeof createWorld>;

const exported = async ({ client }: World, options?: { transcripts: boolean }) =>
  JSON.parse(await client.exportSessionLog(options)) as { events: Record<string, unknown>[]; [field: string]: unknown };

async function misfortune(options: Parameters<typeof createWorld>[0]) {
  const scene = await connected(options);
  scene.agentStarts("a1");
  scene.text("a1", "Once upon a time");
  scene.audio("a1");
  scene.playerEvents.onUnderrun(scene.player.at("a1"));
  scene.socket.says("{");
  return scene;
}

test("why a session is over stands in the log: who ended it, and with which code; not the server's words", async () => {
  const { lines, logger } = createLogger();
  const scene = await connected({ logger, logLevel: "info" });
  scene.socket.drop(4002, "The key sk_1 is out of credit.", true);
  const told = { type: "disconnect", by: "server", code: 4002, reason: "30 characters" };
  expect(lines).toContainEqual({
    level: "info",
    message: "layercode: disconnect",
    details: expect.objectContaining(told),
  });
  const { events, endReason } = await exported(scene);
  expect(events).toContainEqual(expect.objectContaining(told));
  expect(endReason).toEqual({ by: "server", code: 4002, error: "connection" });
});

describe("a logger", () => {
  test("is warned once of an option, and of an event, that there is not, with the one that was meant", async () => {
    const { lines, logger } = createLogger();
    const options = {
      logger,
      logLevel: "warn",
      onMesage: () => {},
      sessionContext: { id: 1 },
      dbug: undefined,
    } as const;
    const world = createWorld(options);
    world.client.on("messages" as "message", () => {});
    world.client.on("transcript", () => {});
    await world.connect();
    await world.client.disconnect();
    await world.connect();
    const warned = lines.map(({ level, message, details }) => ({ level, message, ...details }));
    expect(warned).toEqual([
      expect.objectContaining({
        level: "warn",
        message: 'layercode: unknownOption: there is no option "onMesage". Did you mean "onMessage"?',
        name: "onMesage",
        meant: "onMessage",
      }),
      expect.objectContaining({
        level: "warn",
        message: 'layercode: unknownOption: there is no option "sessionContext". Look for it in the README.',
        name: "sessionContext",
      }),
      expect.objectContaining({
        level: "warn",
        message: 'layercode: unknownEvent: there is no event "messages". Did you mean "message"?',
        name: "messages",
        meant: "message",
      }),
    ]);
    expect(warned[1]).not.toHaveProperty("meant");
  });

  test("is told nothing unless a level is chosen", async () => {
    const { lines, logger } = createLogger();
    await misfortune({ logger });
    await misfortune({ logger, logLevel: "silent" });
    expect(lines).toEqual([]);
  });

  test.each([
    ["error", ["error"]],
    ["warn", ["error", "warn"]],
    ["info", ["error", "warn", "info"]],
    ["debug", ["error", "warn", "info", "debug"]],
  ] as const)("at %s is told %j", async (logLevel, levels) => {
    const { lines, logger } = createLogger();
    await misfortune({ logger, logLevel });
    expect(new Set(lines.map(({ level }) => level))).toEqual(new Set(levels));
    expect(lines).toContainEqual({
      level: "error",
      message: expect.stringMatching(/^layercode: error: protocol: A frame is not valid JSON/),
      details: expect.objectContaining({ code: "protocol", fatal: false }),
    });
  });

  test("is told how a session begins and ends", async () => {
    const { lines, logger } = createLogger();
    const scene = await connected({ logger, logLevel: "info" });
    scene.socket.drop(1000);
    const told = lines.map(({ message, details }) => ({ message, ...details }));
    const statuses = told.flatMap((line) => ("status" in line && line.status ? [line.status] : []));
    expect(statuses).toEqual(["connecting", "connected", "disconnected"]);
    expect(told).toContainEqual(expect.objectContaining({ message: "layercode: authorized" }));
    expect(told).toContainEqual(
      expect.objectContaining({ message: "layercode: channelOpened", channel: "audioInput" }),
    );
    expect(told).toContainEqual(expect.objectContaining({ message: "layercode: socketClosed", code: 1000 }));
  });

  test("is told everything in order, also what happened before its code was there, and what it does itself", async () => {
    const { lines, logger } = createLogger();
    const world = createWorld({ logger, logLevel: "debug" });
    const { debug } = logger;
    logger.debug = (message, details) => {
      debug(message, details);
      if (message === "layercode: setVolume" && world.client.getSnapshot().volume === 0.5) world.client.setVolume(0.6);
    };
    world.client.mute();
    world.client.setVolume(0.5);
    void world.client.unmute();
    await world.connect();
    const told = lines.map(
      ({ message, details }) => ({ message, ...details }) as { message: string; muted?: string | boolean },
    );
    const names = told.map(({ message, muted }) => (muted === undefined ? message : `${message} ${muted}`));
    expect(names.slice(0, 2)).toEqual(["layercode: setMuted plain", "layercode: mute true"]);
    expect(names.indexOf("layercode: setMuted")).toBeGreaterThan(names.indexOf("layercode: setVolume"));
    expect(names.lastIndexOf("layercode: setVolume")).toBeGreaterThan(names.indexOf("layercode: connect"));
    expect(names.filter((name) => name === "layercode: connect")).toHaveLength(1);
    const times = lines.map(({ details }) => (details as { time: number }).time);
    expect(times).toEqual([...times].sort((one, other) => one - other));
  });

  test("is told what was said at debug, and only there", async () => {
    for (const logLevel of ["info", "debug"] as const) {
      const { lines, logger } = createLogger();
      await misfortune({ logger, logLevel });
      expect(JSON.stringify(lines).includes("Once upon a time")).toBe(logLevel === "debug");
    }
  });

  test("that throws is reported, and stops nobody", async () => {
    const reported = vi.fn();
    vi.stubGlobal("reportError", reported);
    const { logger } = createLogger();
    const failure = new Error("The log is full.");
    logger.info = () => {
      throw failure;
    };
    const scene = await connected({ logger, logLevel: "info" });
    expect(scene.client.status).toBe("connected");
    expect(reported).toHaveBeenCalledWith(failure);
  });
});

describe("exportSessionLog()", () => {
  test("tells versions, options, and what happened when", async () => {
    vi.stubGlobal("navigator", { userAgent: "Test/1.0" });
    const world = createWorld({
      conversationId: null,
      metadata: { plan: "pro" },
      authorizeSessionEndpoint: "https://name:word@app.test/api/authorize?token=t0ken#f",
      audioInput: false,
    });
    await world.connect();
    await world.client.sendClientResponseText("Hello.");
    const log = await exported(world);
    expect(log).toMatchObject({
      sdkVersion: expect.stringMatching(/^\d+\.\d+\.\d+/),
      userAgent: "Test/1.0",
      exportedAt: expect.any(Number),
      options: {
        agentId: "ag-123456",
        authorizeSessionEndpoint: "https://app.test/api/authorize",
        conversationId: null,
        metadata: "…",
        audioInput: false,
        onConnect: "…",
      },
      status: "connected",
      conversationId: "lc_conv_1",
    });
    expect(log).not.toHaveProperty("messages");
    const steps = ["connect", "authorize", "authorized", "openSocket", "socketOpened", "send", "sendText", "send"];
    expect(log.events.map(({ type }) => type).filter((type) => steps.includes(`${type}`))).toEqual(steps);
    expect(log.events.at(-1)).toEqual({
      time: expect.any(Number),
      type: "send",
      messageId: expect.stringMatching(/^typed:1:/),
      message: { type: "client.response.text", content: "6 characters" },
    });
  });

  test("tells what was said only when asked, whatever the logger is told", async () => {
    const scene = await misfortune({ logger: createLogger().logger, logLevel: "debug" });
    expect(JSON.stringify(await exported(scene))).not.toContain("Once upon a time");
    expect(await exported(scene, { transcripts: true })).toMatchObject({ messages: [{ text: "Once upon a time" }] });
  });

  test("keeps the newest 500 events; of a reply's audio the first", async () => {
    const scene = await connected();
    for (let turn = 0; turn < 100; turn++) {
      scene.agentStarts(`a${turn}`);
      for (let delta = 0; delta < 20; delta++) scene.audio(`a${turn}`, `d${delta}`);
      for (let word = 0; word < 5; word++) scene.text(`a${turn}`, "word ");
    }
    const { events } = await exported(scene);
    expect(events).toHaveLength(500);
    expect(events.at(-1)).toMatchObject({
      type: "socketMessage",
      message: { turn_id: "a99", content: "5 characters" },
    });
    const audio = events.filter(({ message }) => (message as { type?: string } | undefined)?.type === "response.audio");
    expect(new Set(audio.map(({ message }) => (message as { turn_id: string }).turn_id)).size).toBe(audio.length);
  });

  test("works before there is anything to tell, and after the end", async () => {
    const world = createWorld();
    expect(await exported(world)).toMatchObject({ status: "disconnected", events: [] });
    await world.connect();
    await world.client.disconnect();
    expect((await exported(world)).events.at(-1)).toMatchObject({ type: "status", status: "disconnected" });
  });
});

test("a session's key, an API key, a query or audio is never told, whatever happens", { timeout: 60_000 }, async () => {
  const secret = (name: string) => fc.stringMatching(/^[A-Za-z0-9_-]{24}$/).map((text) => `${name}${text}`);
  const secrets = fc.record({
    sessionKey: secret("lc_sesskey_"),
    apiKey: secret("sk"),
    token: secret("tk"),
    audio: fc.uint8Array({ minLength: 60, maxLength: 96 }).map((bytes) => Buffer.from(bytes).toString("base64")),
  });
  type Secrets = { sessionKey: string; apiKey: string; token: string; audio: string };
  // Where a server, a backend, a browser or an app could leave one.
  const leaks: Record<string, (world: World, secrets: Secrets) => unknown> = {
    "in names": ({ socket }, { sessionKey, audio }) => {
      socket.says({ type: audio, turn_id: audio, delta_id: audio });
      socket.says({ type: sessionKey, turn_id: sessionKey, role: sessionKey });
      socket.says({ type: "turn.start", role: "user", turn_id: `user-${sessionKey}` });
      socket.says({ type: "response.text", turn_id: sessionKey, content: `Your key is ${sessionKey}.` });
    },
    "in foreign fields": ({ socket }, { apiKey, sessionKey }) => {
      socket.says({ type: "note", api_key: apiKey, status: apiKey, code: apiKey, [apiKey]: 1, raw: { type: apiKey } });
      socket.says({ type: "turn.start", role: "assistant", turn_id: "a1", config: { sessionKey }, status: apiKey });
    },
    "in data": ({ socket, client }, { apiKey }) => {
      socket.says({ type: "response.data", turn_id: "a1", content: { apiKey } });
      socket.says({ type: "response.data", turn_id: "a1", content: apiKey });
      return client.sendClientResponseData({ apiKey });
    },
    "in audio": ({ socket }, { audio }) => {
      socket.says({ type: "response.audio", turn_id: "a1", content: audio, delta_id: "d1" });
      socket.says({ type: "response.audio", turn_id: "a2", content: `${audio}*` });
      socket.says({ type: "sound", content: audio, data: audio });
    },
    "in a malformed frame": ({ socket }, { apiKey, audio, sessionKey }) => {
      socket.says(`{"type":"${sessionKey}","content":"${audio}`);
      socket.says({ type: "turn.start", role: apiKey });
    },
    "in a close reason": ({ socket }, { sessionKey, apiKey }) => socket.drop(1008, `bad key ${sessionKey} ${apiKey}`),
    "by a refusal": (world, { apiKey, sessionKey, token }) => {
      world.answer = async () =>
        Response.json({ error: `Key ${apiKey} of ${sessionKey} at /authorize?${token} is wrong.` }, { status: 500 });
      return world.client.disconnect().then(() => world.client.connect());
    },
    "by a failed request": (world, { token, apiKey }) => {
      world.answer = () => Promise.reject(new TypeError(`GET /api/authorize?token=${token} ${apiKey}`));
      return world.client.disconnect().then(() => world.client.connect());
    },
    "by a microphone": ({ microphone }, { apiKey }) =>
      microphone.starts.at(-1)?.events.onEnded(Object.assign(new Error(apiKey), { code: apiKey, name: apiKey })),
    "by a typed message": ({ client }, { audio }) => client.sendClientResponseText(audio),
  };
  const session = fc.record({
    secrets,
    leaking: fc.array(fc.constantFrom(...Object.keys(leaks)), { minLength: 1, maxLength: 6 }),
    logLevel: fc.constantFrom<LogLevel>("info", "debug"),
  });
  await fc.assert(
    fc.asyncProperty(session, async ({ secrets, leaking, logLevel }) => {
      const { sessionKey, apiKey, token, audio } = secrets;
      const { lines, logger } = createLogger();
      const world = createWorld({
        logger,
        logLevel,
        authorizeSessionEndpoint: `https://${apiKey}@app.test/api/authorize?token=${token}#${token}`,
        url: `wss://layercode.test/ws?token=${token}`,
        metadata: { apiKey },
        workletUrl: `/worklet.js?${token}`,
      });
      world.answer = async () => Response.json({ client_session_key: sessionKey, conversation_id: "lc_conv_1" });
      await world.connect();
      for (const leak of leaking) {
        await Promise.resolve(leaks[leak]?.(world, secrets)).catch(() => {});
        await settle();
      }
      const log = await world.client.exportSessionLog();
      await world.client.disconnect();
      for (const one of [sessionKey, apiKey, token, audio]) expect(log).not.toContain(one);
      // What was said is told at debug: there a key that somebody said is still none, and audio is no text.
      const told = JSON.stringify(lines);
      const isSaid = leaking.includes("by a typed message") || leaking.includes("in audio");
      for (const one of [sessionKey, token]) expect(told).not.toContain(one);
      if (logLevel === "info") for (const one of [apiKey, audio]) expect(told).not.toContain(one);
      if (!isSaid) expect(told).not.toContain(audio);
      expect(await world.client.exportSessionLog({ transcripts: true })).not.toContain(sessionKey);
    }),
    { numRuns: 100 },
  );
});

describe("of an error's text", () => {
  const uuid = "1c0ffee5-0a1b-4c2d-8e3f-5a6b7c8d9e0f";
  const conversation = `lc_conv_${uuid.replaceAll("-", "")}`;
  const key = "lc_sesskey_1c0ffee50a1b4c2d8e3f5a6b";
  test.each([
    [`Agent ${uuid} is not deployed.`, `Agent ${uuid} is not deployed.`],
    [`Turn assistant-${uuid.toUpperCase()} is over.`, `Turn assistant-${uuid.toUpperCase()} is over.`],
    [`${conversation} has ended (request ${uuid}).`, `${conversation} has ended (request ${uuid}).`],
    [`Request ${uuid}: the key is wrong.`, `Request ${uuid}: the key is wrong.`],
    [`The API key ${uuid} is wrong.`, "The API key … is wrong."],
    [`Bearer ${uuid}; x-token: "${uuid}"`, `Bearer …; x-token: "…"`],
    [`Authorization: ${uuid}`, "Authorization: …"],
    [`sk-${uuid} and ${uuid}a1`, "… and …"],
    [`POST https://hooks.test/${uuid} failed`, "POST https://hooks.test/… failed"],
    [`GET /authorize?session=${uuid} failed`, "GET /authorize… failed"],
    [`${key} is over`, "[session key] is over"],
  ])("a log has ids and no secrets: %s", async (error, told) => {
    const { lines, logger } = createLogger();
    const world = createWorld({ logger, logLevel: "error" });
    world.answer = async () => Response.json({ error }, { status: 500 });
    await world.client.connect().catch(() => {});
    await settle();
    const [line] = lines.filter(({ level }) => level === "error");
    expect(line?.message).toContain(told);
    if (told !== error) expect(line?.message).not.toContain(error);
  });

  test("the session's own key is in no log, also where it is a UUID", async () => {
    const { lines, logger } = createLogger();
    const world = createWorld({ logger, logLevel: "error" });
    world.answer = async () => Response.json({ client_session_key: uuid, conversation_id: "lc_conv_1" });
    await world.connect();
    await world.client.disconnect();
    world.answer = async () => Response.json({ error: `Session ${uuid} is over.` }, { status: 500 });
    await world.client.connect().catch(() => {});
    await settle();
    expect(lines.some(({ message }) => message.includes("Session … is over."))).toBe(true);
    expect(JSON.stringify(lines)).not.toContain(uuid);
  });
});

test("audio is no text to a logger either", async () => {
  const { lines, logger } = createLogger();
  const scene = await connected({ logger, logLevel: "debug" });
  scene.agentStarts("a1");
  scene.audio("a1");
  scene.microphone.hearFrame(11);
  expect(JSON.stringify(lines)).toContain("response.audio");
  expect(JSON.stringify(lines)).not.toContain(audioContent(1600).slice(0, 40));
});
