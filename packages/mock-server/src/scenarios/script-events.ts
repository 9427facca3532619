import type { ClientMessage } from "@layercode/core/protocol";
import { describeValue, differences } from "../matching.js";
import type { Expectation, Wanted } from "./script.js";

/** A spoken turn of the user. */
interface SpeechEvent {
  type: "speech";
  transcript: string;
  durationMs: number;
}

/** What a script may wait for. */
export type ScriptEvent = ClientMessage | SpeechEvent;

/** Whether an event is what a turn waits for. */
export function fits(wanted: Wanted, event: ScriptEvent): boolean {
  if (wanted === "user") return event.type === "speech" || event.type === "client.response.text";
  if (typeof wanted === "string") return event.type === wanted;
  return differences(event, wanted).length === 0;
}

/** What was expected of an event and is not so, a phrase for each. */
export function unmetBy(event: ScriptEvent, { text, spokenMs, message }: Expectation): string[] {
  const unmet: string[] = [];
  const said = textOf(event);
  if (text !== undefined && !said.toLowerCase().includes(text.toLowerCase()))
    unmet.push(`expected the user to say ${describeValue(text)}, the user said ${describeValue(said)}`);
  const spoken = durationOf(event);
  const { min = 0, max = Infinity } = spokenMs ?? {};
  if (spoken < min || spoken > max)
    unmet.push(`expected from ${min} to ${max} ms of speech, there were ${Math.round(spoken)}`);
  const different = differences(event, message ?? {}).map((difference) => `in "${event.type}", ${difference}`);
  return [...unmet, ...different];
}

/** What the user said or typed; empty for any other event. */
export function textOf(event: ScriptEvent): string {
  if (event.type === "speech") return event.transcript;
  return event.type === "client.response.text" ? event.content : "";
}

/** How long the user spoke, ms; 0 for any other event. */
export function durationOf(event: ScriptEvent): number {
  return event.type === "speech" ? event.durationMs : 0;
}
