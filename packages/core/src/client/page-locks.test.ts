import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { stubPage } from "../../test/page.js";
import { createWorld, settle } from "../../test/world.js";

let page: ReturnType<typeof stubPage>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  page = stubPage();
});
afterEach(async () => {
  await vi.dynamicImportSettled();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the screen", () => {
  test("stays on from connected to the end, reconnects included", async () => {
    const world = createWorld();
    const connecting = world.connect();
    expect(page.screenLocks).toBe(0);
    await connecting;
    await settle();
    expect(page.screenLocks).toBe(1);
    world.socket.drop(1006);
    expect(page.screenLocks).toBe(1);
    await world.comesBack();
    await settle();
    expect(page.screenLocks).toBe(1);
    await world.client.disconnect();
    await settle();
    expect([page.screenLocks, page.listeners]).toEqual([0, 0]);
  });

  test("is taken again when the page is seen again, and never twice", async () => {
    const world = createWorld();
    await world.connect();
    await settle();
    page.hide();
    await settle();
    expect(page.screenLocks).toBe(0);
    page.show();
    await settle();
    expect(page.screenLocks).toBe(1);
    page.show();
    await settle();
    expect(page.screenLocks).toBe(1);
    await world.client.disconnect();
    await settle();
    expect(page.screenLocks).toBe(0);
  });

  test("is left alone where it is not wanted, and after a disconnect() that was faster", async () => {
    const without = createWorld({ wakeLock: false });
    await without.connect();
    await settle();
    expect(page.screenLocks).toBe(0);
    await without.client.disconnect();
    const world = createWorld();
    await world.connect();
    await world.client.disconnect();
    await settle();
    expect([page.screenLocks, page.listeners]).toEqual([0, 0]);
  });
});

describe("one speaking tab", () => {
  test("the tab that connects last speaks; the other is told, and has given everything back", async () => {
    const first = createWorld({ exclusive: true });
    await first.connect();
    await settle();
    expect(page.speakers).toBe(1);
    const second = createWorld({ exclusive: true });
    await second.connect();
    await settle();
    expect(page.speakers).toBe(1);
    expect(second.client.status).toBe("connected");
    expect(first.client.getSnapshot()).toMatchObject({ status: "disconnected", error: { code: "aborted" } });
    expect(first.log.slice(-3)).toEqual(["status disconnected", "error aborted", "disconnect"]);
    expect(first.held).toEqual({ sockets: 0, microphone: false, speaker: false });
    await second.client.disconnect();
    await settle();
    expect(page.speakers).toBe(0);
    expect(second.log).not.toContain("error aborted");
  });

  test("tells who took over: a tab, or a client of the same page", async () => {
    const texts: (string | undefined)[] = [];
    for (const takeOver of [() => page.anotherTabSpeaks(), () => createWorld({ exclusive: true }).connect()]) {
      const world = createWorld({ exclusive: true });
      await world.connect();
      await settle();
      await takeOver();
      await settle();
      texts.push(world.client.getSnapshot().error?.message);
    }
    expect(texts).toEqual([
      expect.stringMatching(/^Another tab took over/),
      expect.stringMatching(/^Another client of this page took over/),
    ]);
  });

  test("is no reason to end where the browser refuses it: a sandboxed frame speaks all the same", async () => {
    page.refusesLocks = true;
    const world = createWorld({ exclusive: true });
    await world.connect();
    await settle();
    expect(world.client.getSnapshot()).toMatchObject({ status: "connected", error: null });
    await world.client.disconnect();
  });

  test("also while reconnecting", async () => {
    const world = createWorld({ exclusive: true });
    await world.connect();
    await settle();
    world.socket.drop(1006);
    page.anotherTabSpeaks();
    await settle();
    expect(world.client.getSnapshot()).toMatchObject({ status: "disconnected", reconnecting: null });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a name that is lost in the moment of the end concerns no later session", async () => {
    const world = createWorld({ exclusive: true });
    await world.connect();
    await settle();
    page.anotherTabSpeaks();
    void world.client.disconnect();
    await world.connect();
    expect(world.client.status).toBe("connected");
    await world.client.disconnect();
  });

  test("tabs that do not ask for it speak side by side", async () => {
    const worlds = [createWorld(), createWorld()];
    for (const world of worlds) await world.connect();
    await settle();
    expect(worlds.map(({ client }) => client.status)).toEqual(["connected", "connected"]);
    expect(page.speakers).toBe(0);
    for (const { client } of worlds) await client.disconnect();
  });

  test("two clients of one page that both may be heard are a warning of the log, once", async () => {
    const warnings: string[] = [];
    const nothing = () => {};
    const logger = { error: nothing, warn: (text: string) => warnings.push(text), info: nothing, debug: nothing };
    const log = { logger, logLevel: "warn" } as const;
    const [first, second, silent] = [createWorld(log), createWorld(log), createWorld({ ...log, audioOutput: false })];
    for (const world of [first, silent]) await world.connect();
    await settle();
    expect(warnings).toEqual([]);
    await second.connect();
    second.socket.drop(1006);
    await second.comesBack();
    await settle();
    expect(warnings).toEqual([expect.stringMatching(/two agents of this page may talk at once.*`exclusive: true`/)]);
    for (const { client } of [first, second, silent]) await client.disconnect();
    await second.connect();
    await settle();
    expect(warnings).toHaveLength(1);
    await second.client.disconnect();
  });
});
