import { emptyConversation } from "../src/conversation/conversation.js";
import { LayercodeError } from "../src/errors.js";
import { type Connection, initialConnection, type Phase } from "../src/machine/connection/connection.js";
import type { Context } from "../src/machine/context.js";
import { initialModel, type Start } from "../src/machine/model.js";

// What the tests of the slices begin with: plain values, no client, no socket, no timer.

export const start: Start = {
  agentId: "ag-1",
  connectTimeout: 15_000,
  deferAudioInit: false,
  maxMessages: 500,
  reconnect: {},
  enableVAD: true,
  vad: "silero",
  vadResumeDelay: 500,
  bargeIn: "local",
  conversationId: null,
  audioInput: true,
  audioOutput: true,
  volume: 1,
  initialMessages: [],
};

export const initial = initialModel(start);

/** What holds in each phase of a session. */
const inSession = {
  agentId: "ag-1",
  calls: [1],
  reconnecting: null,
  shortLived: 0,
  backOff: null,
  isInDoubt: false,
} as const;

const reconnecting = {
  attempt: 1,
  delay: 100,
  reason: { code: 1006, reason: "", wasClean: false, cause: "closed" },
} as const;

const backOff = { steps: 0, lostAt: 99_000, notBefore: 0 };
/** On the way back: the first attempt, which came in its turn. */
const onTheWay = { calls: [], reconnecting, backOff: { ...backOff, steps: 1 } } as const;

/** A connection in each phase; `re…`: on the way back after a loss. */
export const phases = {
  idle: initialConnection(null).phase,
  failed: { ...initialConnection(null).phase, failed: true } as Phase,
  authorizing: { ...inSession, name: "authorizing" },
  opening: { ...inSession, name: "opening" },
  open: { ...inSession, name: "open", heardAt: 1000 },
  connected: { ...inSession, calls: [], name: "connected", heardAt: 1000, since: 1000, isReplyDue: false },
  waiting: { ...inSession, ...onTheWay, backOff, name: "waiting", dueAt: 100_000, isInTurn: true },
  reauthorizing: { ...inSession, ...onTheWay, name: "authorizing" },
  reopening: { ...inSession, ...onTheWay, name: "opening" },
  reopen: { ...inSession, ...onTheWay, name: "open", heardAt: 1000 },
} as const satisfies Record<string, Phase>;

export type PhaseName = keyof typeof phases;
export const phaseNames = Object.keys(phases) as PhaseName[];

export function connectionIn(phase: PhaseName, more: Partial<Connection> = {}): Connection {
  return { ...initialConnection("conv"), attempt: 7, phase: phases[phase], ...more };
}

export function contextOf(more: Partial<Context> = {}): Context {
  const phase = more.phase ?? phases.connected;
  return {
    now: 100_000,
    time: 1_700_000_000_000,
    random: 0.5,
    settings: start,
    phase,
    isConnected: phase.name === "connected",
    config: null,
    isPushToTalk: false,
    canInterrupt: true,
    isPressed: false,
    isListening: true,
    isSpeechHeard: false,
    microphone: { ...initial.audioInput, status: "open", id: 1 },
    speaker: { ...initial.audioOutput, status: "open", id: 1 },
    isMicrophoneOpen: true,
    isAudible: true,
    isOpeningChannel: false,
    isAgentQueued: false,
    wantsAudio: true,
    ...more,
  };
}

/** The names of effects and signals, a timer's beside it. */
export function namesOf(effects: readonly object[]): string[] {
  return effects.map((effect) => {
    const { type, signal, timer, event } = effect as Record<string, string | undefined>;
    return [signal ? `→ ${signal}` : type, timer ?? (type === "emit" ? event : undefined)].filter(Boolean).join(" ");
  });
}

export const failure = (code: LayercodeError["code"] = "connection") => new LayercodeError(code, "No.");

export { emptyConversation };
