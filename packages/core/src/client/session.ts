// What only a session needs. It is loaded by the first connect(), or by prepare() (docs/decisions/0001).

import { silentTurnExpired } from "../conversation/acknowledgement.js";
import { connectionCut } from "../conversation/connection-cut.js";
import type { InterruptedBy } from "../conversation/messages.js";
import {
  graceExpired,
  playbackFinished,
  playbackInterrupted,
  playbackRanDry,
  playbackStarted,
} from "../conversation/player-reports.js";
import { socketMessage } from "../conversation/turns.js";
import { authorized, socketClosed, socketOpened, takenOver } from "./link.js";
import { pageChanged, reconnectDue, signMissed } from "./mending.js";
import type { Step } from "./model.js";
import { giveUpUnsent, sendData, sendText, unsent } from "./outbox.js";
import { abandonPress, flushExpired, flushed, press, release } from "./push-to-talk.js";
import type { SessionHandlers } from "./reducer.js";

export { showAgentState } from "../conversation/agent-state.js";
export { silenceOutput } from "../conversation/interruption.js";
export { playerToldLate } from "../conversation/player-reports.js";
export { askBackend } from "./ask-backend.js";
export { ConnectionRuntime } from "./connection-runtime.js";
export { connectedWhenReady } from "./link.js";
export { attemptFailed, reconnectDue } from "./mending.js";
export { watchPage } from "./page.js";
export { abandonPress } from "./push-to-talk.js";

/** That code, once it is there. */
export type SessionCode = typeof import("./session.js");

export const handlers: SessionHandlers = {
  press,
  release,
  sendText,
  sendData,
  authorized,
  socketOpened,
  socketMessage,
  socketClosed,
  takenOver,
  unsent,
  uplinkCongested: (step) => step.emit("audio:uplink-congested", undefined),
  playbackStarted,
  playbackRanDry,
  playbackFinished,
  playbackInterrupted,
  flushed,
  flushExpired,
  graceExpired,
  silentTurnExpired,
  reconnectDue,
  signMissed,
  pageChanged,
};

/** The session is over, whatever was under way. */
export function endConversation(step: Step, by: InterruptedBy): void {
  connectionCut(step, by);
  abandonPress(step);
  giveUpUnsent(step);
}
