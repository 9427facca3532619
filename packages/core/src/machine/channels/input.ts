import { LayercodeError } from "../../errors.js";
import { next } from "../../transition.js";
import { settle } from "../calls.js";
import type { Phase } from "../connection/connection.js";
import { type Channel, type ChannelTransition, channelHandlers, initialChannel, setDevice } from "./channel.js";

/** The microphone. */
export interface Input extends Channel {
  readonly isMuted: boolean;
  /** Whether the microphone reports that it delivers nothing but zeros. */
  readonly isSilent: boolean;
  /** Whether the open microphone can change its device without being closed first. */
  readonly canSetDevice: boolean;
}

/** How long a permission prompt may stay open, in ms. */
const promptMs = 30_000;

export function initialInput(isOn: boolean, isDeferred: boolean): Input {
  return { ...initialChannel(isOn, isDeferred), isMuted: false, isSilent: false, canSetDevice: false };
}

const shared = channelHandlers<Input>({
  name: "audioInput",
  whileOpening: ({ isMuted: muted }) => [
    { type: "mute", muted },
    { type: "schedule", timer: "promptExpired", afterMs: promptMs },
  ],
  afterOpening: [{ type: "cancel", timer: "promptExpired" }],
});

export const inputHandlers = {
  ...shared,

  channelOpened(input: Input, event: { deviceId: string | null; canSetDevice: boolean }): ChannelTransition<Input> {
    const { canSetDevice, deviceId: activeDeviceId } = event;
    return shared.channelOpened({ ...input, canSetDevice, activeDeviceId, isSilent: false });
  },

  /** Nobody has answered the permission prompt. */
  promptExpired(input: Input, _event: unknown, context: { phase: Phase }): ChannelTransition<Input> {
    const text = `The microphone prompt was not answered within ${promptMs / 1000} s. Allow the microphone and try again, or go on by text.`;
    const error = new LayercodeError("permission-dismissed", text);
    return shared.channelFailed(input, { error }, context);
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

  setMuted(input: Input, { muted, call }: { muted: boolean; call: number }): ChannelTransition<Input> {
    return next({ ...input, isMuted: muted }, settle([call]), { type: "mute", muted });
  },

  /** What becomes of a microphone that was lost is decided where the devices are known, which loads with a session. */
  openMicrophone: (input: Input, { deviceId }: { deviceId: string | null }) =>
    shared.open({ ...input, isOn: true }, input.calls, deviceId),
  microphoneGivenUp: shared.channelFailed,

  microphoneSilent: (input: Input, { silent }: { silent: boolean }) => next({ ...input, isSilent: silent }),
};
