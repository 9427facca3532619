import type { GateState } from "../audio/gate.js";
import { isListening } from "./channels/listening.js";
import { isPushToTalk, statusOf } from "./connection/connection.js";
import { preRollMsOf } from "./detection/detection-settings.js";
import type { Model } from "./model.js";

/** What decides whether a frame of the microphone may leave. */
export function gateOf({ audioInput, devices, connection, talk, detection, conversation }: Model): GateState {
  const { asked, isRunning, isSpeaking } = detection;
  const isSilence = asked && isRunning && !isSpeaking && !conversation.userTurnIsOpen && !talk.press;
  return {
    status: statusOf(connection),
    isListening: isListening(audioInput, devices),
    isPushToTalk: isPushToTalk(connection),
    isModeKnown: connection.phase.name !== "authorizing",
    press: talk.press,
    preRollMs: isSilence ? preRollMsOf(connection.config?.vad) : null,
  };
}
