import { expectSign } from "../client/liveness.js";
import type { Model, Step } from "../client/model.js";
import { isListening } from "./turns.js";

/**
 * What the agent does. `thinking`: from the end of the user's turn to the first sound of the answer. `interrupted`: from
 * the moment the user cut it short to the end of the user's turn. `listening`: the microphone reaches it. `idle`: none of these.
 */
export type AgentState = "idle" | "listening" | "thinking" | "speaking" | "interrupted";

/** What stands out between the two: the agent owes an answer, or was cut short. */
export type Answer = "none" | "owed" | "cut";

/** The user has said it all: the agent's turn, and a sign of the server is due. */
export function userTurnEnded(step: Step): void {
  step.set({ answer: "owed" });
  expectSign(step);
}

/** Derives the state from all the others. Asked after every event. */
export function showAgentState(step: Step): void {
  step.show({ agentState: derive(step) });
}

function derive(step: Step): AgentState {
  const { status, agentSpeaking, pushToTalk } = step.state;
  const { answer, playback } = step.model;
  if (status !== "connected") return "idle";
  if (agentSpeaking) return "speaking";
  if (answer === "cut") return "interrupted";
  if (answer === "owed" || isUnderWay(playback.turn)) return "thinking";
  return isListening(step) && (!pushToTalk.enabled || pushToTalk.pressed) ? "listening" : "idle";
}

function isUnderWay(turn: Model["playback"]["turn"]): boolean {
  return turn !== null && !turn.acknowledged && !(turn.ended && !turn.hasAudio);
}
