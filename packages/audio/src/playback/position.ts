/** How far a turn was rendered, or heard. */
export interface PlaybackPosition {
  turnId: string;
  /** The last delta rendered to its end; `null` when none was, or none had an id. */
  deltaId: string | null;
  /** Where in the turn's PCM16, as it was enqueued, the next sample begins, in bytes. */
  byteOffset: number;
  /** Milliseconds of the turn's audio that were rendered. */
  ms: number;
}

/** Where playing stands: what was rendered, and what of the same turn was heard by then. */
export interface PlaybackPositions {
  rendered: PlaybackPosition;
  heard: PlaybackPosition;
}

/** What was written of a turn so far. */
export interface Turn {
  readonly id: string;
  samples: number;
  /** The byte behind the last sample. */
  bytes: number;
  deltaId: string | null;
  audible: boolean;
}

/** A piece of the stream, samples `from..to`; one that `closes` its turn has none. */
export interface Mark {
  readonly turn: Turn;
  readonly deltaId: string | null;
  /** The last delta of the turn before this one. */
  readonly deltaBefore: string | null;
  /** Samples of the turn before this piece. */
  readonly samplesBefore: number;
  readonly byteOffset: number;
  readonly from: number;
  readonly to: number;
  readonly closes: boolean;
}

const bytesPerSample = 2;

/** Appends a piece of `samples` samples, from sample `from` of the stream on, to what was written of its turn. */
export function appendTo(
  turn: Turn,
  deltaId: string | null,
  samples: number,
  offset: number,
  from: number,
  closes = false,
): Mark {
  const { deltaId: deltaBefore, samples: samplesBefore } = turn;
  const byteOffset = samples > 0 ? offset : turn.bytes;
  turn.samples += samples;
  turn.bytes = byteOffset + samples * bytesPerSample;
  if (deltaId !== null) turn.deltaId = deltaId;
  return { turn, deltaId, deltaBefore, samplesBefore, byteOffset, from, to: from + samples, closes };
}

/** Cuts a piece off at a sample in it: it was not rendered to its end, and its turn goes on from there. */
export function cutAt(mark: Mark, sample: number): Mark {
  mark.turn.samples = mark.samplesBefore + sample - mark.from;
  mark.turn.deltaId = mark.deltaBefore;
  return { ...mark, deltaId: null, to: sample, closes: false };
}

/** The position of a sample in a piece of a stream of `sampleRate` Hz; before the piece it is the beginning of it. */
export function positionIn(mark: Mark, sample: number, sampleRate: number): PlaybackPosition {
  const { turn, deltaId, deltaBefore, samplesBefore, byteOffset, from, to } = mark;
  const samples = Math.max(0, Math.min(sample, to) - from);
  return {
    turnId: turn.id,
    deltaId: sample >= to && deltaId !== null ? deltaId : deltaBefore,
    byteOffset: byteOffset + samples * bytesPerSample,
    ms: ((samplesBefore + samples) * 1000) / sampleRate,
  };
}
