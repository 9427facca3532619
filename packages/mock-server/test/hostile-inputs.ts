// Inputs that a client should never send, the same for the same seed.
import { encodeBase64 } from "@layercode/core/protocol";

export type Random = () => number;

/** Mulberry32: numbers from 0 to 1, always the same for one seed. */
export function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)]!;
}

const oddTexts = [
  "",
  "\0",
  "\ud800",
  "\u202e",
  "__proto__",
  "constructor",
  "toString",
  "%00",
  "../..",
  "1e999",
  "9".repeat(400),
];

/** A value that no field expects. */
function oddValue(random: Random): unknown {
  return pick<() => unknown>(random, [
    () => null,
    () => true,
    () => -0.5,
    () => 2 ** 53,
    () => [],
    () => ({}),
    () => pick(random, oddTexts),
    () => pick(random, ["!", "1", " ", "a", "é", "("]).repeat(random() * 3000),
    () => Array.from({ length: random() * 50 }, () => random()),
    () => JSON.parse(`{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}`),
  ])();
}

/** JSON nested deeper than any stack is. */
export function deepJson(random: Random): string {
  const depth = 65 + Math.floor(random() ** 4 * 50_000);
  const [open, close] = pick(random, [
    ["[", "]"],
    ['{"a":', "}"],
  ] as const);
  return `{"type":"client.response.data","data":{"deep":${open.repeat(depth)}1${close.repeat(depth)}}}`;
}

/** Bytes of a text exchanged, left out, doubled or put in. */
function scrambled(random: Random, text: string): string {
  let result = text;
  for (let times = 1 + random() * 4; times > 0; times--) {
    const at = Math.floor(random() * result.length);
    const to = at + Math.floor(random() * 8);
    const inserted = pick(random, ["", '"', "{", "]", "\\", "\0", "\r\n", "é", ":", result.slice(at, to).repeat(2)]);
    result = result.slice(0, at) + inserted + result.slice(to);
  }
  return result;
}

const messages: readonly Record<string, unknown>[] = [
  { type: "client.ready" },
  { type: "client.audio", content: encodeBase64(new Uint8Array(320)) },
  { type: "vad_events", event: "vad_end" },
  { type: "trigger.turn.start", role: "user" },
  { type: "trigger.turn.end", role: "user" },
  { type: "trigger.response.audio.replay_finished", reason: "completed", turn_id: "x", last_delta_id_played: "x:1" },
  { type: "client.response.text", content: "What is 2 + 3?" },
  { type: "client.response.data", data: { cart: [1, 2, 3] } },
  { type: "turn.start", role: "assistant" },
];

/** A frame like a client's, with something wrong in it, or nothing. */
export function hostileFrame(random: Random): string {
  const message = { ...pick(random, messages) };
  const kind = random();
  if (kind < 0.1) return deepJson(random);
  if (kind < 0.2) return JSON.stringify(message);
  if (kind < 0.5) return scrambled(random, JSON.stringify(message));
  if (kind < 0.55) return String(oddValue(random));
  if (kind < 0.6) return JSON.stringify(oddValue(random)) ?? "";
  message[pick(random, [...Object.keys(message), "event_id", "other"])] = oddValue(random);
  return JSON.stringify(message);
}

/** Bytes that are no WebSocket frame, or one that no client may send. */
export function hostileBytes(random: Random): Buffer {
  const noise = Buffer.from(Array.from({ length: 1 + random() * 40 }, () => random() * 256));
  return pick(random, [
    noise,
    Buffer.from([0xff, 0xff]),
    // Not masked; an unknown opcode; a control frame in pieces; a length that no limit allows.
    Buffer.from([0x81, 0x02, 0x7b, 0x7d]),
    Buffer.from([0x83, 0x80, 0, 0, 0, 0]),
    Buffer.from([0x09, 0x80, 0, 0, 0, 0]),
    Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
    // Text that is not UTF-8.
    Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]),
  ]);
}

const paths = [
  "/v1/agents/web/authorize_session",
  "/api/authorize",
  "/v1/agents/web/websocket",
  "/",
  "/healthz",
  "/__mock/sessions",
];

/** A request as text, with something wrong in it, or nothing. */
export function hostileRequest(random: Random, apiKey: string): string {
  const body = pick<() => string>(random, [
    () => '{"agent_id":"ag-1","metadata":{}}',
    () => scrambled(random, '{"agent_id":"ag-1","conversation_id":"lc_conv_1","metadata":{"user":1}}'),
    () => JSON.stringify({ agent_id: oddValue(random), metadata: oddValue(random), config: oddValue(random) }),
    () =>
      JSON.stringify({
        agent_id: "ag-1",
        conversation_id: oddValue(random),
        config: { transcription: oddValue(random) },
      }),
    () => deepJson(random).replace('"type":"client.response.data","data"', '"agent_id":"ag-1","metadata"'),
    () => String(oddValue(random)),
  ])();
  const path =
    random() < 0.8
      ? pick(random, paths)
      : `${pick(random, paths)}?client_session_key=${encodeURI(
          pick(
            random,
            oddTexts.filter((text) => text !== "\ud800"),
          ),
        )}`;
  const upgrade =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
  const length = random() < 0.9 ? Buffer.byteLength(body) : pick<unknown>(random, [-1, 1e9, "x", 5]);
  const request =
    `${pick(random, ["POST", "POST", "GET", "HEAD", "OPTIONS", "DELETE"])} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
    `Authorization: Bearer ${random() < 0.8 ? apiKey : "other"}\r\nContent-Type: application/json\r\n` +
    `${random() < 0.2 ? upgrade : "Connection: close\r\n"}Content-Length: ${length}\r\n\r\n${body}`;
  return random() < 0.5 ? request : scrambled(random, request);
}
