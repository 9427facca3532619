import { LayercodeError } from "../../errors.js";
import { next } from "../../transition.js";
import { type Calls, settle, showFailure } from "../calls.js";
import type { Phase } from "../connection/connection.js";
import type { ChannelTransition } from "./channel.js";
import type { Input, Muting } from "./input.js";

// A microphone that is given back while it is muted. Loads with a session: before, none is open.

type MutingContext = Readonly<{ phase: Phase }>;

/**
 * A mute never opens the microphone: one that was given back stays so until it is unmuted. Then it is muted until it is open,
 * and where it is refused.
 */
function mute(input: Input, wanted: Muting | null, calls: Calls, { phase }: MutingContext) {
  const { isOn, isDeferred, status, deviceId, muted: before } = input;
  const isReleased = before === "release";
  const isOpened = !wanted && isOn && !isDeferred && phase.name !== "idle";
  if (isOpened && status === "off") return next({ ...input, calls }, { signal: "openMicrophone", deviceId } as const);
  if (isOpened && isReleased) return next({ ...input, calls: [...input.calls, ...calls] });
  const muted = wanted && isReleased ? before : wanted;
  return next(
    { ...input, muted },
    ...(muted === "release" ? [{ signal: "closeMicrophone" } as const] : []),
    { type: "mute", muted: muted === "plain" } as const,
    settle(calls),
  );
}

export const mutingHandlers = {
  setMuted: (
    input: Input,
    { muted, call }: { muted: Muting | null; call: number },
    context: MutingContext,
  ): ChannelTransition<Input> => mute(input, muted, [call], context),

  /** What was asked for while connecting, before this code was there. */
  sessionLoaded: (input: Input, _event: unknown, context: MutingContext): ChannelTransition<Input> =>
    (input.muted === "release") === (input.status === "off") ? next(input) : mute(input, input.muted, [], context),

  /** Nobody has answered the permission prompt. */
  promptExpired(input: Input): ChannelTransition<Input> {
    const text = "The microphone prompt was not answered within 30 s. Answer it, or go on by text.";
    return next(input, { signal: "microphoneGivenUp", error: new LayercodeError("permission-dismissed", text) });
  },

  /** What was being unmuted, and is refused, stays muted. */
  microphoneGivenUp: (input: Input, { error }: { error: LayercodeError }): ChannelTransition<Input> =>
    input.muted === "release"
      ? next(input, { signal: "closeMicrophone", error }, ...showFailure(error))
      : next(input, { signal: "channelGivenUp", error }),

  /** It is unmuted when it is open. */
  eventEnded: (input: Input): ChannelTransition<Input> =>
    next(input.muted === "release" && input.status === "open" ? { ...input, muted: null } : input),
};
