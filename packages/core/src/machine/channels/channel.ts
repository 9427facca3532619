import { LayercodeError } from "../../errors.js";
import { next, type Transition } from "../../transition.js";
import { type Calls, type ErrorEffect, type SettleEffect, settle, type showError, showFailure } from "../calls.js";
import { type Phase, statusOf } from "../connection/connection.js";

/** The two halves of the audio, by the name of their switch. */
export type ChannelName = "audioInput" | "audioOutput";

/** One half of the audio: its switch, and which opening of its device is the current one. */
export interface Channel {
  /** Whether the app wants it on. */
  readonly isOn: boolean;
  /** Held back until the app switches it on: the option `deferAudioInit`. */
  readonly isDeferred: boolean;
  readonly status: "off" | "opening" | "open";
  /** Rises with every opening and closing, so that late outcomes are known by it. */
  readonly id: number;
  /** Who waits until it is open. */
  readonly calls: Calls;
  /** The device that the user chose; `null` follows the system. */
  readonly deviceId: string | null;
  /** The choice that took effect last: it comes back where another one is refused. */
  readonly acceptedId: string | null;
  /** The device that is open; `null` while none is, or where the platform does not tell. */
  readonly activeDeviceId: string | null;
}

/** A device was asked for. Its answer repeats the request. */
export interface DeviceRequest {
  readonly type: "setDevice";
  readonly channel: ChannelName;
  readonly deviceId: string | null;
  readonly calls: Calls;
  /** Nobody asked for it: what was chosen stays, and where the device is refused, nothing has failed. */
  readonly isAutomatic?: true;
}

/** What a channel wants done. */
export type ChannelEffect =
  | { type: "openChannel"; channel: ChannelName; id: number; deviceId: string | null }
  | { type: "closeChannel"; channel: ChannelName }
  | { type: "mute"; muted: boolean }
  | { type: "setVolume"; volume: number }
  | DeviceRequest
  | { type: "schedule"; timer: "promptExpired"; afterMs: number }
  | { type: "cancel"; timer: "promptExpired" }
  | SettleEffect
  | ErrorEffect;

/** What a channel tells the other slices. */
export type ChannelSignal =
  /** What the channel carries is to end. */
  | { signal: "channelSwitchedOff"; channel: ChannelName }
  /** The microphone is opened, or given up; its switch stays on. Whoever waits for it is told the error, or that they were overtaken. */
  | { signal: "openMicrophone"; deviceId: string | null }
  | { signal: "closeMicrophone"; error?: LayercodeError }
  /** Nothing is opened in its place. */
  | { signal: "microphoneGivenUp"; error: LayercodeError }
  | { signal: "channelGivenUp"; error: LayercodeError }
  /** The device was refused, or is gone, during the first `connect()`: that ends it. */
  | { signal: "connectFailed"; error: LayercodeError }
  | ReturnType<typeof showError>;

export type ChannelTransition<C> = Transition<C, ChannelEffect | ChannelSignal>;

/** What one of the two channels does beyond the other. */
interface Differences<C> {
  readonly name: ChannelName;
  /** Whether a channel that is on has its device open. */
  isHeld(channel: C): boolean;
  /** Beside the opening of the device. */
  whileOpening(channel: C): readonly ChannelEffect[];
  /** When the device is open, or given up. */
  readonly afterOpening: readonly ChannelEffect[];
}

export function initialChannel(isOn: boolean, isDeferred: boolean): Channel {
  return { isOn, isDeferred, status: "off", id: 0, calls: [], deviceId: null, acceptedId: null, activeDeviceId: null };
}

/** What both channels do in the same way. */
export function channelHandlers<C extends Channel>({ name, isHeld, whileOpening, afterOpening }: Differences<C>) {
  const open = (channel: C, calls: Calls = [], deviceId = channel.deviceId): ChannelTransition<C> => {
    const id = channel.id + 1;
    return next(
      { ...channel, status: "opening", isDeferred: false, id, calls, activeDeviceId: null, acceptedId: null },
      { type: "openChannel", channel: name, id, deviceId },
      ...whileOpening(channel),
    );
  };

  /** Gives the device up; the switch stays as it is. Whoever waited for the device is told `why`. */
  const close = (
    channel: C,
    why = new LayercodeError("aborted", "A later call overtook this one."),
  ): ChannelTransition<C> => {
    if (channel.status === "off") return next(channel);
    return next(
      { ...channel, status: "off", id: channel.id + 1, calls: [], activeDeviceId: null },
      ...afterOpening,
      { type: "closeChannel", channel: name },
      settle(channel.calls, why),
    );
  };

  /** What the channel carries ends first, then its device is given up. */
  const switchOff = (channel: C, why?: LayercodeError): ChannelTransition<C> => {
    const { state, effects } = close(channel, why);
    return next({ ...state, isOn: false }, { signal: "channelSwitchedOff", channel: name }, ...effects);
  };

  return {
    open,
    close,

    openChannels: (channel: C) =>
      channel.isOn && !channel.isDeferred && isHeld(channel) ? open(channel) : next(channel),

    closeChannels: (channel: C) => close(channel),

    /** `setAudioInput()`, `setAudioOutput()`: the last call wins; one that a later call overtakes rejects as aborted. */
    setChannel(
      channel: C,
      { on, call }: { on: boolean; call: number },
      { phase }: { phase: Phase },
    ): ChannelTransition<C> {
      const settled = settle([call]);
      if (!on) {
        const { state, effects } = switchOff(channel);
        return next(state, ...effects, settled);
      }
      const wanted: C = { ...channel, isOn: true, isDeferred: false };
      if (wanted.status === "opening") return next({ ...wanted, calls: [...wanted.calls, call] });
      const isOpened = wanted.status === "off" && phase.name !== "idle" && isHeld(wanted);
      return isOpened ? open(wanted, [call]) : next(wanted, settled);
    },

    channelOpened(channel: C): ChannelTransition<C> {
      const opened: C = { ...channel, status: "open", calls: [] };
      return next(opened, ...afterOpening, settle(channel.calls));
    },

    /** The device was refused, or is gone: that ends a first `connect()`; later the conversation goes on without it. */
    channelFailed(channel: C, { error }: { error: LayercodeError }, context: { phase: Phase }): ChannelTransition<C> {
      if (statusOf(context) === "connecting") return next(channel, { signal: "connectFailed", error });
      const { state, effects } = switchOff(channel, error);
      return next(state, ...effects, ...showFailure(error));
    },

    /** The channel is on its new device, or has refused it and goes on with the one before. */
    deviceAnswered(
      channel: C,
      event: { request: DeviceRequest; error?: LayercodeError; deviceId?: string | null },
    ): ChannelTransition<C> {
      const { request, error, deviceId = channel.activeDeviceId } = event;
      // One that a later call overtook is told to who waits for it, and is nobody's error; nor is a chosen device that is
      // not there: it stays the choice, and the system's stands in for it.
      const isAway = error?.code === "device-not-found" && request.calls.length === 0;
      if (!error || error.code === "aborted" || request.isAutomatic || isAway) {
        const isMoved = !error && channel.status !== "off";
        const isAccepted = error?.code !== "aborted" && !request.isAutomatic;
        const answered: C = {
          ...channel,
          activeDeviceId: isMoved ? deviceId : channel.activeDeviceId,
          acceptedId: isAccepted ? request.deviceId : channel.acceptedId,
        };
        return next(answered, settle(request.calls, error));
      }
      const refused = channel.deviceId === request.deviceId ? { ...channel, deviceId: channel.acceptedId } : channel;
      return next(refused, ...showFailure(error, request.calls));
    },
  };
}

/** Chooses the device of a channel, and asks for it. */
export function setDevice<C extends Channel>(
  channel: C,
  name: ChannelName,
  { deviceId, call }: { deviceId: string | null; call: number },
): ChannelTransition<C> {
  return next({ ...channel, deviceId }, { type: "setDevice", channel: name, deviceId, calls: [call] });
}
