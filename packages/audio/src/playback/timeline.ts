import { appendTo, cutAt, type Mark, type PlaybackPosition, positionIn, type Turn } from "./position.js";

export interface TimelineEvents {
  /** The first sample of the turn, after silence or after another turn, was rendered. */
  onStarted(turnId: string): void;
  /** All of an ended turn was rendered. */
  onFinished(position: PlaybackPosition): void;
}

/** Knows which sample of the stream belongs to which delta of which turn. Counts samples, holds none. */
export interface Timeline {
  /** Samples written in all, but for those that were dropped. */
  readonly written: number;
  /** Samples rendered in all. */
  readonly rendered: number;
  /** The turn that was written last, as long as more may come of it. */
  readonly open: string | null;
  /** Whether a turn ends among what waits. */
  readonly ending: boolean;
  /** Whether something is left to render or to report. */
  readonly pending: boolean;
  /** Appends `samples` samples that begin at a byte of their turn. A turn that is still open is over when another one begins. */
  write(turnId: string, deltaId: string | null, samples: number, byteOffset: number): void;
  /** No more will come of the turn. Once all of it is rendered, now or later, it is reported as finished. */
  end(turnId: string): void;
  /** The stream was rendered up to sample `rendered`. */
  advance(rendered: number): void;
  /** Silence follows: the turn will be reported as started again. */
  restart(): void;
  /** Reports nothing until `release()`. */
  hold(): void;
  /** Reports what was finished meanwhile. What plays on will be reported as started again. */
  release(): void;
  /** Where rendering stands, or stood at an earlier sample: then no further back than the beginning of the same turn. `null` before the first turn. */
  position(sample?: number): PlaybackPosition | null;
  /** Forgets what is not rendered; the open turn is over and will not be reported as finished. */
  drop(): void;
}

const compactAfter = 256;
const turnsRemembered = 8;
/** How long pieces are kept after they were rendered, in seconds: longer than any output takes to be heard. */
const secondsRemembered = 2;

/** Makes a timeline for a stream of `sampleRate` Hz. */
export function createTimeline(sampleRate: number, events: TimelineEvents): Timeline {
  let marks: Mark[] = [];
  // Pieces before `head` and samples before `reported` have been reported.
  let head = 0;
  let reported = 0;
  let endings = 0;
  let written = 0;
  let rendered = 0;
  let last: Turn | null = null;
  let open = false;
  let held = false;
  const recent: string[] = [];

  function append(turn: Turn, deltaId: string | null, samples: number, offset: number, closes: boolean): void {
    if (head >= compactAfter && head * 2 >= marks.length) compact();
    const mark = appendTo(turn, deltaId, samples, offset, written, closes);
    written = mark.to;
    if (closes) endings++;
    marks.push(mark);
  }

  function compact(): void {
    const oldest = rendered - secondsRemembered * sampleRate;
    const kept = marks.findIndex((mark, index) => index >= head - 1 || mark.to > oldest);
    marks = marks.slice(kept);
    head -= kept;
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
    for (let mark = marks[head]; mark !== undefined; mark = marks[head]) {
      const { turn } = mark;
      const until = Math.min(mark.to, rendered);
      if (until > reported) {
        if (!turn.audible && !held) {
          turn.audible = true;
          events.onStarted(turn.id);
        }
        reported = until;
      }
      if (mark.to > rendered) return;
      head++;
      if (mark.closes) {
        endings--;
        turn.audible = false;
        events.onFinished(positionIn(mark, rendered, sampleRate));
      }
    }
  }

  /** The index of the piece that is being rendered, or of the last one. */
  function current(): number {
    let index = head;
    while (index < marks.length && (marks[index] as Mark).to <= rendered) index++;
    if (index < marks.length) return index;
    const newest = marks.findLastIndex((mark) => mark.turn === last);
    return newest < 0 ? marks.length - 1 : newest;
  }

  function restart(): void {
    const mark = marks[current()];
    if (mark !== undefined) mark.turn.audible = false;
  }

  return {
    get written() {
      return written;
    },
    get rendered() {
      return rendered;
    },
    get open() {
      return open ? (last?.id ?? null) : null;
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
        // A turn without a sample: it is finished as soon as what stands before it is.
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
      let mark = marks[index];
      if (mark === undefined) return null;
      for (let older = index - 1; older >= 0 && mark.from > sample; older--) {
        const before = marks[older] as Mark;
        if (before.turn === mark.turn) mark = before;
      }
      return positionIn(mark, sample, sampleRate);
    },
    drop() {
      const index = current();
      const cut = marks[index];
      marks.length = index + 1;
      if (cut !== undefined && cut.to > rendered) marks[index] = cutAt(cut, rendered);
      if (cut !== undefined) cut.turn.audible = false;
      if (last !== null && last !== cut?.turn) {
        last.samples = 0;
        last.deltaId = null;
      }
      head = marks.length;
      endings = 0;
      written = rendered;
      reported = rendered;
      open = false;
    },
  };
}
