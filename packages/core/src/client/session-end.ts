import type { InterruptedBy } from "../conversation/messages.js";
import type { LayercodeError } from "../errors.js";
import { closeChannel } from "./channels.js";
import { channelNames, type Step } from "./model.js";

/** The session is over, and not by us: everything is given back. `error`: where it did not end in due form. */
export function endSession(step: Step, error: LayercodeError | null, toWaiting = error): void {
  const calls = step.model.connectCalls;
  closeEverything(step, "connection");
  step.show({ status: "disconnected" });
  if (toWaiting) step.settle(calls, toWaiting);
  if (error) {
    step.show({ error });
    step.fail(error);
  }
  step.emit("disconnect", undefined);
}

/** Gives up connection, channels and whatever waits; `calls` are settled when it is done. */
export function closeEverything(step: Step, by: InterruptedBy, calls: readonly number[] = []): void {
  const { attempt, early, session } = step.model;
  session?.endConversation(step, by);
  for (const channel of channelNames) closeChannel(step, channel);
  step.set({
    attempt: attempt + 1,
    link: "none",
    connectCalls: [],
    early: [],
    isBlocked: false,
    signDue: false,
    answer: "none",
  });
  step.show({ reconnecting: null, turn: null, userSpeaking: false });
  step.settle(early.map(({ call }) => call));
  step.run({ type: "close", calls });
}
