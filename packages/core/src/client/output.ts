import type { LayercodeError } from "../errors.js";
import type { AudioRequest } from "./effects.js";
import { channelNames, type Step } from "./model.js";

/** `setVolume()`. */
export function setVolume(step: Step, { volume, call }: { volume: number; call: number }): void {
  step.show({ volume });
  step.run({ type: "setVolume", volume });
  step.settle([call]);
}

/** `setOutputDevice()`: shown at once, and taken back where it is refused. */
export function setOutputDevice(step: Step, { deviceId, call }: { deviceId: string | null; call: number }): void {
  const before = step.state.outputDeviceId;
  step.show({ outputDeviceId: deviceId });
  step.run({ type: "setOutputDevice", deviceId, before, calls: [call] });
}

/** The agent's sound is being opened: as loud, and on the device, that the user chose. */
export function outputOpening(step: Step): void {
  const { volume, outputDeviceId: deviceId } = step.state;
  step.run({ type: "setVolume", volume });
  // One that is not there any more is the system's choice.
  if (deviceId !== null) step.run({ type: "setOutputDevice", deviceId, before: null, calls: [] });
}

/** How a request to the audio ended. */
export function audioAnswered(
  step: Step,
  { request, error }: { request: AudioRequest; error: LayercodeError | undefined },
): void {
  if (!error) return step.settle(request.calls);
  if (request.type === "setOutputDevice" && request.deviceId === step.state.outputDeviceId)
    step.show({ outputDeviceId: request.before });
  step.show({ error });
  // What failed is not kept for a connect() that may do better.
  if (request.type === "prepare" && step.model.link === "none") step.run({ type: "close", calls: [] });
  step.fail(error, request.calls);
}

/** What is wrong with the sound, as far as it concerns the user now. Asked after every event. */
export function showAudioTroubles(step: Step): void {
  const { model, state } = step;
  const { isBlocked, isSilent, audioInput } = model;
  step.show({
    audioBlocked: isBlocked && channelNames.some((channel) => model[channel].status !== "off"),
    microphoneSilent: isSilent && !state.isMuted && audioInput.status !== "off",
  });
}
