import { parseFaults, parseInjection } from "../faults/parse-faults.js";
import { checkSpeech } from "../speech-length.js";
import { checkField, checkTrigger, fail, fields, listOf, milliseconds, nonEmptyText, quoted } from "./checks.js";
import { checkJson } from "./json-value.js";
import type { Script } from "./script.js";

// Every type but `client.ready`: it starts the script, so that no turn can wait for it.
const clientTypes = [
  "client.audio",
  "vad_events",
  "trigger.turn.start",
  "trigger.turn.end",
  "trigger.response.audio.replay_finished",
  "client.response.text",
  "client.response.data",
];
const spokenOrTyped = ["user", "speech", "client.response.text"];
const mostTurns = 10_000;

/**
 * Takes a value for a script, unchanged.
 * @throws {Error} when it is none; the message names the place: `turns[2].say is 7. It is text …`.
 */
export function parseScript(value: unknown): Script {
  const script = fields(value, "the script", ["trigger", "turns", "repeatFrom"]);
  checkField(script, "", "trigger", checkTrigger);
  const { turns, repeatFrom } = script;
  if (!Array.isArray(turns) || turns.length === 0) fail("turns", turns, "It is a list of at least one turn.");
  if (turns.length > mostTurns) throw new Error(`turns has ${turns.length} entries. At most ${mostTurns} are read.`);
  Array.from(turns, (turn: unknown, i) => checkTurn(turn, `turns[${i}]`));
  if (repeatFrom !== undefined) checkRepeat(repeatFrom, turns);
  return value as Script;
}

function checkTurn(value: unknown, place: string): void {
  const turn = fields(value, place, [
    "waitFor",
    "expect",
    "transcript",
    "pauseMs",
    "faults",
    "inject",
    "data",
    "tool",
    "send",
    "text",
    "say",
  ]);
  checkField(turn, place, "waitFor", checkWanted);
  checkField(turn, place, "transcript", nonEmptyText);
  checkField(turn, place, "pauseMs", milliseconds);
  checkField(turn, place, "faults", parseFaults);
  checkField(turn, place, "inject", listOf(parseInjection));
  checkField(turn, place, "data", checkJson);
  checkField(turn, place, "tool", (tool, at) => {
    const { name, input } = fields(tool, at, ["name", "input"]);
    nonEmptyText(name, `${at}.name`);
    if (input !== undefined) checkJson(input, `${at}.input`);
  });
  checkField(
    turn,
    place,
    "send",
    listOf((message, at) => void checkMessage(message, at)),
  );
  checkField(turn, place, "text", nonEmptyText);
  checkField(turn, place, "say", listOf(speech));
  const { waitFor, transcript } = turn;
  checkField(turn, place, "expect", (expected, at) => checkExpectation(expected, at, waitFor));
  if (transcript !== undefined && waitFor !== "user" && waitFor !== "speech")
    throw new Error(`${place}.transcript belongs to a turn with "waitFor": "user" or "speech".`);
  if (Object.values(turn).every((field) => field === undefined))
    throw new Error(`${place} is empty. It waits for something, or says or sends something.`);
}

function speech(value: unknown, place: string): void {
  nonEmptyText(value, place);
  checkSpeech(String(value), place);
}

function checkWanted(wanted: unknown, place: string): void {
  const known = ["user", "speech", ...clientTypes];
  if (typeof wanted === "string" && !known.includes(wanted))
    fail(place, wanted, `It is one of ${known.map(quoted).join(", ")}, or a message.`);
  if (typeof wanted === "string") return;
  const { type } = checkMessage(wanted, place, "text, or a message");
  if (!clientTypes.includes(type)) fail(`${place}.type`, type, `It is one of ${clientTypes.map(quoted).join(", ")}.`);
}

function checkMessage(message: unknown, place: string, kind = "a message"): { type: string } {
  const given = fields(message, place, null, `${kind}, an object with a "type"`);
  const { type } = given;
  if (typeof type !== "string") fail(`${place}.type`, type, "It is the type of a message, text.");
  checkJson(message, place);
  return { type };
}

function checkExpectation(value: unknown, place: string, waitFor: unknown): void {
  const expected = fields(value, place, ["withinMs", "text", "spokenMs", "message", "interrupted"]);
  checkField(expected, place, "withinMs", milliseconds);
  checkField(expected, place, "text", nonEmptyText);
  checkField(expected, place, "spokenMs", (range, at) => {
    const { min, max } = fields(range, at, ["min", "max"]);
    if (min !== undefined) milliseconds(min, `${at}.min`);
    if (max !== undefined) milliseconds(max, `${at}.max`);
  });
  checkField(expected, place, "message", (message, at) => {
    fields(message, at, null, "an object, the fields that the message has");
    checkJson(message, at);
  });
  checkField(expected, place, "interrupted", (interrupted, at) => {
    if (typeof interrupted !== "boolean") fail(at, interrupted, "It is true or false.");
  });
  for (const field of ["withinMs", "text", "spokenMs", "message"])
    if (expected[field] !== undefined && waitFor === undefined)
      throw new Error(`${place}.${field} is about what was waited for, and this turn has no "waitFor".`);
  if (expected.text !== undefined && !isUserTurn(waitFor))
    throw new Error(`${place}.text is about the user's words. Wait for ${spokenOrTyped.map(quoted).join(", ")}.`);
  if (expected.spokenMs !== undefined && waitFor !== "user" && waitFor !== "speech")
    throw new Error(`${place}.spokenMs is about the user's speech. Wait for "user" or "speech".`);
}

function isUserTurn(waitFor: unknown): boolean {
  const type = typeof waitFor === "object" && waitFor !== null && "type" in waitFor ? waitFor.type : waitFor;
  return typeof type === "string" && spokenOrTyped.includes(type);
}

function checkRepeat(repeatFrom: unknown, turns: readonly unknown[]): void {
  if (typeof repeatFrom !== "number" || !Number.isInteger(repeatFrom) || repeatFrom < 0 || repeatFrom >= turns.length)
    fail("repeatFrom", repeatFrom, `It is the number of a turn, 0 to ${turns.length - 1}.`);
  const waits = (turn: unknown) => typeof turn === "object" && turn !== null && "waitFor" in turn && turn.waitFor;
  if (!turns.slice(repeatFrom).some(waits))
    throw new Error(`repeatFrom is ${repeatFrom}, and no turn from there on waits for anything: it would never rest.`);
}
