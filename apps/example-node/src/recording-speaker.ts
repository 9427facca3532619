import type { AudioOutput, AudioOutputEvents, PlaybackPosition } from "@layercode/core";

/** What the client gives a speaker: PCM16, mono, 16000 Hz. */
export const speakerRate = 16_000;
const bytesPerMs = (speakerRate * 2) / 1000;

/** A speaker that plays by the clock, and keeps what it played instead of making a sound. */
export interface RecordingSpeaker extends AudioOutput {
  /** All that was played since the last call, as PCM16 at `speakerRate`. */
  takeRecording(): Int16Array;
}

/** A piece of a turn, and when it plays, in ms. */
interface Piece {
  readonly turnId: string;
  readonly deltaId: string | null;
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

interface Turn {
  readonly id: string;
  ended: boolean;
  started: boolean;
  dry: boolean;
}

/** Makes one: pieces play one behind the other, as they would on a device without a buffer. */
export function createRecordingSpeaker(): RecordingSpeaker {
  let events: AudioOutputEvents | null = null;
  let timer: NodeJS.Timeout | undefined;
  let turns: Turn[] = [];
  let pieces: Piece[] = [];
  let played: Uint8Array[] = [];

  const ofTurn = (turn: Turn) => pieces.filter(({ turnId }) => turnId === turn.id);

  function positionOf(turn: Turn, now: number): PlaybackPosition {
    const own = ofTurn(turn);
    const ms = own.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(now, to) - from), 0);
    return { turnId: turn.id, deltaId: own.findLast(({ to }) => to <= now)?.deltaId ?? null, ms };
  }

  /** Tells what has happened by now, and comes again when the next thing does. */
  function tick(): void {
    const now = performance.now();
    for (const turn of [...turns]) {
      const own = ofTurn(turn);
      const isOver = own.every(({ to }) => to <= now);
      if (!turn.started && own.some(({ from }) => from <= now)) {
        turn.started = true;
        events?.onStarted(turn.id);
      }
      if (isOver && (turn.ended || turn !== turns.at(-1))) finish(turn, now);
      else if (isOver && !turn.dry && own.length > 0) {
        turn.dry = true;
        turn.started = false;
        events?.onUnderrun(positionOf(turn, now));
      }
    }
    clearTimeout(timer);
    const next = pieces.flatMap(({ from, to }) => [from, to]).filter((at) => at > now);
    if (next.length > 0) timer = setTimeout(tick, Math.max(1, Math.min(...next) - now));
  }

  function finish(turn: Turn, now: number): void {
    const position = positionOf(turn, now);
    played.push(...ofTurn(turn).map(({ bytes }) => bytes));
    pieces = pieces.filter(({ turnId }) => turnId !== turn.id);
    turns = turns.filter((other) => other !== turn);
    events?.onFinished(position);
  }

  function drop(): void {
    clearTimeout(timer);
    turns = [];
    pieces = [];
  }

  return {
    async start(listener, signal) {
      signal.throwIfAborted();
      events = listener;
    },
    stop: drop,
    enqueue(bytes, { turnId, deltaId }) {
      let turn = turns.find(({ id }) => id === turnId);
      if (!turn) {
        turn = { id: turnId, ended: false, started: false, dry: false };
        turns.push(turn);
      }
      turn.dry = false;
      const from = Math.max(performance.now(), pieces.at(-1)?.to ?? 0);
      pieces.push({ turnId, deltaId, bytes, from, to: from + bytes.length / bytesPerMs });
      tick();
    },
    end(turnId) {
      const turn = turns.find(({ id }) => id === turnId);
      if (turn) turn.ended = true;
      else events?.onFinished({ turnId, deltaId: null, ms: 0 });
      tick();
    },
    interrupt() {
      const now = performance.now();
      const turn = turns.find((one) => ofTurn(one).some(({ to }) => to > now)) ?? turns.at(-1);
      const position = turn && positionOf(turn, now);
      for (const { bytes, from } of pieces) {
        const heard = Math.floor(((now - from) * bytesPerMs) / 2) * 2;
        if (heard > 0) played.push(bytes.subarray(0, heard));
      }
      drop();
      if (position) events?.onInterrupted(position, position);
    },
    level: () => 0,
    takeRecording() {
      const bytes = Buffer.concat(played);
      played = [];
      return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~1)));
    },
  };
}
