import { outputSwitchedOff } from "../conversation/playback.js";
import { LayercodeError } from "../errors.js";
import type { Step } from "./model.js";
import { abandonPress } from "./push-to-talk.js";

/** How long a permission prompt may stay open, in ms. */
const promptMs = 30_000;

export function openMicrophone(step: Step, calls: readonly number[] = []): void {
  const microphone = { id: step.model.microphone.id + 1, status: "opening", deferred: false, calls } as const;
  step.set({ microphone });
  step.run(
    { type: "microphone.open", microphone: microphone.id },
    { type: "microphone.mute", muted: step.state.isMuted },
    { type: "schedule", timer: "microphone", afterMs: promptMs },
  );
}

export function openSpeaker(step: Step, calls: readonly number[] = []): void {
  const speaker = { id: step.model.speaker.id + 1, status: "opening", deferred: false, calls } as const;
  step.set({ speaker });
  step.run({ type: "speaker.open", speaker: speaker.id });
}

export function microphoneOpened(step: Step): void {
  step.run({ type: "cancel", timer: "microphone" }, { type: "settle", calls: step.model.microphone.calls });
  step.set({ microphone: { ...step.model.microphone, status: "open", calls: [] } });
}

export function speakerOpened(step: Step): void {
  step.run({ type: "settle", calls: step.model.speaker.calls });
  step.set({ speaker: { ...step.model.speaker, status: "open", calls: [] } });
}

/** The microphone was refused, or is gone: the conversation goes on without it. */
export function microphoneFailed(step: Step, error: LayercodeError): void {
  const { calls } = step.model.microphone;
  closeMicrophone(step);
  step.show({ audioInput: false, userSpeaking: false, error });
  step.run({ type: "settle", calls, error }, { type: "emit", event: "error", payload: error });
}

/** The speaker could not be opened: the conversation goes on unheard. */
export function speakerFailed(step: Step, error: LayercodeError): void {
  const { calls } = step.model.speaker;
  closeSpeaker(step);
  step.show({ audioOutput: false, error });
  outputSwitchedOff(step);
  step.run({ type: "settle", calls, error }, { type: "emit", event: "error", payload: error });
}

/** `setAudioInput()`: the last call wins; one that a later call overtakes rejects as aborted. */
export function setAudioInput(step: Step, on: boolean, call: number): void {
  const { microphone, link } = step.model;
  step.show({ audioInput: on });
  if (!on) {
    abandonPress(step);
    closeMicrophone(step);
    step.show({ userSpeaking: false });
    step.run({ type: "settle", calls: microphone.calls, error: overtaken("setAudioInput") });
    return step.run({ type: "settle", calls: [call] });
  }
  step.set({ microphone: { ...microphone, deferred: false } });
  if (link === "none" || microphone.status === "open") return step.run({ type: "settle", calls: [call] });
  if (microphone.status === "off") return openMicrophone(step, [call]);
  step.set({ microphone: { ...microphone, calls: [...microphone.calls, call] } });
}

/** `setAudioOutput()`: as `setAudioInput()`. */
export function setAudioOutput(step: Step, on: boolean, call: number): void {
  const { speaker, link } = step.model;
  step.show({ audioOutput: on });
  if (!on) {
    closeSpeaker(step);
    outputSwitchedOff(step);
    step.run({ type: "settle", calls: speaker.calls, error: overtaken("setAudioOutput") });
    return step.run({ type: "settle", calls: [call] });
  }
  step.set({ speaker: { ...speaker, deferred: false } });
  if (link === "none" || speaker.status === "open") return step.run({ type: "settle", calls: [call] });
  if (speaker.status === "off") return openSpeaker(step, [call]);
  step.set({ speaker: { ...speaker, calls: [...speaker.calls, call] } });
}

export function setMuted(step: Step, muted: boolean): void {
  if (muted === step.state.isMuted) return;
  step.show({ isMuted: muted });
  if (muted) step.show({ userSpeaking: false });
  step.run({ type: "microphone.mute", muted });
}

/** Both channels at once, with the connection. */
export function closeChannels(step: Step): void {
  const { microphone, speaker } = step.model;
  const calls = [...microphone.calls, ...speaker.calls];
  if (calls.length > 0) step.run({ type: "settle", calls, error: overtaken("disconnect") });
  closeMicrophone(step);
  closeSpeaker(step);
}

function closeMicrophone(step: Step): void {
  const { microphone } = step.model;
  if (microphone.status === "off") return;
  step.set({ microphone: { ...microphone, id: microphone.id + 1, status: "off", calls: [] } });
  step.run({ type: "cancel", timer: "microphone" }, { type: "microphone.close" });
}

function closeSpeaker(step: Step): void {
  const { speaker } = step.model;
  if (speaker.status === "off") return;
  step.set({ speaker: { ...speaker, id: speaker.id + 1, status: "off", calls: [] } });
  step.run({ type: "speaker.close" });
}

/** A permission prompt that nobody answered. */
export function unansweredPrompt(): LayercodeError {
  const text = `The microphone prompt was not answered within ${promptMs / 1000} s. Allow the microphone and try again, or go on by text.`;
  return new LayercodeError("permission-dismissed", text);
}

function overtaken(by: string): LayercodeError {
  return new LayercodeError("aborted", `The call was overtaken by a later ${by}(); nothing is left of it.`);
}
