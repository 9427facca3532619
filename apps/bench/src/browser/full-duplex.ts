import { type BrowserSession, launchChromium, writeMicrophoneFile } from "@layercode/browser-testing";
import type { Bench } from "./bench.js";
import { type Contender, type Conversation, openConversation, sleep } from "./conversation.js";
import { agentSpeech, faintNoise } from "./signals.js";

const settleMs = 5000;

/** Opens a conversation in which both sides send without end, at the pace of speech, and runs `measure` when it has settled. */
export async function withFullDuplex<Result>(
  { server }: Bench,
  contender: Contender,
  seconds: number,
  measure: (conversation: Conversation, browser: BrowserSession) => Promise<Result>,
): Promise<Result> {
  const wav = await writeMicrophoneFile(faintNoise(10));
  const browser = await launchChromium({ microphone: { wav }, autoplay: true });
  try {
    const silently = { outputTap: false, keepsMessages: false };
    const conversation = await openConversation(browser, server, contender, silently);
    await conversation.connect();
    const length = seconds + settleMs / 1000 + 10;
    // It ends with the page; nobody waits for it.
    const playing = conversation.play({ turnId: "long", pcm: await agentSpeech(length), chunkMs: 100 });
    playing.catch(() => {});
    await sleep(settleMs);
    return await measure(conversation, browser);
  } finally {
    await browser.close();
  }
}
