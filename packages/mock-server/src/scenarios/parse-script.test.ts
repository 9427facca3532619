import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { connect, startServer } from "../../test/client.js";
import { createMockServer, parseScript, type Script } from "../index.js";
import { findScenario, scenarioNames } from "./built-in.js";

const text = fc.string({ minLength: 1 }).filter((value) => value.trim() !== "");
const ms = fc.integer({ min: 0, max: 86_400_000 });
const message = fc.record({ type: fc.string(), content: fc.jsonValue() }, { requiredKeys: ["type"] });
const clientType = fc.constantFrom("client.response.data", "trigger.turn.start");
const oneOrMore = <T>(item: fc.Arbitrary<T>) => fc.oneof(item, fc.array(item, { minLength: 1, maxLength: 3 }));

/** What an agent may do in any turn. */
const deeds = {
  pauseMs: ms,
  data: fc.jsonValue(),
  send: oneOrMore(message),
  text,
  say: oneOrMore(text),
  inject: oneOrMore(fc.constantFrom("malformed" as const, "duplicate" as const)),
  faults: fc.record({ latencyMs: ms }, { requiredKeys: [] }),
};
const anyTurn = fc.record(
  {
    ...deeds,
    waitFor: fc.oneof(clientType, fc.record({ type: clientType, data: fc.jsonValue() })),
    expect: fc.record({ withinMs: ms, interrupted: fc.boolean(), message }, { requiredKeys: [] }),
  },
  { requiredKeys: ["waitFor"] },
);
const userTurn = fc.record(
  {
    ...deeds,
    waitFor: fc.constantFrom("user", "speech"),
    transcript: text,
    expect: fc.record(
      { withinMs: ms, text, spokenMs: fc.record({ min: ms, max: ms }, { requiredKeys: [] }) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ["waitFor"] },
);
const agentTurn = fc.record(deeds, { requiredKeys: ["say"] });
const script = fc.record(
  {
    trigger: fc.constantFrom("automatic", "push_to_talk"),
    turns: fc.array(fc.oneof(anyTurn, userTurn, agentTurn), { minLength: 1, maxLength: 6 }),
  },
  { requiredKeys: ["turns"] },
);

const places = /^(the script|turns|repeatFrom|trigger)\b/;

function refusal(value: unknown): string | null {
  try {
    parseScript(value);
    return null;
  } catch (error) {
    // Also for the engine's own errors, which a validator has no business with.
    expect((error as Error).constructor).toBe(Error);
    return (error as Error).message;
  }
}

describe("properties", () => {
  test("what is a script is taken as it is, and so is what JSON makes of it", () => {
    fc.assert(
      fc.property(script, (value) => {
        expect(parseScript(value)).toBe(value);
        expect(refusal(JSON.parse(JSON.stringify(value)))).toBeNull();
      }),
    );
  });

  test("any other value is refused with the place of what is wrong, and nothing else is thrown", () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSparseArray: true,
    });
    const turns = fc.array(
      fc.oneof(anything, fc.dictionary(fc.constantFrom("say", "waitFor", "expect", "send"), anything)),
    );
    const almost = fc.oneof(anything, fc.record({ turns, repeatFrom: anything }, { requiredKeys: ["turns"] }));
    fc.assert(
      fc.property(almost, (value) => {
        const message = refusal(value);
        if (message !== null) expect(message).toMatch(places);
      }),
      { numRuns: 1000 },
    );
  });

  test("one field spoiled in one turn: the message names that turn and that field", () => {
    const fields = ["waitFor", "expect", "pauseMs", "send", "text", "say", "inject", "faults", "transcript"] as const;
    fc.assert(
      fc.property(
        script,
        fc.nat(),
        fc.constantFrom(...fields),
        fc.constantFrom(false, null, "", []),
        (value, n, field, wrong) => {
          const index = n % value.turns.length;
          const turns = value.turns.map((turn, i) => (i === index ? { ...turn, [field]: wrong } : turn));
          expect(refusal({ ...value, turns })?.startsWith(`turns[${index}].${field}`)).toBe(true);
        },
      ),
    );
  });
});

const waits = { waitFor: "user" };

test.each<[unknown, string]>([
  [null, "the script is null. It is an object."],
  [{ turns: [] }, "turns is an empty list. It is a list of at least one turn."],
  [{ turns: { say: "x" } }, "turns is an object. It is a list of at least one turn."],
  [{ turns: [{ say: "x" }], trigger: "auto" }, 'trigger is the text "auto". It is "automatic" or "push_to_talk".'],
  [{ turns: [waits, waits, { say: 7 }] }, "turns[2].say is the number 7. It is text that is not blank."],
  [{ turns: [{ say: ["a", " "] }] }, 'turns[0].say[1] is the text " ". It is text that is not blank.'],
  [
    { turns: [{ say: ["a", "x".repeat(1_048_577)] }] },
    "turns[0].say[1] has 1048577 characters. Say it in parts of at most",
  ],
  [{ turns: [{ sya: "x" }] }, 'turns[0] has a field "sya", which is unknown. There are waitFor,'],
  [{ turns: [{}] }, "turns[0] is empty. It waits for something, or says or sends something."],
  [{ turns: [{ waitFor: "usre" }] }, 'turns[0].waitFor is the text "usre". It is one of "user", "speech",'],
  [{ turns: [{ waitFor: { data: 1 } }] }, "turns[0].waitFor.type is missing. It is the type of a message, text."],
  [{ turns: [{ waitFor: { type: "turn.start" } }] }, 'turns[0].waitFor.type is the text "turn.start". It is one of'],
  [{ turns: [{ send: [{ type: "x", at: new Date(0) }] }] }, "turns[0].send[0].at is an object. It is JSON:"],
  [{ turns: [{ data: { a: [NaN] } }] }, "turns[0].data.a[0] is the number NaN. It is JSON:"],
  [{ turns: [{ tool: { input: 1 } }] }, "turns[0].tool.name is missing. It is text that is not blank."],
  [{ turns: [{ tool: { name: "a", input: [NaN] } }] }, "turns[0].tool.input[0] is the number NaN. It is JSON:"],
  [{ turns: [{ data: 1, pauseMs: -1 }] }, "turns[0].pauseMs is the number -1. It is a number of milliseconds,"],
  [{ turns: [{ say: "x", expect: { withinMs: 9 } }] }, "turns[0].expect.withinMs is about what was waited for,"],
  [{ turns: [{ waitFor: "vad_events", expect: { text: "x" } }] }, "turns[0].expect.text is about the user's words."],
  [
    { turns: [{ waitFor: "vad_events", expect: { spokenMs: {} } }] },
    "turns[0].expect.spokenMs is about the user's speech.",
  ],
  [{ turns: [{ waitFor: "vad_events", transcript: "x" }] }, 'turns[0].transcript belongs to a turn with "waitFor":'],
  [{ turns: [{ say: "x", faults: { latencyMs: -1 } }] }, "turns[0].faults.latencyMs"],
  [{ turns: [waits], repeatFrom: 1 }, "repeatFrom is the number 1. It is the number of a turn, 0 to 0."],
  [{ turns: [waits, { say: "x" }], repeatFrom: 1 }, "repeatFrom is 1, and no turn from there on waits for anything:"],
])("%j is refused: %s", (value, message) => {
  expect(refusal(value)).toMatch(new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`));
});

test("what contains itself is refused", () => {
  const data: Record<string, unknown> = {};
  data.self = data;
  expect(refusal({ turns: [{ data }] })).toMatch(/^turns\[0\]\.data\.self.*contains itself/);
});

test("a server does not start with a script that is wrong, whichever agent's", async () => {
  const wrong = { turns: [{ say: 7 }] } as unknown as Script;
  await expect(createMockServer({ scenario: wrong })).rejects.toThrow(/turns\[0\]\.say/);
  await expect(createMockServer({ agents: { "ag-1": { scenario: wrong } } })).rejects.toThrow(/turns\[0\]\.say/);
  await expect(createMockServer({ scenario: { start: "hello" } as never })).rejects.toThrow(
    /scenario.start is the text/,
  );
});

test("the script in the README is one, and ends as it says", async () => {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const [, json = ""] = readme.match(/```json\n([^`]*"turns"[^`]*)```/) ?? [];
  const client = await connect(await startServer({ scenario: parseScript(JSON.parse(json)) }));
  await client.next("response.end");
  client.type("Green TEA");
  await client.next("response.text", ({ content }) => content === "I look for Green TEA.");
  client.send({ type: "client.response.data", data: { added: true } });
  await client.session.waitForScript();
});

test("the scripts that ship are scripts", () => {
  const scripts = scenarioNames.map(findScenario).filter((scenario) => scenario && "turns" in scenario);
  expect(scripts).toHaveLength(4);
  for (const shipped of scripts) expect(refusal(shipped)).toBeNull();
});
