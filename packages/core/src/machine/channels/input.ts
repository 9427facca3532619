import type { LayercodeError } from "../../errors.js";
import { next } from "../../transition.js";
import { settle } from "../calls.js";
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

/** How long a permission prompt may stay open, in ms: muting.ts says so. */
const promptMs = 30_000;

export function initialInput(isOn: boolean, isDeferred: boolean): Input {
  return {
    ...initialChannel(isOn, isDeferred),
    muted: null,
    isSilent: false,
    canSetDevice: false,
  };
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

export const inputHandlers = {
  ...shared,

  channelOpened(input: Input, event: { deviceId: string | null; canSetDevice: boolean }): ChannelTransition<Input> {
    const { canSetDevice, deviceId: activeDeviceId } = event;
    return shared.channelOpened({
      ...input,
      acceptedId: input.deviceId,
      canSetDevice,
      activeDeviceId,
      isSilent: false,
    });
  },

  /**
   * `setPreferredInputDevice()`: a microphone that can, changes its device and goes on with the old one until the new one
   * delivers; any other is opened anew, and whoever waits for it waits for the new one.
   */
  preferInputDevice(input: Input, event: { deviceId: string | null; call: number }): ChannelTransition<Input> {
    const { deviceId, call } = event;
    const preferred: Input = { ...input, deviceId };
    const { status, canSetDevice, activeDeviceId, acceptedId } = input;
    const isSame = deviceId === input.deviceId;
    const calls = [...input.calls, call];
    // Asked for twice, both calls wait for the outcome.
    if (isSame && status === "opening") return next({ ...input, calls });
    const isUsed = acceptedId === deviceId && (deviceId === null || deviceId === activeDeviceId);
    if (status === "off" || (isSame && (isUsed || !canSetDevice))) return next(preferred, settle([call]));
    if (status === "open" && canSetDevice) return setDevice(input, "audioInput", event);
    const { state, effects } = shared.open(preferred, calls);
    return next(state, { type: "closeChannel", channel: "audioInput" }, ...effects);
  },

  /** The code that says so loads with a session: until then the prompt has its time anew. */
  promptExpired: (input: Input) =>
    next(input, { type: "schedule", timer: "promptExpired", afterMs: promptMs } as const),

  /**
   * Before a session; then it is opened and given back as well (muting.ts). A mute never opens the microphone: one that was
   * given back stays so until it is unmuted.
   */
  setMuted(input: Input, { muted, call }: { muted: Muting | null; call: number }): ChannelTransition<Input> {
    const silenced: Input = { ...input, muted: muted && input.muted === "release" ? "release" : muted };
    return next(silenced, silence(silenced), settle([call]));
  },

  /** What becomes of a microphone that was lost is decided where the devices are known, which loads with a session. */
  openMicrophone: (input: Input, { deviceId }: { deviceId: string | null }) =>
    shared.open({ ...input, isOn: true }, input.calls, deviceId),
  closeMicrophone: (input: Input, { error }: { error?: LayercodeError }) => shared.close(input, error),
  microphoneGivenUp: shared.channelFailed,
  channelGivenUp: shared.channelFailed,

  microphoneSilent: (input: Input, { silent }: { silent: boolean }) => next({ ...input, isSilent: silent }),
};
