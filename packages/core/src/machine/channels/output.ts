import type { LayercodeError } from "../../errors.js";
import { next } from "../../transition.js";
import { type Calls, settle } from "../calls.js";
import {
  type Channel,
  type ChannelEffect,
  type ChannelName,
  type ChannelTransition,
  channelHandlers,
  closed,
  type DeviceRequest,
  initialChannel,
  opening,
} from "./channel.js";

/** The speaker. */
export interface Output extends Channel {
  /** How loud the agent is, 0..1. */
  readonly volume: number;
  /** Where the agent is heard; `null`: on the system's choice. */
  readonly deviceId: string | null;
}

export function initialOutput(isOn: boolean, isDeferred: boolean, volume: number): Output {
  return { ...initialChannel(isOn, isDeferred), volume, deviceId: null };
}

/** Opens the speaker: as loud, and on the device, that the user chose. */
function open(output: Output, calls: Calls): ChannelTransition<Output> {
  const asked = opening(output, calls);
  const { volume, deviceId } = output;
  // A device that is not there any more is the system's choice: nobody waits for this request.
  const device: ChannelEffect[] =
    deviceId === null ? [] : [{ type: "setDevice", channel: "audioOutput", deviceId, before: null, calls: [] }];
  return next(
    asked,
    { type: "openChannel", channel: "audioOutput", id: asked.id, deviceId },
    { type: "setVolume", volume },
    ...device,
  );
}

function close(output: Output, why: LayercodeError): ChannelTransition<Output> {
  return closed(output, "audioOutput", why);
}

function channelOpened(output: Output, { channel }: { channel: ChannelName }): ChannelTransition<Output> {
  if (channel !== "audioOutput") return next(output);
  return next({ ...output, status: "open", calls: [] }, settle(output.calls));
}

/** `setVolume()`. */
function setVolume(output: Output, { volume, call }: { volume: number; call: number }): ChannelTransition<Output> {
  return next({ ...output, volume }, { type: "setVolume", volume }, settle([call]));
}

/** `setOutputDevice()`: shown at once, and taken back where it is refused. */
function setOutputDevice(
  output: Output,
  { deviceId, call }: { deviceId: string | null; call: number },
): ChannelTransition<Output> {
  const request = { type: "setDevice", channel: "audioOutput", deviceId, before: output.deviceId } as const;
  return next({ ...output, deviceId }, { ...request, calls: [call] });
}

/** Where the speaker has refused a device, it is heard where it was. */
function audioAnswered(
  output: Output,
  { request, error }: { request: { type: string }; error?: LayercodeError },
): ChannelTransition<Output> {
  const { type, channel, deviceId, before } = request as DeviceRequest;
  const isRefused = error && type === "setDevice" && channel === "audioOutput" && output.deviceId === deviceId;
  return next(isRefused ? { ...output, deviceId: before } : output);
}

export const outputHandlers = {
  ...channelHandlers("audioOutput", { open, close }),
  channelOpened,
  setVolume,
  setOutputDevice,
  audioAnswered,
};
