import type { Direction, Drop, Faults, Injection, ServerFaults } from "./faults.js";
import { boolean, closeCode, type Field, integer, number, object, oneOf, retryAfter, text } from "./fields.js";

const links: Record<string, Field> = {
  latencyMs: number(0, "a number of milliseconds, 0 or more"),
  jitterMs: number(0, "a number of milliseconds, 0 or more"),
  kilobitsPerSecond: number(0.001, "a number of kilobits per second over 0"),
  stalled: boolean,
};

const probability: Field = number(0, "a probability from 0 to 1", 1);

const frames: Record<string, Field> = {
  malformed: probability,
  unknown: probability,
  duplicate: probability,
  late: probability,
  lateMs: number(0, "a number of milliseconds, 0 or more"),
};

const drops: Record<string, Field> = {
  how: oneOf("close", "reset", "silence"),
  code: closeCode,
  reason: text(123),
};

const connection: Record<string, Field> = {
  ...links,
  toClient: object(links),
  toServer: object(links),
  frames: object(frames),
  drop: object({ ...drops, afterMs: number(0, "a number of milliseconds, 0 or more") }, checkDrop),
  seed: integer(-(2 ** 31), 2 ** 32 - 1),
};

const server: Record<string, Field> = {
  ...connection,
  authorize: object({
    status: integer(200, 599),
    error: text(1000),
    retryAfter,
    delayMs: number(0, "a number of milliseconds, 0 or more"),
    hang: boolean,
    times: integer(1, Number.MAX_SAFE_INTEGER),
  }),
  expiredKeys: boolean,
};

/**
 * The faults of a connection, from anywhere: options, JSON, a scenario. `place` is where they stand, for messages.
 * @throws {Error} that names the first field that cannot be right, and says what it may be.
 */
export function parseFaults(value: unknown, place = "faults"): Faults {
  object(connection)(value, place);
  return value as Faults;
}

/** The same for the faults of a whole server. @throws {Error} */
export function parseServerFaults(value: unknown, place = "faults"): ServerFaults {
  object(server)(value, place);
  return value as ServerFaults;
}

/** @throws {Error} */
export function parseDrop(value: unknown, place = "drop"): Drop {
  object(drops, checkDrop)(value, place);
  return value as Drop;
}

/** @throws {Error} */
export function parseInjection(value: unknown, place = "frame"): Injection {
  if (typeof value === "object") object({ text: text(1024 * 1024) }, checkText)(value, place);
  else oneOf("malformed", "unknown", "duplicate", "late")(value, place);
  return value as Injection;
}

/** `undefined` means both. @throws {Error} */
export function parseDirection(value: unknown, place = "direction"): Direction | undefined {
  if (value !== undefined) oneOf("toClient", "toServer")(value, place);
  return value as Direction | undefined;
}

function checkDrop(drop: Readonly<Record<string, unknown>>, place: string): void {
  if (drop.how === undefined) throw new Error(`${place}.how is missing. It is "close", "reset" or "silence".`);
  if (drop.how !== "close" && (drop.code !== undefined || drop.reason !== undefined))
    throw new Error(`${place} is a ${drop.how}, which has no code and no reason. Use how: "close".`);
}

function checkText(injection: Readonly<Record<string, unknown>>, place: string): void {
  if (injection.text === undefined) throw new Error(`${place}.text is missing. It is what the frame says.`);
}
