import { EventEmitter } from "node:events";
import { Socket } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { Wire } from "./wire.js";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

/** What a wire needs of a WebSocket. */
class FakeSocket extends EventEmitter {
  readonly OPEN = WebSocket.OPEN;
  readonly sent: string[] = [];
  readyState: number = WebSocket.OPEN;
  bufferedAmount = 0;

  send(text: string): void {
    this.sent.push(text);
  }

  close(code: number, reason: string): void {
    this.readyState = WebSocket.CLOSED;
    this.emit("close", code, Buffer.from(reason));
  }

  terminate(): void {
    this.close(1006, "");
  }
}

function createWire() {
  const socket = new FakeSocket();
  const received: string[] = [];
  const wire = new Wire({ socket: socket as unknown as WebSocket, connection: new Socket(), faults: {}, log() {} });
  wire.attach({
    onFrame: (text) => received.push(text),
    onError() {},
    onClose: (code) => received.push(`closed ${code}`),
    lastSent: () => null,
  });
  return { socket, received, wire };
}

test.each([1000, 1006])("no timer outlives a connection that ends with %i", (code) => {
  const { socket, received, wire } = createWire();
  wire.set({ latencyMs: 100, drop: { how: "reset", afterMs: 60_000 } });
  wire.send("a");
  socket.emit("message", Buffer.from("b"), false);
  expect(vi.getTimerCount()).toBe(3);
  socket.close(code, "");
  // A clean goodbye comes behind what was under way; a line that broke took it along.
  expect(received).toEqual(code === 1000 ? ["b", "closed 1000"] : ["closed 1006"]);
  wire.set({ latencyMs: 100, drop: { how: "reset", afterMs: 60_000 } });
  wire.stall();
  wire.inject("late");
  wire.inject("unknown");
  wire.send("c");
  socket.emit("message", Buffer.from("d"), false);
  expect(vi.getTimerCount()).toBe(0);
  expect(socket.sent).toEqual([]);
});

test("what is held back counts as not yet taken by the client", () => {
  const { socket, wire } = createWire();
  wire.stall("toClient");
  wire.send("12345");
  socket.bufferedAmount = 10;
  expect(wire.bufferedAmount).toBe(15);
});
