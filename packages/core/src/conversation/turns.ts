import type { ObservedMessage } from "../client/events.js";
import { signCame } from "../client/liveness.js";
import type { Step } from "../client/model.js";
import type { Frame } from "../protocol/codec.js";
import type { ServerMessage, ServerMessageOf } from "../protocol/server-messages.js";
import { userTurnEnded } from "./agent-state.js";
import { agentAudio, agentText, agentTurnEnded, agentTurnStarted, claimTurn } from "./agent-turn.js";
import { interruptAgent } from "./interruption.js";
import { userFinal, userSpan } from "./transcript.js";

/** One frame of the server: what it does to the conversation; every message but audio is then shown to the app. */
export function socketMessage(step: Step, { frame, pcm }: Frame): void {
  signCame(step);
  if (!frame.ok) return step.emit("error", frame.error);
  const { message } = frame;
  if (message.type === "response.audio") {
    const { turn_id: turnId, delta_id: deltaId = null } = message;
    if (pcm && claimTurn(step, turnId)) agentAudio(step, turnId, deltaId, pcm);
    return;
  }
  if (message.type !== "unknown") receive(step, message);
  const { agentSpeaking, userSpeaking } = step.state;
  const shown = message.type === "unknown" ? message.raw : message;
  // A foreign message is shown as it came, though ObservedMessage cannot name its type.
  step.emit("message", { ...shown, agentSpeaking, userSpeaking } as ObservedMessage);
  if (message.type === "response.data") step.emit("data", { ...message, agentSpeaking });
}

/** Whether the user may be heard: the channel is on and not muted. */
export function isListening(step: Step): boolean {
  return step.state.audioInput && !step.state.isMuted;
}

function receive(step: Step, message: Exclude<ServerMessage, { type: "response.audio" }>): void {
  const { transcript } = step.model;
  const { type } = message;
  switch (type) {
    case "turn.start":
      return startTurn(step, message);
    case "turn.end":
      if (message.role === "assistant") return;
      step.show({ userSpeaking: false });
      return endUserTurn(step);
    case "response.end":
      if (claimTurn(step, message.turn_id)) agentTurnEnded(step, message.turn_id);
      return;
    case "response.data":
      return;
  }
  const { turn_id: turnId, content } = message;
  const piece = { turnId, content, now: step.now };
  if (type === "user.transcript") {
    step.write(userFinal(transcript, piece));
    endUserTurn(step);
  } else if ("delta_counter" in message)
    step.write(userSpan(transcript, piece, message.delta_counter, type === "user.transcript.delta"));
  else agentText(step, piece, type === "response.text.delta");
}

function startTurn(step: Step, { role, turn_id }: ServerMessageOf<"turn.start">): void {
  const turnId = turn_id ?? null;
  const isUser = role === "user";
  step.show({ turn: { role, turnId }, userSpeaking: isUser && isListening(step) });
  if (!isUser) return agentTurnStarted(step, turnId);
  if (step.model.answer === "owed") step.set({ answer: "none" });
  if (step.state.config?.transcription?.can_interrupt !== false) interruptAgent(step);
}

function endUserTurn(step: Step): void {
  // One that comes after the answer began ends nothing.
  if (step.state.turn?.role === "user") userTurnEnded(step);
}
