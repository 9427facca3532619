import type { ClientMessage } from "@layercode/core/protocol";
import type { Scenario, Turn } from "./scenario.js";
import type { RawMessage } from "./script.js";
import type { ScriptProgress } from "./script-progress.js";

/** What a scenario may do of its own accord on one connection. */
export interface Stage {
  /** The agent takes the floor. */
  reply(write: (turn: Turn) => void | Promise<void>): void;
  /** Writes one message as it is. */
  send(message: RawMessage): void;
  /** An expectation was not met. */
  fault(error: Error): void;
}

/** A scenario on one connection. */
export interface RunningScenario extends Scenario {
  /** The client wrote this; comes before any other hook. */
  received?(message: ClientMessage): void;
  /** A turn of the agent is over: all is sent, or its signal is aborted. */
  replied?(turn: Turn): void;
  /** The connection ended. */
  closed?(): void;
  /** How far a script is; hooks have none. */
  readonly progress?: ScriptProgress;
}
