import { expect, test, vi } from "vitest";
import { createClientWorld } from "./client-world.js";
import { nothingHeld } from "./world.js";

/** As much of a client as the world needs: it asks the backend, then opens a socket. */
class SmallClient {
  constructor(
    readonly options: {
      authorizeSessionEndpoint: string;
      fetch: typeof fetch;
      WebSocket: new (url: string) => { addEventListener(type: string, listener: () => void): void };
      onStatusChange: (status: string) => void;
    },
  ) {}

  async connect(): Promise<void> {
    const { authorizeSessionEndpoint, fetch, WebSocket, onStatusChange } = this.options;
    await fetch(authorizeSessionEndpoint, { body: "{}" });
    const socket = new WebSocket("wss://layercode.test");
    await new Promise<void>((resolve) => socket.addEventListener("open", resolve));
    onStatusChange("connected");
  }
}

const create = (options: SmallClient["options"]) => new SmallClient(options);

test("connects the client that it was given to make, and counts what it holds", async () => {
  const world = createClientWorld(create, {});
  expect(world.held).toEqual(nothingHeld);
  expect(() => world.socket).toThrow("no socket was opened");
  await world.connect();
  expect(world.log).toEqual(["status connected"]);
  expect(world.requests).toMatchObject([{ url: "https://app.test/api/authorize", body: {} }]);
  expect(world.held.sockets).toBe(1);
  world.socket.close();
  expect(world.held).toEqual(nothingHeld);
});

test("the test's own options replace the world's, and its client may be put in the place of the first", async () => {
  const onStatusChange = vi.fn();
  const world = createClientWorld(create, { onStatusChange });
  world.client = new SmallClient({ ...world.options, authorizeSessionEndpoint: "https://other.test" });
  await world.connect();
  expect(onStatusChange).toHaveBeenCalledWith("connected");
  expect([world.log, world.requests[0]?.url]).toEqual([[], "https://other.test"]);
});

test("the backend answers as the test says", async () => {
  const world = createClientWorld(create, {});
  world.answer = async () => {
    throw new Error("down");
  };
  await expect(world.client.connect()).rejects.toThrow("down");
});
