import { createWebSocketClass, type FakeSocket } from "@layercode/client-testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { TransportClose } from "./transport.js";
import { openWebSocket } from "./websocket.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function open() {
  const sockets: FakeSocket[] = [];
  const closes: TransportClose[] = [];
  const events = { onOpen: () => {}, onMessage: () => {}, onClose: (close: TransportClose) => closes.push(close) };
  const transport = openWebSocket("wss://layercode.test/ws", events, createWebSocketClass(sockets));
  return { transport, socket: sockets[0]!, closes };
}

test("a socket that a Content-Security-Policy forbids, of which Chromium reports an error and no close, is closed", () => {
  const { socket, closes } = open();
  socket.readyState = 3;
  socket.dispatch("error");
  vi.runAllTimers();
  expect(closes).toEqual([{ code: 1006, reason: "", wasClean: false }]);
  socket.dispatch("close", { code: 1006, reason: "", wasClean: false });
  expect(closes.length).toBe(1);
});

test("an error that a close follows is that close, once, and leaves no timer", () => {
  const { socket, closes } = open();
  socket.drop(1011, "Broken.");
  expect(vi.getTimerCount()).toBe(0);
  expect(closes).toEqual([{ code: 1011, reason: "Broken.", wasClean: false }]);
});

test("an error of a socket that was given up is nobody's", () => {
  const { transport, socket, closes } = open();
  transport.close();
  socket.dispatch("error");
  vi.runAllTimers();
  expect(closes).toEqual([]);
});
