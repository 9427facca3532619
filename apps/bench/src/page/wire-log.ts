import type { Instruments } from "@layercode/browser-testing";

/** A message on its way, or the beginning or the opening of a connection. */
export interface WireEntry {
  /** ms on the page's clock, `performance.now()`. */
  at: number;
  what: "connecting" | "open" | "up" | "down";
  /** The message's type. */
  type: string;
  /** The message, where it is kept. */
  text: string | null;
}

/** What passed in all. */
export interface WireCount {
  up: number;
  down: number;
  bytesUp: number;
  bytesDown: number;
}

/** Runs in the page, as text, before the client: notes every message, and counts. With `keeps` off it only counts. */
export function wireLogScript({ probes }: Instruments, { keeps }: { keeps: boolean }): void {
  const Original = WebSocket;
  let entries: WireEntry[] = [];
  const count: WireCount = { up: 0, down: 0, bytesUp: 0, bytesDown: 0 };
  const longest = 4000;

  function note(what: WireEntry["what"], text = ""): void {
    if (!keeps) return;
    const type = /^\{"type":"([^"]*)"/.exec(text)?.[1] ?? "";
    // Of what the agent says the benchmark has the original.
    entries.push({ at: performance.now(), what, type, text: text.length > longest ? null : text });
  }

  window.WebSocket = class extends Original {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      note("connecting");
      // The first listener: whatever the client does about the message comes later.
      this.addEventListener("open", () => note("open"));
      this.addEventListener("message", ({ data }: MessageEvent<string>) => {
        count.down++;
        count.bytesDown += data.length;
        note("down", data);
      });
    }

    override send(data: string): void {
      count.up++;
      count.bytesUp += data.length;
      note("up", data);
      super.send(data);
    }
  };

  probes["wire.take"] = () => {
    const taken = entries;
    entries = [];
    return taken;
  };
  probes["wire.count"] = () => count;

  /** What to add to `performance.now()` for the audio thread's clock, which is `Date.now()`. */
  probes["clock.offset"] = () => {
    const before = Date.now();
    let now = before;
    while (now === before) now = Date.now();
    return now - performance.now();
  };
}
