import type { ClientState, ClientStatus, ConnectionLoss } from "@layercode/core";
import { wordsOfServer } from "./errors.js";

/** What is going on, and what to do next. */
export interface Activity {
  activity: string;
  hint: string;
}

export const statusNames: Record<ClientStatus, string> = {
  disconnected: "Not connected",
  connecting: "Connecting",
  connected: "Connected",
  reconnecting: "Reconnecting",
  error: "Not connected",
};

/** Puts a snapshot into words. */
export function describeActivity(state: ClientState): Activity {
  switch (state.status) {
    case "disconnected":
      return describeEnd(state);
    case "error":
      return { activity: "That did not work", hint: "Below is why, and what to do." };
    case "connecting":
      return {
        activity: "Connecting",
        hint: state.audioInput ? "If your browser asks for the microphone, allow it." : "Just a moment.",
      };
    case "reconnecting":
      return describeMending(state);
    case "connected":
      return describeTurn(state);
  }
}

function describeMending({ reconnecting }: ClientState): Activity {
  const activity = "The connection was lost";
  if (!reconnecting) return { activity, hint: "" };
  return { activity, hint: `${lossWords[reconnecting.reason.cause]} Coming back: attempt ${reconnecting.attempt}.` };
}

const lossWords: Record<ConnectionLoss["cause"], string> = {
  closed: "It was cut.",
  stalled: "Nothing came any more.",
  offline: "You seem to be offline.",
  unreachable: "The server cannot be reached.",
};

function describeEnd({ conversationId, endReason }: ClientState): Activity {
  const goOn = "Resume to go on where you were.";
  const orAnew = "Resume it, or start a new one.";
  const hasWords = endReason?.reason !== undefined || endReason?.error !== undefined;
  switch (endReason?.by) {
    case "server":
      return { activity: "The server has ended the conversation", hint: hasWords ? wordsOfServer(endReason) : orAnew };
    case "network":
      return { activity: "The connection was lost", hint: goOn };
    case "tab":
      return { activity: "The conversation goes on elsewhere", hint: "Resume to take it over." };
    case "page":
      return { activity: "The conversation has ended with the page out of sight", hint: goOn };
    case "error":
      return { activity: "The conversation could not go on", hint: `Below is why. ${goOn}` };
  }
  if (conversationId) return { activity: "The conversation is over", hint: orAnew };
  return { activity: "Ready when you are", hint: "Start, then speak or write." };
}

function describeTurn(state: ClientState): Activity {
  const { agentSpeaking, agentHeld, agentState, userSpeaking, audioInput, isMuted, pushToTalk } = state;
  const { messages, microphoneSilent, mutedBySystem, talkingWhileMuted } = state;
  if (state.audioBlocked) return { activity: "The sound is held back", hint: "Your browser waits for a click." };
  if (talkingWhileMuted) return { activity: "You are talking while muted", hint: "Unmute to be heard." };
  if (pushToTalk.pressed) return { activity: "Listening to you", hint: "Let go when you have finished." };
  if (agentHeld === "paused") return { activity: "The agent pauses for you", hint: "It goes on if you said nothing." };
  if (agentHeld === "ducked") return { activity: "The agent speaks more quietly", hint: "Did you say something?" };
  if (agentSpeaking) return { activity: "The agent is speaking", hint: describeInterrupting(state) };
  const last = messages.at(-1);
  if (last?.role === "assistant" && last.status === "interim") return { activity: "The agent is answering", hint: "" };
  if (agentState === "thinking") return { activity: "The agent is thinking", hint: "" };
  if (userSpeaking) return { activity: "Listening to you", hint: "Pause when you have finished." };
  if (!audioInput) return { activity: "Your turn", hint: "Write a message." };
  if (isMuted) return { activity: "You are muted", hint: "Unmute to be heard, or write a message." };
  if (mutedBySystem) return { activity: "The system has muted you", hint: "A call? Or write a message." };
  if (microphoneSilent) return { activity: "Your turn", hint: "Your microphone is silent. Is it switched off?" };
  if (pushToTalk.enabled) return { activity: "Your turn", hint: "Hold the button while you speak, or write." };
  return { activity: "Your turn", hint: "Say something, or write." };
}

function describeInterrupting({ audioInput, isMuted, pushToTalk, config }: ClientState): string {
  if (!audioInput || isMuted) return "Write to interrupt.";
  if (pushToTalk.enabled) return "Hold the button to interrupt.";
  return config?.transcription?.can_interrupt === false ? "Write to interrupt." : "Just speak to interrupt.";
}
