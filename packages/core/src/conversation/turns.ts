import type { Step } from "../client/model.js";
import { LayercodeError } from "../errors.js";
import { decodeBase64 } from "../protocol/base64.js";
import type { UnknownMessage } from "../protocol/parse.js";
import type { ServerMessage, ServerMessageOf } from "../protocol/server-messages.js";
import { agentAudio, agentTurnEnded, agentTurnStarted, claimTurn, interruptAgent } from "./playback.js";
import { assistantDelta, assistantText, trimmed, userFinal, userSpan } from "./transcript.js";

/** What a server message does to the conversation; every message but audio is then shown to the app. */
export function receive(step: Step, message: ServerMessage | UnknownMessage): void {
  if (message.type === "response.audio") return receiveAudio(step, message);
  if (message.type === "unknown") {
    step.run({ type: "emit", event: "message", payload: { ...message.raw, ...speaking(step) } });
    return;
  }
  apply(step, message);
  step.run({ type: "emit", event: "message", payload: { ...message, ...speaking(step) } });
  if (message.type === "response.data") {
    const { agentSpeaking } = step.state;
    step.run({ type: "emit", event: "data", payload: { ...message, agentSpeaking } });
  }
}

/** Whether the user may be heard: the channel is on and not muted. */
export function isListening(step: Step): boolean {
  return step.state.audioInput && !step.state.isMuted;
}

function apply(step: Step, message: Exclude<ServerMessage, { type: "response.audio" }>): void {
  switch (message.type) {
    case "turn.start":
      return startTurn(step, message);
    case "turn.end":
      if (message.role === "user") step.show({ userSpeaking: false });
      return;
    case "response.text":
    case "response.text.delta": {
      if (!claimTurn(step, message.turn_id)) return;
      const merge = message.type === "response.text" ? assistantText : assistantDelta;
      const piece = { turnId: message.turn_id, content: message.content, now: step.now };
      return step.setTranscript(trimmed(merge(step.model.transcript, piece), step.model.settings.maxMessages));
    }
    case "response.end":
      if (claimTurn(step, message.turn_id)) agentTurnEnded(step, message.turn_id);
      return;
    case "user.transcript.interim_delta":
    case "user.transcript.delta":
    case "user.transcript": {
      const piece = { turnId: message.turn_id, content: message.content, now: step.now };
      const { transcript, settings } = step.model;
      const merged =
        message.type === "user.transcript"
          ? userFinal(transcript, piece)
          : userSpan(transcript, {
              ...piece,
              counter: message.delta_counter,
              frozen: message.type === "user.transcript.delta",
            });
      return step.setTranscript(trimmed(merged, settings.maxMessages));
    }
    case "response.data":
      return;
  }
}

function startTurn(step: Step, message: ServerMessageOf<"turn.start">): void {
  const turnId = message.turn_id ?? null;
  step.show({ turn: { role: message.role, turnId } });
  if (message.role === "assistant") {
    step.show({ userSpeaking: false });
    return agentTurnStarted(step, turnId);
  }
  step.show({ userSpeaking: isListening(step) });
  if (step.state.config?.transcription?.can_interrupt !== false) interruptAgent(step);
}

function receiveAudio(step: Step, message: ServerMessageOf<"response.audio">): void {
  if (!claimTurn(step, message.turn_id)) return;
  const pcm = decodeBase64(message.content);
  if (pcm) return agentAudio(step, message.turn_id, message.delta_id ?? null, pcm);
  const text = `A "response.audio" message of turn ${message.turn_id} is malformed: "content" is not base64.`;
  step.run({ type: "emit", event: "error", payload: new LayercodeError("protocol", text) });
}

function speaking(step: Step): { agentSpeaking: boolean; userSpeaking: boolean } {
  return { agentSpeaking: step.state.agentSpeaking, userSpeaking: step.state.userSpeaking };
}
