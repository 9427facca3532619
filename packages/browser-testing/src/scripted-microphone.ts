import { type MicrophoneAnswer, scriptedMicrophoneScript } from "./page/scripted-microphone.js";
import { installScript, probe, type ScriptedPage } from "./page.js";
import { toFloat } from "./pcm.js";
import { resample } from "./resample.js";
import type { MonoAudio } from "./wav.js";

export type { MicrophoneAnswer };

/**
 * Replaces the page's microphone, from the next navigation on, by one that is silent until `speak()`, or that says
 * `always` from its start whenever it is opened. It works in every engine. `getSettings()` of its track is not that of
 * a device: constraints are not tested with it.
 */
export async function installScriptedMicrophone(
  page: ScriptedPage,
  answer: Partial<MicrophoneAnswer> = {},
  always?: MonoAudio & { loop: boolean },
): Promise<void> {
  const said = always && { ...always, samples: toBase64(toFloat(always.samples)) };
  await installScript(page, scriptedMicrophoneScript, { answer: complete(answer), always: said ?? null });
}

/** Changes how the microphone is given from now on; questions that hang are answered too. */
export async function answerMicrophone(page: ScriptedPage, answer: Partial<MicrophoneAnswer>): Promise<void> {
  await probe(page, "microphone.answer", complete(answer));
}

/** Says something into the page's microphone, exactly as given, and resolves when the last sample was spoken. */
export async function speak(page: ScriptedPage, audio: MonoAudio): Promise<void> {
  const sampleRate = await probe<number>(page, "microphone.sampleRate");
  const samples = resample(toFloat(audio.samples), audio.sampleRate, sampleRate);
  await probe(page, "microphone.speak", toBase64(samples));
}

function toBase64({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}

function complete(answer: Partial<MicrophoneAnswer>): MicrophoneAnswer {
  return { answer: "grant", delayMs: 0, ...answer };
}
