import { describe, expect, test } from "vitest";
import { initial } from "../../test/slices.js";
import { SessionRecords } from "../runtime/session-records.js";
import type { ClientEvent } from "./events.js";
import { reduce } from "./machine.js";
import type { Model } from "./model.js";
import { sessionHandlers } from "./session.js";

/** A client without a world: the machine alone, and the records of the session log. */
function createClient() {
  let model: Model = initial;
  let now = 100_000;
  const records = new SessionRecords();
  const client = {
    records,
    emitted: [] as string[],
    get model() {
      return model;
    },
    take(...events: ClientEvent[]): void {
      for (const event of events) {
        now += 20;
        records.write(event, now, {});
        const { state, effects } = reduce(model, event, { session: sessionHandlers, now, time: now, random: 0.5 });
        model = state;
        for (const effect of effects) {
          records.write(effect, now, {});
          if (effect.type === "emit" && effect.event.startsWith("audio:")) client.emitted.push(effect.event);
        }
      }
    },
    says(message: object): void {
      const { attempt } = model.connection;
      const pcm = "content" in message ? new Uint8Array(640) : null;
      client.take({ type: "socketMessage", attempt, frame: { ok: true, message }, pcm } as ClientEvent);
    },
    comesUp(key: string): void {
      const { attempt } = model.connection;
      client.take(
        { type: "authorized", attempt, clientSessionKey: key, conversationId: "conv", config: null },
        { type: "socketOpened", attempt },
      );
    },
    connect(): void {
      client.take({ type: "connect", call: 1 });
      for (const channel of ["audioInput", "audioOutput"] as const)
        client.take({ type: "channelOpened", channel, id: model[channel].id, deviceId: null, canSetDevice: false });
      client.comesUp("first key");
    },
  };
  return client;
}

type Client = ReturnType<typeof createClient>;

/** Entries of all arrays and objects in a value. */
function entriesIn(value: unknown): number {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return 0;
  const inner: unknown[] = Object.values(value);
  return inner.reduce((sum: number, one) => sum + entriesIn(one), inner.length);
}

const player = (client: Client) => ({ channel: "audioOutput", id: client.model.audioOutput.id }) as const;
const audio = (turn_id: string, delta_id = "d") => ({ type: "response.audio", turn_id, delta_id, content: "" });
const startOf = (role: "user" | "assistant", turn_id: string) => ({ type: "turn.start", role, turn_id });

/** What may go on for ever, one round each. */
const rounds: Record<string, (client: Client, round: number) => void> = {
  reconnects(client, round) {
    client.take(
      { type: "socketClosed", attempt: client.model.connection.attempt, code: 1006, reason: "", wasClean: false },
      { type: "attemptDue" },
    );
    client.comesUp(`key ${round}`);
    client.take({ type: "sendText", text: `text ${round}`, call: round });
  },
  "turns with audio that never end": (client, round) => {
    client.says(startOf("assistant", `a${round}`));
    client.says(audio(`a${round}`));
  },
  "turns with audio that are heard": (client, round) => {
    client.says(startOf("assistant", `a${round}`));
    client.says(audio(`a${round}`));
    client.take(
      { type: "playbackStarted", ...player(client), turnId: `a${round}` },
      { type: "playbackFinished", ...player(client), position: { turnId: `a${round}`, deltaId: "d", ms: 20 } },
    );
  },
  "turns of text": (client, round) => {
    client.says(startOf("assistant", `a${round}`));
    client.says({ type: "response.text.delta", turn_id: `a${round}`, content: "Good morning." });
    client.says({ type: "response.end", turn_id: `a${round}` });
  },
  "deltas of one turn": (client, round) => {
    client.says({ type: "response.text.delta", turn_id: "a", content: "word " });
    client.says(audio("a", `d${round}`));
  },
  "interruptions that the player never answers": (client, round) => {
    client.says(startOf("assistant", `a${round}`));
    client.says(audio(`a${round}`));
    client.says(startOf("user", `u${round}`));
  },
  "spans of one turn": (client, round) =>
    client.says({ type: "user.transcript.delta", turn_id: "u", content: "word ", delta_counter: round }),
  "spans of one turn that stay open": (client, round) =>
    client.says({ type: "user.transcript.interim_delta", turn_id: "u", content: "word ", delta_counter: round }),
  "the user's turns": (client, round) => {
    client.says(startOf("user", `u${round}`));
    client.says({ type: "user.transcript.delta", turn_id: `u${round}`, content: "word", delta_counter: 1 });
    if (round % 2) client.says({ type: "user.transcript", turn_id: `u${round}`, content: "word" });
  },
  "typed messages": (client, round) => client.take({ type: "sendText", text: `text ${round}`, call: round }),
  presses: (client, round) => {
    client.take({ type: "press", call: round, at: round });
    client.take({ type: "release", call: round, at: round + 1 });
    client.take({ type: "flushed", press: client.model.talk.pressCount });
  },
  "switches of the sound": (client, round) => {
    client.says(startOf("assistant", `a${round}`));
    client.take({ type: "setChannel", channel: "audioOutput", on: round % 2 === 0, call: round });
    client.says(audio(`a${round}`));
  },
  "calls of tools": (client, round) => {
    const content = { layercode_tool_call: { id: `c${round}`, name: "move" } };
    client.says({ type: "response.data", turn_id: "a", content });
    client.take({ type: "toolSettled", callId: `c${round}`, outcome: { output: round } });
  },
  sessions(client, round) {
    client.take({ type: "disconnect", call: round });
    client.connect();
  },
};

describe("3,000 rounds keep no more than half as many", () => {
  const count = 3000;

  test.each(Object.entries(rounds))("of %s", (_, round) => {
    const client = createClient();
    client.connect();
    const kept: number[] = [];
    for (let number = 0; number < count; number++) {
      round(client, number);
      if (number === count / 2 - 1 || number === count - 1)
        kept.push(entriesIn(client.model) + entriesIn(client.records.all));
    }
    // A record has an entry more or less.
    expect(kept[1]).toBeLessThanOrEqual(kept[0]! * 1.05);
    expect(kept[1]).toBeLessThan(12_000);
  });
});

test("2,000 turns that never end: what the player does not hold is told once, and nobody waits for it", () => {
  const client = createClient();
  client.connect();
  for (let turn = 0; turn < 2000; turn++) rounds["turns with audio that never end"]!(client, turn);
  expect(client.emitted).toEqual(["audio:queue-full"]);
  expect(client.model.conversation.replies.current).toMatchObject({ turnId: "a1999", acknowledged: true });
});

test("a full player is told once, until it has been empty, and stands in the session log", () => {
  const client = createClient();
  client.connect();
  const full = () => client.take({ type: "playerFull", ...player(client), turnId: "a" });
  client.says(audio("a"));
  full();
  full();
  client.take({ type: "playbackFinished", ...player(client), position: { turnId: "a", deltaId: null, ms: 1 } });
  client.says(startOf("assistant", "b"));
  client.says(audio("b"));
  full();
  expect(client.emitted).toEqual(["audio:queue-full", "audio:queue-full"]);
  expect(client.records.all.filter(({ type }) => type === "audio:queue-full")).toMatchObject([
    { turnId: "a" },
    { turnId: "a" },
  ]);
});

test("a turn in 20,000 spans reads as one in a few: what came first may not change any more", () => {
  const client = createClient();
  client.connect();
  const says = (counter: number, content: string, type = "user.transcript.delta") =>
    client.says({ type, turn_id: "u", content, delta_counter: counter });
  for (let counter = 0; counter < 20_000; counter++) says(counter, `${counter} `);
  says(3, "late", "user.transcript.delta");
  says(3, "late", "user.transcript.interim_delta");
  says(19_999, "the last", "user.transcript.delta");
  const text = client.model.conversation.transcript.messages[0]?.text ?? "";
  expect(text).toBe(`${Array.from({ length: 19_999 }, (_, counter) => `${counter} `).join("")}the last`);
});

test("of 10,000 keys the newest are kept out of the log, and only these are looked for", () => {
  const records = new SessionRecords();
  for (let key = 0; key < 10_000; key++)
    records.write(
      { type: "authorized", attempt: key, clientSessionKey: `secret-${key}.`, conversationId: "conv", config: null },
      key,
      {},
    );
  expect(records.withoutKeys("secret-9999. secret-9990.")).toBe("… …");
  expect(records.withoutKeys("secret-0.")).toBe("secret-0.");
});
