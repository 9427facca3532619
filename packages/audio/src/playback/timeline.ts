/** What was rendered of a turn. */
export interface PlaybackPosition {
  turnId: string;
  /** The last delta rendered to its end; `null` when none was, or none had an id. */
  deltaId: string | null;
  /** Milliseconds of the turn's audio that were rendered. */
  ms: number;
}

export interface TimelineEvents {
  /** The first sample of the turn, after silence or after another turn, was rendered. */
  onStarted(turnId: string): void;
  /** All of an ended turn was rendered. */
  onFinished(position: PlaybackPosition): void;
}

/** Knows which sample of the stream belongs to which delta of which turn. Counts samples, holds none. */
export interface Timeline {
  /** Samples written in all. */
  readonly written: number;
  /** Samples rendered in all. */
  readonly rendered: number;
  /** The turn that was written last, as long as more may come of it. */
  readonly open: string | null;
  /** Whether a turn ends among what waits. */
  readonly ending: boolean;
  /** Appends `samples` samples of a turn. A turn that is still open is over when another one begins. */
  write(turnId: string, deltaId: string | null, samples: number): void;
  /** No more will come of the turn. Once all of it is rendered, now or later, it is reported as finished. */
  end(turnId: string): void;
  /** The stream was rendered up to sample `rendered`. */
  advance(rendered: number): void;
  /** Silence follows: the turn will be reported as started again. */
  pause(): void;
  /** Where rendering stands; `null` before the first turn. */
  position(): PlaybackPosition | null;
  /** Forgets what is not rendered; the open turn is over and will not be reported as finished. */
  drop(): void;
}

interface Turn {
  readonly id: string;
  deltaId: string | null;
  samples: number;
  audible: boolean;
}

/** A piece of the stream that ends before sample `to`; one that `closes` its turn has no samples. */
interface Mark {
  readonly turn: Turn;
  readonly deltaId: string | null;
  readonly to: number;
  readonly closes: boolean;
}

const compactAfter = 256;
const turnsRemembered = 8;

/** Makes a timeline for a stream of `sampleRate` Hz. */
export function createTimeline(sampleRate: number, events: TimelineEvents): Timeline {
  let marks: Mark[] = [];
  let head = 0;
  let endings = 0;
  let written = 0;
  let rendered = 0;
  let last: Turn | null = null;
  let open = false;
  const recent: string[] = [];

  function append(turn: Turn, deltaId: string | null, closes: boolean): void {
    if (head >= compactAfter && head * 2 >= marks.length) {
      marks = marks.slice(head);
      head = 0;
    }
    marks.push({ turn, deltaId, to: written, closes });
    if (closes) endings++;
  }

  function begin(turnId: string): Turn {
    recent.push(turnId);
    if (recent.length > turnsRemembered) recent.shift();
    return { id: turnId, deltaId: null, samples: 0, audible: false };
  }

  function close(turn: Turn): void {
    open = false;
    append(turn, null, true);
  }

  function advance(to: number): void {
    for (let mark = marks[head]; mark !== undefined; mark = marks[head]) {
      const { turn } = mark;
      const until = Math.min(mark.to, to);
      if (until > rendered) {
        if (!turn.audible) {
          turn.audible = true;
          events.onStarted(turn.id);
        }
        turn.samples += until - rendered;
        rendered = until;
      }
      if (mark.to > to) return;
      head++;
      if (mark.closes) {
        endings--;
        turn.audible = false;
        events.onFinished(positionOf(turn));
      } else if (mark.deltaId !== null) {
        turn.deltaId = mark.deltaId;
      }
    }
  }

  function positionOf(turn: Turn): PlaybackPosition {
    return { turnId: turn.id, deltaId: turn.deltaId, ms: (turn.samples * 1000) / sampleRate };
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
    write(turnId, deltaId, samples) {
      if (last?.id !== turnId) {
        if (last !== null && open) close(last);
        last = begin(turnId);
      }
      open = true;
      written += samples;
      append(last, deltaId, false);
    },
    end(turnId) {
      if (last?.id === turnId) {
        if (open) close(last);
      } else if (!recent.includes(turnId)) {
        // A turn without a sample: it is finished as soon as what stands before it is.
        append(begin(turnId), null, true);
      }
      advance(rendered);
    },
    advance,
    pause() {
      if (last !== null) last.audible = false;
    },
    position() {
      const turn = marks[head]?.turn ?? last;
      return turn === null ? null : positionOf(turn);
    },
    drop() {
      marks = [];
      head = 0;
      endings = 0;
      rendered = written;
      open = false;
      if (last !== null) last.audible = false;
    },
  };
}
