import {
  type AuthorizeFault,
  type Direction,
  type Drop,
  type FaultControl,
  type Faults,
  type Injection,
  type ServerFaultControl,
  type ServerFaults,
  withStall,
} from "./faults.js";
import { parseDrop, parseInjection, parseServerFaults } from "./parse-faults.js";

export interface ServerFaultParts {
  faults: ServerFaults;
  /** The open connections. */
  open(): readonly FaultControl[];
  /** Expires every session key. */
  expireKeys(): void;
}

/** The faults of a whole server: applies them to the open connections, and to each new one. */
export class ServerFaultState implements ServerFaultControl {
  readonly #parts: ServerFaultParts;
  #faults: ServerFaults;
  #authorizations = 0;

  constructor(parts: ServerFaultParts) {
    this.#parts = parts;
    this.#faults = parseServerFaults(parts.faults);
  }

  /** What goes wrong with a new connection. */
  get ofConnection(): Faults {
    const { authorize: _, expiredKeys: __, ...faults } = this.#faults;
    return faults;
  }

  get expiredKeys(): boolean {
    return this.#faults.expiredKeys ?? false;
  }

  /** The fault of the next authorization, counted; `null`: none. */
  nextAuthorization(): AuthorizeFault | null {
    const { authorize } = this.#faults;
    if (!authorize || this.#authorizations >= (authorize.times ?? Infinity)) return null;
    this.#authorizations += 1;
    return authorize;
  }

  set(faults: ServerFaults): void {
    this.#faults = parseServerFaults(faults);
    this.#authorizations = 0;
    for (const connection of this.#parts.open()) connection.set(this.ofConnection);
  }

  stall(direction?: Direction): void {
    this.#faults = withStall(this.#faults, true, direction);
    for (const connection of this.#parts.open()) connection.stall(direction);
  }

  resume(direction?: Direction): void {
    this.#faults = withStall(this.#faults, false, direction);
    for (const connection of this.#parts.open()) connection.resume(direction);
  }

  drop(drop?: Drop): void {
    if (drop !== undefined) parseDrop(drop);
    for (const connection of this.#parts.open()) connection.drop(drop);
  }

  inject(frame: Injection): void {
    parseInjection(frame);
    for (const connection of this.#parts.open()) connection.inject(frame);
  }

  expireKeys(): void {
    this.#parts.expireKeys();
  }
}
