import { LayercodeError } from "../../errors.js";
import { next, type Transition } from "../../transition.js";
import { type Calls, type ErrorEffect, fail, type SettleEffect, settle, showError } from "../calls.js";
import type { Phase } from "../connection/connection.js";

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
}

/** A device was asked for; `before`: the one to fall back to. Its answer repeats the request. */
export interface DeviceRequest {
  readonly type: "setDevice";
  readonly channel: ChannelName;
  readonly deviceId: string | null;
  readonly before: string | null;
  readonly calls: Calls;
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
  /** The device was refused, or is gone, during the first `connect()`: that ends it. */
  | { signal: "connectFailed"; error: LayercodeError }
  | { signal: "showError"; error: LayercodeError | null };

export type ChannelTransition<C> = Transition<C, ChannelEffect | ChannelSignal>;

/** How one of the two channels opens its device and gives it up. */
interface Device<C> {
  open(channel: C, calls: Calls): ChannelTransition<C>;
  /** Whoever waits for it is told `why`. */
  close(channel: C, why: LayercodeError): ChannelTransition<C>;
}

export function initialChannel(isOn: boolean, isDeferred: boolean): Channel {
  return { isOn, isDeferred, status: "off", id: 0, calls: [] };
}

/** A channel whose device is asked for from now on; `calls` wait for it. */
export function opening<C extends Channel>(channel: C, calls: Calls): C {
  return { ...channel, status: "opening", isDeferred: false, id: channel.id + 1, calls };
}

/** A channel whose device is given up; its switch stays as it is. */
export function closed<C extends Channel>(channel: C, name: ChannelName, why: LayercodeError): ChannelTransition<C> {
  return next(
    { ...channel, status: "off", id: channel.id + 1, calls: [] },
    { type: "closeChannel", channel: name },
    settle(channel.calls, why),
  );
}

/** What both channels do in the same way. */
export function channelHandlers<C extends Channel>(name: ChannelName, { open, close }: Device<C>) {
  const closeOpen = (channel: C, why: LayercodeError): ChannelTransition<C> =>
    channel.status === "off" ? next(channel) : close(channel, why);

  /** What the channel carries ends first, then its device is given up. */
  const switchOff = (channel: C, why: LayercodeError): ChannelTransition<C> => {
    const { state, effects } = closeOpen(channel, why);
    return next({ ...state, isOn: false }, { signal: "channelSwitchedOff", channel: name }, ...effects);
  };

  /** `setAudioInput()`, `setAudioOutput()`: the last call wins; one that a later call overtakes rejects as aborted. */
  const setChannel = (
    channel: C,
    event: { channel: ChannelName; on: boolean; call: number },
    { phase }: { phase: Phase },
  ): ChannelTransition<C> => {
    if (event.channel !== name) return next(channel);
    if (!event.on) {
      const { state, effects } = switchOff(channel, overtaken());
      return next(state, ...effects, settle([event.call]));
    }
    const on: C = { ...channel, isOn: true };
    if (on.status === "off" && phase.name !== "idle") return open(on, [event.call]);
    const calls = on.status === "opening" ? [...on.calls, event.call] : [];
    return next({ ...on, isDeferred: false, calls }, settle(calls.length > 0 ? [] : [event.call]));
  };

  /** The device was refused, or is gone: that ends a first `connect()`; later the conversation goes on without it. */
  const channelFailed = (
    channel: C,
    event: { channel: ChannelName; error: LayercodeError },
    { phase }: { phase: Phase },
  ): ChannelTransition<C> => {
    const { error } = event;
    if (event.channel !== name) return next(channel);
    const isConnecting = phase.name !== "idle" && phase.name !== "connected" && !phase.reconnecting;
    if (isConnecting) return next(channel, { signal: "connectFailed", error });
    const { state, effects } = switchOff(channel, error);
    return next(state, ...effects, showError(error), ...fail(error));
  };

  const openChannels = (channel: C): ChannelTransition<C> =>
    channel.isOn && !channel.isDeferred ? open(channel, []) : next(channel);

  return { setChannel, channelFailed, openChannels, closeChannels: (channel: C) => closeOpen(channel, overtaken()) };
}

/** What a call rejects with that a later one made void. */
function overtaken(): LayercodeError {
  return new LayercodeError("aborted", "A later call overtook this one; nothing is left of it.");
}
