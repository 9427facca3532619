import type { ClientStatus } from "./connection/connection.js";
import type { Effect } from "./effects.js";
import type { ClientEvent } from "./events.js";

/** Something that happened in a client: an event, an effect of it, or another status. */
export type Happening =
  | ClientEvent
  | Effect
  | { type: "status"; status: ClientStatus }
  /** A call of the app has failed, and neither who called nor a listener is told. */
  | { type: "unheard"; error: unknown };

/** Is told everything that happens, in its order; `time` in ms since the epoch. */
export type Observer = (happening: Happening, time: number) => void;
