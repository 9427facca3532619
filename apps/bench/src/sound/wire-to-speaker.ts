import { audibleSpans, launchChromium, tapReady } from "@layercode/browser-testing";
import type { Bench } from "../browser/bench";
import { type Contender, contenders, openConversation, sleep } from "../browser/conversation";
import type { Figure } from "../browser/figures";
import { readHeard } from "../browser/heard";
import { agentTone } from "../browser/signals";

/** How long it takes from the first message of a turn, 100 ms of sound, to its first sample at the tap. */
export async function measureWireToSpeaker({ server, quick, report }: Bench): Promise<Figure[]> {
  const delays: Record<Contender, number[]> = { ours: [], peer: [] };
  const pcm = agentTone(440, 0.3);
  const browser = await launchChromium({ autoplay: true });
  for (const contender of contenders) {
    report(`wire → rendered sound: ${contender}`);
    const conversation = await openConversation(browser, server, contender, { microphone: false });
    await conversation.connect();
    await conversation.play({ turnId: "first", pcm, chunkMs: 100 });
    await tapReady(conversation.page);
    await sleep(1000);
    await conversation.takeMessages();
    const turns = quick ? 6 : 40;
    for (let turn = 0; turn < turns; turn++) {
      await conversation.play({ turnId: `turn-${turn}`, pcm, chunkMs: 100 });
      // Not in step with the audio device's buffers of 10 ms.
      await sleep(600 + 7.3 * (turn % 10));
    }
    const messages = await conversation.takeMessages();
    const heard = await readHeard(conversation.page);
    await conversation.close();
    const starts = audibleSpans(heard.samples, heard.sampleRate, 0.001, 200).map(({ start }) => heard.timeOf(start));
    messages.forEach(({ at, type }, index) => {
      if (type !== "response.audio" || messages[index - 1]?.type !== "turn.start") return;
      const start = starts.find((time) => time > at - 1);
      if (start !== undefined && start < at + 500) delays[contender].push(start - at);
    });
  }
  await browser.close();
  return [{ name: "wire → rendered sound", unit: "ms", ...delays, target: { median: 10 } }];
}
