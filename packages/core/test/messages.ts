import type { ClientMessage } from "../src/protocol/client-messages.js";
import type { ServerMessage } from "../src/protocol/server-messages.js";

type Fields = Record<string, unknown>;
/** One message of the protocol with all its fields, which of them may be absent, and which values each refuses. */
export interface MessageCase<T extends string> {
  message: Fields & { type: T };
  optional?: string[];
  refused: Record<string, unknown[]>;
}

const noText = [1, true, {}, []];
const noRole = ["agent", "USER", 1, {}, []];
const noCounter = [-1, 1.5, "", "x", "-1", "1.5", " 1", "1e3", 1e15, 1e300, "1".repeat(16), true, {}, [], [7]];
const base = { optional: ["event_id"], refused: { event_id: noText } };
const ofTurn = { optional: ["event_id"], refused: { event_id: noText, turn_id: noText } };

/** Every message of protocol.md from server to client. */
export const serverMessages: { [T in ServerMessage["type"]]: MessageCase<T> } = {
  "turn.start": {
    message: { type: "turn.start", role: "assistant", turn_id: "assistant-1", event_id: "e" },
    optional: ["event_id", "turn_id"],
    refused: { role: noRole, turn_id: noText, event_id: noText },
  },
  "turn.end": {
    message: { type: "turn.end", role: "user", turn_id: "user-1", event_id: "e" },
    optional: ["event_id", "turn_id"],
    refused: { role: noRole, turn_id: noText, event_id: noText },
  },
  "response.audio": {
    message: { type: "response.audio", content: "AAA=", turn_id: "t", delta_id: "d", event_id: "e" },
    optional: ["event_id", "delta_id"],
    refused: { content: noText, turn_id: noText, delta_id: noText, event_id: noText },
  },
  "response.text": {
    message: { type: "response.text", content: "Hi", turn_id: "t", event_id: "e" },
    optional: ofTurn.optional,
    refused: { ...ofTurn.refused, content: noText },
  },
  "response.text.delta": {
    message: { type: "response.text.delta", content: "Hi", turn_id: "t", event_id: "e" },
    optional: ofTurn.optional,
    refused: { ...ofTurn.refused, content: noText },
  },
  "response.data": {
    message: { type: "response.data", content: { any: [1, null, "x"] }, turn_id: "t", event_id: "e" },
    optional: ofTurn.optional,
    refused: { ...ofTurn.refused, content: [] },
  },
  "response.end": { message: { type: "response.end", turn_id: "t", event_id: "e" }, ...ofTurn },
  "user.transcript.interim_delta": {
    message: { type: "user.transcript.interim_delta", content: "wh", turn_id: "t", delta_counter: 6, event_id: "e" },
    optional: ofTurn.optional,
    refused: { ...ofTurn.refused, content: noText, delta_counter: noCounter },
  },
  "user.transcript.delta": {
    message: { type: "user.transcript.delta", content: "what", turn_id: "t", delta_counter: 0, event_id: "e" },
    optional: ofTurn.optional,
    refused: { ...ofTurn.refused, content: noText, delta_counter: noCounter },
  },
  "user.transcript": {
    message: { type: "user.transcript", content: "What?", turn_id: "t", event_id: "e" },
    optional: ofTurn.optional,
    refused: { ...ofTurn.refused, content: noText },
  },
};

/** Every message of protocol.md from client to server. */
export const clientMessages: { [T in ClientMessage["type"]]: MessageCase<T> } = {
  "client.ready": { message: { type: "client.ready", event_id: "e" }, ...base },
  "client.audio": {
    message: { type: "client.audio", content: "AAA=", event_id: "e" },
    optional: base.optional,
    refused: { ...base.refused, content: noText },
  },
  vad_events: {
    message: { type: "vad_events", event: "vad_start", event_id: "e" },
    optional: base.optional,
    refused: { ...base.refused, event: ["vad_stop", 1, {}, []] },
  },
  "trigger.turn.start": {
    message: { type: "trigger.turn.start", role: "user", event_id: "e" },
    optional: base.optional,
    refused: { ...base.refused, role: [...noRole, "assistant"] },
  },
  "trigger.turn.end": {
    message: { type: "trigger.turn.end", role: "user", event_id: "e" },
    optional: base.optional,
    refused: { ...base.refused, role: [...noRole, "assistant"] },
  },
  "trigger.response.audio.replay_finished": {
    message: {
      type: "trigger.response.audio.replay_finished",
      reason: "completed",
      turn_id: "t",
      last_delta_id_played: "d",
      event_id: "e",
    },
    optional: ["event_id", "turn_id", "last_delta_id_played"],
    refused: { ...base.refused, reason: ["interrupted", 1, {}], turn_id: noText, last_delta_id_played: noText },
  },
  "client.response.text": {
    message: { type: "client.response.text", content: "Hello", event_id: "e" },
    optional: base.optional,
    refused: { ...base.refused, content: noText },
  },
  "client.response.data": {
    message: { type: "client.response.data", data: { any: [1, null] }, event_id: "e" },
    ...base,
  },
};
