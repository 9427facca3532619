import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createWorld, loadCode, settleLoaded } from "../../test/world.js";
import type { LayercodeClientOptions } from "../options/layercode-client-options.js";
import type { Diagnosis, DiagnosisCheckName } from "./report.js";

beforeAll(loadCode);
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Lets a diagnosis run to its end, however long its clock says that it takes. */
async function ended<T>(running: Promise<T>): Promise<T> {
  let isOver = false;
  running.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  for (let step = 0; !isOver && step < 4000; step++) {
    await settleLoaded();
    await vi.advanceTimersByTimeAsync(50);
  }
  return running;
}

const of = (report: Diagnosis, name: DiagnosisCheckName) => report.checks.find((check) => check.name === name)!;

/** A world whose backend takes part in a diagnosis, and whose server refuses sockets without a session's key. */
function createScene(options: Partial<LayercodeClientOptions> = {}) {
  const asked: string[] = [];
  const isServerThere = { current: true };
  const scene = createWorld({
    fetch: (async (url: string, init: RequestInit) => {
      asked.push(`${init.method ?? "GET"} ${url.replace(/\?.*/, "")}`);
      if (init.body) return scene.backend.fetch(url, init);
      if (isServerThere.current) return new Response(null, { status: 426 });
      throw new TypeError("Failed to fetch");
    }) as typeof fetch,
    ...options,
  });
  scene.answer = async () => Response.json({ error: "agent_id is missing." }, { status: 400 });
  return Object.assign(scene, {
    asked,
    isServerThere,
    /** Diagnoses, and refuses the socket. */
    async diagnose(options?: Parameters<typeof scene.client.diagnose>[0]): Promise<Diagnosis> {
      const sockets = scene.sockets.length;
      const running = scene.client.diagnose(options);
      void scene.untilSocket().then(() => sockets < scene.sockets.length && scene.socket.drop(1006));
      return ended(running);
    },
  });
}

describe("of a client with ports of its own", () => {
  test("before connect(), no session is asked for, and nothing stays open", async () => {
    const scene = createScene();
    const report = await scene.diagnose();
    expect(report.status).toBe("ok");
    expect(report.checks).toHaveLength(9);
    expect(scene.requests.map(({ body }) => body.agent_id)).toEqual([""]);
    expect(scene.asked).toEqual(["POST https://app.test/api/authorize", "GET https://layercode.test/ws"]);
    expect(new URL(scene.socket.url).searchParams.get("client_session_key")).toBe("");
    expect(scene.microphone.starts).toEqual([]);
    expect(scene.held).toEqual({ sockets: 0, microphone: false, speaker: false });
    expect(scene.log).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a server that answers nothing at all is told from one that refuses a socket", async () => {
    const scene = createScene();
    scene.isServerThere.current = false;
    expect(of(await scene.diagnose(), "socket")).toMatchObject({
      status: "error",
      message: expect.stringMatching(/close code 1006/),
    });
  });

  test("where the policy allows the socket and nothing else, it says that it does not know", async () => {
    const page = new EventTarget();
    vi.stubGlobal("document", page);
    const scene = createScene({
      fetch: (async (url: string, init: RequestInit) => {
        if (init.body) return scene.backend.fetch(url, init);
        const violation = { effectiveDirective: "connect-src", blockedURI: "https://layercode.test/ws" };
        page.dispatchEvent(Object.assign(new Event("securitypolicyviolation"), violation));
        throw new TypeError("Failed to fetch");
      }) as typeof fetch,
    });
    const report = await scene.diagnose();
    expect(of(report, "socket")).toEqual({
      name: "socket",
      status: "warning",
      message:
        "Whether wss://layercode.test/ws opens is not known, because the page's Content-Security-Policy forbids to ask.",
      remedy: "Try the whole way: { openSession: true }.",
    });
    // Nothing listens any more.
    expect(vi.getTimerCount()).toBe(0);
  });

  test("an address of the socket that is none is an error with its remedy", async () => {
    const scene = createScene({ url: "http://" });
    expect(of(await ended(scene.client.diagnose()), "socket")).toMatchObject({
      status: "error",
      message: 'Option "url" is "http://".',
      remedy: expect.stringMatching(/^Pass a full URL/),
    });
  });

  test("an endpoint that is not there, or cannot be reached, does not keep the socket from being checked", async () => {
    const scene = createScene();
    scene.answer = async () => new Response("<!doctype html>", { status: 404 });
    const missing = await scene.diagnose();
    expect(of(missing, "endpoint")).toMatchObject({
      status: "error",
      remedy: expect.stringMatching(/createAuthorizeHandler/),
    });
    expect(of(missing, "socket").status).toBe("ok");
    scene.answer = () => Promise.reject(new TypeError("Failed to fetch"));
    const down = await scene.diagnose();
    expect(of(down, "endpoint")).toMatchObject({
      status: "error",
      message: expect.stringMatching(/could not be reached/),
    });
    expect(of(down, "socket").status).toBe("ok");
  });

  test("an app's own way to the endpoint is taken", async () => {
    const authorizeSessionRequest = vi.fn(async () => Response.json({ error: "No." }, { status: 401 }));
    const scene = createScene({ authorizeSessionRequest });
    expect(of(await scene.diagnose(), "endpoint")).toMatchObject({
      status: "warning",
      remedy: expect.stringMatching(/Sign in/),
    });
    expect(authorizeSessionRequest).toHaveBeenCalledOnce();
  });

  test("openSession tries the whole way, and closes the session before anything is said", async () => {
    const scene = createScene();
    const { answer } = createWorld();
    scene.answer = answer;
    const running = scene.client.diagnose({ openSession: true });
    void scene.untilSocket().then(() => scene.socket.open());
    const report = await ended(running);
    expect(of(report, "endpoint").message).toMatch(/let a session in/);
    expect(of(report, "socket").message).toMatch(/closed at once/);
    expect(scene.requests.map(({ body }) => body.agent_id)).toEqual(["ag-123456"]);
    expect(scene.socket.sent).toEqual([]);
    expect(scene.held.sockets).toBe(0);
    expect(JSON.stringify(report)).not.toContain("lc_sesskey");
    expect(scene.client.getSnapshot()).toMatchObject({ status: "disconnected", conversationId: null, messages: [] });
  });

  test("openSession that is refused has no socket to open", async () => {
    const scene = createScene();
    scene.answer = async () => Response.json({ error: "Not you." }, { status: 403 });
    const report = await ended(scene.client.diagnose({ openSession: true }));
    expect(of(report, "endpoint")).toMatchObject({ status: "error", message: expect.stringMatching(/Not you/) });
    expect(of(report, "socket").status).toBe("warning");
    expect(scene.sockets).toEqual([]);
  });

  test("in mid-call the session shows it all: nothing is asked, nothing is opened", async () => {
    const scene = createScene();
    scene.answer = createWorld().answer;
    await scene.connect();
    scene.microphone.loudness = 0.25;
    const { asked, sockets, log, microphone } = scene;
    const before = [asked.length, sockets.length, log.length, microphone.starts.length];
    const report = await ended(scene.client.diagnose({ openSession: true }));
    expect(report.status).toBe("ok");
    expect(of(report, "microphone").message).toMatch(/-12 dB/);
    expect(of(report, "socket").message).toMatch(/session's connection/);
    expect([asked.length, sockets.length, log.length, microphone.starts.length]).toEqual(before);
    scene.client.mute();
    expect(of(await ended(scene.client.diagnose()), "microphone")).toMatchObject({
      status: "warning",
      remedy: expect.stringMatching(/unmute/),
    });
    await scene.client.dispose();
  });

  test("an abort, and a disposed client, reject", async () => {
    const scene = createScene();
    scene.answer = () => new Promise(() => {});
    const controller = new AbortController();
    const running = scene.client.diagnose({ signal: controller.signal });
    await settleLoaded();
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: "aborted" });
    // What it still waited for is given up.
    expect(scene.requests[0]?.signal?.aborted).toBe(true);
    await scene.client.dispose();
    await expect(scene.client.diagnose()).rejects.toMatchObject({ code: "aborted" });
  });

  test.each(["disconnect", "dispose"] as const)("%s() ends one whose code still loads", async (end) => {
    const scene = createScene();
    const running = scene.client.diagnose();
    const ended = expect(running).rejects.toMatchObject({ code: "aborted" });
    await scene.client[end]();
    await ended;
    expect([scene.requests, scene.sockets]).toEqual([[], []]);
  });

  test.each(["disconnect", "dispose"] as const)("%s() ends one that runs", async (end) => {
    const scene = createScene();
    scene.answer = () => new Promise(() => {});
    const running = scene.client.diagnose();
    await settleLoaded();
    const ended = expect(running).rejects.toMatchObject({ code: "aborted" });
    await scene.client[end]();
    await ended;
    expect(scene.requests[0]?.signal?.aborted).toBe(true);
  });
});
