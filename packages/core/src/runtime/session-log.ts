import type { Happening } from "../machine/happening.js";
import type { LogOptions } from "../options/layercode-client-options.js";
import { guarded } from "./listener-error.js";
import type { SessionRecords } from "./session-records.js";

/** How much may wait for the records. */
const waitingLimit = 500;

/**
 * Takes in what happens in a client. The code that makes records of it, and tells the app's logger, loads with the first
 * `connect()`, or at once where there is a logger; what happens before it is there waits, and is taken in its order.
 */
export class SessionLog {
  readonly #waiting: Parameters<SessionRecords["write"]>[] = [];
  #records: SessionRecords | null = null;

  write(happening: Happening, time: number, to: LogOptions): void {
    this.#waiting.push([happening, time, to]);
    if (this.#records) this.#drain(this.#records);
    else if (happening.type === "connect" || happening.type === "unheard" || to.logger) this.load().catch(() => {});
    if (this.#waiting.length > waitingLimit) this.#waiting.shift();
  }

  /** The records of everything so far. Rejects where their code cannot be had. */
  async load(): Promise<SessionRecords> {
    const { SessionRecords } = await import("./session-records.js");
    this.#records ??= new SessionRecords();
    this.#drain(this.#records);
    return this.#records;
  }

  #drain(records: SessionRecords): void {
    // One by one, for a logger that calls the client makes more happen, which is to come behind what waits already.
    while (this.#waiting.length > 0) {
      const [happened] = this.#waiting.splice(0, 1);
      // A logger that throws stops nobody.
      if (happened) guarded(() => records.write(...happened));
    }
  }
}
