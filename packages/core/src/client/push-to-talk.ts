import { userTurnEnded } from "../conversation/agent-state.js";
import { interruptAgent } from "../conversation/interruption.js";
import { isListening } from "../conversation/turns.js";
import { expectNoSign } from "./liveness.js";
import type { Step } from "./model.js";

/** How long the tail may take, in ms: a suspended audio thread must not keep the turn open. */
const flushMs = 500;

/** Pressed, at a time of the audio clock in seconds. A second press before the release changes nothing. */
export function press(step: Step, { at, call }: { at: number; call: number }): void {
  step.settle([call]);
  if (isReleased(step)) endPress(step);
  if (step.model.press) return;
  const id = step.model.pressCount + 1;
  step.set({ press: { id, at, releasedAt: null }, pressCount: id });
  showPressed(step, true);
  if (step.state.status === "connected") startTurn(step);
}

/** Released: what was captured by `at`, on the same clock, and not yet sent goes first, then the end of the turn. */
export function release(step: Step, { at, call }: { at: number; call: number }): void {
  const { press: current, releaseCalls, audioInput } = step.model;
  if (!current) return step.settle([call]);
  const isAgain = current.releasedAt !== null;
  step.set({ releaseCalls: [...releaseCalls, call], press: { ...current, releasedAt: current.releasedAt ?? at } });
  showPressed(step, false);
  if (audioInput.status !== "open" || step.state.status !== "connected") return endPress(step);
  if (isAgain) return;
  step.run({ type: "flush", press: current.id });
  step.run({ type: "schedule", timer: "flushExpired", afterMs: flushMs });
}

/** The tail of that press is on the wire. */
export function flushed(step: Step, event: { press: number }): void {
  if (step.model.press?.id === event.press) endPress(step);
}

/** The tail did not come in time. */
export function flushExpired(step: Step): void {
  endPress(step);
}

/** The press ends without its tail: the microphone or the connection goes away under it. */
export function abandonPress(step: Step): void {
  if (!step.model.press) return;
  endPress(step);
  showPressed(step, false);
}

/** Connected, and the user holds already, or still: the server knows nothing of it yet. */
export function resumePress(step: Step): void {
  if (step.model.press) startTurn(step);
}

/** Whether the button is up, and the tail still on its way. */
export function isReleased({ model: { press } }: Step): boolean {
  return press !== null && press.releasedAt !== null;
}

function startTurn(step: Step): void {
  // The trigger first: the acknowledgement of what it interrupts follows it on the wire.
  step.send({ type: "trigger.turn.start", role: "user" });
  interruptAgent(step);
  expectNoSign(step);
}

/** The press is over: that is told, where there is somebody to tell. */
export function endPress(step: Step): void {
  const calls = step.model.releaseCalls;
  // A turn that no server knows of needs no end.
  const isKnown = step.state.status === "connected";
  step.set({ press: null, releaseCalls: [] });
  step.run({ type: "cancel", timer: "flushExpired" });
  if (!isKnown) step.run({ type: "forgetAudio" });
  else {
    step.send({ type: "trigger.turn.end", role: "user" });
    userTurnEnded(step);
  }
  step.settle(calls);
}

function showPressed(step: Step, pressed: boolean): void {
  const { enabled } = step.state.pushToTalk;
  step.show({ pushToTalk: { enabled, pressed }, userSpeaking: pressed && isListening(step) });
}
