import type { AudioInputFrame } from "../audio/ports.js";
import { wireRate } from "../audio/wire-rate.js";
import { statusOf } from "../machine/connection/connection.js";
import type { ClientEvent } from "../machine/events.js";
import type { Observer } from "../machine/happening.js";
import type { Model } from "../machine/model.js";
import type { ResolvedOptions } from "../options/resolve.js";
import { isSameTurn } from "../protocol/turn-id.js";
import type { Mark, MarkedMessage, Traffic } from "../stats/marks.js";
import type { Measurable, Statistics } from "../stats/statistics.js";
import type { Undo } from "../undo.js";
import type { AudioRuntime } from "./audio-runtime.js";

/** How many marks may wait, and how many frames are remembered. */
const limit = 500;
/** What happens that figures are made of. */
const marked = /^(status|press|release|send|play)/;
/** A message with audio or text of the agent. Of the many that a turn has, the first is enough. */
const reply = /^response\.[at]/;

/** What measurements are constructed with. */
export interface MeasurementsOptions {
  getOptions(): ResolvedOptions;
  /** The events that somebody listens to by `client.on()`. */
  getListened(): readonly string[];
  /** What is known as of now. */
  getModel(): Model;
  dispatch(event: ClientEvent): void;
  /** Tells `observer` everything that happens from now on. Returns the undo. */
  observe(observer: Observer): Undo;
  readonly audio: AudioRuntime;
  /** When the session began, in ms on the page's clock: before its code was there. */
  readonly startedAt: number;
}

/** The fields of a message that names a turn, or whose. */
type MessageOfTurn = Pick<MarkedMessage, "type" | "role"> & { turn_id?: string };

/** What a session does, as far as figures are made of it. */
export interface Measurements extends Measurable {
  /** A frame of the microphone came. */
  captured(frame: AudioInputFrame): void;
  /** A frame of the microphone is being written. */
  wrote(frame: AudioInputFrame): void;
}

/**
 * Counts what a session sends and receives, and marks what happens in it. The code that makes figures of the marks loads
 * when somebody asks for them, or when too many wait.
 */
export function createMeasurements(client: MeasurementsOptions): Measurements {
  const { getModel, getOptions, getListened } = client;
  const waiting: Mark[] = [];
  let statistics: Statistics | null = null;
  /** What the last message was, and of which turn. */
  let lastMessage = "";
  let spokenUntil: number | undefined;
  const measurements: Measurements = {
    traffic: newTraffic(),
    async load() {
      if (!statistics) {
        const { Statistics } = await import("../stats/statistics.js");
        statistics ??= new Statistics(client, isSameTurn);
      }
      statistics.take(waiting.splice(0));
      return statistics;
    },
    captured(frame) {
      const { samples } = measurements.traffic;
      spokenUntil = frame.spokenUntil;
      for (const sample of frame.pcm) if (Math.abs(sample) > 32766) samples.clipped++;
      samples.all += frame.pcm.length;
    },
    wrote({ pcm, time }) {
      const { frameAges } = measurements.traffic;
      frameAges.push((audioTime() - time - pcm.length / 2 / wireRate) * 1000);
      if (frameAges.length > limit) frameAges.shift();
    },
  };

  const audioTime = () => client.audio.now() ?? NaN;

  function mark(what: Mark["what"], now = performance.now()): void {
    const { userTiming, onTurnSummary } = getOptions();
    const isAwaited = Boolean(userTiming || onTurnSummary || getListened().includes("turn-summary"));
    waiting.push({ what, now, audioTime: audioTime(), spokenUntil, model: getModel(), isAwaited });
    if (statistics || isAwaited || waiting.length > limit / 2) measurements.load().catch(() => {});
    // Their code cannot be had.
    if (waiting.length > limit) waiting.shift();
  }

  client.observe((happening) => {
    if (happening.type === "status" && happening.status === "connecting") measurements.traffic = newTraffic();
    if (marked.test(happening.type)) return mark(happening);
    if (happening.type !== "socketMessage" || !happening.frame.ok) return;
    const { type, role, turn_id: turnId } = happening.frame.message as MessageOfTurn;
    const message = `${reply.test(type) || type} ${turnId}`;
    if (lastMessage !== message) mark({ type, role, turnId });
    lastMessage = message;
  });
  // The session has begun before its code was there.
  mark({ type: "status", status: statusOf(getModel().connection) }, client.startedAt);
  return measurements;
}

function newTraffic(): Traffic {
  return {
    sent: { messages: 0, bytes: 0 },
    received: { messages: 0, bytes: 0 },
    samples: { all: 0, clipped: 0, dropped: 0 },
    frameAges: [],
  };
}

/** Counts a message. */
export function count(tally: Traffic["sent"], message: string): void {
  tally.messages++;
  // Jest's jsdom has no TextEncoder.
  tally.bytes += (globalThis.TextEncoder ? new TextEncoder().encode(message) : message).length;
}
