import { interruptAgent } from "../conversation/playback.js";
import { isListening } from "../conversation/turns.js";
import type { Step } from "./model.js";

/** How long the tail may take, in ms: a suspended audio thread must not keep the turn open. */
const flushMs = 500;

/** Pressed, at a time of the audio clock in seconds. A second press before the release changes nothing. */
export function press(step: Step, at: number): void {
  const { press: current, pressCount } = step.model;
  if (current && !current.releasing) return;
  if (current) endPress(step);
  step.set({ press: { id: pressCount + 1, at, releasing: false }, pressCount: pressCount + 1 });
  step.show({ pushToTalk: { ...step.state.pushToTalk, pressed: true }, userSpeaking: isListening(step) });
  // The trigger first: the acknowledgement of what it interrupts follows it on the wire.
  step.run({ type: "send", message: { type: "trigger.turn.start", role: "user" } });
  interruptAgent(step);
}

/** Released: what was captured and not yet sent goes first, then the end of the turn. */
export function release(step: Step, call: number): void {
  const { press: current, releaseCalls } = step.model;
  if (!current) return step.run({ type: "settle", calls: [call] });
  step.set({ releaseCalls: [...releaseCalls, call] });
  if (current.releasing) return;
  step.set({ press: { ...current, releasing: true } });
  step.show({ pushToTalk: { ...step.state.pushToTalk, pressed: false }, userSpeaking: false });
  if (step.model.microphone.status !== "open") return endPress(step);
  step.run(
    { type: "microphone.flush", press: current.id },
    { type: "schedule", timer: "flush", afterMs: flushMs },
  );
}

/** The tail of that press is on the wire. */
export function tailFlushed(step: Step, id: number): void {
  if (step.model.press?.id === id) endPress(step);
}

/** The tail did not come in time. */
export function flushExpired(step: Step): void {
  if (step.model.press?.releasing) endPress(step);
}

/** The press ends without its tail: the microphone or the connection goes away under it. */
export function abandonPress(step: Step): void {
  if (!step.model.press) return;
  endPress(step);
  step.show({ pushToTalk: { ...step.state.pushToTalk, pressed: false }, userSpeaking: false });
}

function endPress(step: Step): void {
  const calls = step.model.releaseCalls;
  step.set({ press: null, releaseCalls: [] });
  step.run({ type: "cancel", timer: "flush" });
  if (step.model.link === "open") step.run({ type: "send", message: { type: "trigger.turn.end", role: "user" } });
  step.run({ type: "settle", calls });
}
