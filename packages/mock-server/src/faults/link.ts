import type { FrameFault, FrameFaults, LinkFaults } from "./faults.js";
import { random } from "./random.js";
import { malformedFrame, unknownFrame } from "./spoilt-frames.js";

/** What one direction of a connection goes through. */
export interface LinkSettings extends LinkFaults {
  /** Only for the way to the client. */
  frames?: FrameFaults;
}

/** One direction of a connection, between two frames. Times are in ms. */
export interface LinkState {
  readonly seed: number;
  /** When all that was sent so far has left a line of limited speed. */
  readonly freeAt: number;
  /** When the last frame arrives that kept its place. */
  readonly lastAt: number;
}

/** A frame and when it arrives. */
export interface Arrival {
  readonly at: number;
  readonly text: string;
}

const defaultLateMs = 400;
const kinds = ["malformed", "unknown", "duplicate", "late"] as const;

export function initialLink(seed: number): LinkState {
  return { seed, freeAt: 0, lastAt: 0 };
}

/** What becomes of a frame that is sent now: what arrives in its stead, and when. `forced` befalls it in any case. */
export function transmit(
  link: LinkState,
  text: string,
  now: number,
  settings: LinkSettings,
  forced: ReadonlySet<FrameFault> = new Set(),
): { link: LinkState; arrivals: Arrival[] } {
  if (isSound(settings) && forced.size === 0) {
    // Frames that a fault delayed may still be under way: this one must not overtake them.
    const lastAt = Math.max(now, link.lastAt);
    return { link: { ...link, lastAt }, arrivals: [{ at: lastAt, text }] };
  }
  const { frames = {}, jitterMs = 0, latencyMs = 0, kilobitsPerSecond } = settings;
  let { seed } = link;
  const draw = () => {
    const drawn = random(seed);
    seed = drawn.seed;
    return drawn.value;
  };
  // Draw the same number of random values for every frame: otherwise the probability of one fault would change which
  // frames the others hit.
  const shake = draw();
  const choice = draw();
  const struck = new Set(kinds.filter((kind) => draw() < (frames[kind] ?? 0) || forced.has(kind)));

  const sent = [
    ...(struck.has("malformed") ? [malformedFrame(text, choice)] : []),
    ...(struck.has("unknown") ? [unknownFrame(choice)] : []),
    text,
    ...(struck.has("duplicate") ? [text] : []),
  ];
  let freeAt = Math.max(now, link.freeAt);
  let { lastAt } = link;
  const arrivals = sent.map((frame): Arrival => {
    if (kilobitsPerSecond !== undefined) freeAt += (Buffer.byteLength(frame) * 8) / kilobitsPerSecond;
    const at = Math.max(freeAt + latencyMs + shake * jitterMs, lastAt);
    if (struck.has("late") && frame === text) return { at: at + (frames.lateMs ?? defaultLateMs), text: frame };
    lastAt = at;
    return { at, text: frame };
  });
  return { link: { seed, freeAt, lastAt }, arrivals };
}

/** Whether frames pass at once and as they are, but for a stall. */
export function isSound({ latencyMs, jitterMs, kilobitsPerSecond, frames }: LinkSettings): boolean {
  return !latencyMs && !jitterMs && kilobitsPerSecond === undefined && frames === undefined;
}
