import { longestTimeoutMs } from "../longest-timeout.js";
import type { FrameFault } from "./faults.js";
import { type Arrival, initialLink, isSound, type LinkSettings, transmit } from "./link.js";

// Frames that are held back use this process's memory: beyond this many characters the pipe gives up.
const mostHeldCharacters = 32 * 1024 * 1024;

const nothing: ReadonlySet<FrameFault> = new Set();

export interface PipeParts {
  seed: number;
  deliver(text: string): void;
  /** The pipe holds back more than it may and has closed itself: nothing passes any more. */
  onOverflow(): void;
}

/** Runs one direction of a connection: frames go in, and come out when they are due. */
export class Pipe {
  readonly #parts: PipeParts;
  readonly #underway: Arrival[] = [];
  readonly #forced = new Set<FrameFault>();
  #settings: LinkSettings = {};
  #link;
  /** No fault is set: frames may pass at once. */
  #sound = true;
  #characters = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(parts: PipeParts) {
    this.#parts = parts;
    this.#link = initialLink(parts.seed);
  }

  /** Length of what is held back, in characters. */
  get held(): number {
    return this.#characters;
  }

  /** Sets the faults from now on. Frames under way keep their time of arrival; without faults they arrive at once. */
  configure(settings: LinkSettings): void {
    if (this.#closed) return;
    this.#settings = settings;
    this.#sound = isSound(settings) && !settings.stalled;
    if (isSound(settings)) {
      const now = performance.now();
      for (const [index, arrival] of this.#underway.entries()) this.#underway[index] = { ...arrival, at: now };
      this.#link = { ...this.#link, freeAt: now, lastAt: now };
    }
    this.#drain();
  }

  /** Restarts the sequence of random numbers. */
  seed(seed: number): void {
    this.#link = { ...this.#link, seed };
  }

  /** Makes this fault hit the next frame. */
  force(fault: FrameFault): void {
    this.#forced.add(fault);
  }

  /** `"as it is"`: the frame may be late with all others, but is not spoilt. */
  push(text: string, how: "spoilable" | "as it is" = "spoilable"): void {
    if (this.#closed) return;
    // The fast path: without faults nearly every frame of hundreds of sessions leaves here.
    if (this.#sound && this.#underway.length === 0 && this.#forced.size === 0) return this.#parts.deliver(text);
    const { frames: _, ...unspoilt } = this.#settings;
    const [settings, forced] = how === "as it is" ? [unspoilt, nothing] : [this.#settings, new Set(this.#forced)];
    const { link, arrivals } = transmit(this.#link, text, performance.now(), settings, forced);
    this.#link = link;
    if (how === "spoilable") this.#forced.clear();
    for (const arrival of arrivals) this.#hold(arrival);
    this.#drain();
    if (this.#characters > mostHeldCharacters) {
      this.close();
      this.#parts.onOverflow();
    }
  }

  /** Delivers everything under way at once, unless the pipe is stalled. */
  flush(): void {
    if (this.#settings.stalled) return;
    for (let next = this.#next(); next; next = this.#next()) this.#parts.deliver(next.text);
  }

  /** Drops everything under way, and the timer. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#underway.length = 0;
    this.#characters = 0;
  }

  #hold(arrival: Arrival): void {
    this.#characters += arrival.text.length;
    let index = this.#underway.length;
    while (index > 0 && (this.#underway[index - 1] as Arrival).at > arrival.at) index -= 1;
    this.#underway.splice(index, 0, arrival);
  }

  #drain(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#settings.stalled) return;
    for (let first = this.#underway[0]; first; first = this.#underway[0]) {
      const wait = first.at - performance.now();
      if (wait > 0) {
        // Timers count whole milliseconds: round up, or the frame would not be due yet when the timer fires.
        this.#timer = setTimeout(() => this.#drain(), Math.min(Math.ceil(wait), longestTimeoutMs));
        return;
      }
      this.#next();
      this.#parts.deliver(first.text);
    }
  }

  #next(): Arrival | undefined {
    const next = this.#underway.shift();
    if (next) this.#characters -= next.text.length;
    return next;
  }
}
