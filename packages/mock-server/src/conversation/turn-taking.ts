// Whose turn it is: a pure function of what happened. It knows no socket, no clock and no sound.
import { isSameTurn } from "@layercode/core/protocol";

export interface TurnSettings {
  trigger: "automatic" | "push_to_talk";
  /** `false`: speech is not heard while the agent speaks. A press and a typed message always are. */
  canInterrupt: boolean;
}

/** Agent audio that the client has not reported as heard. */
interface Playing {
  turnId: string;
  lastDeltaId: string;
  /** When a client that never reports must have played it, ms. */
  until: number;
}

export interface TurnState extends TurnSettings {
  userTurn: { turnId: string; by: "voice" | "press" } | null;
  /** Turn id of the reply that is being written. */
  reply: string | null;
  playing: Playing | null;
}

export type TurnEvent =
  | { type: "voice.started"; turnId: string; at: number }
  | { type: "voice.ended" }
  | { type: "pressed"; turnId: string }
  | { type: "released" }
  | { type: "typed"; turnId: string; text: string }
  | { type: "reply.started"; turnId: string }
  | { type: "reply.audio"; turnId: string; deltaId: string; at: number; durationMs: number }
  | { type: "reply.ended"; turnId: string }
  | { type: "replay.finished"; turnId: string | null; deltaId: string | null };

export type TurnEffect =
  /** Tell the client that the user has the floor. */
  | { type: "open-user-turn"; turnId: string; by: "voice" | "press" }
  /** Stop writing this reply. */
  | { type: "abort-reply"; turnId: string }
  /** Drop the speech that was recorded so far: it belongs to no turn. */
  | { type: "forget-speech" }
  | { type: "answer-speech"; turnId: string; by: "voice" | "press" }
  | { type: "answer-text"; turnId: string; text: string };

export interface TurnStep {
  state: TurnState;
  effects: readonly TurnEffect[];
}

// A client that has not reported this long after its audio must have ended will not report at all.
const reportGraceMs = 5000;

export function initialTurns(settings: TurnSettings): TurnState {
  return { ...settings, userTurn: null, reply: null, playing: null };
}

/** Whether the agent is writing a reply, or one is believed to be playing. */
export function isAgentSpeaking(state: TurnState, at: number): boolean {
  return state.reply !== null || (state.playing !== null && at < state.playing.until);
}

/** Whether what the microphone sends now is listened to. */
export function isListening(state: TurnState, at: number): boolean {
  if (state.userTurn) return true;
  if (state.trigger === "push_to_talk") return false;
  return state.canInterrupt || !isAgentSpeaking(state, at);
}

export function takeTurns(state: TurnState, event: TurnEvent): TurnStep {
  switch (event.type) {
    case "voice.started":
      if (state.userTurn || !isListening(state, event.at)) return unchanged(state);
      return openUserTurn(state, event.turnId, "voice");
    case "voice.ended":
      return state.userTurn?.by === "voice" ? closeUserTurn(state) : unchanged(state);
    case "pressed":
      if (!state.userTurn) return openUserTurn(state, event.turnId, "press");
      // The button is pressed while a turn by voice is open: from now on its release ends that turn, silence does not.
      return step({ ...state, userTurn: { ...state.userTurn, by: "press" } });
    case "released":
      return state.userTurn?.by === "press" ? closeUserTurn(state) : unchanged(state);
    case "typed":
      return answerText(state, event.turnId, event.text);
    case "reply.started":
      return step({ ...state, reply: event.turnId }, abortOf(state));
    case "reply.audio":
      return step({ ...state, playing: afterAudio(state, event) });
    case "reply.ended":
      return state.reply === event.turnId ? step({ ...state, reply: null }) : unchanged(state);
    case "replay.finished":
      return reports(state.playing, event) ? step({ ...state, playing: null }) : unchanged(state);
  }
}

function openUserTurn(state: TurnState, turnId: string, by: "voice" | "press"): TurnStep {
  const next: TurnState = { ...state, userTurn: { turnId, by }, reply: null, playing: null };
  return step(next, [...abortOf(state), { type: "open-user-turn", turnId, by }]);
}

function closeUserTurn(state: TurnState): TurnStep {
  if (!state.userTurn) return unchanged(state);
  return step({ ...state, userTurn: null }, [{ type: "answer-speech", ...state.userTurn }]);
}

// A typed message ends an open spoken turn: its speech is dropped, and the message continues under its turn id.
function answerText(state: TurnState, turnId: string, text: string): TurnStep {
  const id = state.userTurn?.turnId ?? turnId;
  const next: TurnState = { ...state, userTurn: null, reply: null, playing: null };
  return step(next, [...abortOf(state), { type: "forget-speech" }, { type: "answer-text", turnId: id, text }]);
}

function abortOf(state: TurnState): TurnEffect[] {
  return state.reply === null ? [] : [{ type: "abort-reply", turnId: state.reply }];
}

function afterAudio(state: TurnState, audio: Extract<TurnEvent, { type: "reply.audio" }>): Playing {
  const goesOn = state.playing?.turnId === audio.turnId ? state.playing.until : audio.at + reportGraceMs;
  return {
    turnId: audio.turnId,
    lastDeltaId: audio.deltaId,
    until: Math.max(goesOn, audio.at + reportGraceMs) + audio.durationMs,
  };
}

// A client may report several times a turn ([docs/protocol.md](../../../../docs/protocol.md) §2). A report that names an
// earlier delta was sent before the client heard the latest audio: ignore it.
function reports(playing: Playing | null, report: { turnId: string | null; deltaId: string | null }): boolean {
  if (!playing) return false;
  if (report.turnId !== null && !isSameTurn(report.turnId, playing.turnId)) return false;
  return report.deltaId === null || report.deltaId === playing.lastDeltaId;
}

function step(state: TurnState, effects: readonly TurnEffect[] = []): TurnStep {
  return { state, effects };
}

function unchanged(state: TurnState): TurnStep {
  return { state, effects: [] };
}
