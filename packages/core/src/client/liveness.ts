import type { Step } from "./model.js";

/** How long a server may be silent after the end of a user's turn, in ms: then the connection counts as stalled. */
const silenceMs = 8000;

/** The user's turn has ended, and is on the wire: now something must come. The protocol knows no ping. */
export function expectSign(step: Step): void {
  if (step.model.signDue) return;
  step.set({ signDue: true });
  step.run({ type: "schedule", timer: "stalled", afterMs: silenceMs });
}

/** Something came: the connection lives. */
export function signCame(step: Step): void {
  const { signDue } = step.model;
  step.set({ heardAt: step.now, inDoubt: false, signDue: false });
  if (signDue) step.run({ type: "cancel", timer: "stalled" });
}
