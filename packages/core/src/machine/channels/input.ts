import { LayercodeError } from "../../errors.js";
import { next } from "../../transition.js";
import { settle, showFailure } from "../calls.js";
import type { Phase } from "../connection/connection.js";
import { type Channel, type ChannelTransition, channelHandlers, initialChannel, setDevice } from "./channel.js";

/**
 * How the microphone is muted. `plain`: it stays open, and its track is silent. `hint`: it listens for speech, and nothing of
 * it is sent. `release`: it is given back to the system; one that opens all the same is being unmuted.
 */
export type Muting = "plain" | "hint" | "release";

/** The microphone. */
export interface Input extends Channel {
  /** `null`: not at all. */
  readonly muted: Muting | null;
  /** Whether the microphone reports that it delivers nothing but zeros. */
  readonly isSilent: boolean;
  /** Whether the open microphone can change its device without being closed first. */
  readonly canSetDevice: boolean;
}

/** How long a permission prompt may stay open, in ms. */
const promptMs = 30_000;

export function initialInput(isOn: boolean, isDeferred: boolean): Input {
  return { ...initialChannel(isOn, isDeferred), muted: null, isSilent: false, canSetDevice: false };
}

const shared = channelHandlers<Input>({
  name: "audioInput",
  isHeld: ({ muted }) => muted !== "release",
  whileOpening: (input) => [silence(input), { type: "schedule", timer: "promptExpired", afterMs: promptMs }],
  afterOpening: [{ type: "cancel", timer: "promptExpired" }],
});

/** One that is to tell whether the user speaks hears on: the gate is shut. */
function silence({ muted }: Input) {
  return { type: "mute", muted: muted === "plain" } as const;
}

/**
 * A mute never opens the microphone: one that was given back stays so until it is unmuted. Then it is muted until it is open,
 * and where it is refused.
 */
function setMuted(
  input: Input,
  { muted: wanted, call }: { muted: Muting | null; call: number },
  { phase }: { phase: Phase },
): ChannelTransition<Input> {
  const { status, isOn, isDeferred, muted: before, calls } = input;
  if (before === "release" && !wanted && isOn && !isDeferred && phase.name !== "idle")
    return status === "opening" ? next({ ...input, calls: [...calls, call] }) : shared.open(input, [call]);
  const muted = wanted && before === "release" ? before : wanted;
  const silenced: Input = { ...input, muted };
  const { state, effects } = muted === "release" ? shared.close(silenced) : next(silenced);
  return next(state, ...effects, silence(state), settle([call]));
}

/** Refused: what was being unmuted stays muted. */
function failed(input: Input, event: { error: LayercodeError }, context: { phase: Phase }): ChannelTransition<Input> {
  if (input.muted !== "release") return shared.channelFailed(input, event, context);
  const { state, effects } = shared.close(input, event.error);
  return next(state, ...effects, ...showFailure(event.error));
}

export const inputHandlers = {
  ...shared,

  channelOpened(input: Input, event: { deviceId: string | null; canSetDevice: boolean }): ChannelTransition<Input> {
    const { canSetDevice } = event;
    const muted = input.muted === "release" ? null : input.muted;
    return shared.channelOpened({ ...input, muted, canSetDevice, isSilent: false }, event);
  },

  /** Nobody has answered the permission prompt. */
  promptExpired(input: Input, _event: unknown, context: { phase: Phase }): ChannelTransition<Input> {
    const text = `The microphone prompt was not answered within ${promptMs / 1000} s. Allow the microphone and try again, or go on by text.`;
    const error = new LayercodeError("permission-dismissed", text);
    return failed(input, { error }, context);
  },

  /**
   * `setPreferredInputDevice()`: a microphone that can, changes its device and goes on with the old one until the new one
   * delivers; any other is opened anew, and whoever waits for it waits for the new one.
   */
  preferInputDevice(input: Input, event: { deviceId: string | null; call: number }): ChannelTransition<Input> {
    const { deviceId, call } = event;
    const preferred: Input = { ...input, deviceId };
    if (deviceId === input.deviceId || input.status === "off") return next(preferred, settle([call]));
    if (input.status === "open" && input.canSetDevice) return setDevice(input, "audioInput", event);
    const { state, effects } = shared.open(preferred, [...input.calls, call]);
    return next(state, { type: "closeChannel", channel: "audioInput" }, ...effects);
  },

  setMuted,

  /** What becomes of a microphone that was lost is decided where the devices are known, which loads with a session. */
  openMicrophone: (input: Input, { deviceId }: { deviceId: string | null }) =>
    input.muted === "release" && input.status === "off"
      ? next<Input, []>({ ...input, isOn: true })
      : shared.open({ ...input, isOn: true }, input.calls, deviceId),
  microphoneGivenUp: failed,

  microphoneSilent: (input: Input, { silent }: { silent: boolean }) => next({ ...input, isSilent: silent }),
};
