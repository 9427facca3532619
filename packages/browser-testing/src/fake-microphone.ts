import type { ScriptedPage } from "./page.js";
import { installScriptedMicrophone } from "./scripted-microphone.js";
import { readWav } from "./wav.js";

/**
 * What the page finds when it asks for a microphone: a WAV file that speaks (in a loop, unless told otherwise), a user
 * or a policy that says no, a prompt that was closed without an answer, no device at all, or the browser's own fake
 * device, which makes some sound.
 */
export type FakeMicrophone = { wav: string; loop?: boolean } | "denied" | "dismissed" | "absent" | "device";

/**
 * Gives a page that microphone, from its next navigation on, where the browser cannot: only Chromium has a device that
 * plays a file, and prompts that are refused or left alone (`launchChromium()`).
 */
export async function installFakeMicrophone(page: ScriptedPage, microphone: FakeMicrophone): Promise<void> {
  if (microphone === "device") return;
  if (typeof microphone === "object") {
    const { samples, sampleRate } = await readWav(microphone.wav);
    await installScriptedMicrophone(page, {}, { samples, sampleRate, loop: microphone.loop ?? true });
  } else {
    await installScriptedMicrophone(page, { answer: answers[microphone] });
  }
}

const answers = { denied: "deny", dismissed: "dismiss", absent: "absent" } as const;
