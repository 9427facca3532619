import type { Check } from "./check.js";

// What a value of an option may be, by kind.

export const isText = (value: unknown) => typeof value === "string" && /\S/.test(value);
export const isFunction = (value: unknown) => typeof value === "function";
/** Also false of NaN. */
export const isWithin = (least: number, most: number) => (value: unknown) =>
  typeof value === "number" && value >= least && value <= most;
export const isCount = (least: number) => (value: unknown) => Number.isSafeInteger(value) && (value as number) >= least;
/** Whether it has all these methods. */
export const has = (list: string) => {
  const methods = list.split(", ");
  return (value: unknown) => methods.every((name) => isFunction((value as Record<string, unknown> | null)?.[name]));
};
/** Whether it is a Standard Schema; those of ArkType are functions. */
const isSchema = (value: unknown) => has("validate")(Object(value)["~standard"]);
/** An option that is a schema. */
export const schema = [isSchema, "a Standard Schema"] as const;
/** Whether it is a tool of the page. */
export const isTool = (value: unknown) => isSchema(Object(value).input) && has("run")(value);

export const onOrOff: Check = [(value) => typeof value === "boolean", "true or false"];
export const aFunction: Check = [isFunction, "a function"];
// Apps often write null for a callback that there is not.
export const callback: Check = [(value) => value === null || isFunction(value), "a function"];
// A timer takes no more than 2 ** 31 - 1 ms: beyond it, it fires at once.
export const milliseconds: Check = [isWithin(Number.MIN_VALUE, 2 ** 31 - 1), "a number of milliseconds above 0"];
export const address: Check = [(value) => isText(value) || value instanceof URL, "a URL"];
export const oneOf = (list: string): Check => {
  const values: readonly unknown[] = list.split(", ");
  return [(value) => values.includes(value), `one of ${list}`];
};
export const transcript: Check = [
  (value) => Array.isArray(value) && value.every((message) => isText(message?.id) && typeof message.text === "string"),
  "a list of messages",
];
const isInput = has("start, stop, flush, setMuted, now, level");
const isOutput = has("start, stop, enqueue, end, interrupt, level");
export const audioPorts: Check = [
  (value) => isInput(Object(value).input) && isOutput(Object(value).output),
  "{ input, output }",
];
