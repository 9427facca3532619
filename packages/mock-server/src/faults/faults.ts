/** The two ways through a connection. */
export type Direction = "toClient" | "toServer";

/** What is wrong with one direction of a connection. */
export interface LinkFaults {
  /** Every frame arrives this much later, ms. */
  latencyMs?: number;
  /** And by up to this much more, at random. The order is kept. */
  jitterMs?: number;
  /** How much passes in a second. A frame has arrived when its last byte has. */
  kilobitsPerSecond?: number;
  /** Nothing passes; what was sent meanwhile passes when this ends. */
  stalled?: boolean;
}

/** What may befall a frame on its way to the client. */
export type FrameFault = "malformed" | "unknown" | "duplicate" | "late";

/** How probable it is, 0 to 1 for each frame to the client, that … */
export interface FrameFaults {
  /** … one that cannot be read comes before it. */
  malformed?: number;
  /** … one of an unknown type comes before it. */
  unknown?: number;
  /** … it comes twice. */
  duplicate?: number;
  /** … it comes `lateMs` late, and those behind it overtake it. */
  late?: number;
  /** Default 400. */
  lateMs?: number;
}

/** The end of a connection that nobody wished for: with a close code, by a TCP reset, or by silence, a line that is dead and looks alive. */
export type Drop = { how: "close"; code?: number; reason?: string } | { how: "reset" } | { how: "silence" };

/** What goes wrong with a connection. The fields of `LinkFaults` hold for both directions; what a direction says itself comes first. */
export interface Faults extends LinkFaults {
  toClient?: LinkFaults;
  toServer?: LinkFaults;
  /** How often frames to the client are spoilt. */
  frames?: FrameFaults;
  /** The connection is dropped `afterMs` (default 0) after it opened, or after this was said of an open one. */
  drop?: Drop & { afterMs?: number };
  /** Where the random numbers of each connection begin, a 32-bit integer. Default 1. */
  seed?: number;
}

/** What goes wrong when a session is authorized. */
export interface AuthorizeFault {
  /** Answers this HTTP status and no key; 200 too. */
  status?: number;
  /** The answer's `error`. */
  error?: string;
  /** The answer's `Retry-After`: seconds, or a date as HTTP writes it. */
  retryAfter?: number | string;
  /** Answers this much later, ms. */
  delayMs?: number;
  /** Never answers. */
  hang?: boolean;
  /** How many requests this befalls. Default all. */
  times?: number;
}

/** What goes wrong with a whole server: with every connection, and before there is one. */
export interface ServerFaults extends Faults {
  authorize?: AuthorizeFault;
  /** Every key is refused at the socket as if its time were up. */
  expiredKeys?: boolean;
}

/** A frame that comes out of turn: spoilt, or whatever `text` says. */
export type Injection = FrameFault | { text: string };

/** Makes things go wrong while they run, and right again. */
export interface FaultControl {
  /**
   * From now on this goes wrong, and nothing else: `{}` heals everything.
   * @throws {Error} when a field cannot be right; it names the field.
   */
  set(faults: Faults): void;
  /** Nothing passes in this direction until `resume`. Default both. */
  stall(direction?: Direction): void;
  /** What was held passes. Default both directions. */
  resume(direction?: Direction): void;
  /**
   * Drops the connection now. Default `{ how: "reset" }`.
   * @throws {Error} when it cannot be right.
   */
  drop(drop?: Drop): void;
  /**
   * Writes a frame that cannot be read, one of an unknown type, the last frame once more, or any text; `"late"` holds the next frame back.
   * @throws {Error} when it cannot be right.
   */
  inject(frame: Injection): void;
}

/** The same for a whole server: for the connections there are and those to come. `drop` and `inject` mean those there are. */
export interface ServerFaultControl extends FaultControl {
  /**
   * From now on this goes wrong on every connection, whatever was said of one alone: `{}` heals everything.
   * @throws {Error} when a field cannot be right; it names the field.
   */
  set(faults: ServerFaults): void;
  /** The time of every key that was given out is up. Connections stay, new keys are valid. */
  expireKeys(): void;
}

/** One direction's own faults, with those of both directions where it says nothing. */
export function linkFaults(faults: Faults, direction: Direction): LinkFaults {
  const { latencyMs, jitterMs, kilobitsPerSecond, stalled } = faults;
  const both = { latencyMs, jitterMs, kilobitsPerSecond, stalled };
  const named = Object.entries(both).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(named), ...faults[direction] };
}

/** The same faults, with one direction (or both) stalled or not. */
export function withStall<F extends Faults>(faults: F, stalled: boolean, direction?: Direction): F {
  const directions = direction ? [direction] : (["toClient", "toServer"] as const);
  return { ...faults, ...Object.fromEntries(directions.map((name) => [name, { ...faults[name], stalled }])) };
}
