import { initialPlayback } from "../conversation/playback.js";
import { assistantEnded } from "../conversation/transcript.js";
import type { LayercodeError } from "../errors.js";
import { closeChannel } from "./channels.js";
import { channelNames, type Step } from "./model.js";
import { giveUpUnsent } from "./outbox.js";
import { abandonPress } from "./push-to-talk.js";

/** The session is over, and not by us: everything is given back. `error`: where it did not end in due form. */
export function endSession(step: Step, error: LayercodeError | null, toWaiting = error): void {
  const calls = step.model.connectCalls;
  closeEverything(step);
  step.show({ status: "disconnected" });
  if (toWaiting) step.settle(calls, toWaiting);
  if (error) {
    step.show({ error });
    step.fail(error);
  }
  step.emit("disconnect", undefined);
}

/** Gives up connection, channels and whatever waits; `calls` are settled when it is done. */
export function closeEverything(step: Step, calls: readonly number[] = []): void {
  const { attempt, playback } = step.model;
  for (const turnId of playback.unfinished) step.write(assistantEnded(step.model.transcript, turnId, "interrupted"));
  abandonPress(step);
  for (const channel of channelNames) closeChannel(step, channel);
  giveUpUnsent(step);
  step.set({
    attempt: attempt + 1,
    link: "none",
    connectCalls: [],
    playback: initialPlayback,
    isBlocked: false,
    signDue: false,
    answer: "none",
  });
  step.show({ reconnecting: null, turn: null, userSpeaking: false, agentSpeaking: false });
  step.run({ type: "close", calls });
}
