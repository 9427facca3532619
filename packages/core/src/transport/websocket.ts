import { LayercodeError } from "../errors.js";
import { resolveUrl } from "../page-url.js";
import type { Transport, TransportClose, TransportEvents } from "./transport.js";

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
const closed = 3;

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

/** An address without its query, which holds the session's key, and without what else may be secret. */
export function shownUrl(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** Opens a WebSocket. What it still says after `close()` is ignored. */
export function openWebSocket(url: string, events: TransportEvents, WebSocketClass?: WebSocketConstructor): Transport {
  const Class = WebSocketClass ?? (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
  if (!Class)
    throw new LayercodeError(
      "invalid-option",
      'This platform has no WebSocket. Pass one by the option "WebSocket", for example that of the package ws.',
    );
  const socket = construct(Class, url);
  let replaced = false;
  let written = 0;
  const unsentBytes = () => socket.bufferedAmount ?? 0;
  socket.addEventListener("open", () => {
    if (!replaced) events.onOpen();
  });
  socket.addEventListener("message", (event) => {
    if (!replaced) events.onMessage(event.data);
  });
  let closeMissing: ReturnType<typeof setTimeout> | undefined;
  const end = (close: TransportClose) => {
    clearTimeout(closeMissing);
    if (replaced) return;
    replaced = true;
    events.onClose(close);
  };
  socket.addEventListener("close", ({ code, reason, wasClean }) => end({ code, reason, wasClean }));
  // An error says nothing, and a close follows it in the same task; unheard, it would crash a Node process. Chromium has no
  // close for a socket that a Content-Security-Policy forbids: it is closed all the same.
  socket.addEventListener("error", () => {
    if (socket.readyState === closed) closeMissing = setTimeout(end, 0, { code: 1006, reason: "", wasClean: false });
  });
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

/** Browsers refuse some addresses at once: ws:// of another machine on a page of https, or what is no WebSocket's. */
function construct(Class: WebSocketConstructor, url: string): WebSocketLike {
  try {
    return new Class(url);
  } catch (error) {
    const shown = shownUrl(url);
    // Not as the `cause`: it may name the whole address, and with it the session's key.
    const reason = (error instanceof Error ? error.message : String(error)).replaceAll(url, shown);
    const remedy = 'Pass a wss:// address as "url"; ws:// only from a page on http, or to this machine.';
    throw new LayercodeError("connection", `The WebSocket ${shown} could not be opened (${reason}). ${remedy}`);
  }
}
