import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";
import { percentile } from "../measure/statistics.js";
import { table } from "../measure/table.js";

const counts = [1, 100, 500];
const warmUpMs = 3000;
const measuredMs = 10_000;
const frameMs = 20;
const probeMs = 1000;
/** 20 ms of silence: PCM16 at 8000 Hz. */
const frame = JSON.stringify({ type: "client.audio", content: Buffer.alloc(320).toString("base64") });

/** As the command line sets them, and the README advises. */
const execArgv = ["--no-allocation-site-pretenuring", "--heap-growing-percent=400"];

const audioBegins = '{"type":"response.audio"';

interface Service {
  apiUrl: string;
  wsUrl: string;
  apiKey: string;
}

interface Usage {
  cpuMs: number;
  rssBytes: number;
}

interface Result {
  sessions: number;
  /** From the client and back, under load: ms, one value a probe. */
  roundTrips: number[];
  /** How much later than 100 ms after the one before a chunk of audio came, in ms. */
  lateness: number[];
  framesPerSecond: number;
  serverCpuMsPerSecond: number;
  serverRssBytes: number;
  /** Memory of the process with the sessions, less that without. */
  bytesPerSession: number;
}

/** Streams 20 ms frames up and 100 ms of audio down in many sessions, and measures what the server adds. */
export async function run(file: URL): Promise<void> {
  const cores = pinSelf();
  const results: Result[] = [];
  for (const count of counts) results.push(await measure(count, cores));
  console.log(`\nMock server, tone voice, ${cores ? "pinned to one core, the load on another" : "cores not pinned"}\n`);
  console.log(table(head, results.map(toRow)));
  await mkdir(new URL("./", file), { recursive: true });
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, pinned: cores !== null };
  await writeFile(file, JSON.stringify({ machine, results }, null, 1));
}

const head = [
  "sessions",
  "round trip p50",
  "p99 ms",
  "late p50",
  "p99 ms",
  "frames/s",
  "CPU %",
  "RSS MB",
  "kB/session",
];

function toRow(result: Result): string[] {
  const { sessions, roundTrips, lateness, framesPerSecond } = result;
  const both = [roundTrips, lateness].flatMap((samples) => [0.5, 0.99].map((share) => percentile(samples, share)));
  return [
    String(sessions),
    ...both.map((ms) => ms.toFixed(2)),
    framesPerSecond.toFixed(0),
    (result.serverCpuMsPerSecond / 10).toFixed(1),
    (result.serverRssBytes / 1e6).toFixed(0),
    (result.bytesPerSession / 1000).toFixed(0),
  ];
}

async function measure(count: number, cores: { server: number } | null): Promise<Result> {
  const server = fork(fileURLToPath(new URL("../src/mock-server-process.mjs", import.meta.url)), { execArgv });
  if (cores && server.pid) pin(server.pid, cores.server);
  const [service] = (await once(server, "message")) as [Service];
  const before = await usage(server);
  const clients: Client[] = [];
  for (let i = 0; i < count; i += 25) {
    const batch = Array.from({ length: Math.min(25, count - i) }, () => connect(service));
    clients.push(...(await Promise.all(batch)));
  }
  const stop = stream(clients);
  await sleep(warmUpMs);
  const first = await usage(server);
  for (const client of clients) client.forget();
  const start = performance.now();
  await sleep(measuredMs);
  const seconds = (performance.now() - start) / 1000;
  const last = await usage(server);
  stop();
  const result = {
    sessions: count,
    roundTrips: clients.flatMap((client) => client.roundTrips),
    lateness: clients.flatMap((client) => client.lateness),
    framesPerSecond: clients.reduce((sum, client) => sum + client.frames, 0) / seconds,
    serverCpuMsPerSecond: (last.cpuMs - first.cpuMs) / seconds,
    serverRssBytes: last.rssBytes,
    bytesPerSession: (last.rssBytes - before.rssBytes) / count,
  };
  for (const client of clients) client.socket.terminate();
  server.disconnect();
  await once(server, "exit");
  return result;
}

/** One session, and what it measured. */
class Client {
  roundTrips: number[] = [];
  lateness: number[] = [];
  frames = 0;
  #lastAudioAt = 0;

  constructor(readonly socket: WebSocket) {
    socket.on("message", (data) => this.#receive(data as Buffer));
  }

  forget(): void {
    this.roundTrips = [];
    this.lateness = [];
    this.frames = 0;
  }

  sendFrame(): void {
    this.socket.send(frame);
    this.frames++;
  }

  probe(): void {
    this.socket.send(JSON.stringify({ type: "client.response.data", data: { at: performance.now() } }));
  }

  #receive(data: Buffer): void {
    const now = performance.now();
    // Reading all of the audio would measure this process, not the server.
    if (data.toString("latin1", 0, audioBegins.length) === audioBegins) {
      if (this.#lastAudioAt > 0) this.lateness.push(Math.max(0, now - this.#lastAudioAt - 100));
      this.#lastAudioAt = now;
      return;
    }
    const message = JSON.parse(data.toString());
    if (message.type === "response.data") this.roundTrips.push(now - message.content.at);
  }
}

async function connect({ apiUrl, wsUrl, apiKey }: Service): Promise<Client> {
  const response = await fetch(`${apiUrl}/v1/agents/web/authorize_session`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ agent_id: "ag-1" }),
  });
  const { client_session_key } = (await response.json()) as { client_session_key: string };
  const socket = new WebSocket(`${wsUrl}?client_session_key=${encodeURIComponent(client_session_key)}`, {
    perMessageDeflate: false,
  });
  const client = new Client(socket);
  await once(socket, "open");
  socket.send(JSON.stringify({ type: "client.ready" }));
  return client;
}

/** Frames of every session, spread evenly over each 20 ms, and probes over each second. Returns the undo. */
function stream(clients: readonly Client[]): () => void {
  const begin = performance.now();
  let frames = 0;
  let probes = 0;
  // One fast timer for all: a timer of its own for each session would cost more than the sessions.
  const timer = setInterval(() => {
    const elapsed = performance.now() - begin;
    const dueFrames = (elapsed / frameMs) * clients.length;
    for (; frames < dueFrames; frames++) clients[frames % clients.length]?.sendFrame();
    const dueProbes = (elapsed / probeMs) * clients.length;
    for (; probes < dueProbes; probes++) clients[probes % clients.length]?.probe();
  }, 1);
  return () => clearInterval(timer);
}

async function usage(server: ChildProcess): Promise<Usage> {
  server.send("usage");
  const [answer] = (await once(server, "message")) as [Usage];
  return answer;
}

/** The load gets the second core, the server the first; `null` where processes cannot be pinned. */
function pinSelf(): { server: number } | null {
  return cpus().length > 1 && pin(process.pid, 1) ? { server: 0 } : null;
}

function pin(pid: number, core: number): boolean {
  return spawnSync("taskset", ["--all-tasks", "--pid", "--cpu-list", String(core), String(pid)]).status === 0;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
