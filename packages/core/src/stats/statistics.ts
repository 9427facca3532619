import type { AudioOutput } from "../audio/ports.js";
import type { ClientEvent } from "../machine/events.js";
import type { ClientStats } from "./client-stats.js";
import { latencyOf } from "./latency.js";
import type { Mark, Traffic } from "./marks.js";
import type { IsSameTurn } from "./open-turn.js";
import { isIdle, noSession, takeInSession } from "./session.js";
import { noTurns, sum, takeMark } from "./turns.js";
import { measure } from "./user-timing.js";

// Imports no code of a page or a session: what it shared with them would be a file more for each of them to load.

/** What of a session figures are made of. */
export interface Measurable {
  /** Another one for each session. */
  traffic: Traffic;
  load(): Promise<Statistics>;
}

/** What statistics are constructed with. */
interface StatisticsOptions {
  getOptions(): { readonly userTiming: boolean };
  dispatch(event: ClientEvent): void;
  /** `closed`: resolves when the audio of all sessions that are over is gone. */
  readonly audio: { readonly closed: Promise<unknown> };
}

/** Samples of the microphone a millisecond (docs/protocol.md#3-audio). */
const samplesInMs = 8;

const audioClosed = { type: "audioClosed" } as const;

/** What is known by the marks that were taken. It tells the app how each turn went, where that is asked for. */
export class Statistics {
  session = noSession;
  turns = noTurns;
  readonly #client: StatisticsOptions;
  readonly #isSame: IsSameTurn;

  constructor(client: StatisticsOptions, isSame: IsSameTurn) {
    this.#client = client;
    this.#isSame = isSame;
  }

  /** Takes what has happened since, in its order. */
  take(marks: readonly Mark[]): void {
    for (const mark of marks) {
      const isBegin = mark.what.type === "status" && mark.what.status === "connecting";
      this.#takeTurns(isBegin ? { ...mark, what: audioClosed } : mark);
      // What the server still says of a turn that the session before has ended is no other turn.
      if (isBegin) this.turns = { ...noTurns, endedIds: this.turns.endedIds };
      const before = this.session;
      this.session = takeInSession(before, mark);
      const { startedAt, connectedAt } = this.session;
      if (connectedAt !== null && startedAt !== null && before.connectedAt === null)
        this.#measure("layercode:connect", startedAt, mark, { conversationId: mark.model.connection.conversationId });
      if (isIdle(this.session) && !isIdle(before)) this.#endLater(mark);
    }
  }

  /** The player may still tell how much was heard of the turns that the end of the session has broken off. */
  #endLater(mark: Mark): void {
    void this.#client.audio.closed.then(() => {
      // The next session may have begun meanwhile, which has ended them.
      if (isIdle(this.session)) this.#takeTurns({ ...mark, what: audioClosed });
    });
  }

  #takeTurns(mark: Mark): void {
    const { turns, ended } = takeMark(this.turns, mark, this.#isSame);
    this.turns = turns;
    if (!mark.isAwaited) return;
    for (const { summary, since } of ended) {
      this.#measure("layercode:turn", since, mark, summary);
      this.#client.dispatch({ type: "turnSummarized", summary });
    }
  }

  #measure(name: Parameters<typeof measure>[0], start: number, { now }: Mark, detail: Parameters<typeof measure>[3]) {
    if (this.#client.getOptions().userTiming) measure(name, start, now, detail);
  }
}

/** The figures of now: of a session, if there was one, and of what plays. */
export async function readStats(
  measurable: Measurable | undefined,
  output: Pick<AudioOutput, "stats"> | undefined,
  { microphoneSilent }: { readonly microphoneSilent: boolean },
): Promise<ClientStats> {
  const [statistics, player] = await Promise.all([measurable?.load(), askPlayer(output)]);
  const { session = noSession, turns = noTurns } = statistics ?? {};
  const { sent, received, samples, frameAges } = measurable?.traffic ?? noTraffic;
  const { startedAt, connectedAt, endedAt, reconnects, underruns, silenceMs, overflows } = session;
  return {
    session: {
      durationMs: startedAt === null ? 0 : (endedAt ?? performance.now()) - startedAt,
      connectMs: startedAt === null || connectedAt === null ? null : connectedAt - startedAt,
      reconnects,
      messagesSent: sent.messages,
      messagesReceived: received.messages,
      bytesSent: sent.bytes,
      bytesReceived: received.bytes,
    },
    turns: {
      count: turns.count,
      interrupted: turns.interrupted,
      voiceToVoiceMs: latencyOf(turns.voiceToVoiceMs),
      responseMs: latencyOf(turns.responseMs),
      last: turns.last,
    },
    input: {
      // A clock that stands still between two blocks may be behind the frame that has just come.
      captureToWireMs: latencyOf(frameAges.filter(Number.isFinite).map((age) => Math.max(0, age))),
      droppedMs: samples.dropped / samplesInMs,
      clipping: samples.all === 0 ? null : samples.clipped / samples.all,
      silent: microphoneSilent,
    },
    output: {
      bufferedMs: player?.bufferedMs ?? null,
      underruns,
      silenceMs,
      stretchedMs: sum(turns.stretchedMs, player?.stretchedMs ?? null),
      concealedMs: sum(turns.concealedMs, player?.concealedMs ?? null),
      overflows,
    },
  };
}

const noTraffic: Traffic = {
  sent: { messages: 0, bytes: 0 },
  received: { messages: 0, bytes: 0 },
  samples: { all: 0, clipped: 0, dropped: 0 },
  frameAges: [],
};

/** A player of the app's own may throw, or not tell. */
async function askPlayer(output: Pick<AudioOutput, "stats"> | undefined) {
  try {
    return await output?.stats?.();
  } catch {
    return null;
  }
}
