import { appendTo, cutAt, type PlaybackPosition, positionIn, type Span, type Turn } from "./position.js";

export interface TimelineEvents {
  /** The first sample of the turn, after silence or after another turn, was rendered. */
  onStarted(turnId: string): void;
  /** All of an ended turn was rendered. */
  onFinished(position: PlaybackPosition): void;
}

/** Knows which sample of the stream belongs to which delta of which turn. Counts samples, holds none. */
export interface Timeline {
  /** Samples rendered in all. */
  readonly rendered: number;
  /** The turn that was written last, while more audio may come for it. */
  readonly open: string | null;
  /** Whether a turn ends among the samples that are not rendered yet. */
  readonly ending: boolean;
  /** Whether something is left to render or to report. */
  readonly pending: boolean;
  /** Appends `samples` samples that begin at a byte of their turn. Another turn that is still open is thereby ended. */
  write(turnId: string, deltaId: string | null, samples: number, byteOffset: number): void;
  /** No more audio will come for the turn. It is reported as finished once all of it is rendered. */
  end(turnId: string): void;
  /** The stream was rendered up to sample `rendered`. */
  advance(rendered: number): void;
  /** Silence follows: the turn is reported as started again when it goes on. */
  restart(): void;
  /** Reports nothing until `release()`. */
  hold(): void;
  /** Reports the turns that finished meanwhile. The turn that plays on is reported as started again. */
  release(): void;
  /**
   * The rendered position, or the position of an earlier sample, but not before the beginning of the turn. `null`
   * before the first turn.
   */
  position(sample?: number): PlaybackPosition | null;
  /** Drops what is not rendered. The open turn is over, and is not reported as finished. */
  drop(): void;
}

const compactAfter = 256;
const turnsRemembered = 8;
/** How long spans are kept after they were rendered, in seconds: longer than any output latency. */
const secondsRemembered = 2;

/** Makes a timeline for a stream of `sampleRate` Hz. */
export function createTimeline(sampleRate: number, events: TimelineEvents): Timeline {
  let spans: Span[] = [];
  // Spans before `head`, and samples before `reported`, are reported.
  let head = 0;
  let reported = 0;
  let endings = 0;
  // How many spans there may be before the next compaction: twice what the last one kept, so that none costs more than
  // the spans before it.
  let limit = compactAfter;
  let written = 0;
  let rendered = 0;
  let last: Turn | null = null;
  let open = false;
  let held = false;
  const recent: string[] = [];

  function append(turn: Turn, deltaId: string | null, samples: number, offset: number, closes: boolean): void {
    if (spans.length >= limit && head * 2 >= spans.length) compact();
    const span = appendTo(turn, deltaId, samples, offset, written, closes);
    written = span.to;
    if (closes) endings++;
    spans.push(span);
  }

  function compact(): void {
    const oldest = rendered - secondsRemembered * sampleRate;
    const kept = spans.findIndex((span, index) => index >= head - 1 || span.to > oldest);
    spans = spans.slice(kept);
    head -= kept;
    limit = Math.max(compactAfter, 2 * spans.length);
  }

  function begin(turnId: string): Turn {
    recent.push(turnId);
    if (recent.length > turnsRemembered) recent.shift();
    return { id: turnId, samples: 0, bytes: 0, deltaId: null, audible: false };
  }

  function close(turn: Turn): void {
    open = false;
    append(turn, null, 0, turn.bytes, true);
  }

  function advance(to: number): void {
    rendered = to;
    if (!held) report();
  }

  function report(): void {
    for (let span = spans[head]; span !== undefined; span = spans[head]) {
      const { turn } = span;
      const until = Math.min(span.to, rendered);
      if (until > reported) {
        if (!turn.audible && !held) {
          turn.audible = true;
          events.onStarted(turn.id);
        }
        reported = until;
      }
      if (span.to > rendered) return;
      head++;
      if (span.closes) {
        endings--;
        turn.audible = false;
        events.onFinished(positionIn(span, rendered, sampleRate));
      }
    }
  }

  /** The index of the span that is being rendered, or of the last one. */
  function current(): number {
    let index = head;
    while (index < spans.length && (spans[index] as Span).to <= rendered) index++;
    if (index < spans.length) return index;
    const newest = spans.findLastIndex((span) => span.turn === last);
    return newest < 0 ? spans.length - 1 : newest;
  }

  function restart(): void {
    const span = spans[current()];
    if (span !== undefined) span.turn.audible = false;
  }

  return {
    get rendered() {
      return rendered;
    },
    get open() {
      return open && last ? last.id : null;
    },
    get ending() {
      return endings > 0;
    },
    get pending() {
      return open || rendered < written || endings > 0;
    },
    write(turnId, deltaId, samples, byteOffset) {
      if (last?.id !== turnId) {
        if (last !== null && open) close(last);
        last = begin(turnId);
      }
      open = true;
      append(last, deltaId, samples, byteOffset, false);
    },
    end(turnId) {
      if (last?.id === turnId) {
        if (open) close(last);
      } else if (!recent.includes(turnId)) {
        // A turn without audio: it is finished as soon as the turns before it are.
        append(begin(turnId), null, 0, 0, true);
      }
      advance(rendered);
    },
    advance,
    restart,
    hold() {
      held = true;
    },
    release() {
      if (!held) return;
      report();
      held = false;
      restart();
    },
    position(sample = rendered) {
      const index = current();
      let span = spans[index];
      if (span === undefined) return null;
      for (let older = index - 1; older >= 0 && span.from > sample; older--) {
        const before = spans[older] as Span;
        if (before.turn === span.turn) span = before;
      }
      return positionIn(span, sample, sampleRate);
    },
    drop() {
      const index = current();
      const cut = spans[index];
      spans.length = index + 1;
      if (cut !== undefined) {
        if (cut.to > rendered) spans[index] = cutAt(cut, rendered);
        cut.turn.audible = false;
      }
      if (last !== null && last !== cut?.turn) {
        last.samples = 0;
        last.deltaId = null;
      }
      head = spans.length;
      endings = 0;
      written = rendered;
      reported = rendered;
      open = false;
    },
  };
}
