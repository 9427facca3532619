import { type AudioInput, type AudioOutput, LayercodeClient } from "@layercode/core";
import { median, percentile } from "../measure/statistics.js";

// What a message costs late in a session. In Node, with a socket and audio that do nothing: only the client's work.

/** Calls a round of something that a session may have without end, so often; in between a message is timed. */
interface Course {
  name: string;
  rounds: number;
  round(session: Session, number: number): void | Promise<void>;
}

/** CPU time of a message in µs, by how far the course was; one value a run of `batch` messages. */
export interface LateMessages {
  name: string;
  rounds: number;
  first: number[];
  middle: number[];
  last: number[];
}

const batch = 200;

class Socket extends EventTarget {
  static newest: Socket | null = null;
  readyState = 0;
  bufferedAmount = 0;

  constructor(readonly url: string) {
    super();
    Socket.newest = this;
    queueMicrotask(() => {
      this.readyState = 1;
      this.dispatchEvent(new Event("open"));
    });
  }
  send(): void {}
  close(): void {
    this.readyState = 3;
  }
  says(message: object): void {
    this.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify(message) }));
  }
  drop(): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code: 1006, reason: "", wasClean: false }));
  }
}

const input: AudioInput = {
  start: async () => {},
  stop: () => {},
  flush: async () => {},
  setMuted: () => {},
  now: () => 0,
  level: () => 0,
  stream: null,
};
const output: AudioOutput = {
  start: async () => {},
  stop: () => {},
  enqueue: () => {},
  end: () => {},
  interrupt: () => {},
  level: () => 0,
};

const content = Buffer.alloc(640).toString("base64");
const startOf = (turn_id: string) => ({ type: "turn.start", role: "assistant", turn_id });
const audio = (turn_id: string, delta_id: string) => ({ type: "response.audio", turn_id, delta_id, content });

const courses: readonly Course[] = [
  {
    name: "reconnects",
    rounds: 10_000,
    async round({ client, clock }) {
      // A connection that lived for less than 5 s is not mended twice.
      clock.now += 6000;
      const back = new Promise<void>((resolve) => {
        const off = client.on("connect", () => {
          off();
          resolve();
        });
      });
      Socket.newest?.drop();
      await back;
    },
  },
  {
    name: "turns that never end",
    rounds: 20_000,
    round(_, number) {
      Socket.newest?.says(startOf(`a${number}`));
      Socket.newest?.says(audio(`a${number}`, "d"));
    },
  },
  {
    name: "spans of one turn",
    rounds: 20_000,
    round: (_, delta_counter) =>
      Socket.newest?.says({ type: "user.transcript.delta", turn_id: "u", content: "word ", delta_counter }),
  },
  {
    // 20 ms a message.
    name: "an hour of audio at once",
    rounds: 180_000,
    round: (_, number) => Socket.newest?.says(audio("a", `d${number}`)),
  },
];

interface Session {
  client: LayercodeClient;
  clock: { now: number };
}

/** Goes through every course, and times messages at its beginning, in its middle and at its end. */
export async function measureLateMessages(quick: boolean): Promise<LateMessages[]> {
  const results: LateMessages[] = [];
  for (const course of courses) results.push(await measure(course, quick));
  return results;
}

/** A row of the table: medians and 95th percentiles, in µs. */
export function toLateCells({ name, rounds, first, middle, last }: LateMessages): string[] {
  const values = [first, middle, last].flatMap((samples) => [median(samples), percentile(samples, 0.95)]);
  return [`${rounds.toLocaleString("en")} ${name}`, ...values.map((value) => value.toFixed(1))];
}

async function measure({ name, rounds: all, round }: Course, quick: boolean): Promise<LateMessages> {
  const [rounds, runs] = quick ? [all / 20, 5] : [all, 30];
  // The client measures how long a connection lived by the page's clock, which no reconnect of this course waits for.
  const pageClock = performance.now;
  const clock = { now: pageClock.call(performance) };
  performance.now = () => clock.now;
  let keys = 0;
  const client = new LayercodeClient({
    agentId: "ag-1",
    authorizeSessionEndpoint: "https://app.test/api/authorize",
    fetch: async () => Response.json({ client_session_key: `key-${keys++}-of-a-session`, conversation_id: "conv" }),
    WebSocket: Socket as never,
    audio: { input, output },
    reconnect: { baseDelay: 0.001, shouldReconnect: () => true },
  });
  const time = () => {
    const samples: number[] = [];
    for (let run = 0; run < runs; run++) {
      const start = process.cpuUsage();
      for (let at = 0; at < batch; at++)
        Socket.newest?.says({ type: "response.text.delta", turn_id: "x", content: "w" });
      const { user, system } = process.cpuUsage(start);
      samples.push((user + system) / batch);
    }
    return samples;
  };
  try {
    await client.connect();
    // The first runs are the compiler's.
    time();
    const first = time();
    const go = async (from: number, to: number) => {
      for (let number = from; number < to; number++) await round({ client, clock }, number);
    };
    await go(0, rounds / 2);
    const middle = time();
    await go(rounds / 2, rounds);
    return { name, rounds, first, middle, last: time() };
  } finally {
    await client.dispose();
    performance.now = pageClock;
  }
}
