import type { Step } from "../client/model.js";
import { initialPlayback } from "./initial-playback.js";
import { cutShort, silence } from "./interruption.js";
import { type InterruptedBy, settled } from "./messages.js";
import { drop, endGrace } from "./playback.js";

/** The connection is over, and with it whatever was to come: what plays falls silent, and there is nobody to tell. */
export function connectionCut(step: Step, by: InterruptedBy): void {
  const before = step.model.playback;
  cutShort(step, by);
  endGrace(step);
  step.run({ type: "cancel", timer: "silentTurnExpired" });
  step.set({ playback: { ...initialPlayback, over: before.over } });
  silence(step, before);
  step.write(settled(step.model.transcript, by));
  step.show({ agentSpeaking: false });
}

/** A connection begins. What was said on earlier ones, a server that sends it once more does not make heard twice. */
export function connectionBegins(step: Step): void {
  const { messages, speeches } = step.model.transcript;
  const said = messages.flatMap(({ role, turnId }) => (role === "assistant" && turnId ? turnId : []));
  drop(step, [...said, ...speeches.map(({ turnId }) => turnId)]);
}
