import { readFile } from "node:fs/promises";
import { answerMicrophone, installScriptedMicrophone, speak } from "@layercode/browser-testing/microphone";
import { decodeWav } from "@layercode/browser-testing/wav";
import { speakerRate } from "../pcm.js";
import type { MockServer } from "../server.js";

/** How the page's question for a microphone is answered; `"pending"`: not before the answer changes. */
export type MicrophonePermission = "granted" | "denied" | "dismissed" | "absent" | "pending";

/** What of a Playwright page is used here. */
export interface ScriptedPage {
  addInitScript(script: { content: string }): Promise<unknown>;
  evaluate(expression: string): Promise<unknown>;
}

/** The page's microphone: silent until it is told to speak. It stands in for the device, in every browser. */
export interface TestMicrophone {
  /** Says a text in the mock server's voice, in real time. Resolves when the last word is spoken. */
  say(text: string): Promise<void>;
  /**
   * Plays a mono PCM16 WAV file, by its path or its bytes, in real time.
   * @throws {Error} when it is something else.
   */
  play(wav: string | Uint8Array): Promise<void>;
  /** Changes the answer from now on; a question that is pending is answered. */
  setPermission(permission: MicrophonePermission): Promise<void>;
}

const answers = {
  granted: "grant",
  denied: "deny",
  dismissed: "dismiss",
  absent: "absent",
  pending: "hang",
} as const;

/** Gives the page a microphone, from its next navigation on. */
export async function installMicrophone(
  page: ScriptedPage,
  server: MockServer,
  permission: MicrophonePermission,
): Promise<TestMicrophone> {
  await installScriptedMicrophone(page, { answer: answerOf(permission) });
  return {
    say: async (text) => speak(page, { samples: await server.synthesize(text), sampleRate: speakerRate }),
    play: async (wav) => speak(page, decodeWav(typeof wav === "string" ? await readFile(wav) : wav)),
    setPermission: async (next) => answerMicrophone(page, { answer: answerOf(next) }),
  };
}

function answerOf(permission: MicrophonePermission) {
  if (!Object.hasOwn(answers, permission))
    throw new Error(`microphonePermission is ${JSON.stringify(permission)}. Use ${Object.keys(answers).join(", ")}.`);
  return answers[permission];
}
