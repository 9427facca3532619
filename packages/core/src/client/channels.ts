import { LayercodeError } from "../errors.js";
import type { ChannelName, Step } from "./model.js";
import { outputOpening } from "./output.js";

/** How long a permission prompt may stay open, in ms. */
const promptMs = 30_000;

export function openChannel(step: Step, channel: ChannelName, calls: readonly number[] = []): void {
  const id = step.model[channel].id + 1;
  step.set({ [channel]: { id, status: "opening", deferred: false, calls } });
  step.run({ type: "openChannel", channel, id, deviceId: step.state.preferredInputDeviceId });
  if (channel === "audioOutput") return outputOpening(step);
  step.set({ isSilent: false });
  step.run({ type: "mute", muted: step.state.isMuted });
  step.run({ type: "schedule", timer: "promptExpired", afterMs: promptMs });
}

export function channelOpened(
  step: Step,
  { channel, deviceId }: { channel: ChannelName; deviceId: string | null },
): void {
  const opened = step.model[channel];
  if (channel === "audioInput") {
    step.run({ type: "cancel", timer: "promptExpired" });
    step.show({ activeInputDeviceId: deviceId });
  }
  step.set({ [channel]: { ...opened, status: "open", calls: [] } });
  step.settle(opened.calls);
}

/** `setAudioInput()`, `setAudioOutput()`: the last call wins; one that a later call overtakes rejects as aborted. */
export function setChannel(
  step: Step,
  { channel, on, call }: { channel: ChannelName; on: boolean; call: number },
): void {
  if (!on) {
    switchOff(step, channel, overtaken());
    return step.settle([call]);
  }
  const current = step.model[channel];
  const { status, calls } = current;
  step.show({ [channel]: true });
  if (status === "off" && step.model.link !== "none") return openChannel(step, channel, [call]);
  step.set({ [channel]: { ...current, deferred: false, calls: status === "opening" ? [...calls, call] : [] } });
  if (status !== "opening") step.settle([call]);
}

/** Switches a channel off; whoever waited for it is told why. */
export function switchOff(step: Step, channel: ChannelName, reason: LayercodeError): void {
  const isInput = channel === "audioInput";
  const { session } = step.model;
  if (isInput) session?.abandonPress(step);
  else session?.silenceOutput(step);
  closeChannel(step, channel, reason);
  step.show({ [channel]: false, ...(isInput && { userSpeaking: false }) });
}

/** Gives a channel's device up; its switch stays as it is. */
export function closeChannel(step: Step, channel: ChannelName, reason: LayercodeError = overtaken()): void {
  const current = step.model[channel];
  if (current.status === "off") return;
  step.set({ [channel]: { ...current, id: current.id + 1, status: "off", calls: [] } });
  step.run({ type: "closeChannel", channel });
  if (channel === "audioInput") {
    step.run({ type: "cancel", timer: "promptExpired" });
    step.show({ activeInputDeviceId: null });
  }
  step.settle(current.calls, reason);
}

/** `setPreferredInputDevice()`: what is open, or opening, is opened anew; whoever waits for it waits for the new one. */
export function preferInputDevice(step: Step, { deviceId, call }: { deviceId: string | null; call: number }): void {
  const { status, calls } = step.model.audioInput;
  const same = deviceId === step.state.preferredInputDeviceId;
  step.show({ preferredInputDeviceId: deviceId });
  if (same || status === "off") return step.settle([call]);
  step.run({ type: "closeChannel", channel: "audioInput" });
  step.show({ activeInputDeviceId: null });
  openChannel(step, "audioInput", [...calls, call]);
}

export function setMuted(step: Step, { muted, call }: { muted: boolean; call: number }): void {
  step.settle([call]);
  if (muted === step.state.isMuted) return;
  const { pushToTalk, audioInput, userSpeaking } = step.state;
  // A press that was held all the while is heard from now on.
  const isHeard = userSpeaking || (pushToTalk.pressed && audioInput);
  step.show({ isMuted: muted, userSpeaking: !muted && isHeard });
  step.run({ type: "mute", muted });
}

/** A permission prompt that nobody answered. */
export function unansweredPrompt(): LayercodeError {
  const text = `The microphone prompt was not answered within ${promptMs / 1000} s. Allow the microphone and try again, or go on by text.`;
  return new LayercodeError("permission-dismissed", text);
}

function overtaken(): LayercodeError {
  return new LayercodeError("aborted", "A later call overtook this one; nothing is left of it.");
}
