import { next } from "../../transition.js";
import { settle } from "../calls.js";
import {
  type Channel,
  type ChannelTransition,
  channelHandlers,
  type DeviceRequest,
  initialChannel,
  setDevice,
} from "./channel.js";

/** The speaker. */
export interface Output extends Channel {
  /** How loud the agent is, 0..1. */
  readonly volume: number;
}

export function initialOutput(isOn: boolean, isDeferred: boolean, volume: number): Output {
  return { ...initialChannel(isOn, isDeferred), volume };
}

export const outputHandlers = {
  ...channelHandlers<Output>({
    name: "audioOutput",
    isHeld: () => true,
    /** As loud, and on the device, that the user chose. */
    whileOpening({ volume, deviceId }) {
      const loud = { type: "setVolume", volume } as const;
      // Nobody waits for this request: a device that is not there is used when it comes.
      const device: DeviceRequest = { type: "setDevice", channel: "audioOutput", deviceId, calls: [] };
      return deviceId === null ? [loud] : [loud, device];
    },
    afterOpening: [],
  }),

  setVolume(output: Output, { volume, call }: { volume: number; call: number }): ChannelTransition<Output> {
    return next({ ...output, volume }, { type: "setVolume", volume }, settle([call]));
  },

  /** `setOutputDevice()`: shown at once, and taken back where it is refused. */
  setOutputDevice: (output: Output, event: { deviceId: string | null; call: number }) =>
    setDevice(output, "audioOutput", event),
};
