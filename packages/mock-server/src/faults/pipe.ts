import type { FrameFault } from "./faults.js";
import { type Arrival, initialLink, isSound, type LinkSettings, transmit } from "./link.js";

// What is held back lies in this process's memory.
const mostHeldCharacters = 32 * 1024 * 1024;

const nothing: ReadonlySet<FrameFault> = new Set();

export interface PipeParts {
  seed: number;
  deliver(text: string): void;
  /** More is held back than may be. Nothing more passes. */
  onOverflow(): void;
}

/** Runs one direction of a connection: frames go in, and come out when they are due. */
export class Pipe {
  readonly #parts: PipeParts;
  readonly #underway: Arrival[] = [];
  readonly #forced = new Set<FrameFault>();
  #settings: LinkSettings = {};
  #link;
  /** Nothing is wrong. */
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

  /** What holds from now on; what is under way keeps its time, unless nothing is wrong any more. */
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

  /** Where the random numbers go on. */
  seed(seed: number): void {
    this.#link = { ...this.#link, seed };
  }

  /** Befalls the next frame. */
  force(fault: FrameFault): void {
    this.#forced.add(fault);
  }

  /** `"as it is"`: the frame may be late with all others, but is not spoilt. */
  push(text: string, how: "spoilable" | "as it is" = "spoilable"): void {
    if (this.#closed) return;
    // Nearly always, and for every frame of hundreds of sessions.
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

  /** Delivers at once what was only slow; what is stalled stays. */
  flush(): void {
    if (this.#settings.stalled) return;
    for (let next = this.#next(); next; next = this.#next()) this.#parts.deliver(next.text);
  }

  /** Forgets what is under way, and its timer. */
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
        // Never early: a timer counts whole milliseconds.
        this.#timer = setTimeout(() => this.#drain(), Math.ceil(wait));
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
