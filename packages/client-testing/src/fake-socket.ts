import { FakeEventTarget } from "./fake-event-target.js";

const connecting = 0;
const open = 1;
const closed = 3;

/** A WebSocket that a client opened; the test plays the server at its other end. */
export class FakeSocket extends FakeEventTarget {
  readyState: number = connecting;
  /** Bytes that the network has not taken yet. */
  bufferedAmount = 0;
  /** Whether the network takes what is sent only when the test calls `drain()`: as in a browser, within a task. */
  isSlow = false;
  /** What the client sent, parsed. */
  readonly sent: Record<string, unknown>[] = [];

  constructor(readonly url: string) {
    super();
  }

  /** The type of each message that the client sent. */
  get types(): unknown[] {
    return this.sent.map((message) => message.type);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
    if (this.isSlow) this.bufferedAmount += text.length;
  }
  /** The network takes so many bytes of what waits; all of it unless the test says otherwise. */
  drain(bytes = Infinity): void {
    this.bufferedAmount = Math.max(0, this.bufferedAmount - bytes);
  }
  close(): void {
    this.readyState = closed;
  }

  /** The server accepts the connection. */
  open(): void {
    if (this.readyState === connecting) this.readyState = open;
    this.dispatch("open");
  }
  /**
   * The server sends a message; a string goes as it is. A closed socket still delivers what was under way, one that is
   * not open yet delivers nothing.
   */
  says(message: object | string): void {
    if (this.readyState === connecting) return;
    this.dispatch("message", { data: typeof message === "string" ? message : JSON.stringify(message) });
  }
  /** The server closes the connection, or the network does (`code` 1006). */
  drop(code: number, reason = "", wasClean = code === 1000): void {
    this.readyState = closed;
    this.dispatch("error");
    this.dispatch("close", { code, reason, wasClean });
  }
}

/** A class for the option `WebSocket`; what it constructs is added to `sockets`. */
export function createWebSocketClass(sockets: FakeSocket[]) {
  return class extends FakeSocket {
    constructor(url: string) {
      super(url);
      sockets.push(this);
    }
  };
}
