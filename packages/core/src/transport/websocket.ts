import { LayercodeError } from "../errors.js";
import { resolveUrl } from "../page-url.js";
import type { Transport, TransportEvents } from "./transport.js";

/** What this needs of a WebSocket class: the platform's, or that of the `ws` package. */
export type WebSocketConstructor = new (url: string) => WebSocketLike;

interface WebSocketLike {
  readonly readyState: number;
  readonly bufferedAmount?: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { code: number; reason: string; wasClean: boolean }) => void): void;
  addEventListener(type: "error", listener: () => void): void;
}

const open = 1;

/**
 * The address of a connection: `base` (a path on this origin included) with the session's key as its query.
 * Throws `invalid-option` when `base` is no URL.
 */
export function sessionUrl(base: string | URL, clientSessionKey: string): string {
  const url = resolveUrl(base);
  if (!url) {
    const remedy = 'Pass a full URL such as "wss://example.com/path", or, in a browser, a path on this origin.';
    throw new LayercodeError("invalid-option", `Option "url" is ${JSON.stringify(String(base))}. ${remedy}`);
  }
  url.protocol = url.protocol.replace(/^http/, "ws");
  url.hash = "";
  url.searchParams.set("client_session_key", clientSessionKey);
  return url.href;
}

/** Opens a WebSocket. What it still says after `close()` is ignored. */
export function openWebSocket(url: string, events: TransportEvents, WebSocketClass?: WebSocketConstructor): Transport {
  const Class = WebSocketClass ?? (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
  if (!Class)
    throw new LayercodeError(
      "invalid-option",
      'This platform has no WebSocket. Pass one by the option "WebSocket", for example that of the package ws.',
    );
  const socket = new Class(url);
  let replaced = false;
  let written = 0;
  const unsentBytes = () => socket.bufferedAmount ?? 0;
  socket.addEventListener("open", () => {
    if (!replaced) events.onOpen();
  });
  socket.addEventListener("message", (event) => {
    if (!replaced) events.onMessage(event.data);
  });
  socket.addEventListener("close", ({ code, reason, wasClean }) => {
    if (replaced) return;
    replaced = true;
    events.onClose({ code, reason, wasClean });
  });
  // An error says nothing, and a close follows it; unheard, it would crash a Node process.
  socket.addEventListener("error", () => {});
  return {
    get unsentBytes() {
      return unsentBytes();
    },
    get sentBytes() {
      return written - unsentBytes();
    },
    send(text) {
      if (socket.readyState !== open) return false;
      socket.send(text);
      // A character is a byte but in what is typed, which is little beside the audio.
      written += text.length;
      return true;
    },
    close() {
      if (replaced) return;
      replaced = true;
      socket.close(1000);
    },
  };
}
