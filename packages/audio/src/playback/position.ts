/** How far a turn was rendered, or heard. */
export interface PlaybackPosition {
  turnId: string;
  /** The last delta rendered to its end; `null` when none was, or none had an id. */
  deltaId: string | null;
  /** Offset of the next sample in the turn's PCM16 as it was enqueued, in bytes. */
  byteOffset: number;
  /** Milliseconds of the turn's audio that were rendered. */
  ms: number;
  /** Reported with an underrun, an end or an interruption: by how much the turn lasted longer than its audio, in ms. */
  stretchedMs?: number;
  /** Reported with the same: how much of its voice was repeated because nothing else had come, in ms. */
  concealedMs?: number;
}

/** The rendered position, and the heard position in the same turn. */
export interface PlaybackPositions {
  rendered: PlaybackPosition;
  heard: PlaybackPosition;
}

/** A turn, as far as it was written to the timeline. */
export interface Turn {
  readonly id: string;
  samples: number;
  /** Offset behind the last sample. */
  bytes: number;
  deltaId: string | null;
  audible: boolean;
}

/** A span of the stream, samples `from..to`, all of one delta. The empty span that `closes` a turn marks its end. */
export interface Span {
  readonly turn: Turn;
  readonly deltaId: string | null;
  /** The last delta of the turn before this one. */
  readonly deltaBefore: string | null;
  /** Samples of the turn before this span. */
  readonly samplesBefore: number;
  readonly byteOffset: number;
  readonly from: number;
  readonly to: number;
  readonly closes: boolean;
}

const bytesPerSample = 2;

/**
 * Makes the span of the next `samples` samples of a turn, from sample `from` of the stream on, and counts them to the
 * turn.
 */
export function appendTo(
  turn: Turn,
  deltaId: string | null,
  samples: number,
  offset: number,
  from: number,
  closes: boolean,
): Span {
  const { deltaId: deltaBefore, samples: samplesBefore } = turn;
  const byteOffset = samples > 0 ? offset : turn.bytes;
  turn.samples += samples;
  turn.bytes = byteOffset + samples * bytesPerSample;
  if (deltaId !== null) turn.deltaId = deltaId;
  return { turn, deltaId, deltaBefore, samplesBefore, byteOffset, from, to: from + samples, closes };
}

/** Cuts a span off at a sample in it, up to which it was rendered, and takes the rest off its turn. */
export function cutAt(span: Span, sample: number): Span {
  span.turn.samples = span.samplesBefore + sample - span.from;
  span.turn.deltaId = span.deltaBefore;
  return { ...span, deltaId: null, to: sample, closes: false };
}

/** The position of a sample in a span, at `sampleRate` Hz; for an earlier sample the beginning of the span. */
export function positionIn(span: Span, sample: number, sampleRate: number): PlaybackPosition {
  const { turn, deltaId, deltaBefore, samplesBefore, byteOffset, from, to } = span;
  const samples = Math.max(0, Math.min(sample, to) - from);
  return {
    turnId: turn.id,
    deltaId: sample >= to && deltaId !== null ? deltaId : deltaBefore,
    byteOffset: byteOffset + samples * bytesPerSample,
    ms: ((samplesBefore + samples) * 1000) / sampleRate,
  };
}
