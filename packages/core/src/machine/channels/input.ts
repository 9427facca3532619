import { LayercodeError } from "../../errors.js";
import { next } from "../../transition.js";
import { type Calls, settle } from "../calls.js";
import type { Phase } from "../connection/connection.js";
import {
  type Channel,
  type ChannelName,
  type ChannelTransition,
  channelHandlers,
  closed,
  type DeviceRequest,
  initialChannel,
  opening,
} from "./channel.js";

/** The microphone. */
export interface Input extends Channel {
  readonly isMuted: boolean;
  /** Whether the microphone reports that it delivers nothing but zeros. */
  readonly isSilent: boolean;
  /** The microphone that the user chose; `null` follows the system. */
  readonly preferredDeviceId: string | null;
  /** The microphone that is open; `null` while none is, or where the platform does not tell. */
  readonly activeDeviceId: string | null;
  /** Whether the open microphone can change its device without being closed first. */
  readonly canSetDevice: boolean;
}

/** How long a permission prompt may stay open, in ms. */
const promptMs = 30_000;

export function initialInput(isOn: boolean, isDeferred: boolean): Input {
  return {
    ...initialChannel(isOn, isDeferred),
    isMuted: false,
    isSilent: false,
    preferredDeviceId: null,
    activeDeviceId: null,
    canSetDevice: false,
  };
}

/** Whether the user may be heard: the microphone is on and not muted. */
export function isListening({ isOn, isMuted }: Input): boolean {
  return isOn && !isMuted;
}

function open(input: Input, calls: Calls): ChannelTransition<Input> {
  const asked: Input = { ...opening(input, calls), isSilent: false };
  return next(
    asked,
    { type: "openChannel", channel: "audioInput", id: asked.id, deviceId: input.preferredDeviceId },
    { type: "mute", muted: input.isMuted },
    { type: "schedule", timer: "promptExpired", afterMs: promptMs },
  );
}

function close(input: Input, why: LayercodeError): ChannelTransition<Input> {
  const { state, effects } = closed({ ...input, activeDeviceId: null }, "audioInput", why);
  return next(state, { type: "cancel", timer: "promptExpired" }, ...effects);
}

const shared = channelHandlers("audioInput", { open, close });

function channelOpened(
  input: Input,
  { channel, deviceId, canSetDevice }: { channel: ChannelName; deviceId: string | null; canSetDevice: boolean },
): ChannelTransition<Input> {
  if (channel !== "audioInput") return next(input);
  return next(
    { ...input, status: "open", calls: [], activeDeviceId: deviceId, canSetDevice },
    { type: "cancel", timer: "promptExpired" },
    settle(input.calls),
  );
}

/** Nobody has answered the permission prompt. */
function promptExpired(input: Input, _event: unknown, context: { phase: Phase }): ChannelTransition<Input> {
  const text = `The microphone prompt was not answered within ${promptMs / 1000} s. Allow the microphone and try again, or go on by text.`;
  const error = new LayercodeError("permission-dismissed", text);
  return shared.channelFailed(input, { channel: "audioInput", error }, context);
}

/**
 * `setPreferredInputDevice()`: a microphone that can, changes its device and goes on with the old one until the new one
 * delivers; any other is opened anew, and whoever waits for it waits for the new one.
 */
function preferInputDevice(
  input: Input,
  { deviceId, call }: { deviceId: string | null; call: number },
): ChannelTransition<Input> {
  const before = input.preferredDeviceId;
  const preferred: Input = { ...input, preferredDeviceId: deviceId };
  if (deviceId === before || input.status === "off") return next(preferred, settle([call]));
  if (input.status === "open" && input.canSetDevice)
    return next(preferred, { type: "setDevice", channel: "audioInput", deviceId, before, calls: [call] });
  const { state, effects } = open({ ...preferred, activeDeviceId: null }, [...input.calls, call]);
  return next(state, { type: "closeChannel", channel: "audioInput" }, ...effects);
}

/** The microphone is on its new device, or has refused it and goes on with the one before. */
function audioAnswered(
  input: Input,
  { request, error, deviceId }: { request: { type: string }; error?: LayercodeError; deviceId: string | null },
): ChannelTransition<Input> {
  const { type, channel, deviceId: asked, before } = request as DeviceRequest;
  if (type !== "setDevice" || channel !== "audioInput" || input.status !== "open") return next(input);
  if (!error) return next({ ...input, activeDeviceId: deviceId });
  return next(input.preferredDeviceId === asked ? { ...input, preferredDeviceId: before } : input);
}

function setMuted(input: Input, { muted, call }: { muted: boolean; call: number }): ChannelTransition<Input> {
  if (muted === input.isMuted) return next(input, settle([call]));
  return next({ ...input, isMuted: muted }, settle([call]), { type: "mute", muted });
}

export const inputHandlers = {
  ...shared,
  channelOpened,
  promptExpired,
  preferInputDevice,
  audioAnswered,
  setMuted,
  microphoneSilent: (input: Input, { silent }: { silent: boolean }) => next({ ...input, isSilent: silent }),
};
