import type { TurnSummary } from "../conversation/turn-summary.js";

/** How long something took, in ms. All but `count` are `null` before the first time. */
export interface LatencyStats {
  readonly last: number | null;
  readonly median: number | null;
  /** 95 of 100 times it took no longer. */
  readonly p95: number | null;
  /** How often it was measured. */
  readonly count: number;
}

/**
 * How a client does: what `getStats()` resolves with. Totals are of the session, from `connect()` on; they stay after its
 * end, until the next `connect()`. Before the first one they are 0. `null`: it cannot be known, or is not known yet.
 */
export interface ClientStats {
  readonly session: {
    /** From `connect()` until now, or until the end of the session. */
    readonly durationMs: number;
    /** From `connect()` until it was connected. */
    readonly connectMs: number | null;
    /** How often a lost connection was brought back. */
    readonly reconnects: number;
    readonly messagesSent: number;
    readonly messagesReceived: number;
    /** Of the messages, as UTF-8, without what the WebSocket adds. */
    readonly bytesSent: number;
    readonly bytesReceived: number;
  };
  /** The agent's turns. */
  readonly turns: {
    /** How many are over. */
    readonly count: number;
    /** How many of them were broken off before they were heard whole. */
    readonly interrupted: number;
    /** From the end of the user's speech until the answer is heard; of the last 500 turns. See `TurnSummary`. */
    readonly voiceToVoiceMs: LatencyStats;
    /** From the end of the user's turn until the first message of the reply; of the last 500 turns. See `TurnSummary`. */
    readonly responseMs: LatencyStats;
    /** The last one that is over. */
    readonly last: TurnSummary | null;
  };
  /** The microphone. */
  readonly input: {
    /** From the capture of a sample until it is written to the socket, on average over a frame, of the last 500; not of what waited for speech. */
    readonly captureToWireMs: LatencyStats;
    /** How much speech was dropped because the network did not keep up, or was away. */
    readonly droppedMs: number;
    /** The share of samples at full scale, 0..1: a voice that is too loud is distorted. `null` before anything was captured. */
    readonly clipping: number | null;
    /** Whether it has delivered nothing but exact zeros for 3 s: `microphoneSilent` of the snapshot. */
    readonly silent: boolean;
  };
  /** The agent's sound. */
  readonly output: {
    /** How much of it waits in the player now; `null` while there is none, or it does not tell. */
    readonly bufferedMs: number | null;
    /** How often the network made the agent silent in mid-turn, */
    readonly underruns: number;
    /** and for how long in all. */
    readonly silenceMs: number;
    /** By how much its speech lasted longer, at the same pitch, because the network was nearly late. */
    readonly stretchedMs: number | null;
    /** How much of its voice was repeated because the network was late. */
    readonly concealedMs: number | null;
    /** How often more audio came than the player holds, and some was dropped. */
    readonly overflows: number;
  };
}
