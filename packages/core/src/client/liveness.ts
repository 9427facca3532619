import type { Step } from "./model.js";

/** How long a server may be silent after the end of a user's turn, in ms: then the connection counts as stalled. */
const silenceMs = 8000;

/**
 * The user's turn has ended: by a press or a typed message that is on the wire, or as the server has heard it. Now
 * something must come. The protocol knows no ping.
 */
export function expectSign(step: Step): void {
  if (!step.model.signDue && step.state.status === "connected") wait(step);
}

/** Everything was heard, and the server is told: one that answers only after that has its time from now on. */
export function expectSignAnew(step: Step): void {
  if (step.model.signDue) wait(step);
}

/** Something came: the connection lives. */
export function signCame(step: Step): void {
  step.set({ heardAt: step.now, inDoubt: false });
  expectNoSign(step);
}

/** The user has the turn again: a server that listens need not say anything. */
export function expectNoSign(step: Step): void {
  if (!step.model.signDue) return;
  step.set({ signDue: false });
  step.run({ type: "cancel", timer: "signMissed" });
}

function wait(step: Step): void {
  step.set({ signDue: true });
  step.run({ type: "schedule", timer: "signMissed", afterMs: silenceMs });
}
