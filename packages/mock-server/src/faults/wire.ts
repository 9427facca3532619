import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import {
  type Direction,
  type Drop,
  type FaultControl,
  type Faults,
  type Injection,
  linkFaults,
  withStall,
} from "./faults.js";
import { parseDrop, parseFaults, parseInjection } from "./parse-faults.js";
import { Pipe } from "./pipe.js";
import { malformedFrame, unknownFrame } from "./spoilt-frames.js";

/** What a wire tells the session on it. */
export interface WireEvents {
  onFrame(text: string, isBinary: boolean): void;
  /** The client broke the WebSocket protocol; the connection is about to end. */
  onError(error: Error): void;
  onClose(code: number, reason: string): void;
  /** The frame that was sent last; `null` before the first. */
  lastSent(): string | null;
}

export interface WireParts {
  socket: WebSocket;
  /** The connection underneath. */
  connection: Socket;
  faults: Faults;
  log(line: string): void;
}

const defaultSeed = 1;
const defaultCode = 1011;

/** A client's connection with all that may go wrong on it. With no faults, frames pass at once. */
export class Wire implements FaultControl {
  readonly #parts: WireParts;
  readonly #toClient: Pipe;
  readonly #toServer: Pipe;
  #faults: Faults = {};
  #events: WireEvents | undefined;
  #injected = 0;
  #silent = false;
  #dropping: NodeJS.Timeout | undefined;

  constructor(parts: WireParts) {
    const { socket } = parts;
    this.#parts = parts;
    const onOverflow = () => {
      parts.log("Too much is held back on its way: the connection is ended.");
      this.terminate();
    };
    this.#toClient = new Pipe({ seed: defaultSeed, onOverflow, deliver: (text) => this.#write(text) });
    this.#toServer = new Pipe({
      seed: ~defaultSeed,
      onOverflow,
      deliver: (text) => this.#events?.onFrame(text, false),
    });
    socket.on("message", (data, isBinary) => {
      if (isBinary) this.#events?.onFrame("", true);
      else this.#toServer.push(data.toString());
    });
    socket.on("error", (error) => this.#events?.onError(error));
    socket.on("close", (code, reason) => {
      // The client sent its close frame behind its last messages: deliver those first. With 1006 the connection broke, and
      // what was under way is lost.
      if (code !== 1006) this.#toServer.flush();
      this.#release();
      this.#events?.onClose(code, reason.toString());
    });
  }

  /** Connects the session. Nothing passes before. */
  attach(events: WireEvents): void {
    this.#events = events;
    this.set(this.#parts.faults);
  }

  get open(): boolean {
    return this.#parts.socket.readyState === this.#parts.socket.OPEN;
  }

  /** The faults in force. */
  get faults(): Faults {
    return this.#faults;
  }

  /** What the client has not taken yet, in bytes. */
  get bufferedAmount(): number {
    return this.#parts.socket.bufferedAmount + this.#toClient.held;
  }

  send(text: string): void {
    this.#toClient.push(text);
  }

  /** Closes behind everything that was sent; frames that are stalled are dropped. */
  close(code: number, reason: string): void {
    if (this.#silent) return this.terminate();
    this.#toClient.flush();
    this.#parts.socket.close(code, reason);
  }

  terminate(): void {
    this.#parts.socket.terminate();
  }

  set(faults: Faults): void {
    const { drop, seed } = parseFaults(faults);
    if (seed !== undefined) {
      this.#toClient.seed(seed);
      this.#toServer.seed(~seed);
    }
    this.#apply(faults);
    clearTimeout(this.#dropping);
    if (!drop || !this.open) return;
    const { afterMs = 0, ...how } = drop;
    this.#dropping = setTimeout(() => this.drop(how), afterMs);
  }

  stall(direction?: Direction): void {
    this.#apply(withStall(this.#faults, true, direction));
  }

  resume(direction?: Direction): void {
    this.#apply(withStall(this.#faults, false, direction));
  }

  drop(drop: Drop = { how: "reset" }): void {
    parseDrop(drop);
    this.#parts.log(`The connection is dropped: ${drop.how}.`);
    this.#release();
    const { socket, connection } = this.#parts;
    if (drop.how === "close") socket.close(drop.code ?? defaultCode, drop.reason ?? "");
    else if (drop.how === "reset") connection.resetAndDestroy();
    else this.#fallSilent();
  }

  inject(frame: Injection): void {
    parseInjection(frame);
    this.#parts.log(
      `A frame is injected: ${typeof frame === "string" ? frame : JSON.stringify(frame.text.slice(0, 80))}.`,
    );
    if (frame === "late") return this.#toClient.force(frame);
    this.#toClient.push(this.#injectedText(frame), "as it is");
  }

  #injectedText(frame: Exclude<Injection, "late">): string {
    // Multiples of the golden ratio (modulo 1) spread evenly: consecutive injections are of different kinds.
    const choice = (this.#injected++ * 0.618034) % 1;
    if (typeof frame === "object") return frame.text;
    // Ask the session for its last frame rather than keep it here: a long text that is kept until the next one survives
    // into the old generation, and hundreds of sessions would fill that.
    const last = this.#events?.lastSent() ?? "{}";
    if (frame === "duplicate") return last;
    return frame === "malformed" ? malformedFrame(last, choice) : unknownFrame(choice);
  }

  #apply(faults: Faults): void {
    const { frames } = faults;
    this.#faults = faults;
    this.#toClient.configure({ ...linkFaults(faults, "toClient"), ...(frames && { frames }) });
    this.#toServer.configure(linkFaults(faults, "toServer"));
  }

  #write(text: string): void {
    if (this.open && !this.#silent) this.#parts.socket.send(text);
  }

  // Keep reading the client's bytes and discard them: the client sees neither a close nor an answer.
  #fallSilent(): void {
    this.#silent = true;
    const { connection } = this.#parts;
    connection.removeAllListeners("data");
    connection.resume();
  }

  #release(): void {
    clearTimeout(this.#dropping);
    this.#toClient.close();
    this.#toServer.close();
  }
}
